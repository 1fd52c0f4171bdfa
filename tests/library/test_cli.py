"""`hostkit preset …` from the command line: what it prints, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from hostkit.cli import app
from hostkit.cli.running import run_app
from hostkit.devices.description import PluginDescription
from hostkit.library.exchange.vstpreset import write_vstpreset
from hostkit.midi.write import TrackEvents, write_midi
from hostkit.timebase.tempo_map import TempoMap

Run = Callable[..., tuple[int, str, str]]

WARM = "preset: 1\ndescription: Soft.\ntags: [bed]\nrange: C2-C6\ninstrument: {tone: {gain: 0.2}}\n"
ROOM = "preset: 1\neffects: [{reverb: {room_size: 0.2}}]\n"
SESSION = """\
hostkit: 1
midi: notes.mid
tracks:
  low: {instrument: {soundfont: gm, program: 43}, effects: [{reverb: {}}], stem: strings}
  high: {instrument: {preset: strings/warm, params: {}}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    for name, text in {
        "presets/strings/warm": WARM,
        "presets/rooms/small": ROOM,
        "cue": SESSION,
    }.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    note = [(Fraction(0), bytes((0x90, 60, 100))), (Fraction(1), bytes((0x80, 60, 0)))]
    write_midi(folder / "notes.mid", TempoMap(), [TrackEvents("one", note)])
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOSTKIT_USER_PRESETS", str(tmp_path / "user"))
    monkeypatch.setattr("hostkit.library.folders.shipped_folder", lambda kind: None)
    return folder


@pytest.fixture
def run(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["hostkit", "preset", *arguments])
        with pytest.raises(SystemExit) as left:
            run_app(app)
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


def test_an_output_has_no_instrument_to_keep(run: Run, project: Path) -> None:
    session = project / "outputs.yaml"
    session.write_text(
        (project / "cue.yaml").read_text() + "  room: {output: {of: low, name: 2}}\n"
    )
    code, _, err = run("new", "x", "--session", "outputs.yaml", "--track", "room")
    assert code == 2
    assert "'room' is an output of low, which has the instrument; name low" in err


def test_list_search_show_and_tree(run: Run, project: Path) -> None:
    code, out, _ = run("list")
    assert code == 0
    assert out == "rooms/small\nstrings/warm  C2-C6  Soft.\n"
    code, out, _ = run("search", "wram", "--json")
    assert [p["name"] for p in json.loads(out)["presets"]] == ["strings/warm"]
    code, out, err = run("search", "wram")
    assert (code, err) == (0, "'wram' read as warm\n")
    step = "; hostkit preset list shows what there is\n"
    assert run("search", "bed", "--range", "C7-C8")[1:] == ("", f"no preset is like that{step}")
    assert run("search", "xyzzy") == (0, "", f"'xyzzy' is in no preset{step}")
    assert run("search", "warm", "xyzzy")[2] == "'xyzzy' is in no preset\n"
    code, out, _ = run("show", "strings/warm")
    assert f"{project}/presets (here)" in out
    assert "instrument.gain = 0.2" in out
    code, out, _ = run("show", "strings/warm", "--json")
    assert json.loads(out)["presets"][0]["range"] == "C2-C6"
    assert run("tree")[1] == (
        f"{project}/presets (here): 2 presets\n  rooms\n    small\n  strings\n    warm\n"
    )


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "strings/wram"], "did you mean 'strings/warm'?"),
        (["audition", "strings/wram"], "did you mean 'strings/warm'?"),
        (["compare", "strings/warm", "strings/wram"], "did you mean 'strings/warm'?"),
        (["level", "strings/wram", "rooms/small"], "did you mean 'strings/warm'?"),
        (["verify", "rooms/small", "strings/wram"], "did you mean 'strings/warm'?"),
        (["export", "strings/wram"], "did you mean 'strings/warm'?"),
        (["where-used", "strings/wram"], "did you mean 'strings/warm'?"),
        (["search", "x", "--range", "loud"], "--range: 'loud' is not a range; write two notes"),
        (["search", "x", "--kind", "loud"], "--kind is instrument or effects"),
        (["new", "x"], "give --session FILE and --track NAME, or --plugin NAME"),
        (["new", "x", "--session", "cue.yaml", "--track", "hihg"], "did you mean 'high'?"),
        (["new", "../x", "--session", "cue.yaml", "--track", "low"], "cannot be a preset's name"),
        (["new", "strings/warm", "--session", "cue.yaml", "--track", "low"], "--force replaces"),
        (["new", "Strings/x", "--session", "cue.yaml", "--track", "low"], "the same file"),
        (["new", "x", "--plugin", "NoSuchPlugin"], "there is no plug-in 'NoSuchPlugin'"),
        (["export", "rooms/small"], "has no plug-in"),
        (["audition"], "name presets, or give --family NAME or --all"),
        (["audition", "--family", "none"], "there are no presets of the family 'none'"),
        (["unpack", "gone.zip"], "there is no such file"),
        (["rename", "strings/warm", "rooms/small"], "is there already"),
        (["lock", "cue.yaml", "--check"], "hostkit lock cue.yaml writes it"),
        (["where-used", "strings/warm", "nowhere"], "there is no such file or folder"),
    ],
)
def test_wrong_requests_end_with_2_and_a_cure(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert said in err
    assert out == ""


def test_a_track_becomes_a_preset_and_can_be_undone(run: Run, project: Path) -> None:
    assert (
        run("new", "strings/low", "--session", "cue.yaml", "--track", "low", "--tag", "x")[0] == 0
    )
    text = (project / "presets" / "strings" / "low.yaml").read_text()
    assert text == (
        "preset: 1\ntags: [x]\nsuggest: {stem: strings}\n"
        "instrument: {soundfont: gm, program: 43}\neffects:\n  - reverb: {}\n"
    )
    assert run("new", "high", "--session", "cue.yaml", "--track", "high")[0] == 0
    assert "extends: strings/warm" in (project / "presets" / "high.yaml").read_text()
    assert run("undo")[1] == "undone: save high\n"
    assert not (project / "presets" / "high.yaml").exists()


def test_lock_check_and_drift(run: Run, project: Path) -> None:
    assert run("lock", "cue.yaml")[1] == "cue.yaml.lock: 1 preset, 0 plug-ins\n"
    assert run("lock", "cue.yaml", "--check")[:2] == (0, "cue.yaml is as it was locked\n")
    warm = project / "presets" / "strings" / "warm.yaml"
    warm.write_text(WARM.replace("0.2", "0.3"))
    code, out, _ = run("lock", "cue.yaml", "--check")
    assert (code, out) == (1, "preset 'strings/warm': its instrument changed\n")


def test_rename_where_used_pack_and_unpack(run: Run, project: Path, tmp_path: Path) -> None:
    assert run("where-used", "strings/warm")[1] == "cue.yaml: tracks high at cue.yaml:5\n"
    code, out, _ = run("rename", "strings/warm", "strings/bed")
    assert (code, out) == (0, "strings/warm is now strings/bed\n  changed in cue.yaml\n")
    assert "preset: strings/bed" in (project / "cue.yaml").read_text()
    assert run("pack", str(tmp_path / "film.zip"))[0] == 0
    assert run("unpack", str(tmp_path / "film.zip"), "--to", str(tmp_path / "other"))[0] == 0
    assert (tmp_path / "other" / "strings" / "bed.yaml").read_text() == WARM


@pytest.fixture
def foreign(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Libraries that are not one's own: each has the project's two, and one that builds on."""
    found = {}
    for name in ("shared", "starter"):
        found[name] = tmp_path / name
        for preset, text in {
            "strings/warm": WARM,
            f"{name}/warmer": "preset: 1\nextends: strings/warm\ngain_db: 6\n",
        }.items():
            path = found[name] / f"{preset}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    monkeypatch.setenv("HOSTKIT_PRESETS", str(found["shared"]))
    monkeypatch.setattr("hostkit.library.folders.shipped_folder", lambda kind: found["starter"])
    return found


def texts(*folders: Path) -> dict[str, str]:
    return {str(p): p.read_text() for folder in folders for p in folder.rglob("*.yaml")}


def test_renaming_again_leaves_libraries_of_others_alone(
    run: Run, project: Path, foreign: dict[str, Path]
) -> None:
    theirs = texts(*foreign.values())
    assert run("rename", "strings/warm", "strings/bed")[0] == 0
    mine = texts(project)
    code, out, err = run("rename", "strings/warm", "strings/bed-2")
    assert (code, out) == (2, "")
    assert (
        f"not yours; copy it into your own, or name that library: --in {foreign['shared']}" in err
    )
    assert run("rename", "strings/warm", "x", "--in", str(foreign["starter"]))[0] == 2
    assert texts(*foreign.values()) == theirs
    assert texts(project) == mine
    assert run("undo")[0] == 0
    assert texts(*foreign.values()) == theirs


def test_a_library_that_is_named_is_changed_and_the_others_are_told_of(
    run: Run, foreign: dict[str, Path], project: Path
) -> None:
    (project / "presets" / "strings" / "warm.yaml").unlink()
    (foreign["starter"] / "strings" / "warm.yaml").unlink()
    starter = texts(foreign["starter"])
    code, out, err = run("rename", "strings/warm", "x", "--in", str(foreign["shared"]))
    assert code == 1
    assert f"changed in {foreign['shared'] / 'shared' / 'warmer.yaml'}" in out
    assert "starter/warmer.yaml names strings/warm, and is not yours to change" in err
    assert texts(foreign["starter"]) == starter
    assert (foreign["shared"] / "x.yaml").read_text() == WARM


def test_levelling_all_is_levelling_ones_own(
    run: Run, project: Path, foreign: dict[str, Path]
) -> None:
    theirs = texts(*foreign.values())
    code, out, err = run("level", "--all")
    assert code == 0
    assert "strings/warm: " in out
    assert "warmer" not in out
    assert "left as they are: 2 presets of libraries that are not yours" in err
    assert "gain_db" in (project / "presets" / "strings" / "warm.yaml").read_text()
    code, out, err = run("level", "shared/warmer")
    assert (code, out) == (1, "")
    assert "is in a library that is not yours" in err
    assert texts(*foreign.values()) == theirs
    assert run("level", "shared/warmer", "--target", "-30", "--in", str(foreign["shared"]))[0] == 0
    assert "gain_db: 6\n" not in (foreign["shared"] / "shared" / "warmer.yaml").read_text()


def test_new_presets_go_to_ones_own_library(
    run: Run,
    project: Path,
    tmp_path: Path,
    foreign: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the starter library lies where a project's would, as in a checkout."""
    monkeypatch.setattr("hostkit.library.folders.shipped_folder", lambda kind: project / "presets")
    theirs = texts(project, *foreign.values())
    assert run("pack", str(tmp_path / "own.zip"), "--of", "presets")[0] == 0
    assert run("unpack", str(tmp_path / "own.zip"))[0] == 0
    assert run("new", "mine", "--session", "cue.yaml", "--track", "low")[0] == 0
    assert {"mine.yaml", "warm.yaml"} <= {p.name for p in (tmp_path / "user").rglob("*")}
    assert texts(project, *foreign.values()) == theirs


def test_import_names_the_bad_files_and_ends_with_1(run: Run, project: Path) -> None:
    folder = project / "in"
    folder.mkdir()
    (folder / "bad.vstpreset").write_bytes(b"RIFF")
    (folder / "other.vstpreset").write_bytes(write_vstpreset("C" * 32, {"Comp": b"x"}))
    code, out, err = run("import", "in", "--to", "presets")
    assert code == 1
    assert out == "0 of 2 files imported\n"
    assert "in/bad.vstpreset: left out: is not a .vstpreset" in err
    assert "in/other.vstpreset: left out: no installed plug-in" in err


def test_audition_compare_level_and_verify(run: Run, project: Path) -> None:
    code, out, _ = run("audition", "strings/warm", "--json")
    assert code == 0
    assert (project / json.loads(out)["presets"][0]["path"]).is_file()
    assert json.loads(out)["page"] is None
    code, out, _ = run("audition", "--all", "-o", "all")
    assert code == 0
    assert (project / "all" / "index.html").is_file()
    assert "all is set alike" in run("compare", "strings/warm", "strings/warm")[1]
    code, out, _ = run("level", "strings/warm")
    assert code == 0
    assert "gain_db 0 →" in out
    (project / "presets" / "mute.yaml").write_text(
        "preset: 1\ninstrument: {tone: {channels: 2, gain: 0}}\n"
    )
    assert "mute.wav and mute.svg: nothing is heard\n" in run("audition", "mute")[1]
    assert "mute: nothing is heard, so its gain_db stays 0\n" in run("level", "mute")[1]
    (project / "presets" / "mute.yaml").unlink()
    code, out, _ = run("verify")
    assert (code, out) == (0, "2 of 2 presets are sound\n")
    (project / "presets" / "bad.yaml").write_text("preset: 1\ninstrument: {plugin: Gone}\n")
    code, out, err = run("verify", "bad", "rooms/small")
    assert (code, out) == (1, "1 of 2 presets are sound\n")
    assert err.startswith("bad: plug-in missing: ")


@pytest.mark.plugins
def test_new_from_a_plugin_export_and_import_again(
    run: Run,
    project: Path,
    plugin: Callable[[str], PluginDescription],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(plugin("ZamCompX2").path.parent))
    code, _, err = run("new", "c", "--plugin", "ZamCompX2", "--set", "ratoi=3")
    assert (code, "did you mean 'ratio'?" in err) == (2, True)
    assert run("new", "dyn/c", "--plugin", "ZamCompX2", "--set", "ratio=3")[0] == 0
    assert run("export", "dyn/c", "-o", "c.vstpreset")[0] == 0
    code, out, _ = run("import", "c.vstpreset")
    assert (code, out) == (0, "zamcompx2/c\n1 of 1 files imported\n")
    first = (project / "presets" / "dyn" / "c.vstpreset").read_bytes()
    again = (project / "presets" / "zamcompx2" / "c.vstpreset").read_bytes()
    assert again[:200] == first[:200]
    assert run("verify", "dyn/c", "zamcompx2/c")[0] == 0
