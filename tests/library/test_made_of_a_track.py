"""Presets made of a session's track: whatever files its devices read come along."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.audition.state import along
from hostkit.audition.state.save import About, exported_plugin, left_to_say, save_track
from hostkit.devices.sfz.definition import read_sfz
from hostkit.errors import RequestError
from hostkit.library.folders import Libraries, Library
from hostkit.library.load import load_from
from hostkit.session.load import LoadedSession, load_session
from tests.support.sfzs import level, sfz

KEYS = '#include "more/map.txt"\n<region> sample=one.wav key=60\n'


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "presets", "here")


def session_of(folder: Path, track: str) -> LoadedSession:
    path = folder / "cue.yaml"
    path.write_text(f"hostkit: 1\ntracks:\n  keys: {{{track}}}\n")
    return load_session(path)


def with_an_sfz(folder: Path, name: str = "lib/keys.sfz") -> LoadedSession:
    made = sfz(folder / "lib", KEYS, {"one": 0.5})
    (folder / "lib/more").mkdir()
    (folder / "lib/more/map.txt").write_text("<control> default_path=more/\n")
    made.rename(folder / name)
    level(folder / "lib/more/one.wav", 0.25)
    return session_of(folder, f"instrument: {{sfz: {name}}}")


def test_an_sfz_comes_with_its_samples_and_what_it_includes(tmp_path, library) -> None:
    loaded = with_an_sfz(tmp_path)
    path = save_track("film/celesta", library, loaded, "keys", About())
    folder = path.parent
    assert "instrument: {sfz: celesta.sfz}" in path.read_text()
    made = read_sfz(folder / "celesta.sfz", library.folder)
    assert set(made.files) == {folder / "celesta.sfz", folder / "more/map.txt"}
    assert made.samples == (folder / "more/one.wav",)
    assert (folder / "more/one.wav").read_bytes() == (tmp_path / "lib/more/one.wav").read_bytes()
    load_from("film/celesta", library, path, Libraries((library,)))


def test_an_sfz_that_cannot_come_along_is_told_and_nothing_is_written(
    tmp_path, library, monkeypatch
) -> None:
    loaded = with_an_sfz(tmp_path)
    (tmp_path / "lib/keys.sfz").write_text("<region> sample=../far.wav key=60\n")
    level(tmp_path / "far.wav", 0.5)
    with pytest.raises(RequestError, match=r"names \.\./far\.wav, .* HOSTKIT_SAMPLES .* keys"):
        save_track("celesta", library, loaded, "keys", About())
    (tmp_path / "lib/keys.sfz").write_text("<region> sample=one.wav key=60\n")
    monkeypatch.setattr(along, "MOST_BYTES", 1_000)
    with pytest.raises(RequestError, match="its samples are more than"):
        save_track("celesta", library, loaded, "keys", About())
    assert not library.folder.exists()


def test_two_files_of_one_kind_keep_a_name_each(tmp_path, library) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.wav").write_bytes(name.encode())
    effects = ", ".join(
        f"{{convolution: {{impulse_response_filename: {name}.wav}}}}" for name in ("a", "b", "a")
    )
    loaded = session_of(tmp_path, f"instrument: {{soundfont: gm}}, effects: [{effects}]")
    path = save_track("rooms", library, loaded, "keys", About())
    named = [line.partition(": ")[2].strip("{}") for line in path.read_text().splitlines()]
    files = [line.rpartition(" ")[2] for line in named if "impulse" in line]
    assert files == ["rooms.wav", "rooms-2.wav", "rooms.wav"]
    assert [(library.folder / name).read_bytes() for name in files] == [b"a", b"b", b"a"]


def test_what_a_preset_cannot_hold_is_said(tmp_path) -> None:
    effects = "effects: [{plugin: Pump, sidechain: kick}, {plugin: Plain}]"
    loaded = session_of(tmp_path, f"instrument: {{soundfont: gm}}, {effects}")
    assert left_to_say(loaded.session.tracks["keys"], "my/pump") == (
        "Pump was side-chained by kick: that is written where the preset is used, "
        "{preset: my/pump, sidechain: kick}",
    )


def test_a_preset_that_plays_no_plug_in_has_no_vstpreset(tmp_path, library) -> None:
    track = "instrument: {soundfont: gm}, effects: [{plugin: Room}]"
    path = save_track("wet", library, session_of(tmp_path, track), "keys", About())
    preset = load_from("wet", library, path, Libraries((library,))).preset
    with pytest.raises(RequestError, match="its instrument is no plug-in"):
        exported_plugin(preset, "wet")
