"""Packs of libraries, and what hostile ones are made of."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from sfzs import RATE, level, sfz

from hostkit.devices.sfz.definition import read_sfz
from hostkit.errors import HostkitError, InvalidInput, RequestError
from hostkit.library.changes import undo
from hostkit.library.exchange.pack import FORMAT, MANIFEST, pack, read_pack, unpack
from hostkit.library.exchange.vstpreset import write_vstpreset
from hostkit.library.folders import Library

PRESET = b"preset: 1\ninstrument: {soundfont: gm, program: 48}\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "mine"
    (folder / "strings").mkdir(parents=True)
    (folder / "strings" / "warm.yaml").write_bytes(PRESET)
    (folder / "acid.vstpreset").write_bytes(write_vstpreset("A" * 32, {"Comp": b"x" * 5000}))
    acid = "preset: 1\ninstrument: {plugin: Nekobi, state: acid.vstpreset}\n"
    (folder / "acid.yaml").write_text(acid)
    (folder / "README.md").write_text("mine")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.yaml").write_text("secret")
    (folder / "notes.doc").write_text("not part of a library")
    return Library(folder, "test")


def content(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_there_and_back(library: Library, tmp_path: Path) -> None:
    first = pack(library, tmp_path / "a.zip")
    pack(library, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert (first.presets, first.files) == (2, 4)
    unpack(tmp_path / "a.zip", tmp_path / "theirs")
    there = content(tmp_path / "theirs")
    assert there.keys() == {"strings/warm.yaml", "acid.vstpreset", "acid.yaml", "README.md"}
    assert there["strings/warm.yaml"] == PRESET


def test_an_sfz_goes_along_with_all_that_it_reads(tmp_path: Path) -> None:
    """Samples are called as their makers did, with blanks and sharps."""
    folder = tmp_path / "mine"
    sfz(folder, '#include "data/map one.txt"\n#include "keys.sfzh"', {})
    (folder / "data").mkdir()
    (folder / "data" / "map one.txt").write_text("<region> sample=Samples/Flügel D#4 (pp).wav")
    (folder / "keys.sfzh").write_text("<region> sample=Samples/b.mp3")
    level(folder / "Samples" / "Flügel D#4 (pp).wav", 0.5)
    soundfile.write(folder / "Samples" / "b.mp3", np.full(9_000, 0.1), RATE)
    (folder / "made.yaml").write_text("preset: 1\ninstrument: {sfz: made.sfz}\n")
    pack(Library(folder, "test"), tmp_path / "a.zip")
    there = tmp_path / "theirs"
    unpack(tmp_path / "a.zip", there)
    assert content(there) == content(folder)
    assert read_sfz(there / "made.sfz", there).regions == 2


def test_what_no_disk_elsewhere_can_hold_is_told_before_it_is_packed(
    library: Library, tmp_path: Path
) -> None:
    for name in ("what?.wav", "aux.flac", "a\nb.sfz"):
        (library.folder / name).write_bytes(b"")
    with pytest.raises(InvalidInput) as caught:
        pack(library, tmp_path / "a.zip")
    assert [problem.message for problem in caught.value.problems] == 3 * [
        "cannot be the name of a file on every disk"
    ]
    assert not (tmp_path / "a.zip").exists()


def test_a_broken_library_is_not_packed(library: Library, tmp_path: Path) -> None:
    (library.folder / "broken.yaml").write_text("preset: 1\n")
    (library.folder / "strings" / "link.yaml").symlink_to(tmp_path / "x")
    (library.folder / "strings" / "Warm.yaml").write_bytes(PRESET)
    with pytest.raises(InvalidInput) as caught:
        pack(library, tmp_path / "a.zip")
    text = str(caught.value)
    assert "no instrument and no effects" in text
    assert "is a link or no file" in text
    assert "the same file" in text
    assert not (tmp_path / "a.zip").exists()


def test_unpacking_replaces_nothing_without_force(library: Library, tmp_path: Path) -> None:
    pack(library, tmp_path / "a.zip")
    target = tmp_path / "theirs"
    (target / "strings").mkdir(parents=True)
    (target / "strings" / "warm.yaml").write_text("theirs")
    with pytest.raises(InvalidInput, match="--force replaces it"):
        unpack(tmp_path / "a.zip", target)
    assert content(target) == {"strings/warm.yaml": b"theirs"}
    unpack(tmp_path / "a.zip", target, force=True)
    assert content(target)["strings/warm.yaml"] == PRESET
    undo()
    assert content(target) == {"strings/warm.yaml": b"theirs"}


def make(path: Path, contents: dict[str, bytes], **manifest: object) -> Path:
    """A pack as it should be, but for what is given otherwise."""
    listed = [
        {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in contents.items()
    ]
    document = {"format": FORMAT, "files": listed, **manifest}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(document))
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def linked(path: Path) -> Path:
    make(path, {"a.yaml": PRESET})
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("b.yaml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return path


def damaged(path: Path) -> Path:
    make(path, {"a.yaml": PRESET * 40})
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(bytes(data))
    return path


def lying(path: Path) -> Path:
    """Its manifest promises a small file."""
    return make(path, {"a.yaml": PRESET}, files=[{"path": "a.yaml", "bytes": 3, "sha256": "0"}])


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absolute": (lambda p: make(p, {"/tmp/evil.yaml": PRESET}), "no path that a library"),
    "above": (lambda p: make(p, {"../evil.yaml": PRESET}), "no path that a library"),
    "inside above": (lambda p: make(p, {"a/../../evil.yaml": PRESET}), "no path that a library"),
    "drive": (lambda p: make(p, {"C:evil.yaml": PRESET}), "no path that a library"),
    "backslash": (lambda p: make(p, {"..\\evil.yaml": PRESET}), "no path that a library"),
    "above, a sample": (lambda p: make(p, {"../evil.wav": b"x"}), "no path that a library"),
    "drive, a sample": (lambda p: make(p, {"C:evil.wav": b"x"}), "no path that a library"),
    "absolute, a sample": (lambda p: make(p, {"/tmp/evil.wav": b"x"}), "no path that a library"),
    "line, a sample": (lambda p: make(p, {"a\nb.wav": b"x"}), "no path that a library"),
    "hidden, a sample": (lambda p: make(p, {"a/.b/c.wav": b"x"}), "no path that a library"),
    "reserved, a sample": (lambda p: make(p, {"a/nul.wav": b"x"}), "no path that a library"),
    "hidden": (lambda p: make(p, {".git/config.yaml": PRESET}), "no path that a library"),
    "program": (lambda p: make(p, {"evil.exe": PRESET}), "no path that a library"),
    "reserved": (lambda p: make(p, {"con.yaml": PRESET}), "no path that a library"),
    "case": (lambda p: make(p, {"a.yaml": PRESET, "A.yaml": PRESET}), "one file on many disks"),
    "link": (linked, "is a link or folder"),
    "bomb": (lambda p: make(p, {"a.yaml": b"0" * 50_000_000}), "far more than it should"),
    "no manifest": (lambda p: _empty(p), "has no manifest"),
    "unlisted": (lambda p: make(p, {"a.yaml": PRESET}, files=[]), "does not name"),
    "missing": (
        lambda p: make(p, {}, files=[{"path": "a.yaml", "bytes": 1, "sha256": "0"}]),
        "which its manifest names",
    ),
    "other format": (lambda p: make(p, {"a.yaml": PRESET}, format="tar"), "of the format 'tar'"),
    "manifest of numbers": (lambda p: make(p, {}, files=7), "manifest that cannot be read"),
    "lying": (lying, "not as its manifest says"),
    "damaged": (damaged, "damaged|not as its manifest|refused"),
    "not a zip": (lambda p: _bytes(p, b"hello"), "no pack of presets"),
}


def _empty(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.yaml", PRESET)
    return path


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_hostile_packs_change_nothing(kind: str, tmp_path: Path) -> None:
    build, said = HOSTILE[kind]
    target = tmp_path / "library"
    target.mkdir()
    with pytest.raises(RequestError, match=said):
        unpack(build(tmp_path / "pack.zip"), target, force=True)
    assert content(target) == {}
    assert {p.name for p in tmp_path.iterdir()} == {"library", "pack.zip"}


def test_a_link_in_the_library_does_not_lead_a_pack_out(tmp_path: Path) -> None:
    target, outside = tmp_path / "library", tmp_path / "outside"
    target.mkdir()
    outside.mkdir()
    (target / "strings").symlink_to(outside)
    with pytest.raises(InvalidInput, match="leads out of the library"):
        unpack(make(tmp_path / "p.zip", {"strings/a.yaml": PRESET}), target)
    assert list(outside.iterdir()) == []


@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_any_damage_is_refused_or_harmless(
    at: float, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = make(tmp_path_factory.mktemp("pack") / "p.zip", {"a.yaml": PRESET, "b.yaml": b"x" * 300})
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= flip
    path.write_bytes(bytes(data))
    try:
        found = read_pack(path)
    except HostkitError:
        return
    assert found == {"a.yaml": PRESET, "b.yaml": b"x" * 300}
