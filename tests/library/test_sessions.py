"""Presets and sessions: where used, renamed, locked."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.errors import InvalidInput, RequestError
from hostkit.library.changes import undo
from hostkit.library.folders import Libraries, Library
from hostkit.library.load import LoadedPreset, load_preset
from hostkit.library.model import PresetPlugin
from hostkit.library.sessions.lock import (
    LockedPlugin,
    drift,
    make_lock,
    read_lock,
    write_lock,
)
from hostkit.library.sessions.lock_file import lock_path
from hostkit.library.sessions.rename import rename
from hostkit.library.sessions.usage import find_sessions, where_used
from hostkit.session.load import load_session

SESSION = """\
hostkit: 1   # the cue
midi: a.mid
tracks:
  violins: {instrument: strings/warm}   # the bed
  basses:
    instrument: {preset: "strings/warm", params: {program: 43}}
    effects: [strings/warm, {preset: 'rooms/small'}, {reverb: {}}]
  other: {instrument: {plugin: Nekobi}}
buses:
  hall: {effects: [{preset: rooms/small}]}
master: [rooms/small]
"""
WARM = "preset: 1\ninstrument: {soundfont: gm, program: 48}   # section\n"
ROOM = "preset: 1\neffects: [{reverb: {room_size: 0.2}}]\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    for name, text in {
        "presets/strings/warm": WARM,
        "presets/strings/warmer": "preset: 1\nextends: strings/warm\ngain_db: 3\n",
        "presets/rooms/small": ROOM,
        "cues/1m01": SESSION,
        "cues/1m02": "hostkit: 1\nmidi: a.mid\ntracks: {a: {instrument: strings/warmer}}\n",
        "cues/1m03": "extends: 1m01.yaml\nhostkit: 1\n",
        "cues/notes": "not: a session\n",
    }.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def libraries(project: Path) -> Libraries:
    return Libraries((Library(project / "presets", "test"),))


def test_where_used(project: Path) -> None:
    found = list(find_sessions([project]))
    assert [path.name for path in found] == ["1m01.yaml", "1m02.yaml", "1m03.yaml"]
    uses, unread = where_used("strings/warm", found, libraries(project))
    assert unread == []
    assert [(u.session.name, u.where, u.preset, u.line) for u in uses] == [
        ("1m01.yaml", "tracks violins", "strings/warm", 4),
        ("1m01.yaml", "tracks basses", "strings/warm", 6),
        ("1m01.yaml", "tracks basses", "strings/warm", 7),
        ("1m02.yaml", "tracks a", "strings/warmer", 3),
        ("1m03.yaml", "tracks violins", "strings/warm", 4),
        ("1m03.yaml", "tracks basses", "strings/warm", 6),
        ("1m03.yaml", "tracks basses", "strings/warm", 7),
    ]
    rooms, _ = where_used("rooms/small", found[:1], libraries(project))
    assert [use.where for use in rooms] == ["master 0", "tracks basses", "buses hall"]


def test_an_unreadable_session_is_told_and_the_rest_is_searched(project: Path) -> None:
    (project / "cues" / "1m04.yaml").write_text("hostkit: 1\ntracks: {a: [\n")
    uses, unread = where_used("strings/warmer", find_sessions([project]), libraries(project))
    assert [use.session.name for use in uses] == ["1m02.yaml"]
    assert "1m04.yaml" in unread[0]


def test_what_is_named_and_no_session_is_told(project: Path) -> None:
    """In a folder it is passed over: other YAML lies there too."""
    (project / "cues" / "notes.yaml").write_text("hello\n")
    assert where_used("strings/warmer", find_sessions([project]), libraries(project))[1] == []
    found = find_sessions([project / "cues" / "notes.yaml"])
    uses, (said,) = where_used("strings/warmer", found, libraries(project))
    assert uses == []
    assert "notes.yaml:1:1: a session is a map of keys" in said
    with pytest.raises(RequestError, match="there is no such file or folder; did you mean"):
        list(find_sessions([project / "cues" / "note.yaml"]))


def test_rename_changes_the_name_and_nothing_else(project: Path) -> None:
    before = {p: p.read_text() for p in project.rglob("*") if p.is_file()}
    found = libraries(project)
    changed, _ = rename(
        "strings/warm", "strings/soft/bed", found.order[0], find_sessions([project]), found
    )
    assert sorted(path.name for path in changed) == ["1m01.yaml", "warmer.yaml"]
    cue = (project / "cues" / "1m01.yaml").read_text()
    assert cue == SESSION.replace('"strings/warm"', "strings/soft/bed").replace(
        "strings/warm", "strings/soft/bed"
    )
    assert not (project / "presets" / "strings" / "warm.yaml").exists()
    assert (project / "presets" / "strings" / "soft" / "bed.yaml").read_text() == WARM
    assert load_preset("strings/warmer", found).preset.gain_db == 3
    undo()
    assert {p: p.read_text() for p in project.rglob("*") if p.is_file()} == before


def test_rename_takes_a_state_along(project: Path) -> None:
    presets = project / "presets"
    (presets / "acid.vstpreset").write_bytes(b"state")
    (presets / "acid.yaml").write_text(
        "preset: 1\ninstrument: {plugin: Nekobi, state: acid.vstpreset}\n"
    )
    found = libraries(project)
    rename("acid", "bass/acid-2", found.order[0], [], found)
    loaded = load_preset("bass/acid-2", found)
    instrument = loaded.preset.instrument
    assert isinstance(instrument, PresetPlugin)
    assert instrument.state == str(presets / "bass" / "acid-2.vstpreset")
    assert not (presets / "acid.vstpreset").exists()


def test_rename_refuses_what_is_there_and_what_is_not(project: Path) -> None:
    found = libraries(project)
    with pytest.raises(RequestError, match="is there already"):
        rename("strings/warm", "rooms/small", found.order[0], [], found)
    with pytest.raises(RequestError, match="did you mean 'strings/warm'"):
        rename("strings/wram", "x", found.order[0], [], found)
    with pytest.raises(RequestError, match="cannot be a preset's name"):
        rename("strings/warm", "../x", found.order[0], [], found)


class Machine:
    """A machine with one plug-in, as `Environment` would tell of it."""

    def __init__(self, project: Path, version: str = "1.6", font: str = "f" * 64) -> None:
        self.project, self.font = project, font
        self.plugin = LockedPlugin(version=version, identity=f"VST3:id:{version}:aa")

    def preset(self, name: str, folder: Path) -> LoadedPreset:
        return load_preset(name, libraries(self.project))

    def find_plugin(self, name: str) -> LockedPlugin:
        if name != "Nekobi":
            raise RequestError(f"there is no plug-in {name!r}")
        return self.plugin

    def sha256(self, path: Path) -> str:
        return self.font

    def default_soundfont(self) -> Path:
        return self.project / "gm.sf2"


def test_a_lock_holds_until_something_drifts(project: Path) -> None:
    cue = load_session(project / "cues" / "1m01.yaml")
    lock = make_lock(cue, Machine(project))
    path = lock_path(cue.path)
    assert path.name == "1m01.yaml.lock"
    path.write_text(write_lock(lock))
    again = read_lock(cue.path)
    assert again == lock
    assert sorted(lock.presets) == ["rooms/small", "strings/warm"]
    assert drift(cue, lock, Machine(project)) == []

    warm = project / "presets" / "strings" / "warm.yaml"
    warm.write_text(WARM + "description: only words\n")
    assert drift(cue, lock, Machine(project)) == []
    warm.write_text(WARM.replace("48", "49") + "gain_db: -1\n")
    (project / "presets" / "rooms" / "small.yaml").unlink()
    assert drift(cue, lock, Machine(project, "1.7", "0" * 64)) == [
        "preset 'rooms/small' was locked, and cannot be used now: there is no preset "
        "'rooms/small'; there are: strings/warm, strings/warmer",
        "preset 'strings/warm': its instrument and level changed",
        "plug-in Nekobi is version 1.7, and 1.6 was locked",
        "the default SoundFont is another than the locked one",
    ]


def test_a_lock_holds_midi_effects(project: Path) -> None:
    cue = project / "cues" / "1m04.yaml"
    cue.write_text(
        "hostkit: 1\nmidi: a.mid\n"
        "tracks: {a: {instrument: strings/warm, midi_effects: [{plugin: Nekobi}]}}\n"
    )
    loaded = load_session(cue)
    lock = make_lock(loaded, Machine(project))
    assert sorted(lock.plugins) == ["Nekobi"]
    drifted = drift(loaded, lock, Machine(project, "1.7"))
    assert drifted == ["plug-in Nekobi is version 1.7, and 1.6 was locked"]


def test_a_broken_lock_says_where(project: Path) -> None:
    path = project / "cues" / "1m01.yaml"
    lock_path(path).write_text("hostkit_lock: 1\npreset: {}\n")
    with pytest.raises(InvalidInput, match=r"lock:2:1: unknown key 'preset'; did you mean"):
        read_lock(path)
    assert read_lock(project / "cues" / "1m02.yaml") is None


def test_renaming_renames_in_locks(project: Path) -> None:
    cue = project / "cues" / "1m01.yaml"
    lock_path(cue).write_text(write_lock(make_lock(load_session(cue), Machine(project))))
    found = libraries(project)
    rename("strings/warm", "strings/bed", found.order[0], [cue], found)
    lock = read_lock(cue)
    assert lock is not None
    assert drift(load_session(cue), lock, Machine(project)) == []
