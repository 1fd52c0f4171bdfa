"""SFZs and SoundFonts of sessions and presets: found by file or by name, and identified."""

from __future__ import annotations

import shutil

import mido
import pytest
from commands import hostkit
from sfzs import RATE, level, sfz

from hostkit.devices.sfz import library
from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.devices.sounds import installed_sounds, without_parts
from hostkit.devices.spec import SfzSpec, memory_of
from hostkit.errors import InvalidInput
from hostkit.plan.build import build_plan
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session

SESSION = """\
hostkit: 1
midi: notes.mid
tracks:
  violin:
    midi: {channel: 1}
    instrument: INSTRUMENT
    stem: strings
"""


@pytest.fixture
def session(tmp_path, monkeypatch):
    """Plans a session in `cue` with that instrument; `installed` is a folder of sounds."""
    cue = tmp_path / "cue"
    cue.mkdir()
    (tmp_path / "installed").mkdir()
    monkeypatch.setenv("HOSTKIT_SAMPLES", str(tmp_path / "installed"))
    file, track = mido.MidiFile(), mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.Message("note_on", note=60, velocity=100))
    track.append(mido.Message("note_off", note=60, time=480))
    file.save(cue / "notes.mid")

    def planned(instrument: str):
        path = cue / "cue.yaml"
        path.write_text(SESSION.replace("INSTRUMENT", instrument))
        return build_plan(load_session(path), Environment())

    return planned


def node_of(planned):
    (node,) = planned.whole.tracks
    return node


def problems(session, instrument: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        session(instrument)
    return [str(problem.fault) for problem in caught.value.problems]


def test_its_identity_is_all_that_it_reads_wherever_that_lies(session, tmp_path) -> None:
    cue = tmp_path / "cue"
    sfz(cue / "lib", '#include "map.txt"', {"a": 0.5})
    (cue / "lib" / "map.txt").write_text("<region> sample=a.wav key=60")
    first = node_of(session("{sfz: lib/made.sfz}"))
    assert isinstance(first.plan.source.instrument, SfzSpec)
    assert first.plan.source.instrument.host == library.version()
    held_twice = 2 * 4 * RATE  # a second of 32-bit floats
    assert memory_of(first.plan.devices) == held_twice
    shutil.move(cue / "lib", cue / "other")
    assert node_of(session("{sfz: other/made.sfz}")).fingerprint == first.fingerprint
    level(cue / "other" / "a.wav", 0.4)
    louder = node_of(session("{sfz: other/made.sfz}")).fingerprint
    (cue / "other" / "map.txt").write_text("<region> sample=a.wav key=60 volume=-1")
    changed = node_of(session("{sfz: other/made.sfz}")).fingerprint
    assert len({first.fingerprint, louder, changed}) == 3


def test_found_by_name(session, tmp_path) -> None:
    installed = tmp_path / "installed"
    sfz(installed / "Solo", "<region> sample=../Samples/a.wav", {}, name="Violin-KS.sfz")
    level(installed / "Samples" / "a.wav", 0.5)
    shutil.copy(embedded_soundfont(), installed / "Large GM.sf2")
    spec = node_of(session("{sfz: violin-ks}")).plan.source.instrument
    assert (spec.sfz.path, spec.root) == (installed / "Solo" / "Violin-KS.sfz", installed)
    violin = node_of(session("{soundfont: Large GM, program: 40}")).plan
    assert violin.source.instrument.soundfont.path == installed / "Large GM.sf2"
    assert violin.signal == ("Violin (Large GM.sf2)",)
    assert problems(session, "{sfz: Violn-KS}") == [
        "no SFZ 'Violn-KS' is installed; did you mean 'Violin-KS'?"
    ]
    shutil.copy(embedded_soundfont(), installed / "gm.sf2")
    gm = node_of(session("{soundfont: gm}")).plan.source.instrument
    assert gm.soundfont.path == embedded_soundfont()


def test_what_is_wrong_of_it(session, tmp_path, monkeypatch) -> None:
    cue = tmp_path / "cue"
    level(tmp_path / "away" / "a.wav", 0.5)
    sfz(tmp_path / "away", "<region> sample=a.wav", {})
    sfz(cue / "lib", "<region> sample=../../away/a.wav\n<region> sample=b.wav", {})
    assert problems(session, "{sfz: lib/made.sfz}") == [
        f"the sample '../../away/a.wav' lies outside {cue}; keep an SFZ's files with it, below "
        "the session's folder or a folder of sounds",
        "the sample 'b.wav' is not there; check its name and folder",
    ]
    assert node_of(session("{sfz: ../away/made.sfz}"))
    (told,) = problems(session, "{sfz: lib/mad.sfz}")
    assert told.endswith(
        "lib/mad.sfz: there is no such file; did you mean {}?".format(cue / "lib/made.sfz")
    )
    monkeypatch.setattr(library, "PACKAGE", "pysfizz-not-here")
    (told,) = problems(session, "{sfz: lib/made.sfz}")
    assert told.startswith("pysfizz, which plays SFZ files, is not installed; install it: pip")


def test_a_preset_has_one_too(session, tmp_path) -> None:
    presets = tmp_path / "cue" / "presets"
    sfz(presets / "solo", "<region> sample=a.wav", {"a": 0.5}, name="violin.sfz")
    (presets / "solo" / "violin.yaml").write_text("preset: 1\ninstrument: {sfz: violin.sfz}\n")
    spec = node_of(session("solo/violin")).plan.source.instrument
    assert (spec.name, spec.preset) == ("violin.sfz", "solo/violin")
    (presets / "solo" / "named.yaml").write_text("preset: 1\ninstrument: {sfz: nowhere}\n")
    (told,) = problems(session, "solo/named")
    assert told.startswith("preset 'solo/named': no SFZ 'nowhere' is installed; put it into")


def test_sounds_list(tmp_path, monkeypatch) -> None:
    """What can be used is a table; what cannot is told beside it, and why."""
    sfz(tmp_path / "Solo", "<region> sample=a.wav", {"a": 0.5}, name="Violin.sfz")
    (tmp_path / "Solo" / "part.sfz").write_text("<region> sample=b.wav")
    shutil.copy(embedded_soundfont(), tmp_path / "Large.sf2")
    (tmp_path / "empty.sf2").write_bytes(b"RIFF")
    ran = hostkit("sounds", "list", cache=tmp_path / "cache", HOSTKIT_SAMPLES=str(tmp_path))
    assert ran.code == 0
    rows = [line.split() for line in ran.out.splitlines() if str(tmp_path) in line]
    assert rows == [
        ["Large", "soundfont", "6.0", "MB", "136", "programs", str(tmp_path)],
        ["Violin", "sfz", "0.2", "MB", "1", "region", str(tmp_path)],
    ]
    assert ran.err.splitlines() == [
        f"{tmp_path / 'empty.sf2'}: left out: no SoundFont with programs",
        f"{tmp_path / 'Solo' / 'part.sfz'}: left out: line 1: the sample 'b.wav' is not there; "
        f"did you mean {tmp_path / 'Solo' / 'a.wav'}?",
    ]


def test_parts_of_an_sfz_are_not_listed(tmp_path) -> None:
    """They are SFZs by name, and broken by themselves."""
    folder = tmp_path / "sounds"
    sfz(folder, '#include "data/map.sfz"', {}, name="kit.sfz")
    (folder / "data").mkdir()
    (folder / "data" / "map.sfz").write_text("<region> sample=none.wav")
    found = installed_sounds((tmp_path,))
    assert [sound.name for sound in found] == ["kit", "map"]
    assert [sound.name for sound in without_parts(found)] == ["kit"]
