"""The store of prints: whole or not there, shared by many, bounded."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from hostkit.errors import RequestError, StorageError
from hostkit.jobs.in_use import name_of_this
from hostkit.jobs.prints import AUDIO, INTEGERS, Print
from hostkit.jobs.store import Store, default_store

FINGERPRINT = "ab" + "0" * 62


def audio(frames: int, channels: int = 2) -> np.ndarray:
    random = np.random.default_rng(frames)
    return random.standard_normal((channels, frames)).astype(np.float32)


def keep(store: Store, block: np.ndarray, fingerprint: str = FINGERPRINT) -> Print:
    with store.writer(fingerprint, AUDIO, block.shape[0], os.urandom(4).hex()) as writer:
        writer.write(block)
        writer.finish(1.5, ("a warning",))
    found = store.get(fingerprint)
    assert found is not None
    return found


def read(found: Print, block_frames: int = 1000) -> np.ndarray:
    return np.concatenate(list(found.audio(block_frames)), axis=1)


@pytest.mark.parametrize("channels", [1, 2])
def test_what_goes_in_comes_out(tmp_path: Path, channels: int):
    block = audio(12_345, channels)
    found = keep(Store(tmp_path), block)
    assert (found.frames, found.channels, found.warnings) == (12_345, channels, ("a warning",))
    np.testing.assert_array_equal(read(found), block)


def test_samples_are_kept_as_integers(tmp_path: Path):
    store = Store(tmp_path)
    samples = np.array([[1, -(2**24)], [2**24, 0]], dtype=np.int32)
    with store.writer(FINGERPRINT, INTEGERS, 2, "t") as writer:
        writer.write(samples)
        writer.finish(0, (), clipped_samples=3)
    found = store.get(FINGERPRINT)
    assert found is not None
    assert found.clipped_samples == 3
    np.testing.assert_array_equal(next(found.int_samples()), samples)
    for start in (0, 1):  # and frame by frame, as they lie on disk
        (stored,) = found.int_samples(start_frame=start, as_stored=True)
        np.testing.assert_array_equal(stored, samples[:, start:])
    with pytest.raises(TypeError):
        next(found.audio())


def test_truncating_drops_the_end(tmp_path: Path):
    store, block = Store(tmp_path), audio(100)
    with store.writer(FINGERPRINT, AUDIO, 2, "t") as writer:
        writer.write(block)
        writer.truncate(60)
        writer.finish(0, ())
    found = store.get(FINGERPRINT)
    assert found is not None
    np.testing.assert_array_equal(read(found), block[:, :60])


def test_nothing_is_there_until_it_is_finished(tmp_path: Path):
    store = Store(tmp_path)

    def stopped_half_way() -> None:
        with store.writer(FINGERPRINT, AUDIO, 2, "t") as writer:
            writer.write(audio(10))
            assert store.get(FINGERPRINT) is None
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped_half_way()
    assert store.get(FINGERPRINT) is None
    assert not list((tmp_path / "incoming" / "t").iterdir())
    store.discard("t")
    assert not list((tmp_path / "incoming").iterdir())


def test_an_unfinished_print_of_a_killed_writer_is_no_print(tmp_path: Path):
    store = Store(tmp_path)
    writer = store.writer(FINGERPRINT, AUDIO, 2, "killed")
    writer.__enter__().write(audio(10))  # and never leaves
    assert store.get(FINGERPRINT) is None
    store.discard("killed")
    assert not (tmp_path / "incoming" / "killed").exists()


def test_two_writers_of_one_print(tmp_path: Path):
    store, block = Store(tmp_path), audio(50_000)
    threads = [threading.Thread(target=keep, args=(store, block)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.get(FINGERPRINT)
    assert found is not None
    np.testing.assert_array_equal(read(found), block)
    assert not list((tmp_path / "incoming").iterdir())


@pytest.mark.parametrize("damage", ["short", "no json", "bad json"])
def test_a_damaged_print_is_rendered_again(tmp_path: Path, damage: str):
    store = Store(tmp_path)
    found = keep(store, audio(100))
    if damage == "short":
        os.truncate(found.samples_path, 10)
    elif damage == "no json":
        (found.folder / "print.json").unlink()
    else:
        (found.folder / "print.json").write_text("{")
    assert store.get(FINGERPRINT) is None
    keep(store, audio(100))


def test_pruning_takes_the_longest_unused(tmp_path: Path):
    store = Store(tmp_path)
    for age, name in enumerate(["new", "old", "older"]):
        fingerprint = f"{age:02}" + "0" * 62
        found = keep(store, audio(1000), fingerprint)
        used = 1_700_000_000 - age * 1000
        os.utime(found.folder, (used, used))
        assert name
    removed = store.prune(limit_bytes=9000)
    assert removed.prints == 2
    assert store.get("00" + "0" * 62) is not None
    assert store.info().prints == 1


def test_pruning_spares_what_a_running_process_uses(tmp_path: Path):
    """Also where it is asked for everything, and also what is being written."""
    store = Store(tmp_path)
    keep(store, audio(1000))
    unfinished = store.writer("cd" + "0" * 62, AUDIO, 2, name_of_this())
    writer = unfinished.__enter__()
    writer.write(audio(10))
    with store.using([FINGERPRINT]):
        assert Store(tmp_path).prune(limit_bytes=0).prints == 0
    writer.finish(0, ())
    unfinished.__exit__(None, None, None)
    assert store.prune(limit_bytes=0).prints == 2
    assert store.get(FINGERPRINT) is None


def test_what_a_killed_process_left_is_removed_at_once(tmp_path: Path):
    script = (
        "import sys, os, numpy\n"
        "from pathlib import Path\n"
        "from hostkit.jobs.in_use import name_of_this\n"
        "from hostkit.jobs.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "used = store.using([sys.argv[2]])\n"
        "used.__enter__()\n"
        "writing = store.writer(sys.argv[2], '<f4', 2, name_of_this())\n"
        "writing.__enter__()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    store = Store(tmp_path)
    keep(store, audio(1000))
    subprocess.run([sys.executable, "-c", script, str(tmp_path), FINGERPRINT], check=False)
    assert len(list(tmp_path.glob("in-use/*"))) == len(list(tmp_path.glob("incoming/*"))) == 1
    assert store.prune(limit_bytes=0).prints == 1
    assert not list(tmp_path.glob("in-use/*")) + list(tmp_path.glob("incoming/*"))


def test_the_limit_holds_while_prints_are_made(tmp_path: Path):
    """Each is 8000 bytes and its record; two fit."""
    store = Store(tmp_path, limit_gb=20_000 / 1e9)
    names = [f"{number:02}" + "0" * 62 for number in range(6)]
    with store.using(names[:1]):
        for age, name in enumerate(names):
            found = keep(store, audio(1000), name)
            os.utime(found.folder, (1_700_000_000 + age,) * 2)
            store.grew(found)
            assert store.info().bytes <= 20_000
    assert store.get(names[0]) is not None
    assert store.get(names[5]) is not None


def test_a_store_that_can_only_be_read_serves_what_it_has(tmp_path: Path):
    store = Store(tmp_path)
    keep(store, audio(1000))
    with patch("os.utime", side_effect=PermissionError), store.using([FINGERPRINT]):
        np.testing.assert_array_equal(read(store.take(FINGERPRINT)), audio(1000))


def test_a_print_can_be_read_while_it_is_pruned(tmp_path: Path):
    store, block = Store(tmp_path), audio(5000)
    blocks = keep(store, block).audio(1000)
    first = next(blocks)
    store.prune(limit_bytes=0)
    np.testing.assert_array_equal(np.concatenate([first, *blocks], axis=1), block)


def test_a_vanished_print_says_so(tmp_path: Path):
    store = Store(tmp_path)
    found = keep(store, audio(10))
    store.prune(limit_bytes=0)
    with pytest.raises(StorageError, match="vanished"):
        next(found.audio())


def test_a_place_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageError, match=r"HOSTKIT_CACHE|free some space"),
        Store(tmp_path / "file").writer(FINGERPRINT, AUDIO, 2, "t"),
    ):
        pass


def test_settings_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path))
    monkeypatch.setenv("HOSTKIT_CACHE_GB", "1.5")
    store = default_store()
    assert (store.root, store.limit_bytes) == (tmp_path, 1_500_000_000)
    for wrong in ("much", "nan", "inf", "-1"):
        monkeypatch.setenv("HOSTKIT_CACHE_GB", wrong)
        with pytest.raises(RequestError, match="number of gigabytes"):
            default_store()


def test_a_print_that_arrives_while_it_is_looked_for_is_not_taken_for_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    read, arrived = Print.read, []

    def arriving(folder: Path) -> Print:
        """The moment after it was looked for in vain, it is there."""
        if not arrived:
            arrived.append(folder)
            with store.writer("ab" * 32, AUDIO, 1, "token") as writer:
                writer.write(np.zeros((1, 10), dtype=np.float32))
                writer.finish(0, ())
            raise FileNotFoundError(folder)
        return read(folder)

    monkeypatch.setattr(Print, "read", staticmethod(arriving))
    assert store.find("ab" * 32) is None
    with store.writer("ab" * 32, AUDIO, 1, "token") as writer:
        writer.write(np.zeros((1, 10), dtype=np.float32))
        writer.finish(0, ())
    arrived.append(tmp_path)
    found = store.find("ab" * 32)
    assert found is not None
    assert found.frames == 10
