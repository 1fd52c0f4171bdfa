"""DAWprojects, small and valid, with what people's have; damaged as ZIPs, as text, as elements."""

from __future__ import annotations

import copy
import io
import random
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import mutate
import numpy as np
import soundfile
from made_projects import MASTER, clip, clips, lanes, notes, project, track, volume

from hostkit.exchange.arriving.arrive import arrive
from hostkit.exchange.dawproject.reading import read_dawproject
from hostkit.exchange.dawproject.writing.project import write_dawproject
from hostkit.library.exchange.vstpreset import write_vstpreset
from hostkit.session.load import validate
from hostkit.session.yaml_tree import parse_yaml

_CLASS_ID = "2046504473616C636B654E4400000000"
_WARPED = (
    '<Warps contentTimeUnit="seconds" timeUnit="beats"><Audio channels="2" sampleRate="48000" '
    'duration="0.5"><File path="audio/a.wav"/></Audio><Warp time="0" contentTime="0"/>'
    '<Warp time="1" contentTime="0.4"/><Warp time="2" contentTime="0.5"/></Warps>'
)
_GAIN = (
    '<Points unit="linear"><Target expression="gain"/><RealPoint time="0" value="0.5"/></Points>'
)
_BEND = (
    '<Notes><Note time="0" duration="1" channel="1" key="60" vel="0.5"><Points unit="semitones">'
    '<Target expression="transpose"/><RealPoint time="0" value="0" interpolation="linear"/>'
    '<RealPoint time="1" value="2"/></Points></Note></Notes>'
)
_CONTROLLER = (
    '<Points unit="normalized"><Target expression="channelController" controller="1" channel="0"/>'
    '<RealPoint time="0" value="0" interpolation="linear"/><RealPoint time="4" value="1"/></Points>'
)
_AUTOMATION = (
    '<Points unit="linear"><Target parameter="lv"/><RealPoint time="0" value="0" '
    'interpolation="linear"/><RealPoint time="8" value="1"/></Points>'
    '<Points><Target parameter="lm"/><BoolPoint time="2" value="true"/></Points>'
)
_DEVICES = (
    f'<Devices><Vst3Plugin deviceID="{_CLASS_ID}" deviceName="Nekobi" deviceRole="instrument">'
    '<Parameters><RealParameter id="p" unit="normalized" value="0.5" parameterID="3" '
    'name="cutoff"/></Parameters><Enabled value="true"/><State path="plugins/1.vstpreset"/>'
    '</Vst3Plugin><Equalizer deviceName="EQ" deviceRole="audioFX"><Band type="bell" order="2">'
    '<Freq unit="semitones" value="69"/><Gain unit="decibel" value="3"/><Q unit="linear" '
    'value="1"/></Band></Equalizer><Compressor deviceName="C" deviceRole="audioFX">'
    '<Ratio unit="percent" value="75"/><Threshold unit="decibel" value="-20"/></Compressor>'
    '<BuiltinDevice deviceID="hostkit:reverb" deviceVendor="hostkit" deviceName="reverb" '
    'deviceRole="audioFX"><Parameters><RealParameter unit="linear" name="room_size" value="0.5"/>'
    "</Parameters></BuiltinDevice></Devices>"
)
_SENDS = (
    '<Sends><Send destination="hall-channel" type="pre"><Volume unit="linear" value="0.5"/></Send>'
    "</Sends>"
)
_TEMPO = (
    '<TempoAutomation unit="bpm"><Target parameter="tempo"/><RealPoint time="0" value="100" '
    'interpolation="linear"/><RealPoint time="8" value="140"/></TempoAutomation>'
    '<TimeSignatureAutomation><Target parameter="meter"/><TimeSignaturePoint time="0" '
    'numerator="3" denominator="4"/><TimeSignaturePoint time="7" numerator="7" denominator="8"/>'
    "</TimeSignatureAutomation>"
)
_MARKERS = '<Markers><Marker time="0" name="A"/><Marker time="4.5" name="door slams"/></Markers>'


@cache
def texts() -> tuple[str, ...]:
    lead = track(
        "lead", "Lead", _DEVICES, '<Mute id="lm" value="false"/>', _SENDS, volume(0.5, "lv")
    )
    group = track("group", "Group", role="submix", content="tracks", children=lead)
    hall = track("hall", "Hall", role="effect")
    vox = track("vox", "Vox", content="audio")
    played = notes((1, 0.5, 60), (0, 0.333333, 64)).replace("<Notes>", '<Notes id="n">')
    arranged = lanes(
        "lead",
        clips(
            clip(played, time=0, duration=4, loopStart=0, loopEnd=2),
            clip("", time=8, duration=2, reference="n"),
            clip(_BEND, time=12, duration=4),
        ),
        _CONTROLLER,
        _AUTOMATION,
    )
    inner = clip(f"<Lanes>{_WARPED}{_GAIN}</Lanes>", time=0, duration=2)
    arranged += lanes(
        "vox",
        clips(clip(clips(inner), time=1, duration=2, fadeInTime=0.1, fadeTimeUnit="seconds")),
    )
    transport = (
        '<Tempo id="tempo" unit="bpm" value="100" min="20" max="666"/>'
        '<TimeSignature id="meter" numerator="4" denominator="4"/>'
    )
    tracks = MASTER + group + hall + vox
    beside = _MARKERS + _TEMPO
    return (
        project(tracks, arranged, transport=transport, beside=beside),
        project(tracks, arranged, transport="<Tempo/><TimeSignature/>", unit="seconds"),
    )


@cache
def _files() -> dict[str, bytes]:
    sound = io.BytesIO()
    soundfile.write(sound, np.zeros((240, 2)), 48_000, format="WAV")
    state = write_vstpreset(_CLASS_ID, {"Comp": b"state", "Cont": b"editor"})
    return {"audio/a.wav": sound.getvalue(), "plugins/1.vstpreset": state}


def _packed(xml: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("project.xml", xml)
        for name, data in _files().items():
            archive.writestr(name, data)
    return written.getvalue()


def damaged(chance: random.Random) -> bytes:
    """A project with its ZIP, its text or its elements changed."""
    xml = chance.choice(texts()).encode()
    way = chance.random()
    if way < 0.2:
        return mutate.raw(_packed(xml), chance)
    if way < 0.4:
        return _packed(mutate.raw(xml, chance))
    root = ElementTree.fromstring(xml)
    for _ in range(chance.randint(1, 4)):
        _change(root, chance)
    return _packed(ElementTree.tostring(root, encoding="utf-8"))


def _change(root: ElementTree.Element, chance: random.Random) -> None:
    elements = list(root.iter())
    element = chance.choice(elements)
    act = chance.randrange(6)
    if act == 0 and element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    elif act == 1 and len(element):
        element.remove(chance.choice(list(element)))
    elif act == 2:
        element.append(copy.deepcopy(chance.choice(elements)))
    elif act == 3:
        element.tag = chance.choice(elements).tag
    elif element.attrib:
        name = chance.choice(list(element.attrib))
        other = chance.choice(elements)
        value = chance.choice([*other.attrib.values(), str(chance.choice(mutate.HOSTILE))])
        element.attrib[name] = "".join(c for c in value if c.isprintable())


class NoPlugins:
    """A machine without plug-ins."""

    def by_class_id(self, class_id: str) -> None:
        return None

    def by_name(self, name: str, vendor: str, format_: str) -> None:
        return None

    def nearest(self, name: str, kind: str) -> str:
        return ""


def read_and_arrive(path: Path) -> object:
    """What is read can be written, and becomes a session that is one."""
    read = read_dawproject(path)
    written = io.BytesIO()
    losses = write_dawproject(read, path.parent, written)
    with tempfile.TemporaryDirectory() as folder:
        arrived = arrive(read, path.parent, "files", Path(folder), NoPlugins())
        session = validate(parse_yaml(arrived.text("files"), "made.yaml"))
        arrived.files()
    said = [str(loss) for loss in (*arrived.losses, *losses)]
    return len(written.getvalue()), said, len(session.tracks)
