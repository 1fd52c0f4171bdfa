"""What two edit lists have in common, and what becomes of every frame, against recuts made here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostkit.errors import BadValue
from hostkit.picture.conform.notes import notes_of
from hostkit.picture.conform.recut import NEAR_CUT_FRAMES, Recut
from hostkit.picture.conform.shots import reels_of
from hostkit.picture.spotting.cmx import read_edl
from hostkit.picture.spotting.marker import Given
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.timecode import label_at

RATE = FrameRate.parse(24)
START = 3600 * 24
"""The first frame of every reel here: 01:00:00:00."""


@dataclass(frozen=True)
class Cut:
    """A line of a list: `frames` of a source from its frame `source` on; no reel is black."""

    reel: str
    source: int
    frames: int
    more: str = ""
    transition: str = "C"


def edl(*cuts: Cut) -> str:
    lines, at = ["TITLE: REEL 1", "FCM: NON-DROP FRAME"], START
    for number, cut in enumerate(cuts, 1):
        places = (cut.source, cut.source + cut.frames, at, at + cut.frames)
        times = " ".join(str(label_at(frame, RATE)) for frame in places)
        lines.append(f"{number:03}  {cut.reel or 'BL':8} V     {cut.transition:8} {times}")
        lines += [cut.more] if cut.more else []
        at += cut.frames
    return "\n".join(lines) + "\n"


def recut(old: str, new: str) -> Recut:
    lists = [read_edl(text, Given(RATE)) for text in (old, new)]
    return Recut.of(*reels_of(lists[0], "old.edl", lists[1], "new.edl"))


def moved(found: Recut, frame: int) -> int | str:
    """By how many frames a frame moved, counted from the reel's start; or its state."""
    fate = found.fate(START + frame)
    if fate.state in ("lost", "ambiguous"):
        return fate.state
    assert fate.moved_frames is not None
    assert fate.state == ("moved" if fate.moved_frames else "kept")
    return fate.moved_frames


def ranges(found: Recut) -> list[tuple[str, int, int]]:
    """State, and where it is in the reel that has it, the old one first."""
    spans = [(one.state, one.old or one.new) for one in found.ranges]
    return [(state, at[0] - START, at[1] - START) for state, at in spans if at is not None]


A, B, C, D = (Cut(reel, 1000, 100) for reel in ("A001", "B002", "C003", "D004"))
BLACK = Cut("", 0, 48)


def test_a_tail_that_is_trimmed_moves_all_that_comes_after_it():
    found = recut(edl(A, B, C), edl(A, replace(B, frames=88), C))
    assert ranges(found) == [("kept", 0, 188), ("deleted", 188, 200), ("moved", 200, 300)]
    assert [moved(found, frame) for frame in (0, 187, 195, 199, 200, 299)] == [
        *(0, 0, "lost", -12, -12, -12),
    ]
    assert found.fate(START + 195).why == "this part of B002 was taken out"
    assert found.place(START + 195) == START + 188


def test_a_hit_on_a_cut_follows_the_cut_whose_head_was_trimmed_or_extended():
    trimmed = recut(edl(A, B), edl(A, replace(B, source=1010, frames=90)))
    assert moved(trimmed, 100) == 0
    assert "head was trimmed by 10 frames" in trimmed.fate(START + 100).why
    assert moved(trimmed, 110) == -10
    longer = recut(edl(A, B), edl(A, replace(B, source=990, frames=110)))
    assert [moved(longer, frame) for frame in (99, 100, 102, 103)] == [0, 0, 0, 10]
    assert "head was extended by 10 frames" in longer.fate(START + 100).why


def test_shots_that_changed_places_and_one_that_came_in():
    new = Cut("X", 0, 24)
    found = recut(edl(A, B, C, D), edl(A, new, C, replace(B, source=1010, frames=90), D))
    assert ranges(found) == [
        *(("kept", 0, 100), ("deleted", 100, 110), ("inserted", 100, 124)),
        *(("moved", 110, 200), ("moved", 200, 300), ("moved", 300, 400)),
    ]
    assert [moved(found, frame) for frame in (50, 100, 150, 250, 350)] == [0, 124, 114, -76, 14]


def test_black_of_one_length_is_no_change_and_of_another_it_is():
    same = recut(edl(BLACK, A, BLACK, B, BLACK), edl(BLACK, A, BLACK, B, BLACK))
    assert ranges(same) == [("kept", 0, 344)]
    assert moved(same, 160) == 0
    other = recut(edl(A, BLACK, B), edl(replace(A, frames=90), replace(BLACK, frames=60), B))
    assert [state for state, *_ in ranges(other)] == ["kept", "deleted", "inserted", "moved"]
    assert moved(other, 100) == -10, "a cut to black goes with the end of its shot"
    assert moved(other, 120) == "lost"
    slug = recut(edl(A, C, B), edl(A, replace(BLACK, frames=100), B))
    assert ranges(slug)[1:3] == [("deleted", 100, 200), ("inserted", 100, 200)]


def test_what_is_seen_several_times_is_ambiguous_unless_it_was_so_before():
    twice = recut(edl(A, B), edl(A, B, C, A))
    assert moved(twice, 50) == "ambiguous"
    fate = twice.fate(START + 50)
    assert (fate.moved_frames, fate.also) == (0, (300,))
    assert twice.fate(START).also == (300,), "on its cut, too"
    assert moved(twice, 150) == 0
    same = recut(edl(A, B, A, C), edl(D, A, B, A, C))
    assert [moved(same, frame) for frame in (50, 150, 250, 350)] == [100] * 4
    once = recut(edl(A, B, A, C), edl(B, A, C))
    assert [moved(once, frame) for frame in (50, 150, 250, 350)] == ["lost", -100, -100, -100]


def test_a_cut_within_one_source_that_is_not_seen_is_none():
    halves = replace(A, frames=50), replace(A, source=1050, frames=50)
    found = recut(edl(*halves, B), edl(replace(A, source=990, frames=110), B))
    assert moved(found, 50) == 10
    bridged = recut(edl(halves[0], B, halves[1]), edl(A))
    assert moved(bridged, 150) == -100, "its cut is gone"
    assert "cut into A001 is gone" in bridged.fate(START + 150).why


def test_retimes_dissolves_and_versions_are_named():
    slow = Cut("B002", 1000, 100, "M2   B002       012.0                01:00:41:16")
    old = Cut("AX", 0, 100, "* FROM CLIP NAME: SH010_comp_v003.mov")
    new = replace(old, more="* FROM CLIP NAME: SH010_comp_v012.mov")
    dissolved = replace(C, transition="D    024")
    found = recut(edl(A, B, old, C), edl(A, slow, new, dissolved))
    assert moved(found, 125) == "lost"
    why = "B002 is now at 50 % speed, was 100 % speed; the frame is near 01:00:06:06"
    assert found.fate(START + 125).why == why
    assert [(note.old - START, note.text) for note in notes_of(found)] == [
        (100, "B002 is now at 50 % speed, was at 100 % speed"),
        (200, "SH010_comp_v003.mov is now v012, was v003"),
        (300, "C003 comes in by a dissolve of 24 frames, was a cut"),
    ]
    assert [moved(found, frame) for frame in (250, 300, 350)] == [0, 0, 0]
    assert "comes in by a dissolve of 24 frames" in found.fate(START + 300).why


def test_lists_with_nothing_in_common_are_refused():
    with pytest.raises(BadValue, match=r"no shot of old\.edl \(A001, B002\) is in new\.edl \(C003"):
        recut(edl(A, B), edl(C, D))
    with pytest.raises(BadValue, match="none of its events is picture"):
        recut(edl(A), edl(A).replace(" V  ", " A  "))


def test_a_reel_may_go_on_after_midnight():
    late = "001  A001  V  C  00:00:00:00 00:00:04:00 23:59:58:00 00:00:02:00\n"
    found = recut(late, late)
    (one,) = found.ranges
    assert [str(found.old.label(frame)) for frame in one.old or ()] == [
        *("23:59:58:00", "00:00:02:00")
    ]


@dataclass(frozen=True)
class Made:
    """A recut as a program made it: the old shots in the new order, each with its trims."""

    old: tuple[Cut, ...]
    new: tuple[tuple[int | None, int, int], ...]
    """Number of the old shot (None: another), frames off its head and tail (below 0: more)."""

    @property
    def new_cuts(self) -> tuple[Cut, ...]:
        cuts = []
        for place, (number, head, tail) in enumerate(self.new):
            shot = Cut("NEW", 5000 + 500 * place, 40) if number is None else self.old[number]
            frames = shot.frames - head - tail
            cuts.append(replace(shot, source=shot.source + head, frames=frames))
        return tuple(cuts)

    def expected(self) -> list[int | None]:
        """Where each old frame is in the new reel, as one follows it by hand; None: lost."""
        starts, at = {}, 0
        for (number, head, _), cut in zip(self.new, self.new_cuts, strict=True):
            starts[number] = at, head, cut.frames
            at += cut.frames
        plain: list[int | None] = []
        for number, cut in enumerate(self.old):
            start, head, frames = starts.get(number, (0, 0, 0))
            inside = [0 <= frame - head < frames for frame in range(cut.frames)]
            plain += [start + f - head if there else None for f, there in enumerate(inside)]
        on_cuts, at = list(plain), 0
        for number, cut in enumerate(self.old):
            near = range(max(0, at - NEAR_CUT_FRAMES), at + NEAR_CUT_FRAMES + 1)
            if number in starts:
                for frame in near:
                    on_cuts[frame] = starts[number][0] + frame - at
            at += cut.frames
        return on_cuts


@st.composite
def made(draw: st.DrawFn) -> Made:
    lengths = draw(st.lists(st.integers(12, 90), min_size=1, max_size=8))
    old = tuple(
        Cut(f"R{number % 3}", 1000 + 300 * number, frames) for number, frames in enumerate(lengths)
    )
    order = draw(st.permutations(range(len(old))))
    left = order[: draw(st.integers(1, len(order)))]
    if draw(st.booleans()):
        left = sorted(left)
    trims = st.integers(-10, 4)
    new: list[tuple[int | None, int, int]] = []
    for number in left:
        if draw(st.integers(0, 4)) == 0:
            new.append((None, 0, 0))
        new.append((number, draw(trims), draw(trims)))
    return Made(old, tuple(new))


@given(made())
@settings(max_examples=150, deadline=None)
def test_a_recut_that_a_program_made_is_found_again(recut_made: Made):
    found = recut(edl(*recut_made.old), edl(*recut_made.new_cuts))
    expected = recut_made.expected()
    fates = [found.fate(START + frame).new for frame in range(len(expected))]
    assert [new if new is None else new - START for new in fates] == expected
    assert all(not found.fate(START + frame).also for frame in range(len(expected)))
    for which in ("old", "new"):
        spans = sorted(s for one in found.ranges if (s := getattr(one, which)) is not None)
        reel = getattr(found, which)
        edges = [reel.start, *(edge for span in spans for edge in span), reel.end]
        assert edges[::2] == edges[1::2], "every frame is in one range"
    for one in found.ranges:
        if one.old and one.new:
            assert one.old[1] - one.old[0] == one.new[1] - one.new[0] == one.frames
