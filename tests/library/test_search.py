"""Searching: ranked, tolerant of typing errors, and always of the files as they are."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.library.finding import index
from hostkit.library.finding.search import Query, search
from hostkit.library.finding.typos import errors_between, forms, most_errors, wider_forms
from hostkit.library.folders import Libraries, Library
from hostkit.midi.pitch import NoteRange

PRESETS = {
    "strings/warm-ensemble": """\
preset: 1
description: Full section with a soft top.
category: strings/sustains
tags: [sustain, legato]
character: [warm, soft]
range: C2-C6
instrument: {soundfont: gm, program: 48}
""",
    "strings/tremolo": """\
preset: 1
description: Even and nervous, never warm.
category: strings/tremolo
tags: [tremolo]
range: G2-E6
instrument: {soundfont: gm, program: 44}
""",
    "bass/acid": """\
preset: 1
description: Filter singing.
category: bass/synth
tags: [synth]
character: [warm]
instrument: {plugin: Nekobi}
""",
    "effects/hall": """\
preset: 1
description: Größe
category: effects/halls
effects: [{reverb: {}}]
""",
}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Libraries:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "cache"))
    for name, text in PRESETS.items():
        write(tmp_path / "presets", name, text)
    return Libraries((Library(tmp_path / "presets", "test"),))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(libraries: Libraries, *words: str, **wanted: Any) -> list[str]:
    found = search(libraries, Query(words, **wanted))
    return [preset.name for preset in found.presets]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["warm"], ["strings/warm-ensemble", "bass/acid", "strings/tremolo"]),  # name, word, text
        (["warm", "strings"], ["strings/warm-ensemble", "strings/tremolo"]),
        (["wram"], ["strings/warm-ensemble", "bass/acid", "strings/tremolo"]),
        (["stirngs", "enssemble"], ["strings/warm-ensemble"]),
        (["trem"], ["strings/tremolo"]),
        (["nekobi"], ["bass/acid"]),
        (["größe"], ["effects/hall"]),
        (["grosse"], []),
        (["GROßE"], ["effects/hall"]),
        (["xylophone"], []),
        (["hall", "acid"], ["bass/acid", "effects/hall"]),  # nothing is both
        (['"; DROP TABLE presets; --'], []),
        (["*", "(", "NEAR"], []),
        ([], sorted(PRESETS)),
    ],
)
def test_words(library: Libraries, words: list[str], expected: list[str]) -> None:
    found = names(library, *words)
    assert (sorted(found) if words == ["hall", "acid"] else found) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"tags": ("legato",)}, ["strings/warm-ensemble"]),
        ({"tags": ("sustain", "legato")}, ["strings/warm-ensemble"]),
        ({"tags": ("lega",)}, []),
        ({"family": "strings"}, ["strings/tremolo", "strings/warm-ensemble"]),
        ({"family": "strings/tremolo"}, ["strings/tremolo"]),
        ({"plugin": "nekobi"}, ["bass/acid"]),
        ({"range": NoteRange(36, 60)}, ["strings/warm-ensemble"]),
        ({"kind": "effects"}, ["effects/hall"]),
        (
            {"default_only": True},
            ["effects/hall", "strings/tremolo", "strings/warm-ensemble"],
        ),
    ],
)
def test_filters(library: Libraries, wanted: dict[str, object], expected: list[str]) -> None:
    assert names(library, **wanted) == expected


def test_a_word_that_is_a_family_or_a_folder_comes_first(
    library: Libraries, tmp_path: Path
) -> None:
    tone = "preset: 1\ninstrument: {tone: {}}\n"
    write(tmp_path / "presets", "drums/taiko", f"{tone}tags: [epic]\n")
    write(tmp_path / "presets", "brass/blow", f"{tone}description: All of them at once.\n")
    write(tmp_path / "presets", "mine/horns", f"{tone}category: brass/heroic\n")
    expected = ["brass/blow", "mine/horns", "drums/taiko"]  # nothing is both epic and brass
    assert names(library, "epic", "brass") == expected
    assert names(library, "epic", "drum") == ["drums/taiko"]  # its folder, and it is both
    assert names(library, "singing", "strings", "filter")[-1] == "bass/acid"


def test_misspelt_words_are_told(library: Libraries) -> None:
    assert search(library, Query(("wram", "qqqq"))).corrections == {"wram": ("warm",), "qqqq": ()}


def test_the_files_are_the_truth(library: Libraries, tmp_path: Path) -> None:
    presets = tmp_path / "presets"
    assert names(library, "icy") == []
    path = write(presets, "strings/icy", PRESETS["strings/tremolo"])
    assert names(library, "icy") == ["strings/icy"]
    path.write_text(PRESETS["strings/tremolo"].replace("nervous", "frozen"))
    assert names(library, "frozen") == ["strings/icy"]
    path.unlink()
    assert names(library, "icy") == names(library, "frozen") == []


def test_what_is_built_on_a_changed_preset_changes_too(library: Libraries, tmp_path: Path) -> None:
    presets = tmp_path / "presets"
    write(presets, "mine", "preset: 1\nextends: bass/acid\n")
    assert names(library, tags=("synth",)) == ["bass/acid", "mine"]
    write(presets, "bass/acid", PRESETS["bass/acid"].replace("[synth]", "[analogue]"))
    assert names(library, tags=("analogue",)) == ["bass/acid", "mine"]


def test_a_broken_preset_is_listed_with_its_problem_until_it_is_repaired(
    library: Libraries, tmp_path: Path
) -> None:
    path = write(tmp_path / "presets", "strings/broken", "preset: 1\n")
    found = {preset.name: preset for preset in search(library, Query()).presets}
    assert "no instrument and no effects" in found["strings/broken"].problem
    path.write_text(PRESETS["bass/acid"])
    assert not {p.name: p for p in search(library, Query()).presets}["strings/broken"].problem


def test_the_first_library_hides_what_later_ones_have(library: Libraries, tmp_path: Path) -> None:
    write(tmp_path / "mine", "bass/acid", PRESETS["bass/acid"].replace("singing", "whistling"))
    both = Libraries((Library(tmp_path / "mine", "test"), *library.order))
    assert names(both, "whistling") == ["bass/acid"]
    assert names(both, "singing") == []


def test_a_damaged_index_is_made_again(library: Libraries, tmp_path: Path) -> None:
    assert names(library, "acid") == ["bass/acid"]
    (file,) = (tmp_path / "cache" / "preset-index").glob("*.sqlite")
    file.write_bytes(b"not a database at all" * 1000)
    assert names(library, "acid") == ["bass/acid"]


def test_unchanged_files_are_not_read_again(
    library: Libraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(library, "acid")

    def read(*_: object) -> None:
        raise AssertionError("read a file although none has changed")

    monkeypatch.setattr(index, "load_from", read)
    monkeypatch.setattr(sqlite3, "connect", sqlite3.connect)
    assert names(library, "acid") == ["bass/acid"]


@given(st.text("abcde", min_size=3, max_size=9), st.data())
def test_every_single_typing_error_is_found(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("xyz"))
    wrong = data.draw(
        st.sampled_from(
            [
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            ]
        )
    )
    assert errors_between(wrong, word) <= 1 <= most_errors(wrong)
    assert forms(word) & wider_forms(wrong)
