"""A client's quality control of one example by profiles, read from outside.

The tests, for a module of each example to take (`from by_profile import *`) that says which by a
fixture `name` and by `PROFILES`. Each delivery is rendered once; each test reads only what it looks
at. Two profiles cut an example up, which takes longest: an example is delivered by one of them.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from outside import Delivery, File, highest_step, loudness_lufs, peak_db
from ruamel.yaml import YAML
from scipy.signal import resample_poly

WHOLE = ("film-score", "trailer", "broadcast-r128")
EXAMPLES = Path(__file__).parents[2] / "sessions"
END_DBFS = -72
PLAIN = re.compile(r"[A-Za-z0-9_.+&#()-]+")
BITS = {"PCM_16": 16, "PCM_24": 24}

Example = Callable[[str, str], Delivery]


def test_everything_that_ends_has_rung_out(name: str, profile: str, example: Example):
    delivery = example(name, profile)
    assert delivery.files
    ends = {
        str(file.path.name): peak_db(file.audio(-file.info.samplerate // 100))
        for file in delivery.files
        if not delivery.loops(file)
    }
    assert {name: level for name, level in ends.items() if level > END_DBFS} == {}


def test_stems_sum_to_their_mixes_exactly(name: str, profile: str, example: Example):
    delivery = example(name, profile)
    proved = 0
    for mix in delivery.mixes.values():
        if not set(mix.entry["stems"]) <= set(delivery.stems):
            continue  # its stems were not asked for
        rest = mix.samples().astype(np.int64)
        for stem in mix.entry["stems"]:
            rest -= delivery.stems[stem].samples()
        assert not rest.any(), mix.name
        proved += 1
    assert proved >= 1


def test_names_are_plain_single_and_true(name: str, profile: str, example: Example):
    delivery = example(name, profile)
    paths = [str(file.path.relative_to(delivery.folder)) for file in delivery.files]
    assert len({path.casefold() for path in paths}) == len(paths)
    for file, path in zip(delivery.files, paths, strict=True):
        assert all(PLAIN.fullmatch(part) for part in Path(path).parts), path
        said = re.search(r"_(\d+)k(\d+)b\.wav$", path)
        if said:
            rate, bits = int(said[1]) * 1000, int(said[2])
            assert (rate, bits) == (file.info.samplerate, BITS[file.info.subtype]), path


def test_metadata_is_what_can_be_measured(name: str, profile: str, example: Example):
    """Loudness of the full mix by another meter; where every file starts, and who it is."""
    delivery = example(name, profile)
    session = YAML(typ="safe").load(EXAMPLES / f"{name}.yaml")
    full = delivery.mixes["full"]
    rate = full.info.samplerate
    measured = loudness_lufs(resample_poly(full.audio(), 48_000 // rate, 1), 48_000)
    assert float(full.metadata.bext.loudness_value) == pytest.approx(measured, abs=0.1)
    for file in delivery.files:
        bext = file.metadata.bext
        whole = file.entry["form"] == "whole"
        assert bext.time_reference == (start_of(session, profile, rate) if whole else 0), file.name
        assert session["title"] in bext.description
        assert file.info.frames == file.entry["frames"]


def test_a_mix_without_something_holds_nothing_of_it(name: str, profile: str, example: Example):
    """The full mix less the mix is exactly the stems that it says it is without."""
    delivery = example(name, profile)
    session = YAML(typ="safe").load(EXAMPLES / f"{name}.yaml")
    drums = {n for n, track in session["tracks"].items() if "drums" in track.get("tags", [])}
    mix = delivery.mixes.get("no_drums")
    if mix is None:
        assert not drums or profile in ("game-audio", "broadcast-r128", "film-score")
        return
    full = delivery.mixes["full"]
    left_out = [stem for stem in full.entry["stems"] if stem not in mix.entry["stems"]]
    assert drums <= {t for stem in left_out for t in delivery.stems[stem].entry["tracks"]}
    rest = full.samples().astype(np.int64) - mix.samples()
    kept = [stem for stem in mix.entry["stems"] if stem not in full.entry["stems"]]
    for stem in left_out:
        rest -= delivery.stems[stem].samples()
    if not kept:  # no stem of the mix's own, with part of its tracks
        assert not rest.any()
    assert peak_db(delivery.stems[left_out[0]].audio()) > -40  # there was something to leave out


def test_loops_join_without_a_step(name: str, profile: str, example: Example):
    """Played three times: at the joins nothing is over 8 kHz that is not elsewhere too."""
    delivery = example(name, profile)
    loops = [file for file in delivery.mixes.values() if delivery.loops(file)]
    assert loops or profile not in ("game-audio", "production-library")
    for file in loops:
        once = file.audio()
        thrice = np.concatenate((once, once, once))
        usual = np.abs(np.diff(once, axis=0)).max()
        assert np.abs(once[0] - once[-1]).max() <= usual, file.name
        assert highest_step(thrice, file.info.samplerate, len(once)) <= 0.1, file.name
        assert loop_points(file) == (0, len(once) - 1)


def assert_layers_and_no_file_twice(delivery: Delivery) -> None:
    """What an engine gets."""
    for file in delivery.mixes.values():
        if delivery.loops(file):
            assert set(file.entry["stems"]) <= set(delivery.stems), file.name
    sounds = [hashlib.sha256(file.samples().tobytes()).digest() for file in delivery.mixes.values()]
    assert len(set(sounds)) == len(sounds)


def start_of(session: dict, profile: str, rate: int) -> int:
    """Samples since midnight; film-score begins 8 s before the picture."""
    picture = session.get("picture")
    if picture is None:
        return 0
    hours, minutes, seconds, frames = map(int, re.split("[:;]", str(picture["start"])))
    base = {23.976: 24, 24: 24, 25: 25, 29.97: 30, 30: 30}[picture["frame_rate"]]
    exact = Fraction(base * 1000, 1001) if picture["frame_rate"] in (23.976, 29.97) else base
    count = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    return round(count / Fraction(exact) * rate) - (8 * rate if profile == "film-score" else 0)


def loop_points(file: File) -> tuple[int, int] | None:
    """First and last frame of the loop in a `smpl` chunk."""
    payload = file.chunk(b"smpl")
    if payload is None:
        return None
    assert struct.unpack_from("<I", payload, 28) == (1,)
    return struct.unpack_from("<II", payload, 44)  # type: ignore[return-value]  # two numbers
