"""What hostkit reads that others wrote: for each kind, valid files and the way to read one."""

from __future__ import annotations

import io
import json
import random
import shutil
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import dawprojects
import mido
import mutate
import numpy as np
import reaper_projects
import soundfile
from fonts import tiny_sf3
from spotting_lists import RECUTS, lists
from vst2_files import aupreset, bank, program

from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.wav_reader import read_header, read_int_samples
from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.cli.work.picture.recut import cue_document
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.profiles.load import load_profile
from hostkit.delivery.verifying.verify import verify
from hostkit.devices.sfz.definition import read_sfz
from hostkit.devices.soundfont.decoding import decode
from hostkit.ducking.phrase_file import read_phrases
from hostkit.errors import BadValue, RequestError
from hostkit.jobs.executors import Executor
from hostkit.jobs.store import Store
from hostkit.library.exchange.pack import pack, unpack
from hostkit.library.exchange.state_file import Taker, take
from hostkit.library.exchange.vstpreset import read_vstpreset
from hostkit.library.folders import Libraries, Library
from hostkit.library.load import load_from
from hostkit.library.sessions.lock import make_lock, read_lock, write_lock
from hostkit.midi.reading.file import read_midi
from hostkit.midi.soundfont_presets import is_compressed, presets_of
from hostkit.picture.conform.cue import conform_cue
from hostkit.picture.conform.lists import read_recut
from hostkit.picture.conform.rewriting import with_conformed
from hostkit.picture.spotted import given_by, spot, with_spotted
from hostkit.picture.spotting.formats import read_list
from hostkit.picture.spotting.marker import Given
from hostkit.pipeline import RenderRequest, plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.music.tempo import session_tempo_map
from hostkit.render.outcome import Resources
from hostkit.session.load import LoadedSession, load_session
from hostkit.session.starting.start import start_session
from hostkit.session.yaml_tree import parse_yaml
from hostkit.timebase.tempo_map import TempoMap

Case = Callable[[random.Random], bytes]


@dataclass(frozen=True)
class Kind:
    """One kind of file: `case` makes a damaged one, `read` reads the file at a path."""

    name: str
    file: str
    case: Case
    read: Callable[[Path], object]


@contextmanager
def kinds(folder: Path, executor: Executor) -> Iterator[dict[str, Kind]]:
    """All kinds by name, with their seeds in `folder`."""
    score = folder / "score.mid"
    score.write_bytes(_score())
    (folder / "palette.yaml").write_text("hostkit: 1\ntracks: {lead: {gain_db: -6}}\n")
    cue = folder / "cue.yaml"
    cue.write_text(json.dumps(SESSIONS[0]))
    (folder / "scene.yaml").write_text(SCENE)
    (folder / "before.edl").write_bytes(RECUTS[0])
    soundfile.write(folder / "short.wav", np.zeros(64), 16_000)
    (folder / "map.txt").write_text("<region> sample=short.$EXT key=d4\n")
    (folder / "presets" / "strings").mkdir(parents=True)
    (folder / "presets" / "strings" / "base.yaml").write_text(json.dumps(PRESETS[0]))
    around = Environment()
    lock = parse_yaml(write_lock(make_lock(load_session(cue), around)), "cue.yaml.lock").data
    short = folder / "short.yaml"
    short.write_text(json.dumps(SHORT))
    resources = Resources(executor, Store(folder / "cache"), Quiet())
    batch = Batch(resources, around, 1, RenderRequest(names=("soft",)))
    (done,) = batch.run([SessionTask(short, folder / "delivery")])
    assert done.error is None, done.error
    manifest = json.loads((folder / "delivery" / "manifest.json").read_text())
    listed = [
        Kind("session", "cue.yaml", _document(SESSIONS), _plan),
        Kind("preset", "presets/strings/one.yaml", _document(PRESETS), _load_preset),
        Kind("profile", "mine.yaml", _document(PROFILES), lambda path: load_profile(str(path))),
        Kind("lock", "cue.yaml.lock", _document([lock]), lambda path: read_lock(cue)),
        Kind("manifest", "delivery/manifest.json", _document([manifest]), _manifest(executor)),
        Kind("phrases", "phrases.csv", _bytes(PHRASES), read_phrases),
        Kind("spotting", "markers", _bytes(lists()), _spot),
        Kind("recut", "now.edl", _bytes(RECUTS), _conform),
        Kind("dawproject", "one.dawproject", dawprojects.damaged, dawprojects.read_and_arrive),
        Kind("rpp", "one.rpp", reaper_projects.damaged, reaper_projects.read_and_write),
        Kind("midi", "other.mid", _bytes([_score(), _sysex_score()]), _init),
        Kind("vstpreset", "one.vstpreset", _bytes([_vstpreset()]), read_vstpreset),
        Kind("state", "one.fxp", _bytes(STATES), _take),
        Kind("pack", "mine.zip", _bytes([_pack(folder)]), _unpack),
        Kind("sfz", "one.sfz", _bytes([SFZ]), _read_sfz),
        Kind("sf3", "one.sf3", _bytes([tiny_sf3()]), _decode),
        Kind("wav", "dx.wav", _bytes(_sounds("WAV", "PCM_16", "PCM_24", "FLOAT")), _listen),
        Kind("aiff", "dx.aiff", _bytes(_sounds("AIFF", "PCM_16", "FLOAT")), _listen),
        Kind("flac", "dx.flac", _bytes(_sounds("FLAC", "PCM_16", "PCM_24")), _listen),
    ]
    yield {kind.name: kind for kind in listed}


STATES = [
    program(b"Hkit", b"state"),
    bank(b"Hkit", [program(b"Hkit", [0.0, 0.5])] * 2, current=1),
    aupreset(b"Hkit", b"Mine", jucePluginState=b"state"),
    aupreset(b"Hkit", b"Mine", binary=True, jucePluginState=b"state"),
]


def _take(path: Path) -> object:
    plugin = Taker("Mine", "VST3", "ABCDEF019182FAEB" + b"MineHkit".hex())
    try:
        return take(path.read_bytes(), plugin)
    except BadValue as error:
        raise RequestError(*error.fault) from None


def _decode(path: Path) -> object:
    with path.open("rb") as source:
        decode(source, io.BytesIO(), path, lambda: None)
    return presets_of(path), is_compressed(path)


def _read_sfz(path: Path) -> object:
    return read_sfz(path, path.parent)


def _document(seeds: list[Any]) -> Case:
    return lambda chance: mutate.as_text(mutate.json_text, chance.choice(seeds), chance)


def _bytes(seeds: list[bytes]) -> Case:
    return lambda chance: mutate.raw(chance.choice(seeds), chance)


SFZ = b"""// a violin
#define $EXT wav
#define $KEY 60
<control> default_path=./ set_cc1=64 note_offset=0
<global> ampeg_release=0.5 sw_lokey=24 sw_hikey=25 sw_default=24
<group> sw_last=24 sw_label=sustain /* two layers */
<region> sample=short.$EXT key=$KEY hivel=63 loop_mode=loop_continuous
<region> sample=short.$EXT key=$KEY lovel=64 amp_random=1
#include "map.txt"
"""
TONE = {"tone": {"channels": 1}}
SESSIONS: list[Any] = [
    {
        "hostkit": 1,
        "cue": "1m01",
        "title": "A cue",
        "midi": "score.mid",
        "extends": "palette.yaml",
        "sample_rate": 16000,
        "picture": {"frame_rate": 23.976, "start": "01:00:10:00"},
        "tempo": [
            {"at": "1|1", "bpm": 92, "meter": "4/4"},
            {"at": "3|1", "bpm": 92, "ramp_to": 120, "until": "4|1", "curve": "beats"},
        ],
        "sections": [{"name": "a", "at": "1|1"}, {"name": "b", "at": "3|1"}],
        "hits": [{"at": "2|1", "name": "door", "rise_from": "1|3"}],
        "tracks": {
            "lead": {
                "midi": {"track": "Lead", "channel": 1},
                "instrument": TONE,
                "effects": [{"highpass_filter": {"cutoff_frequency_hz": 150}}],
                "gain_db": -3,
                "pan": -0.3,
                "stem": "strings",
                "tags": ["melody"],
                "sends": {"hall": -12},
                "automation": {"gain_db": [["1|1", -3], ["2|1", 0]]},
            },
            "bass": {"midi": {"track": 3}, "instrument": TONE, "stem": "low"},
        },
        "buses": {"hall": {"effects": [{"reverb": {"wet_level": 0.3}}]}},
        "master": [{"bus_compressor": {"threshold_db": -12}}],
        "mixes": {
            "full": {},
            "underscore": {},
            "bed": {"mute": ["melody"], "gain_db": {"low": -6}},
            "cut": {"length": "4s"},
            "loop": {"loop": {"section": "a"}},
        },
        "deliver": {"format": "pcm24"},
        "tail": {"below_db": -80, "max_s": 2},
    },
    {
        "hostkit": 1,
        "midi": "score.mid",
        "length": "3s",
        "tracks": {"lead": {"midi": "score.mid", "instrument": {"soundfont": "gm", "program": 40}}},
    },
]
SHORT: Any = {
    "hostkit": 1,
    "midi": "score.mid",
    "sample_rate": 8000,
    "length": "0.2s",
    "tracks": {"lead": {"midi": {"track": "Lead"}, "instrument": TONE, "tags": ["melody"]}},
    "mixes": {"soft": {"gain_db": {"lead": -6}}},
}
PRESETS: list[Any] = [
    {
        "preset": 1,
        "description": "Full section",
        "category": "strings/sustains",
        "tags": ["sustain"],
        "range": "C2-C6",
        "suggest": {"stem": "strings", "tags": ["melody"]},
        "instrument": {"soundfont": "gm", "program": 48},
        "effects": [{"high_shelf_filter": {"cutoff_frequency_hz": 6500, "gain_db": -3}}],
        "gain_db": 2,
    },
    {"preset": 1, "extends": "strings/base", "gain_db": -2},
]
PROFILES: list[Any] = [
    {
        "hostkit_profile": 1,
        "extends": "film-score",
        "names": {"stem": "stems/{cue}_{title}_{part}"},
        "true_peak_dbtp": -1,
        "mixes": ["full", "underscore"],
    }
]
PHRASES = [
    b"onset_seconds,offset_seconds\n1.5,3\n4,6.25\n",
    b"phrase,onset_seconds,offset_seconds,level_lufs\n1,1.000,2.500,-23.0\n",
]


def _plan(path: Path) -> object:
    return plan_session(path, Environment())


def _load_preset(path: Path) -> object:
    library = Library(path.parents[1], "here")
    return load_from("strings/one", library, path, Libraries((library,)))


def _manifest(executor: Executor) -> Callable[[Path], object]:
    def read(path: Path) -> object:
        read_manifest(path.parent)
        return verify(path.parent, executor)

    return read


WITH_A_HIT = "hostkit: 1\nhits:\n  - {at: 2|1, name: door}\n"
"""What of the first session is written into: all of it takes as long to read as it is large."""


@cache
def _session(path: Path) -> tuple[LoadedSession, TempoMap]:
    loaded = load_session(path)
    return loaded, session_tempo_map(loaded, None)


def _spot(path: Path) -> object:
    loaded, tempo_map = _session(path.parent / "cue.yaml")
    _, found = read_list(path, given_by(loaded, Given()))
    spotted = spot(found, loaded, tempo_map)
    return with_spotted(WITH_A_HIT, spotted, loaded, tempo_map)


SCENE = """hostkit: 1
picture: {frame_rate: 23.976, start: 01:00:10:00}
hits: [{at: 01:00:11:00, name: door}, {at: 2.5s, name: lamp}, {at: 2|1, name: bar}]
tracks: {lead: {instrument: {tone: {}}}}
"""


def _conform(path: Path) -> object:
    loaded, tempo_map = _session(path.parent / "scene.yaml")
    recut, warnings = read_recut(path.with_name("before.edl"), path, given_by(loaded, Given()))
    cue = conform_cue(loaded, tempo_map, Fraction(4), recut)
    return with_conformed(SCENE, cue, loaded), cue_document(cue, recut), warnings


def _init(path: Path) -> object:
    read_midi(path)
    return start_session(path, path.with_suffix(".yaml"), force=True)


def _unpack(path: Path) -> object:
    into = path.parent / "unpacked"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    return unpack(path, into, force=True)


def _listen(path: Path) -> object:
    if path.suffix == ".wav":
        header = read_header(path)
        if header.sample_format is not None:
            for _ in read_int_samples(path):
                pass
    return sum(block.shape[1] for block in open_audio(path, sample_rate=8000).blocks())


def _score() -> bytes:
    """Format 1: a conductor track with tempo and markers, and two parts."""
    file = mido.MidiFile(type=1)
    head = mido.MidiTrack()
    head.append(mido.MetaMessage("set_tempo", tempo=600_000))
    head.append(mido.MetaMessage("time_signature", numerator=3, denominator=4))
    head.append(mido.MetaMessage("key_signature", key="D"))
    head.append(mido.MetaMessage("smpte_offset", frame_rate=25, hours=1, minutes=0, seconds=10))
    head.append(mido.MetaMessage("marker", text="A", time=480))
    file.tracks.append(head)
    for name, channel in (("Lead", 0), ("Bass", 1)):
        track = mido.MidiTrack()
        track.append(mido.MetaMessage("track_name", name=name))
        track.append(mido.Message("program_change", channel=channel, program=40 + channel))
        track.append(mido.Message("control_change", channel=channel, control=64, value=127))
        for note in (60, 64, 67):
            track.append(mido.Message("note_on", channel=channel, note=note, velocity=80))
            track.append(mido.Message("note_off", channel=channel, note=note, time=480))
        file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _sysex_score() -> bytes:
    """Format 0, with sysex, bend, pressure, an RPN and running status."""
    file = mido.MidiFile(type=0)
    track = mido.MidiTrack()
    track.append(mido.Message("sysex", data=(0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7F, 0, 0x41)))
    for control, value in ((101, 0), (100, 0), (6, 12), (121, 0), (123, 0)):
        track.append(mido.Message("control_change", control=control, value=value))
    track.append(mido.Message("pitchwheel", pitch=2000, time=10))
    track.append(mido.Message("aftertouch", value=20, time=10))
    track.append(mido.Message("note_on", note=60, velocity=80, time=10))
    track.append(mido.Message("note_on", note=60, velocity=0, time=480))
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _vstpreset() -> bytes:
    """Header, a component's state, information, and the list of both."""
    component, info = b"state" * 20, b"<?xml version='1.0'?><MetaInfo></MetaInfo>"
    start = 48
    at_info = start + len(component)
    at_list = at_info + len(info)
    head = b"VST3" + struct.pack("<i", 1) + b"0123456789ABCDEF0123456789ABCDEF"
    head += struct.pack("<q", at_list)
    entries = b"Comp" + struct.pack("<qq", start, len(component))
    entries += b"Info" + struct.pack("<qq", at_info, len(info))
    return head + component + info + b"List" + struct.pack("<i", 2) + entries


def _pack(folder: Path) -> bytes:
    library = folder / "packed"
    (library / "strings").mkdir(parents=True)
    for name in ("one", "two"):
        (library / "strings" / f"{name}.yaml").write_text(json.dumps(PRESETS[0]))
    pack(Library(library, "here"), folder / "seed.zip")
    return (folder / "seed.zip").read_bytes()


def _sounds(container: str, *subtypes: str) -> list[bytes]:
    steps = np.random.default_rng(5).standard_normal((400, 2)) * 0.1
    files = []
    for subtype in subtypes:
        out = io.BytesIO()
        soundfile.write(out, steps, 16_000, subtype=subtype, format=container)
        files.append(out.getvalue())
    return files
