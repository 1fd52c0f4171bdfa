"""A session with dialogue over three tones, and how its delivery is read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import soundfile

from hostkit.pipeline import Rendered

SECONDS = 13
ONSETS = (1.5, 7.5)
CUE = """\
cue: 4m03
tail: {for_ms: 100}
length: 13s
tracks:
  low: {instrument: {tone: {gain: 0.02}}, midi: {track: a}, stem: bass}
  mid: {instrument: {tone: {gain: 0.04}}, midi: {track: b}, stem: strings, pan: -0.5}
  high: {instrument: {tone: {gain: 0.03}}, midi: {track: c}, stem: lead, pan: 0.5}
dialogue: {file: dx.wav}
mixes:
  tv: {duck: true, stems: true}
"""
"""One tone each, all the time: at any moment a stem's gain can be read off its samples."""
NOTES = {"a": [(0, 26, 45)], "b": [(0, 26, 57)], "c": [(0, 26, 69)]}
NAMES = ("bass", "strings", "lead")
"""Its stems."""


def change(session: Path, *changes: tuple[str, str]) -> Path:
    text = session.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    session.write_text(text)
    return session


def int_samples(rendered: Rendered, path: str) -> np.ndarray:
    """24-bit integer samples `(frames, channels)`, read by another library."""
    data = soundfile.read(rendered.folder / path, dtype="int32", always_2d=True)[0]
    return data.astype(np.int64) >> 8


def gains_db(rendered: Rendered, mix: str = "tv") -> np.ndarray:
    """The curve at every frame of the files, from its CSV alone."""
    path = rendered.manifest.ducking[mix].documents["curve.csv"].path
    rows = list(csv.DictReader((rendered.folder / path).read_text().splitlines()))
    places = [int(row["frame"]) for row in rows]
    frames = rendered.manifest.frames
    return np.interp(np.arange(frames), places, [float(row["gain_db"]) for row in rows])


def report_of(rendered: Rendered, mix: str = "tv") -> dict:
    path = rendered.manifest.ducking[mix].documents["duck.json"].path
    return json.loads((rendered.folder / path).read_text())
