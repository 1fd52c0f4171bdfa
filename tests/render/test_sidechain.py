"""Side-chains: a track's print, or dialogue, decides what an effect does, to the sample."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import write_session

from hostkit.audition.state.save import About, save_track
from hostkit.errors import InvalidInput
from hostkit.library.folders import Library
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session

pytestmark = pytest.mark.plugins

RATE = 48_000
KICKS = [(2 * beat, 0.5, 57) for beat in range(3)]
COMPRESSED = """\
tracks:
  bass:
    midi: {track: bass}
    instrument: {tone: {}}
    effects:
      - {plugin: HostkitProbeEffect, params: {latency_frames: 1000}}
      - {plugin: ZamCompX2, format: lv2, sidechain: kick, params: {threshold: -30}}
  kick:
    midi: {track: kick}
    instrument: {tone: {gain: 1}}
    effects:
      - {plugin: HostkitProbeEffect, params: {latency_frames: 300}}
    gain_db: -40
"""


@pytest.fixture(scope="module")
def folders(plugin, odd_plugins):
    return (plugin("HostkitProbe").path.parent, odd_plugins)


def print_of(made, track: str) -> np.ndarray:
    (node,) = [node for node in made.plan.whole.tracks if node.name == track]
    found = made.production.print_of(node.fingerprint)
    assert found is not None, made.production.outcomes[node.fingerprint].reason
    return np.concatenate(list(found.audio()), axis=1)


def test_a_kick_keys_a_bass_through_a_real_compressor(make, folders) -> None:
    """−22 dB for a key of 0 dBFS over a threshold of −30 dB at 4:1, whatever the kick's fader."""
    made = make(COMPRESSED, plugin_dirs=folders, kick=KICKS, bass=[(0, 6, 45)])
    bass = print_of(made, "bass")[0]
    peaks = np.abs(bass[: 6 * RATE // 2 // 480 * 480]).reshape(-1, 480).max(axis=1)
    reduced = 20 * np.log10(peaks / 0.5)
    assert reduced[15:24] == pytest.approx(-21.8, abs=1)  # 0.15–0.24 s, under the first kick
    assert reduced[90:99] == pytest.approx(0, abs=0.5)  # nearly a second later
    assert reduced[115:124] == pytest.approx(-21.8, abs=1)
    whole = {node.name: node for node in made.plan.whole.tracks}
    assert whole["bass"].needs == (whole["kick"].fingerprint,)
    assert "side-chain" in whole["bass"].plan.parts
    assert not any("side-chain" in text for text in made.plan.warnings)


SYSTEM = Path("/usr/lib/lv2")
GROUPED = {
    'doap:name "ZamCompX2" ;': 'doap:name "Grouped" ; pg:mainInput <urn:hostkit:in> ;',
    'lv2:name "Audio Input 1" ;': 'lv2:name "Left" ; pg:group <urn:hostkit:in> ;',
    'lv2:name "Audio Input 2" ;': 'lv2:name "Right" ; pg:group <urn:hostkit:in> ;',
    "lv2:portProperty lv2:isSideChain;": "pg:group <urn:hostkit:key> ;",
    "lv2:maximum 1 ;\n        lv2:portProperty lv2:toggled ;": (
        "lv2:maximum 1 ; lv2:portProperty lv2:enumeration , lv2:integer ;\n"
        '        lv2:scalePoint [ rdfs:label "Internal" ; rdf:value 0 ] ,\n'
        '                       [ rdfs:label "External" ; rdf:value 1 ] ;'
    ),
}
"""The text of ZamCompX2 with its key as a bus of its own, and a choice that turns it on."""


@pytest.fixture
def grouped(tmp_path) -> Path:
    """A folder with a bundle of two: one that is found elsewhere, too, and ours."""
    folder = tmp_path / "mine"
    bundle = folder / "Two.lv2"
    bundle.mkdir(parents=True)
    manifests = []
    for name in ("ZamDelay", "ZamCompX2"):
        manifests.append((SYSTEM / f"{name}.lv2" / "manifest.ttl").read_text())
        for file in (SYSTEM / f"{name}.lv2").glob(f"{name}_dsp.*"):
            shutil.copy(file, bundle)
    (bundle / "manifest.ttl").write_text("\n".join(manifests))
    text = (bundle / "ZamCompX2_dsp.ttl").read_text()
    for old, new in GROUPED.items():
        assert old in text
        text = text.replace(old, new)
    for group, kind in (("in", "StereoGroup"), ("key", "MonoGroup")):
        text += f'<urn:hostkit:{group}> a pg:InputGroup , pg:{kind} ; lv2:symbol "{group}" .\n'
    (bundle / "ZamCompX2_dsp.ttl").write_text(text)
    return folder


def test_a_key_that_is_a_bus_of_an_lv2_is_fed_and_a_choice_turns_it_on(
    make, folders, grouped
) -> None:
    """As −21.8 dB above; the bundle's URIs are those of plug-ins that minihost knows already."""
    text = COMPRESSED.replace("ZamCompX2, format: lv2", "Grouped")
    made = make(text, plugin_dirs=(*folders, grouped), kick=KICKS, bass=[(0, 6, 45)])
    bass = print_of(made, "bass")[0]
    reduced = 20 * np.log10(np.abs(bass[7200:11_520]).max() / 0.5)
    assert reduced == pytest.approx(-21.8, abs=1)
    assert 20 * np.log10(np.abs(bass[43_200:47_520]).max() / 0.5) == pytest.approx(0, abs=0.5)
    device = next(node for node in made.plan.whole.tracks if node.name == "bass").plan.devices[2]
    assert dict(device.params)["sidechain"] == "External"
    assert made.plan.warnings == ()


UNKEYED = """\
tracks:
  vst:
    midi: {track: bass}
    instrument: {tone: {}}
    effects: [{plugin: ZamCompX2, format: vst3, params: {threshold_db: -30}}]
  lv2:
    midi: {track: bass}
    instrument: {tone: {}}
    effects: [{plugin: ZamCompX2, format: lv2, params: {threshold: -30}}]
"""


def test_an_lv2_whose_key_nothing_feeds_compresses_by_itself(make, folders) -> None:
    """As the same plug-in does as VST3."""
    made = make(UNKEYED, plugin_dirs=folders, bass=[(0, 2, 45)])
    vst, lv2 = print_of(made, "vst"), print_of(made, "lv2")
    assert 0.01 < np.abs(lv2).max() < 0.4
    np.testing.assert_allclose(lv2, vst[:, : lv2.shape[1]], atol=1e-5)


KEYED = """\
sections: [{name: a, at: 1|1}, {name: b, at: 2|1}]
buses: {hall: {effects: [{plugin: HostkitProbeKeyed, sidechain: kick}]}}
mixes: {turned: {sections: [b, a]}}
tracks:
  kick:
    midi: {track: kick}
    instrument: {plugin: HostkitProbe}
    effects: [{plugin: HostkitProbeEffect, params: {latency_frames: 300}}]
  bass:
    midi: {track: bass}
    instrument: {tone: {}}
    effects:
      - {plugin: HostkitProbeEffect, params: {latency_frames: 1000}}
      - {plugin: HostkitProbeKeyed, sidechain: kick}
  dry: {midi: {track: bass}, instrument: {tone: {}}, stem: dry}
  sent: {midi: {track: bass}, instrument: {tone: {}}, gain_db: -144, sends: {hall: 144}}
"""


def test_a_key_is_in_time_to_the_sample_with_latency_in_both(make, folders) -> None:
    """The probe is silent where its key is loud; on a track, on a bus, and in a cut-down."""
    text = KEYED.replace("gain_db: -144, sends: {hall: 144}", "sends: {hall: 0}")
    kicks = [(1, 1, 60), (5, 0.5, 60)]
    made = make(text, plugin_dirs=folders, kick=kicks, bass=[(0, 8, 45)])
    for plan in made.plan.plans:
        prints = {}
        for node in plan.tracks:
            found = made.production.print_of(node.fingerprint)
            prints[node.tracks[0]] = np.concatenate(list(found.audio()), axis=1)
        kick, bass, dry = (prints[name] for name in ("kick", "bass", "dry"))
        frames = min(bass.shape[1], dry.shape[1])
        loud = np.zeros((1, frames), dtype=bool)
        mono = np.abs(kick.mean(axis=0, keepdims=True))[:, :frames]
        loud[:, : mono.shape[1]] = mono >= 0.5
        assert loud.any()
        expected = dry[:, :frames] * ~loud
        np.testing.assert_array_equal(bass[:, :frames], expected)
        if plan.form.name == "whole":
            total = made.stem("sent")[:, :frames] / 2**23
            np.testing.assert_allclose(total, dry[:, :frames] + expected, atol=2**-22)


def test_dialogue_keys_and_a_silent_key_is_told(make, folders, tmp_path) -> None:
    spoken = np.zeros(RATE, dtype=np.float32)
    spoken[RATE // 4 : RATE // 2] = 0.9
    soundfile.write(tmp_path / "spoken.wav", spoken, RATE, subtype="FLOAT")
    text = """\
dialogue: {file: spoken.wav, at: 2|1}
tracks:
  bass:
    midi: {track: bass}
    instrument: {tone: {}}
    effects: [{plugin: HostkitProbeKeyed, sidechain: dialogue}]
  quiet:
    midi: {track: bass}
    instrument: {tone: {gain: 0}}
  other:
    midi: {track: bass}
    instrument: {tone: {}}
    effects: [{plugin: HostkitProbeKeyed, sidechain: quiet}]
"""
    made = make(text, plugin_dirs=folders, bass=[(0, 8, 45)])
    bass, other = print_of(made, "bass"), print_of(made, "other")
    silent = np.zeros(bass.shape[1], dtype=bool)
    silent[2 * RATE + RATE // 4 : 2 * RATE + RATE // 2] = True
    np.testing.assert_array_equal(bass, other * ~silent)
    said = [
        text
        for outcome in made.production.outcomes.values()
        for text in (outcome.print.warnings if outcome.print else ())
    ]
    told = [text for text in said if "side-chained" in text]
    assert told == [
        "HostkitProbeKeyed is side-chained by quiet, which is silent; give quiet notes, or key it "
        "by another track"
    ]


TRACK = "midi: {track: a}, instrument: {tone: {}}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"tracks:\n  kick: {{{TRACK}}}\n  b: {{{TRACK}, "
            "effects: [{plugin: HostkitProbeKeyed, sidechain: kik}]}",
            r"yaml:5:\d+: .*there is no track 'kik'; did you mean 'kick'",
        ),
        (
            f"tracks:\n  a: {{{TRACK}, effects: [{{plugin: HostkitProbeKeyed, sidechain: b}}]}}\n"
            f"  b: {{{TRACK}, effects: [{{plugin: HostkitProbeKeyed, sidechain: a}}]}}",
            r"yaml:4:\d+: .*these tracks are side-chained by each other: a ← b ← a; take one",
        ),
        (
            f"tracks:\n  a: {{{TRACK}, effects: [{{plugin: HostkitProbeKeyed, sidechain: a}}]}}",
            r"a is side-chained by itself; key it by another track",
        ),
        (
            f"tracks:\n  a: {{{TRACK}}}\n"
            f"  b: {{{TRACK}, effects: [{{plugin: ZamDelay, sidechain: a}}]}}",
            r"yaml:5:\d+: .*ZamDelay has no side-chain; choose another plug-in",
        ),
        (
            f"tracks:\n  b: {{{TRACK}, effects: [{{plugin: ZamDelay, sidechain: dialogue}}]}}",
            r"there is no dialogue to key by; add dialogue",
        ),
        (
            f"master: [{{plugin: HostkitProbeKeyed, sidechain: a}}]\ntracks:\n  a: {{{TRACK}}}",
            r"a side-chain is for effects of tracks and buses; take it out",
        ),
        (
            f"tracks:\n  a: {{{TRACK}}}\n  b: {{{TRACK}, effects: "
            "[{plugin: HostkitProbeKeyed, sidechain: a, host: pedalboard}]}",
            r"pedalboard gives it no side-chain; take out host: pedalboard",
        ),
    ],
)
def test_what_cannot_be_keyed(folders, tmp_path, text: str, message: str) -> None:
    session = write_session(tmp_path / "cue.yaml", text)
    with pytest.raises(InvalidInput, match=message):
        plan_session(session, Environment(folders))


def test_a_key_that_is_not_heard_is_told_with_the_format_that_hears(folders, tmp_path) -> None:
    effects = "[{plugin: ZamCompX2, sidechain: a}]"
    text = f"tracks:\n  a: {{{TRACK}}}\n  b: {{{TRACK}, effects: {effects}}}"
    session = write_session(tmp_path / "cue.yaml", text)
    (warning,) = plan_session(session, Environment(folders)).warnings
    assert "ZamCompX2 (VST3) has a side-chain, but did not hear it" in warning
    assert warning.endswith("write format: lv2, which hears it")


PRESETS = {
    "pump": "effects: [{plugin: HostkitProbeEffect}, {plugin: HostkitProbeKeyed}]",
    "synth": "instrument: {tone: {}}\neffects: [{plugin: HostkitProbeKeyed}]",
    "plain": "effects: [{gain: {gain_db: -3}}]",
    "twice": "effects: [{plugin: HostkitProbeKeyed}, {plugin: HostkitProbeKeyed}]",
    "keyed": "effects: [{plugin: HostkitProbeKeyed, sidechain: kick}]",
}


@pytest.fixture
def bass_with(folders, tmp_path):
    """The fingerprint of a bass with this instrument and effects, keyed by a kick."""
    (tmp_path / "presets").mkdir()
    for name, text in PRESETS.items():
        (tmp_path / "presets" / f"{name}.yaml").write_text(f"preset: 1\n{text}\n")

    def planned(instrument: str, effects: str = "") -> str:
        tracks = f"""\
tracks:
  bass: {{midi: {{track: bass}}, instrument: {instrument}, effects: [{effects}]}}
  kick: {{midi: {{track: kick}}, instrument: {{tone: {{}}}}}}
"""
        notes = {"bass": [(0, 1, 45)], "kick": [(0, 1, 45)]}
        session = write_session(tmp_path / "cue.yaml", tracks, **notes)
        nodes = plan_session(session, Environment(folders)).whole.tracks
        return next(node.fingerprint for node in nodes if node.name == "bass")

    return planned


def test_a_preset_is_keyed_where_it_is_used(bass_with) -> None:
    keyed = "{plugin: HostkitProbeKeyed, sidechain: kick}"
    written = bass_with("{tone: {}}", f"{{plugin: HostkitProbeEffect}}, {keyed}")
    assert bass_with("{tone: {}}", "{preset: pump, sidechain: kick}") == written
    assert bass_with("{tone: {}}", "pump") != written
    brought = bass_with("{preset: synth, sidechain: kick}")
    assert brought == bass_with("{tone: {}}", keyed)


@pytest.mark.parametrize(
    ("instrument", "effects", "said"),
    [
        (
            "{tone: {}}",
            "{preset: pump, sidechain: kik}",
            r":4:91: there is no track 'kik'; did you",
        ),
        (
            "{tone: {}}",
            "{preset: pump, sidechain: bass}",
            "bass is side-chained by itself",
        ),
        ("{preset: synth, sidechain: bass}", "", "bass is side-chained by itself"),
        (
            "{tone: {}}",
            "{preset: plain, sidechain: kick}",
            "'plain' has no effect with a side-chain",
        ),
        (
            "{tone: {}}",
            "{preset: twice, sidechain: kick}",
            "and HostkitProbeKeyed have a side-chain;",
        ),
        ("{tone: {}}", "keyed", "preset 'keyed': a preset knows no tracks; take sidechain: out of"),
    ],
)
def test_a_preset_that_cannot_be_keyed_so_is_told(bass_with, instrument, effects, said) -> None:
    with pytest.raises(InvalidInput, match=said):
        bass_with(instrument, effects)


def test_a_preset_made_of_a_track_does_not_keep_its_key(bass_with, tmp_path) -> None:
    bass_with("{tone: {}}", "{plugin: HostkitProbeKeyed, sidechain: kick}")
    library = Library(tmp_path / "presets", "here")
    path = save_track("mine", library, load_session(tmp_path / "cue.yaml"), "bass", About())
    assert "HostkitProbeKeyed" in path.read_text()
    assert "sidechain" not in path.read_text()
