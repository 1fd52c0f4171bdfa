"""Items of a REAPER project, rendered: each sample as it is computed from the project here."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import soundfile

import hostkit
from hostkit.exchange.arriving.start import start_any
from hostkit.exchange.project import AudioClip, Media, Project, ProjectTrack
from hostkit.exchange.reaper.reading.project import read_reaper
from hostkit.exchange.reaper.writing.project import to_reaper

RATE = 96_000
STEP = 2.0**-22
"""Twice the step of 24 bits: of a sample that is rounded, and of its gain as 32-bit float."""


def item(at: float, length: float, *lines: str) -> str:
    return "\n".join(
        (
            "<ITEM",
            f"POSITION {at!r}",
            f"LENGTH {length!r}",
            *lines,
            "<SOURCE WAVE",
            "FILE take.wav",
            ">",
            ">",
        )
    )


def rendered(tmp_path, *items: str, bpm: float = 120.0) -> tuple[np.ndarray, np.ndarray]:
    """The take, and the mix of a project with one track of it; the take is mono, half a second."""
    take = np.random.default_rng(5).uniform(-0.4, 0.4, RATE // 2)
    soundfile.write(tmp_path / "take.wav", take, RATE, subtype="PCM_24")
    project = tmp_path / "song.rpp"
    lines = "\n".join(("<TRACK", "NAME a", *items, ">"))
    project.write_text(f"<REAPER_PROJECT 0.1\nSAMPLERATE {RATE} 1 0\nTEMPO {bpm} 4 4\n{lines}\n>\n")
    begun = start_any(project)
    done = hostkit.render(begun.started.path, out=tmp_path / "out")
    mix, rate = soundfile.read(done.folder / "mixes" / "full.wav", always_2d=True)
    assert rate == RATE
    assert np.abs(mix).max() < 1
    assert (mix[:, 0] == mix[:, 1]).all()
    return soundfile.read(tmp_path / "take.wav")[0], mix[:, 0]


def assert_sounds(mix: np.ndarray, *parts: tuple[int, np.ndarray]) -> None:
    """That it is the sum of parts, each from its sample on, and nothing else."""
    expected = np.zeros(len(mix))
    for start, part in parts:
        expected[start : start + len(part)] += part
    assert np.abs(mix - expected).max() <= STEP


def rise(frames: int, of: int) -> np.ndarray:
    """The first gains of a fade in of `of` frames, along a straight line."""
    return np.clip((np.arange(frames) + 0.5) / of, 0, 1)


@pytest.mark.parametrize("start", [RATE, RATE + 1, 153_606, 153_607, 307_211])
def test_an_item_begins_and_ends_on_its_samples_in_a_slow_tempo_too(tmp_path, start):
    """At 25 bpm a place that is all but on a tick may be two samples from it."""
    at, length = start / RATE, 4_801 / RATE
    take, mix = rendered(tmp_path, item(at, length, "SOFFS 0.125"), bpm=25.0)
    assert_sounds(mix, (start, take[12_000:16_801]))


def test_an_item_ends_where_it_ends_though_its_start_is_put_on_a_tick(tmp_path):
    """Its start is 4 µs before a beat, half a sample; its end would be a sample late with that."""
    start, stop = 1 - 4e-6, (RATE + 4_800.45) / RATE
    take, mix = rendered(tmp_path, item(start, stop - start))
    assert_sounds(mix, (RATE, take[:4_800]))


def test_what_of_a_fade_out_lies_past_the_end_of_the_file_is_not_heard(tmp_path):
    """Items of 0.6 s that do not begin again: one fades in the silence, one begins to before."""
    fade = "FADEOUT 0 {} 0 0 0 0 0"
    take, mix = rendered(
        tmp_path,
        item(0.0, 0.6, "LOOP 0", fade.format(0.1)),
        item(1.0, 0.6, "LOOP 0", fade.format(0.35)),
    )
    falling = np.ones(len(take))
    falling[-24_000:] = rise(24_000, 24_000)[::-1]
    assert_sounds(mix, (0, take), (RATE, take * falling))


def test_an_item_that_begins_before_its_file_is_silent_until_then(tmp_path):
    """A fade in that is over by then leaves the file alone; a looped one plays the file's end."""
    fade = "FADEIN 1 0.05 0 1 0 0 0"
    take, mix = rendered(
        tmp_path,
        item(0.0, 0.5, "LOOP 0", "SOFFS -0.0625", fade),
        item(1.0, 0.25, "LOOP 1", "SOFFS -0.0625"),
        item(2.0, 0.05, "LOOP 0", "SOFFS -0.0625"),
    )
    early = 6_000
    assert_sounds(
        mix, (early, take[: 48_000 - early]), (RATE, take[-early:]), (RATE + early, take[:18_000])
    )


def test_a_file_that_is_as_long_for_every_reader_begins_again_for_a_millisecond_too(tmp_path):
    take, mix = rendered(tmp_path, item(0.0, 0.501, "LOOP 1"))
    assert_sounds(mix, (0, take), (48_000, take[:96]))


def test_fades_have_their_shape(tmp_path):
    straight, rounded = (f"FADEIN {shape} 0.1 0 {shape} 0 0 0" for shape in (0, 1))
    take, mix = rendered(tmp_path, item(0.0, 0.5, straight), item(1.0, 0.5, rounded))
    gains = rise(48_000, 9_600)
    assert_sounds(mix, (0, take * gains), (RATE, take * np.sin(gains * np.pi / 2)))


@pytest.mark.parametrize(
    ("fades", "shape", "told"),
    [
        ("FADEIN 1 0.1 0\nFADEOUT 1 0.1 0", "equal_power", False),
        ("FADEIN 0 0.1 0\nFADEOUT 0 0.1 0", "linear", False),
        ("FADEIN 0 0 0\nFADEOUT 1 0.1 0", "equal_power", False),
        ("FADEIN 0 0.1 0\nFADEOUT 1 0.1 0", "equal_power", True),
        ("FADEIN 5 0.1 0\nFADEOUT 2 0 0", "linear", True),
        ("FADEIN 3 0.1 0\nFADEOUT 2 0 0", "equal_power", True),
    ],
)
def test_fades_that_a_session_does_not_have_are_told(tmp_path, fades, shape, told):
    path = tmp_path / "song.rpp"
    path.write_text(f"<REAPER_PROJECT 0.1\n<TRACK\nNAME a\n{item(0.0, 0.5, fades)}\n>\n>\n")
    project = read_reaper(path)
    assert project.tracks[0].clips[0].fade == shape
    assert [str(loss) for loss in project.losses] == (
        ["a: bent fades of clips are straight, or of equal power"] if told else []
    )


@pytest.mark.parametrize("shape", ["equal_power", "linear"])
def test_the_shape_of_a_fade_leaves_and_comes_back(tmp_path, shape):
    clip = AudioClip(Media("take.wav"), Fraction(0), Fraction(1), fade_in_seconds=0.25, fade=shape)
    tracks = (ProjectTrack("a", "a", clips=(clip,)),)
    path = tmp_path / "song.rpp"
    data, _ = to_reaper(Project("song", tracks=tracks), tmp_path)
    path.write_bytes(data)
    (back,) = read_reaper(path).tracks[0].clips
    assert (back.fade, back.fade_in_seconds) == (shape, 0.25)
