"""Names that files cannot have everywhere, and outputs that are links to nothing: every door."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import hostkit
from scores import write_score

import hostkit as calls
from hostkit.delivery.ducking.ducked_folder import ducked_before
from hostkit.delivery.folder.default import default_folder
from hostkit.delivery.folder.incoming import incoming_folder
from hostkit.delivery.names.naming import NamingError, Template
from hostkit.delivery.profiles.profile import Profile
from hostkit.errors import RequestError, StorageError
from hostkit.exchange.arriving.start import start_any
from hostkit.ground.file_names import is_reserved
from hostkit.library.changes import Changes
from hostkit.library.exchange.pack import pack
from hostkit.library.folders import Library, check_name
from hostkit.session.starting.start import start_session

RESERVED = ("CON", "nul.x", "Com1", "LPT9.a.b", "aux", "PRN .x")
SESSION = """\
hostkit: 1
tracks:
  a: {midi: a.mid, instrument: {tone: {}}, stem: aux}
  b: {midi: a.mid, instrument: {tone: {}}, stem: lpt1 .x, gain_db: -6}
mixes:
  CON: {only: [a], stems: true}
  Nul.x: {mute: [a]}
"""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sessions with names of devices, and every mix they have."""
    folder = tmp_path_factory.mktemp("names")
    write_score(folder / "a.mid", {"a": [(0, 1, 69)]})
    sessions = [folder / "com1.yaml", folder / "cue..yaml"]
    for session in sessions:
        session.write_text(SESSION, encoding="utf-8")
    ran = hostkit("mixes", *sessions, "-o", folder / "out", cache=folder / "cache")
    assert ran.code in (0, 1), ran.err
    return folder / "out"


def test_no_file_of_a_delivery_has_a_reserved_name(delivered: Path):
    made = [path.relative_to(delivered) for path in delivered.rglob("*")]
    assert [path for path in made if any(map(is_reserved, path.parts))] == []
    assert {path.as_posix() for path in made} >= {
        "com1_/stems/aux_.wav",
        "com1_/stems/lpt1_ .x.wav",
        "com1_/mixes/CON_.wav",
        "com1_/mixes/Nul_.x.wav",
        "cue/mixes/CON_.wav",
    }


def test_the_delivery_is_found_again_under_its_safe_name(delivered: Path):
    assert calls.verify(delivered / "com1_").verdict != "fail"


@pytest.mark.parametrize("name", RESERVED)
def test_names_made_from_templates_are_safe(name: str):
    for text in ("{title}", "{title}/x"):
        path = Template(text).fill({"title": name, "part": "x"})
        assert not any(map(is_reserved, path.split("/"))), path
        assert not is_reserved(path.split("/")[-1] + ".wav")


@pytest.mark.parametrize(
    "text", [*RESERVED, "CON/{part}", "{cue}/nul.{part}", "{part}. /x", "a./x"]
)
def test_templates_that_write_one_out_are_refused(text: str):
    with pytest.raises(NamingError, match="Windows has no file or folder of that name"):
        Template(text)


@pytest.mark.parametrize("name", RESERVED)
def test_folders_of_sessions_and_profiles_are_safe(name: str, tmp_path: Path):
    folder = default_folder(tmp_path / f"{name}.yaml", f"{name}.yaml").relative_to(tmp_path)
    assert not any(map(is_reserved, folder.parts)), folder


@pytest.mark.parametrize("name", RESERVED)
def test_names_that_somebody_chooses_are_refused(name: str, tmp_path: Path):
    """Of presets: saved, renamed to, packed, imported, played; and of `init`'s session."""
    for chosen in (name, f"keys/{name}", f"{name}/soft"):
        with pytest.raises(RequestError, match=r"cannot be a (file's|preset's) name"):
            check_name(chosen)
    score = write_score(tmp_path / "a.mid", {"a": [(0, 1, 69)]})
    with pytest.raises(RequestError, match="cannot be a file's name on Windows"):
        start_session(score, tmp_path / f"{name}.yaml")


def test_a_profile_has_templates_for_every_kind_that_are_safe():
    for kind in ("stem", "mix", "document"):
        template = Profile.model_validate({"hostkit_profile": 1}).names.template(kind)
        values = dict.fromkeys(template.fields, "con") | {"version": 1}
        assert not any(map(is_reserved, template.fill(values).split("/")))


def test_a_dangling_link_as_output_is_named_before_anything_is_made(tmp_path: Path):
    score = write_score(tmp_path / "a.mid", {"a": [(0, 1, 69)]})
    session = tmp_path / "cue.yaml"
    session.write_text("hostkit: 1\ntracks: {a: {midi: a.mid, instrument: {tone: {}}}}\n")
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    said = f"{link}: is a link to nowhere, which is not there; bring that back, or choose another"
    for out in (link, link / "below"):
        with pytest.raises(calls.HostkitError) as refused:
            calls.render(session, out)
        assert said in str(refused.value)
    ran = hostkit("render", session, "-o", link, cache=tmp_path / "cache")
    assert (ran.code, said in ran.out + ran.err) == (1, True)
    assert "rendered" not in ran.out  # it is said first
    with pytest.raises(StorageError) as refused:
        start_session(score, link, force=True)
    assert said in str(refused.value)
    with pytest.raises(StorageError) as refused:
        Changes("rename").put(link, b"", force=True)
    assert said in str(refused.value)
    assert link.is_symlink()


@pytest.mark.parametrize("out", ["link", "link/below"])
def test_a_dangling_link_is_named_by_whatever_writes(out: str, tmp_path: Path):
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "presets").mkdir()
    preset = "preset: 1\ninstrument: {soundfont: gm, program: 1}\n"
    (tmp_path / "presets" / "a.yaml").write_text(preset, encoding="utf-8")
    library = Library(tmp_path / "presets", "here")
    writes = {
        "one file: a pack, a lock, an audition, a curve": lambda path: pack(library, path),
        "a delivery": lambda path: incoming_folder(path).__enter__(),
        "a ducking pass": lambda path: ducked_before(path, ["x.wav"], path),
    }
    for write in writes.values():
        with pytest.raises(StorageError, match="is a link to nowhere, which is not there; "):
            write(tmp_path / out)


def test_a_file_in_the_place_of_a_folder_is_named_before_anything_is_made(tmp_path: Path):
    write_score(tmp_path / "a.mid", {"a": [(0, 1, 69)]})
    session = tmp_path / "cue.yaml"
    session.write_text("hostkit: 1\ntracks: {a: {midi: a.mid, instrument: {tone: {}}}}\n")
    for out in (session, session / "below"):
        ran = hostkit("render", session, "-o", out, cache=tmp_path / "cache")
        assert ran.code == 2
        assert f"{session}: is a file, not a folder; choose another folder (-o)" in ran.err
        assert "rendered" not in ran.out + ran.err


def test_a_session_is_meant_by_its_name_alone(tmp_path: Path):
    for name in ("cue.mid", "cue.yaml"):
        (tmp_path / name).touch()
    ran = hostkit("check", tmp_path / "cue", cache=tmp_path / "cache")
    assert f"did you mean {tmp_path / 'cue.yaml'}?" in ran.err


@pytest.mark.parametrize("name", [b"song\xff.rpp", b"song\xff.dawproject", b"song\xff.mid"])
def test_no_session_begins_with_a_name_that_its_text_cannot_hold(tmp_path: Path, name: bytes):
    with pytest.raises(RequestError, match="its name is not UTF-8; rename it"):
        start_any(tmp_path / os.fsdecode(name), tmp_path / "song.yaml")
    with pytest.raises(RequestError, match="its name is not UTF-8; rename it"):
        start_any(tmp_path / "song.rpp", (tmp_path / os.fsdecode(name)).with_suffix(".yaml"))
