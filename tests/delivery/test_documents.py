"""Cue sheet, tempo map and mix notes: read back by other libraries."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import mido
import pytest

from hostkit.pipeline import Rendered

Deliver = Callable[..., Rendered]


@pytest.fixture
def documents(cue: Path, delivered: Deliver) -> dict[str, Path]:
    made = delivered(cue, "film-score", ())
    return {name: made.folder / d.path for name, d in made.manifest.documents.items()}


def test_cue_sheet(documents: dict[str, Path]):
    with documents["cue_sheet"].open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["production"] == "Coast"
    assert row["cue"] == "1m02"
    assert row["start"] == "01:00:00:00"
    assert row["end"] == "01:00:04:02"  # 4.1 s at 23.976: 98 frames and a bit
    assert row["duration"] == "0:04"
    assert (row["role"], row["name"], row["society"]) == ("composer", "Ada B", "PRS")
    assert row["IPI"] == "00012345678"
    assert row["instrumental or vocal"] == "instrumental"


def test_tempo_map_with_markers(documents: dict[str, Path]):
    file = mido.MidiFile(documents["tempo_map"])
    (conductor,) = file.tracks
    now, found = 0, {}
    for message in conductor:
        now += message.time
        if message.type == "marker":
            found[message.text] = now / file.ticks_per_beat
        if message.type == "set_tempo":
            assert (now, message.tempo) == (0, 500_000)
    assert found == {"intro": 0, "end": 4, "door slams": 5}


def test_mix_notes(documents: dict[str, Path]):
    text = documents["mix_notes"].read_text(encoding="utf-8")
    assert text.startswith("# 1m02 The Lighthouse: Part 1/2, version 3\n")
    assert "bar 1 beat 1 at 01:00:00:00, 23.976 frames a second" in text
    assert "| bass | low |" in text


def test_no_cell_is_a_formula(cue: Path, delivered: Deliver):
    cue.write_text(cue.read_text().replace("Ada B", "=cmd|' /C calc'!A0"))
    made = delivered(cue, "film-score", ())
    sheet = (made.folder / made.manifest.documents["cue_sheet"].path).read_text()
    assert "'=cmd" in sheet
