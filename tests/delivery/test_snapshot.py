"""Snapshots hold while nothing changed, and for nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostkit.delivery.snapshot import forget, hashes_known, still_holds, write_snapshot

LATER = 2**62  # nanoseconds: long after any of these files was written
SESSION = Path("cue.yaml").absolute()
REQUEST = {"session": str(SESSION), "mixes": ["full"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "cache"))
    for name in ("cue.yaml", "cue.mid", "full.wav"):
        (tmp_path / name).write_text(name)
    seen = [tmp_path / "cue.yaml", tmp_path / "cue.mid", tmp_path / "presets" / "a.yaml"]
    written = tmp_path / "full.wav"
    os.utime(written, ns=(1, 1))  # its content is older than its place
    write_snapshot(tmp_path, REQUEST, seen, {written: "1a2b"}, {"lines": ["a"]}, LATER)
    return tmp_path


def test_holds_while_nothing_changes(folder: Path):
    assert still_holds(folder, REQUEST) == {"lines": ["a"]}


@pytest.mark.parametrize("name", ["cue.yaml", "cue.mid", "full.wav"])
def test_not_after_a_change(folder: Path, name: str):
    (folder / name).write_text("other")
    assert not still_holds(folder, REQUEST)


@pytest.mark.parametrize("name", ["cue.mid", "full.wav"])
def test_not_after_a_change_of_the_same_size(folder: Path, name: str):
    os.utime(folder / name, ns=(2, 2))
    assert not still_holds(folder, REQUEST)


@pytest.mark.parametrize("name", ["cue.mid", "full.wav"])
def test_not_after_a_change_that_was_given_the_old_time(folder: Path, name: str):
    before = (folder / name).stat()
    text = (folder / name).read_text()
    (folder / name).write_text(text.swapcase())
    os.utime(folder / name, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (folder / name).stat().st_mtime_ns == before.st_mtime_ns
    assert not still_holds(folder, REQUEST)


def test_none_where_a_file_changed_during_the_run(folder: Path):
    request = {**REQUEST, "mixes": ["bed"]}
    changed_ns = (folder / "cue.mid").stat().st_mtime_ns
    write_snapshot(folder, request, [folder / "cue.mid"], {}, {}, began_ns=changed_ns)
    assert still_holds(folder, request) is None
    write_snapshot(folder, request, [folder / "cue.mid"], {}, {}, began_ns=changed_ns + 1)
    assert still_holds(folder, request) == {}


def test_not_when_a_file_is_gone(folder: Path):
    (folder / "full.wav").unlink()
    assert not still_holds(folder, REQUEST)


def test_not_when_a_file_appears_that_was_looked_for(folder: Path):
    (folder / "presets").mkdir()
    (folder / "presets" / "a.yaml").write_text("")
    assert not still_holds(folder, REQUEST)


def test_not_for_another_request_or_setting(folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert not still_holds(folder, {**REQUEST, "mixes": ["full", "bed"]})
    assert not still_holds(folder / "elsewhere", REQUEST)
    monkeypatch.setenv("HOSTKIT_SOUNDFONT", "/other.sf2")
    assert not still_holds(folder, REQUEST)


def test_hashes_are_known_of_what_is_as_it_was_written(folder: Path):
    (folder / "cue.mid").write_text("other")  # whatever else changed
    assert hashes_known(folder, SESSION) == {folder / "full.wav": "1a2b"}
    os.utime(folder / "full.wav", ns=(1, 1))
    assert hashes_known(folder, SESSION) == {}  # the system's own time of change is another


def test_no_hash_is_known_of_what_may_have_changed_before_it_was_looked_at(folder: Path):
    written = folder / "full.wav"
    written.write_text("other")  # content and all else at one time
    write_snapshot(folder, REQUEST, [], {written: "1a2b"}, {}, LATER)
    assert hashes_known(folder, SESSION) == {}


def test_what_is_forgotten_is_not_known(folder: Path):
    forget(folder, REQUEST)
    forget(folder, REQUEST)
    assert hashes_known(folder, SESSION) == {}
    assert not still_holds(folder, REQUEST)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"request": 1}'])
def test_a_damaged_receipt_is_none(folder: Path, text: str):
    (snapshot,) = (folder / "cache" / "snapshots").iterdir()
    snapshot.write_text(text)
    assert not still_holds(folder, REQUEST)
    assert hashes_known(folder, SESSION) == {}


def test_asking_imports_nothing_heavy():
    code = (
        "import sys, hostkit.delivery.snapshot\n"
        "heavy = {'numpy', 'pydantic', 'ruamel', 'pedalboard', 'mido'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
