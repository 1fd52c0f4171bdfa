"""Reading a print while it is being written: all of it, and no waiting for ever."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostkit.errors import StorageError
from hostkit.jobs.following import CAN_FOLLOW, FollowedPrint
from hostkit.jobs.prints import AUDIO, CHUNK_FRAMES
from hostkit.jobs.store import Store

# On Windows nothing follows, so there is nothing to test: hostkit.jobs.following says why.
pytestmark = pytest.mark.skipif(not CAN_FOLLOW, reason="an open file holds its folder fast")
TOKEN = "token"
_names = itertools.count()


def fingerprint() -> str:
    return f"{next(_names):064x}"


def audio(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(frames).standard_normal((channels, frames)).astype(np.float32)


def never() -> None:
    raise AssertionError("there was something to read")


@settings(deadline=None, max_examples=40)
@given(
    pieces=st.lists(st.integers(0, 300), max_size=8),
    block=st.integers(1, 200),
    channels=st.integers(1, 2),
    pauses=st.booleans(),
)
def test_it_reads_what_is_written_however_both_go_about_it(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[int],
    block: int,
    channels: int,
    pauses: bool,
):
    store, name = Store(tmp_path_factory.mktemp("store")), fingerprint()
    written = audio(sum(pieces), channels)
    go_on = threading.Semaphore(0 if pauses else 10_000)

    def write() -> None:
        with store.writer(name, AUDIO, channels, TOKEN) as writer:
            for start, frames in zip(itertools.accumulate([0, *pieces]), pieces, strict=False):
                go_on.acquire()
                writer.write(written[:, start : start + frames])
            go_on.acquire()
            writer.finish(0, ())

    store.expect(TOKEN)
    followed = FollowedPrint(store, "piano", name, TOKEN, go_on.release)
    writing = threading.Thread(target=write)
    writing.start()
    read = []
    for part in followed.audio(block):
        read.append(part)
        done = sum(each.shape[1] for each in read)
        assert followed.frames is not None or done < written.shape[1]
    writing.join()
    assert followed.frames == written.shape[1]
    whole = np.concatenate(read, axis=1) if read else audio(0, channels)
    np.testing.assert_array_equal(whole, written)
    assert [part.shape[1] for part in read[:-1]] == [block] * (len(read) - 1)


def test_what_is_done_is_read_at_once(tmp_path: Path):
    store, name = Store(tmp_path), fingerprint()
    with store.writer(name, AUDIO, 2, TOKEN) as writer:
        writer.write(audio(500))
        writer.finish(0, ())
    read = np.concatenate(list(FollowedPrint(store, "piano", name, TOKEN, never).audio(64)), axis=1)
    np.testing.assert_array_equal(read, audio(500))


@pytest.mark.parametrize("frames", [None, 0, 500])
def test_what_is_given_up_is_not_waited_for(tmp_path: Path, frames: int | None):
    """Before it was begun, or when some of it was there."""
    store, name = Store(tmp_path), fingerprint()
    store.expect(TOKEN)
    if frames is not None:
        unfinished = store.writer(name, AUDIO, 2, TOKEN)
        unfinished.__enter__().write(audio(frames))
    waited = itertools.count()

    def wait() -> None:
        if next(waited) == 3:
            store.discard(TOKEN)

    with pytest.raises(StorageError, match="cancelled"):
        list(FollowedPrint(store, "piano", name, TOKEN, wait).audio(64))


@pytest.mark.parametrize("alike", [True, False])
def test_of_two_writers_the_first_to_finish_is_enough_if_they_agree(tmp_path: Path, alike: bool):
    """The one that is followed falls behind; a device that does not repeat must not be spliced."""
    store, name, whole = Store(tmp_path), fingerprint(), audio(1000)
    store.expect(TOKEN)
    slow = store.writer(name, AUDIO, 2, TOKEN)
    slow.__enter__().write(whole[:, :300])
    blocks = FollowedPrint(store, "piano", name, TOKEN, never).audio(100)
    assert [next(blocks).shape[1] for _ in range(2)] == [100, 100]
    with store.writer(name, AUDIO, 2, "other") as writer:
        writer.write(whole if alike else whole[:, ::-1])
        writer.finish(0, ())
    if alike:
        np.testing.assert_array_equal(np.concatenate(list(blocks), axis=1), whole[:, 200:])
    else:
        with pytest.raises(StorageError, match="piano was rendered twice at once, and not alike"):
            list(blocks)


@pytest.mark.parametrize("changed", [0, 2 * CHUNK_FRAMES - 1])
def test_it_is_read_from_a_chunk_on_and_what_was_read_is_what_was_kept(
    tmp_path: Path, changed: int
):
    """The finished print differs before what was read, which does not matter, or in it."""
    store, name, whole = Store(tmp_path), fingerprint(), audio(2 * CHUNK_FRAMES + 700)
    store.expect(TOKEN)
    slow = store.writer(name, AUDIO, 2, TOKEN)
    slow.__enter__().write(whole[:, : 2 * CHUNK_FRAMES + 100])
    followed = FollowedPrint(store, "piano", name, TOKEN, never)
    blocks = followed.audio(CHUNK_FRAMES, CHUNK_FRAMES)
    np.testing.assert_array_equal(next(blocks), whole[:, CHUNK_FRAMES : 2 * CHUNK_FRAMES])
    finished = whole.copy()
    finished[0, changed] += 1
    with store.writer(name, AUDIO, 2, "other") as writer:
        writer.write(finished)
        writer.finish(0, ())
    if changed < CHUNK_FRAMES:
        np.testing.assert_array_equal(next(blocks), whole[:, 2 * CHUNK_FRAMES :])
    else:
        with pytest.raises(StorageError, match="not alike"):
            next(blocks)


def test_giving_up_is_known_at_once_though_files_are_open(tmp_path: Path):
    """On some network disks a folder stays as long as a file of it is open."""
    store, name = Store(tmp_path), fingerprint()
    store.expect(TOKEN)
    unfinished = store.writer(name, AUDIO, 2, TOKEN)
    unfinished.__enter__().write(audio(10))
    samples, channels = store.begun(TOKEN) or (tmp_path, 0)
    assert channels == 2
    with samples.open("rb"), patch("shutil.rmtree"):
        store.discard(TOKEN)
        assert not store.is_in_progress(TOKEN)
