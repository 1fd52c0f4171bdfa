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


def test_a_library_on_a_disk_of_its_own_is_linked_into_a_folder_of_sounds(
    session, tmp_path
) -> None:
    """It is a folder of sounds then, and its SFZs have their samples in it."""
    library_ = tmp_path / "disk" / "Strings"
    sfz(library_ / "Solo", "<region> sample=../Samples/a.wav", {}, name="Cello.sfz")
    level(library_ / "Samples" / "a.wav", 0.5)
    (tmp_path / "installed" / "Strings").symlink_to(library_)
    (tmp_path / "installed" / "nowhere").symlink_to(tmp_path / "none")
    (tmp_path / "installed" / "round").symlink_to(tmp_path / "installed" / "round")
    spec = node_of(session("{sfz: Cello}")).plan.source.instrument
    assert (spec.sfz.path, spec.root) == (library_ / "Solo" / "Cello.sfz", library_)


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
    (told,) = problems(session, "{sfz: lib/mad.sfz}")
    assert told.endswith(
        "lib/mad.sfz: there is no such file; did you mean {}?".format(cue / "lib/made.sfz")
    )
    monkeypatch.setattr(library, "PACKAGE", "pysfizz-not-here")
    (told,) = problems(session, "{sfz: lib/made.sfz}")
    assert told.startswith("pysfizz, which plays SFZ files, is not installed; install it: pip")


OUTSIDE = "lies outside of the session's folder"
BESIDE = "put it beside the session; or name its folder in HOSTKIT_SAMPLES, and write"


@pytest.fixture
def away(tmp_path):
    """A SoundFont, an SFZ and a take in a folder beside the session's, links to them in it."""
    folder = tmp_path / "away"
    sfz(folder, "<region> sample=x.wav", {"x": 0.5}, name="x.sfz")
    shutil.copy(embedded_soundfont(), folder / "x.sf2")
    (tmp_path / "cue").mkdir(exist_ok=True)
    for path in folder.iterdir():
        (tmp_path / "cue" / path.name).symlink_to(path)
    (tmp_path / "cue" / "linked").symlink_to(folder)
    return folder


@pytest.mark.parametrize(
    ("key", "ending"),
    [("soundfont", "sf2"), ("sfz", "sfz"), ("audio", "wav")],
)
def test_a_sound_outside_of_the_session_s_folder_is_refused(
    session, away, key: str, ending: str
) -> None:
    """However it is pointed at: sessions come by mail."""
    cures = {
        "audio": "put it beside the session, or into a folder below",
        "sfz": f"{BESIDE} {{sfz: x}}",
        "soundfont": f"{BESIDE} {{soundfont: x}}",
    }
    for name, leads in (
        (f"../away/x.{ending}", "lies outside"),
        (f"{away}/x.{ending}", "lies outside"),
        (f"x.{ending}", "leads out"),
        (f"linked/x.{ending}", "leads out"),
        (f"/dev/../dev/zero.{ending}", "lies outside"),
    ):
        cure = cures[key].replace("x}", "zero}") if "zero" in name else cures[key]
        written = f"{{{key}: '{name}'}}"
        if key == "audio":
            written = f"{{tone: {{}}}}\n    live: [{{file: '{name}', at: 1|1}}]"
        assert problems(session, written) == [f"{name} {leads} of the session's folder; {cure}"]


def test_one_that_is_installed_is_to_be_named(session, away, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOSTKIT_SAMPLES", str(away))
    assert problems(session, "{sfz: ../away/x.sfz}") == [
        f"../away/x.sfz {OUTSIDE}; it is installed: write {{sfz: x}}"
    ]
    assert node_of(session("{sfz: x}")).plan.source.instrument.root == away
    (tmp_path / "cue" / "x.sfz").unlink()
    (told,) = problems(session, "{sfz: x.sfz}")
    assert told.endswith(
        "cue/x.sfz: there is no such file; one of that name is installed: write {sfz: x}"
    )
    assert "write {sfz: x}" not in problems(session, "{sfz: y.sfz}")[0]
    assert problems(session, f"{{soundfont: {away}/x.sf2}}") == [
        f"{away}/x.sf2 {OUTSIDE}; it is installed: write {{soundfont: x}}"
    ]
    assert node_of(session("{soundfont: x, program: 0}"))


def test_a_soundfont_that_git_lfs_keeps_elsewhere(session, tmp_path) -> None:
    font = tmp_path / "cue" / "x.sf2"
    font.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n")
    assert problems(session, "{soundfont: x.sf2}") == [
        f"{font}: is only a note of Git LFS of what it should be; fetch it: git lfs pull"
    ]


def test_where_a_path_leads_is_said_from_wherever_it_is_checked(
    session, away, tmp_path, monkeypatch
) -> None:
    session("{soundfont: gm}")
    monkeypatch.chdir(tmp_path / "cue")
    path = tmp_path / "cue" / "cue.yaml"
    path.write_text(path.read_text().replace("soundfont: gm", "sfz: ../away/x.sfz"))
    with pytest.raises(InvalidInput, match=r"\.\./away/x\.sfz lies outside of"):
        build_plan(load_session(path.relative_to(tmp_path / "cue")), Environment())


def test_what_a_session_extends_may_have_its_own_beside_it(session, away, tmp_path) -> None:
    """Its files lie with it, and stay there; the cue itself may not point at them."""
    level(away / "takes" / "a.wav", 0.5)
    (tmp_path / "away" / "palette.yaml").write_text(
        "hostkit: 1\nmidi: ../cue/notes.mid\n"
        "tracks:\n"
        "  low: {instrument: {sfz: x.sfz}, midi: {channel: 1}}\n"
        "  high: {instrument: {soundfont: x.sf2, program: 0}, midi: {channel: 1}}\n"
        "  solo: {audio: [{file: takes/a.wav, at: 1|1}]}\n"
    )
    cue = tmp_path / "cue" / "cue.yaml"
    cue.write_text("hostkit: 1\nextends: ../away/palette.yaml\n")
    low, high, solo = build_plan(load_session(cue), Environment()).whole.tracks
    assert low.plan.source.instrument.root.resolve() == away
    assert high.plan.source.instrument.soundfont.path.resolve() == away / "x.sf2"
    assert solo.plan.source.regions
    cue.write_text(cue.read_text() + "tracks: {high: {instrument: {program: 5}}}\n")
    _, high, _ = build_plan(load_session(cue), Environment()).whole.tracks
    assert high.plan.source.instrument.program == 5
    cue.write_text(
        cue.read_text().replace("high", "low").replace("program: 5", "sfz: ../away/x.sfz")
    )
    with pytest.raises(InvalidInput, match=r"cue\.yaml:3:28: ../away/x\.sfz lies outside of the"):
        build_plan(load_session(cue), Environment())


def test_a_preset_s_sfz_may_have_its_samples_anywhere_in_its_library(session, tmp_path) -> None:
    presets = tmp_path / "cue" / "presets"
    sfz(presets / "sounds", "<region> sample=../samples/a.wav", {}, name="violin.sfz")
    level(presets / "samples" / "a.wav", 0.5)
    (presets / "solo").mkdir()
    (presets / "solo" / "violin.yaml").write_text(
        "preset: 1\ninstrument: {sfz: ../sounds/violin.sfz}\n"
    )
    assert node_of(session("solo/violin")).plan.source.instrument.root == presets
    (presets / "sounds" / "violin.sfz").write_text("<region> sample=../../../away.wav")
    level(tmp_path / "away.wav", 0.5)
    (told,) = problems(session, "solo/violin")
    assert f"the sample '../../../away.wav' lies outside {presets}" in told


def test_a_preset_s_sounds_may_lie_in_the_library_that_it_builds_on(
    session, tmp_path, monkeypatch
) -> None:
    """Each SFZ has the samples of its own library, and none of the other."""
    mine, theirs = tmp_path / "cue" / "presets", tmp_path / "theirs"
    monkeypatch.setenv("HOSTKIT_PRESETS", str(theirs))
    sfz(theirs / "sounds", "<region> sample=../samples/a.wav", {}, name="violin.sfz")
    level(theirs / "samples" / "a.wav", 0.5)
    shutil.copy(embedded_soundfont(), theirs / "font.sf2")
    for name, device in (("violin", "{sfz: sounds/violin.sfz}"), ("font", "{soundfont: font.sf2}")):
        (theirs / f"{name}.yaml").write_text(f"preset: 1\ninstrument: {device}\n")
        (mine / "my").mkdir(parents=True, exist_ok=True)
        (mine / "my" / f"{name}.yaml").write_text(
            f"preset: 1\nextends: {name}\neffects: [{{gain: {{gain_db: -3}}}}]\n"
        )
    violin = node_of(session("my/violin")).plan
    assert violin.source.instrument.root == theirs
    assert len(violin.devices) == 2
    font = node_of(session("my/font")).plan.source.instrument
    assert font.soundfont.path == theirs / "font.sf2"
    (theirs / "sounds" / "violin.sfz").write_text("<region> sample=../../cue/presets/b.wav")
    level(mine / "b.wav", 0.5)
    (told,) = problems(session, "my/violin")
    assert f"the sample '../../cue/presets/b.wav' lies outside {theirs}" in told


def test_a_stand_in_lies_beside_the_session_too(session, away) -> None:
    written = "{plugin: Nowhere, stand_in: {sfz: ../away/x.sfz}}"
    (told,) = problems(session, written)
    assert told.startswith(f"../away/x.sfz {OUTSIDE}; ")


def test_a_preset_has_one_too(session, tmp_path) -> None:
    presets = tmp_path / "cue" / "presets"
    sfz(presets / "solo", "<region> sample=a.wav", {"a": 0.5}, name="violin.sfz")
    (presets / "solo" / "violin.yaml").write_text("preset: 1\ninstrument: {sfz: violin.sfz}\n")
    spec = node_of(session("solo/violin")).plan.source.instrument
    assert (spec.name, spec.preset) == ("violin.sfz", "solo/violin")
    (presets / "solo" / "named.yaml").write_text("preset: 1\ninstrument: {sfz: nowhere}\n")
    (told,) = problems(session, "solo/named")
    assert told.startswith("preset 'solo/named': no SFZ 'nowhere' is installed; put it into")


def test_a_name_that_a_file_below_the_session_has_says_how_to_write_that(session, tmp_path) -> None:
    sfz(tmp_path / "cue" / "library" / "strings", "<region> sample=a.wav", {}, name="Violin.sfz")
    (told,) = problems(session, "{sfz: violin}")
    assert told == ("no SFZ 'violin' is installed; write {sfz: library/strings/Violin.sfz}")
    (told,) = problems(session, "{soundfont: violin}")
    assert "a file beside the session is named with its ending: violin.sf2" in told


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
