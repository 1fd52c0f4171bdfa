"""Recorded tracks that go through nothing: stems read their takes, and no print is written."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from here import Here
from hypothesis import given, settings
from hypothesis import strategies as st
from scores import RATE, write_session
from takes import noise, write_take

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.cli.show.progress import Quiet
from hostkit.errors import StorageError
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store
from hostkit.listening.live.drafts import DraftJob, make_draft
from hostkit.listening.live.shown.measures import Meters
from hostkit.listening.live.version import read_version
from hostkit.listening.page.peaks import PeaksMeter
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.node import is_straight
from hostkit.plan.nodes.prints import PrintPlan, TailPlan
from hostkit.plan.nodes.recorded import Fade, Recorded
from hostkit.plan.reasons import AS_BEFORE, LOST, NOW_A_KEY, UNCHANGED, Reasons, parts, short
from hostkit.render.outcome import RenderFailed, Resources
from hostkit.render.production import Production
from hostkit.render.space import over_the_limit
from hostkit.render.track.printing import PlayedTrack
from hostkit.render.track.straight import StraightPrint

FULL_SCALE = 2**23
TEMPO = "tempo: [{at: 1|1, bpm: 120}]\n"


def straight(plan) -> list[str]:
    return [node.name for node in plan.whole.tracks if is_straight(node)]


def draw(audio: np.ndarray):
    """The lowest and highest samples of a whole take."""
    meter = PeaksMeter()
    meter.add(audio)
    return meter.peaks()


def unheard(frames: int, *, at: str | None = None) -> None:
    """A report that nobody takes."""


def test_a_stem_is_the_sum_of_its_takes_and_nothing_else_is_kept(make, tmp_path: Path):
    """To the bit: integers at a gain of 1 and of 2, added up in 32-bit floats."""
    one, two = noise(2 * RATE), noise(3 * RATE, seed=2)
    write_take(tmp_path / "takes/one.wav", one)
    write_take(tmp_path / "takes/two.wav", two)
    made = make(
        f"{TEMPO}tracks:\n"
        "  one: {audio: [{file: takes/one.wav, at: 1|1}], stem: both}\n"
        "  two: {audio: [{file: takes/two.wav, at: 2|1}], stem: both}\n"
    )
    assert straight(made.plan) == ["one", "two"]
    wanted = np.zeros((2, 5 * RATE))
    wanted[:, : 2 * RATE] += one
    wanted[:, 2 * RATE :] += two
    stem = made.stem("both")
    assert np.array_equal(stem[:, : 5 * RATE], np.rint(wanted * FULL_SCALE))
    assert not stem[:, 5 * RATE :].any()
    kept = [place.name for place in (tmp_path / "store/prints").glob("??/*")]
    assert kept == [stem.fingerprint for stem in made.plan.whole.stems]
    assert [outcome.status for outcome in made.production.outcomes.values()] == ["rendered"] * 3


@pytest.mark.parametrize(
    ("how", "track", "why"),
    [
        ({}, "", "as it is"),
        ({"name": "a.flac"}, "", "decoded once"),
        ({"rate": 44_100}, "", "converted once"),
        ({"subtype": "FLOAT"}, "", "samples that may be no levels are told of the track"),
        ({}, ", effects: [{gain: {gain_db: -3}}]", "an insert"),
        ({}, ", gain_db: -3, pan: 0.5", "a fader is no insert"),
    ],
)
def test_what_is_read_straight(tmp_path: Path, how: dict, track: str, why: str):
    name = how.pop("name", "a.wav")
    write_take(tmp_path / name, noise(RATE), **how)
    text = f"{TEMPO}tracks: {{t: {{audio: [{{file: {name}, at: 1|1}}]{track}}}}}"
    plan = plan_session(write_session(tmp_path / "cue.yaml", text), Environment())
    assert straight(plan) == (["t"] if why in ("as it is", "a fader is no insert") else [])


@pytest.mark.plugins
def test_a_key_is_printed_and_sounds_the_same(make, tmp_path: Path, plugin, odd_plugins: Path):
    """Its twin, which keys nothing, is read straight: two nodes of the same audio."""
    folders = (plugin("HostkitProbe").path.parent, odd_plugins)
    write_take(tmp_path / "a.wav", noise(RATE))
    text = (
        f"{TEMPO}length: 3s\ntracks:\n"
        "  key: {audio: [{file: a.wav, at: 1|2}]}\n"
        "  twin: {audio: [{file: a.wav, at: 1|2}]}\n"
        "  bass: {instrument: {tone: {}}, midi: {track: bass},\n"
        "    effects: [{plugin: HostkitProbeKeyed, sidechain: key}]}\n"
    )
    made = make(text, plugin_dirs=folders, bass=[(0, 6, 45)])
    assert straight(made.plan) == ["twin"]
    assert not np.array_equal(made.stem("key"), made.stem("bass"))
    nodes = {node.name: node for node in made.plan.whole.tracks}
    played = np.concatenate(
        list(StraightPrint("twin", nodes["twin"].plan, unheard).audio()), axis=1
    )
    kept = made.production.print_of(nodes["key"].fingerprint)
    assert np.array_equal(np.concatenate(list(kept.audio()), axis=1), played)
    assert made.production.print_of(nodes["twin"].fingerprint) is None
    assert nodes["key"].fingerprint != nodes["twin"].fingerprint


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory):
    """A region of a take of 3 s."""
    folder = tmp_path_factory.mktemp("takes")
    write_take(folder / "a.wav", noise(3 * RATE))
    text = f"{TEMPO}tracks: {{t: {{audio: [{{file: a.wav, at: 1|1}}]}}}}"
    plan = plan_session(write_session(folder / "cue.yaml", text), Environment())
    (one,) = plan.whole.tracks[0].plan.source.regions
    return one


@given(
    places=st.lists(
        st.tuples(st.integers(0, 200_000), st.integers(0, 20_000), st.integers(1, 100_000)),
        min_size=1,
        max_size=4,
    ),
    frames=st.none() | st.integers(1, 400_000),
    start=st.integers(0, 400_000),
)
@settings(max_examples=40, deadline=None)
def test_it_may_be_read_from_any_frame_on(region, places, frames, start):
    """The same samples as from the start; how long silence lasts after them is told from there."""
    regions = (
        replace(region, start=at, offset=offset, frames=length).faded(
            Fade(0, 5_000, True), Fade(length - 900, 900, False)
        )
        for at, offset, length in sorted(places)
    )
    tail = TailPlan(below_db=-60.0, for_frames=RATE // 2, max_frames=2 * RATE)
    plan = PrintPlan(Recorded(tuple(regions)), (), RATE, frames, tail, kept=False)
    whole = np.concatenate(list(PlayedTrack(plan, unheard).blocks()), axis=1)
    later = StraightPrint("t", plan, unheard)
    rest = list(later.audio(BLOCK_FRAMES, start))
    read = np.concatenate(rest, axis=1) if rest else whole[:, :0]
    wanted = whole[:, start:]
    both = min(read.shape[1], wanted.shape[1])
    assert np.array_equal(read[:, :both], wanted[:, :both])
    assert not read[:, both:].any()
    assert not wanted[:, both:].any()
    assert start + both >= min(plan.source.end, whole.shape[1])
    if start == 0 or frames is not None:
        assert later.frames == whole.shape[1]


def test_a_page_mixes_and_draws_it_before_anything_is_made(tmp_path: Path):
    """A draft is the stem to the bit; the waveform of the track has its lowest and highest."""
    take = noise(6 * RATE)
    write_take(tmp_path / "takes/a.wav", take)
    text = f"{TEMPO}tracks: {{t: {{audio: [{{file: takes/a.wav, at: 1|1}}], gain_db: -6}}}}"
    version = read_version(1, write_session(tmp_path / "cue.yaml", text), Environment())
    store = Store(tmp_path / "store")
    (sounds,) = version.stems()
    start, end = 3 * RATE, 5 * RATE
    draft = make_draft(DraftJob(sounds.whole.mixed, store.root, start, end), unheard)
    gain = np.float32(10 ** (-6 / 20))
    wanted = np.rint(take[:, start:end] * gain * FULL_SCALE)
    np.testing.assert_array_equal(draft * FULL_SCALE, wanted)
    with LocalExecutor(1) as executor:
        alone = sounds.tracks["t"].alone
        peaks = Meters(store, executor).peaks_of(alone.print, "pcm24", alone)
    wanted = draw(np.pad(take, ((0, 0), (0, peaks.frames - 6 * RATE))))
    assert peaks.frames == 6 * RATE + RATE // 2  # as long as it takes to be sure of the end
    np.testing.assert_array_equal(peaks.fine, wanted.fine)
    assert not store.root.exists()


def test_one_of_many_channels_is_read_in_the_memory_of_one(make, tmp_path: Path):
    """24 channels of 2 s are 7 MB in a file, 9 MB as floats: to the bit, in less than 3 MB."""
    take = noise(2 * RATE, channels=24)
    write_take(tmp_path / "takes/many.wav", take)
    text = (
        f"{TEMPO}tracks: {{t: {{audio: [{{file: takes/many.wav, at: 1|1, channels: [23, 2]}}]}}}}"
    )
    made = make(text)
    assert np.array_equal(made.stem("t")[:, : 2 * RATE], np.rint(take[[22, 1]] * FULL_SCALE))
    (track,) = made.plan.whole.tracks
    tracemalloc.start()
    for _ in StraightPrint("t", track.plan, unheard).audio():
        pass
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 3e6


def test_a_take_that_changes_meanwhile_is_named(make, tmp_path: Path):
    take = write_take(tmp_path / "takes/a.wav", noise(4 * RATE))
    made = make(f"{TEMPO}tracks: {{t: {{audio: [{{file: takes/a.wav, at: 1|1}}]}}}}")
    (track,) = made.plan.whole.tracks
    blocks = StraightPrint("t", track.plan, unheard).audio()
    next(blocks)
    write_take(take, noise(4 * RATE + 1, seed=2))
    with pytest.raises(StorageError, match=r"^t: .*takes/a.wav: changed while it was used"):
        list(blocks)


def test_a_stem_that_fails_of_a_take_names_track_and_file(make, tmp_path: Path):
    take = write_take(tmp_path / "takes/a.wav", noise(RATE))
    made = make(f"{TEMPO}tracks: {{t: {{audio: [{{file: takes/a.wav, at: 1|1}}], stem: both}}}}")
    take.unlink()
    production = Production(Resources(Here(), Store(tmp_path / "another"), Quiet()))
    nodes = made.plan.whole.nodes
    with pytest.raises(RenderFailed) as failed:
        production.use("cue", nodes, Reasons(), lambda outcomes: None)
    said = f"cue: both: t: {take}: changed while it was used; render again"
    assert str(failed.value) == said


def test_why_it_is_read_again(make, tmp_path: Path):
    """By what was delivered: nothing of a track lies in the store that could tell."""
    write_take(tmp_path / "takes/a.wav", noise(RATE))
    text = f"{TEMPO}tracks: {{t: {{audio: [{{file: takes/a.wav, at: 1|1}}]}}}}"
    (track,) = (plan := make(text).plan.whole).tracks
    (stem,) = plan.stems
    before = {"t": parts(track.plan)}
    nodes = frozenset({short(track.fingerprint), short(stem.fingerprint)})

    def told(text: str, reasons: Reasons, store: str) -> list[tuple[str, str]]:
        made = make(text, reasons=reasons, store=store)
        return [(o.status, o.reason) for o in made.production.outcomes.values()]

    as_delivered = Reasons(before, nodes=nodes)
    assert told(text, as_delivered, "store") == [("cached", UNCHANGED), ("cached", AS_BEFORE)]
    assert told(text, as_delivered, "another") == [("cached", UNCHANGED), ("rendered", LOST)]
    moved = text.replace("1|1}]", "1|2}]")
    assert told(moved, as_delivered, "store") == [
        ("rendered", "regions changed"),
        ("rendered", "t changed"),
    ]


def test_why_a_track_is_printed_that_was_read_straight(make, tmp_path: Path):
    """Nothing of it changed, and it never was in the store."""
    write_take(tmp_path / "takes/a.wav", noise(RATE))
    (track,) = make(
        f"{TEMPO}tracks: {{t: {{audio: [{{file: takes/a.wav, at: 1|1}}]}}}}"
    ).plan.tracks
    printed = replace(track, plan=replace(track.plan, kept=True), fingerprint="f" * 64)
    delivered = Reasons({"t": parts(track.plan)}, nodes=frozenset({short(track.fingerprint)}))
    assert delivered.made(printed) == NOW_A_KEY
    older = Reasons({"t": parts(track.plan)})  # a manifest that does not name its nodes
    assert older.made(printed) == LOST


def test_the_disk_is_asked_for_nothing_of_it(tmp_path: Path):
    """A stem of a second, in 32-bit samples: 384 kB, and as much for no print."""
    write_take(tmp_path / "a.wav", noise(RATE))
    text = f"{TEMPO}length: 1s\ntracks: {{t: {{audio: [{{file: a.wav, at: 1|1}}]}}}}"
    plan = plan_session(write_session(tmp_path / "cue.yaml", text), Environment())
    stem_bytes = RATE * 2 * 4
    fits, short_of_it = (Store(tmp_path / "s", limit_gb=b / 1e9) for b in (stem_bytes, 1000))
    assert not over_the_limit(plan, fits)
    assert over_the_limit(plan, short_of_it).startswith("this render needs 0 MB")
