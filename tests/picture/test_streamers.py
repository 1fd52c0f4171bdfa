"""The video of streamers, decoded: each line in its column, each punch on the frame of its hit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from commands import hostkit
from needed import needed

from hostkit.cli.show.documents.every import DOCUMENTS
from hostkit.picture.cueing.glyphs import drawn_text

WIDTH, HEIGHT, LINE = 160, 90, 2
LENGTH = 12
"""Frames that a streamer of half a second takes."""
BEFORE = 24
"""Frames before 1|1: a count-in of one bar of two beats at 120."""
HITS = {"downbeat": 0, "hit": 31, "end": 48}
SESSION = """\
hostkit: 1
picture: {frame_rate: 24, start: 01:00:02:00}
tempo: [{at: 1|1, bpm: 120, meter: 2/4}]
length: 3|1
click: {count_in_bars: 1}
hits: [{at: 01:00:03:07, name: door}, {at: 2|1, name: nothing, weight: 0}]
tracks: {keys: {instrument: {tone: {}}}}
"""
GREEN, YELLOW, RED, WHITE = (60, 220, 90), (255, 210, 40), (235, 50, 45), (255, 255, 255)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    needed(shutil.which("ffmpeg"), "ffmpeg", "apt install ffmpeg")
    (tmp_path / "cue.yaml").write_text(SESSION)
    return tmp_path / "cue.yaml"


def decoded(file: Path) -> np.ndarray:
    """Every frame as `(frames, height, width, 3)`."""
    command = ["ffmpeg", "-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3).astype(int)


def streamers(session: Path, tmp_path: Path) -> np.ndarray:
    file = session.with_name("cue-streamers.mp4")
    options = ("--size", f"{WIDTH}x{HEIGHT}", "--seconds", 0.5)
    done = hostkit("streamers", session, *options, cache=tmp_path / "cache")
    assert (done.code, done.err) == (0, "")
    assert "3 streamers" in done.out
    return decoded(file)


def is_near(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    """Within what compressing to 4:2:0 leaves of two columns."""
    return bool(np.abs(pixels.reshape(-1, 3).mean(axis=0) - colour).max() < 60)


def test_lines_and_punches_are_on_their_frames(session: Path, tmp_path: Path):
    frames = streamers(session, tmp_path)
    assert len(frames) == BEFORE + HITS["end"] + 24
    rows = slice(HEIGHT // 4, HEIGHT // 3)  # beside text and punch
    for (_, at), colour in zip(HITS.items(), (GREEN, YELLOW, RED), strict=True):
        for back in (LENGTH, 7, 3, 0):
            frame = frames[BEFORE + at - back]
            left = round((LENGTH - back) / LENGTH * (WIDTH - LINE))
            assert is_near(frame[rows, left : left + LINE], colour), (at, back)
            elsewhere = np.delete(frame[rows], np.s_[max(0, left - 4) : left + LINE + 4], axis=1)
            assert elsewhere.max() < 40, (at, back)
        assert frames[BEFORE + at - LENGTH - 1][rows].max() < 40
    middle = frames[:, HEIGHT // 2 - 4 : HEIGHT // 2 + 4, WIDTH // 2 - 4 : WIDTH // 2 + 4]
    punched = [n - BEFORE for n, dots in enumerate(middle) if is_near(dots, WHITE)]
    assert punched == list(HITS.values())


def test_timecode_and_bar_are_those_of_the_frame(session: Path, tmp_path: Path):
    frames = streamers(session, tmp_path)
    top = HEIGHT - 10  # texts are written one dot a pixel here, on a dark ground
    for frame, timecode, place in ((-24, "01:00:01:00", "-1|1"), (31, "01:00:03:07", "2|1")):
        shown = frames[BEFORE + frame].mean(axis=2)
        left = WIDTH - 6 * len(place) - 3
        for text, at in ((timecode, 3), (place, left)):
            dots = drawn_text(text, 1)
            pixels = shown[top : top + 7, at : at + dots.shape[1]]
            assert pixels[dots].mean() - pixels[~dots].mean() > 120, (frame, text)


def test_the_picture_is_under_it_frame_by_frame(session: Path, tmp_path: Path):
    """By the timecode that the file carries: its frame 48 is that of 1|1."""
    reel = session.with_name("reel.mov")
    source = f"nullsrc=s={WIDTH}x{HEIGHT}:r=24:d=3,format=gray,geq=lum='40+2*N'"
    encode = ("-c:v", "libx264", "-qp", "0", "-timecode", "01:00:00:00")
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, *encode, str(reel)]
    subprocess.run(command, check=True)
    session.write_text(SESSION.replace("02:00}", "02:00, file: reel.mov}"))
    grey = [frame[HEIGHT // 4, WIDTH // 4].mean() for frame in streamers(session, tmp_path)]
    original = [frame[HEIGHT // 4, WIDTH // 4].mean() for frame in decoded(reel)]
    assert len(original) == 72
    first = 48 - BEFORE
    no_line = [BEFORE + n for n in (*range(-24, -LENGTH), *range(1, 31 - LENGTH))]
    off = [abs(grey[n] - original[first + n]) for n in no_line]
    assert max(off) <= 1.5  # a frame is two steps away from the next
    assert max(grey[BEFORE + HITS["end"] + 1 :]) < 10  # black, after the end of the reel, too


def test_a_dry_run_says_what_would_be_in_it(session: Path, tmp_path: Path):
    done = hostkit("streamers", session, "--dry-run", "--json", cache=tmp_path / "cache")
    assert done.json["frames"] == BEFORE * 2 + HITS["end"] + 24  # streamers of two seconds
    punches = {one["kind"]: (one["name"], one["timecode"]) for one in done.json["streamers"]}
    assert punches["hit"] == ("door", "01:00:03:07")
    assert punches["end"] == ("end", "01:00:04:00")
    fields = {*done.json, *(f"streamers[].{key}" for key in done.json["streamers"][0])}
    assert fields - {"format", "streamers"} == set(DOCUMENTS["streamers"])
    assert not list(tmp_path.glob("*.mp4"))


def test_without_a_picture_the_start_is_in_seconds(tmp_path: Path):
    """The count-in is two bars of 4/4 at 120 bpm: 4 s."""
    cue = tmp_path / "cue.yaml"
    cue.write_text(
        "hostkit: 1\nlength: 2s\ntempo: [{at: 1|1, bpm: 120, meter: 4/4}]\n"
        "tracks: {keys: {instrument: {tone: {}}, score: [{at: 1|1, notes: c4}]}}\n"
    )
    done = hostkit("streamers", cue, "--dry-run", cache=tmp_path / "cache")
    assert (done.code, done.err) == (0, "")
    assert done.out.rstrip().endswith("frames from -4.00 s")


def test_what_is_lacking_comes_with_its_cure(session: Path, tmp_path: Path):
    cache = tmp_path / "cache"
    done = hostkit("streamers", session, cache=cache, PATH=str(tmp_path))
    assert done.code == 2
    assert "ffmpeg is not installed, and makes the video; install it (apt install" in done.err
    done = hostkit("streamers", session, "--size", "1279x720", cache=cache)
    assert (done.code, "--size: '1279x720' is no size" in done.err) == (2, True)
    session.write_text(SESSION.replace("02:00}", "02:00, file: no.mov}"))
    done = hostkit("streamers", session, cache=cache)
    assert done.code == 2
    assert "no.mov" in done.err
    session.with_name("no.mov").write_text("no film")
    done = hostkit("streamers", session, "--json", cache=cache)
    assert (done.code, len(json.loads(done.out)["problems"])) == (2, 1)
    session.write_text(SESSION)
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nhead -c 100000 > /dev/null\necho no room >&2\nexit 1\n")
    broken.chmod(0o755)
    done = hostkit("streamers", session, cache=cache, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (done.code, "ffmpeg made no video: no room" in done.err) == (1, True)
    assert not list(tmp_path.glob("*.mp4"))
    assert not list(tmp_path.glob(".hostkit*"))
