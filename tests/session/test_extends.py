"""`extends`: what wins, where files lie, and circles."""

from __future__ import annotations

from pathlib import Path

import pytest

import hostkit
from hostkit.errors import InvalidInput
from hostkit.session.extends import read_tree
from hostkit.session.load import load_session
from hostkit.session.yaml_tree import Tree

CUE = "hostkit: 1\nextends: palettes/film.yaml\ntracks:\n  violins: {gain_db: -6}\n"
PALETTE = """\
hostkit: 1
midi: ../score.mid
tracks:
  violins: {instrument: {soundfont: fonts/strings.sf2, program: 48}, gain_db: -3, stem: strings}
  horns: {instrument: {soundfont: gm, program: 60}, midi: {file: brass.mid}}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "cue.yaml"


def test_maps_merge_and_files_stay_where_they_were_named(tmp_path: Path):
    cue = write(tmp_path, cue_yaml=CUE, palettes__film_yaml=PALETTE)
    loaded = load_session(cue)
    violins = loaded.session.tracks["violins"]
    assert (violins.gain_db, violins.stem) == (-6, "strings")
    assert violins.instrument.soundfont == "palettes/fonts/strings.sf2"
    assert loaded.session.midi == "score.mid"
    assert loaded.session.tracks["horns"].midi.file == "palettes/brass.mid"
    assert loaded.session.tracks["horns"].instrument.soundfont == "gm"
    assert loaded.session.extends is None
    assert [file.name for file in loaded.files] == ["cue.yaml", "film.yaml"]


def test_problems_stand_in_the_file_they_are_in(tmp_path: Path):
    broken = PALETTE.replace("gain_db: -3, stem", "gian_db: -3, stem")
    cue = write(tmp_path, cue_yaml=CUE, palettes__film_yaml=broken)
    with pytest.raises(InvalidInput) as caught:
        load_session(cue)
    (problem,) = caught.value.problems
    assert problem.file.endswith("film.yaml")
    assert (problem.line, problem.column) == (4, 70)
    assert problem.cure == "did you mean 'gain_db'?"


def test_lists_and_scalars_replace(tmp_path: Path):
    base = "{hostkit: 1, version: 3, master: [a, b], tail: {max_s: 4, for_ms: 9}}"
    top = "{extends: base.yaml, version: 4, master: [c], tail: {max_s: 5}}"
    tree, _ = read_tree(write(tmp_path, cue_yaml=top, base_yaml=base))
    assert tree.data == {
        "hostkit": 1,
        "version": 4,
        "master": ["c"],
        "tail": {"max_s": 5, "for_ms": 9},
    }


@pytest.mark.parametrize("names", [["cue"], ["cue", "a"], ["cue", "a", "b"]])
def test_circles_are_named(tmp_path: Path, names: list[str]):
    for name, following in zip(names, [*names[1:], names[0]], strict=True):
        (tmp_path / f"{name}.yaml").write_text(f"{{hostkit: 1, extends: {following}.yaml}}")
    with pytest.raises(InvalidInput, match="goes in a circle") as caught:
        read_tree(tmp_path / "cue.yaml")
    assert all(f"{name}.yaml" in str(caught.value) for name in names)


def test_a_missing_base_is_placed(tmp_path: Path):
    with pytest.raises(InvalidInput, match=r"cue\.yaml:2:10: there is no file 'palettes/film"):
        read_tree(write(tmp_path, cue_yaml=CUE))


@pytest.mark.parametrize("base", ["hello", "[a, b]", "7"])
def test_a_base_is_a_map(tmp_path: Path, base: str):
    cue = write(tmp_path, cue_yaml=CUE, palettes__film_yaml=f"# not one\n{base}\n")
    with pytest.raises(InvalidInput) as caught:
        read_tree(cue)
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line, problem.column) == ("film.yaml", 2, 1)
    assert problem.message == "a session is a map of keys"


def test_a_base_that_is_a_folder(tmp_path: Path):
    cue = write(tmp_path, cue_yaml=CUE, palettes__film_yaml__a="")
    with pytest.raises(InvalidInput, match=r"'palettes/film\.yaml' is a folder, not a session"):
        read_tree(cue)


def test_a_long_chain_ends(tmp_path: Path):
    for number in range(20):
        (tmp_path / f"s{number}.yaml").write_text(f"{{hostkit: 1, extends: s{number + 1}.yaml}}")
    with pytest.raises(InvalidInput, match="more than 16 files deep"):
        read_tree(tmp_path / "s0.yaml")


def test_a_file_that_is_not_text(tmp_path: Path):
    (tmp_path / "cue.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        read_tree(tmp_path / "cue.yaml")


def test_a_chain_has_no_more_values_than_one_session(tmp_path: Path):
    many = "".join(f"k{number}: 1\n" for number in range(4_000))  # 8,000 values in events
    for number in range(6):
        text = f"hostkit: 1\nextends: s{number + 1}.yaml\n{many}"
        (tmp_path / f"s{number}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"s\d\.yaml: with what extends it, more than 20000"):
        read_tree(tmp_path / "s0.yaml")


def test_a_session_wrong_in_shape_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    read: list[Path] = []

    def counted(path: Path) -> tuple[Tree, tuple[Path, ...]]:
        read.append(path)
        return read_tree(path)

    monkeypatch.setattr("hostkit.session.load.read_tree", counted)
    cue = tmp_path / "cue.yaml"
    cue.write_text("hostkit: 1\nmaster: 3\ntracks: {a: {instrument: nosuch, midi: {x: 1}}}\n")
    assert len(hostkit.check(cue)) > 1
    assert read == [cue]
