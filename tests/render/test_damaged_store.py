"""A store that the disk, or somebody, has damaged: no wrong sample is delivered, and it is said."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from commands import sums
from scores import write_session

from hostkit.batch import Batch, Result, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.errors import LostPrint
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.prints import AUDIO
from hostkit.jobs.store import Store
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources

SESSION = """
tracks:
  a: {midi: {track: a}, instrument: {tone: {}}, stem: s, pan: -0.5}
  b: {midi: {track: b}, instrument: {tone: {}}, stem: t, gain_db: -3}
master: [{bus_compressor: {threshold_db: -20}}]
"""


@dataclass(frozen=True)
class Rendering:
    """A session rendered once: its audio by hash, and the store it left."""

    session: Path
    store: Path
    audio: dict[str, str]
    executor: LocalExecutor

    def again(self, store: Path, folder: Path) -> Result:
        resources = Resources(self.executor, Store(store), Quiet())
        (result,) = Batch(resources, Environment(), 1).run([SessionTask(self.session, folder)])
        return result


@pytest.fixture(scope="module")
def rendering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendering]:
    place = tmp_path_factory.mktemp("rendered")
    session = write_session(place / "cue.yaml", SESSION, a=[(0, 5, 69)], b=[(0.5, 6, 57)])
    with LocalExecutor(2) as executor:
        first = Rendering(session, place / "store", {}, executor)
        assert first.again(first.store, place / "out").error is None
        yield Rendering(session, first.store, audio(place / "out"), executor)


def audio(folder: Path) -> dict[str, str]:
    return {path: found for path, found in sums(folder).items() if path.endswith(".wav")}


def flip(at: float, bit: int = 0) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        samples = bytearray((folder / "samples").read_bytes())
        samples[int(at * (len(samples) - 1))] ^= 1 << bit
        (folder / "samples").write_bytes(samples)

    return damage


def edit(**fields: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        known = json.loads((folder / "print.json").read_text()) | fields
        (folder / "print.json").write_text(json.dumps(known))

    return damage


def text(content: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "print.json").write_text(content) and None


def fewer_channels(folder: Path) -> None:
    """As many bytes as before, read otherwise."""
    known = json.loads((folder / "print.json").read_text())
    halved = {"channels": 2 * known["channels"], "frames": known["frames"] // 2}
    (folder / "print.json").write_text(json.dumps(known | halved))


def truncate(folder: Path) -> None:
    os.truncate(folder / "samples", 1000)


def extend(folder: Path) -> None:
    with (folder / "samples").open("ab") as file:
        file.write(bytes(8))


def folder_instead_of(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return damage


def pipe_instead_of(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return damage


def file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file")


def swap_samples(folder: Path) -> None:
    """Those of another print, whose length is made to fit."""
    other = next(one for one in folder.parent.parent.glob("*/*") if one != folder)
    size = (folder / "samples").stat().st_size
    (folder / "samples").write_bytes((other / "samples").read_bytes().ljust(size, b"\0")[:size])


def swap_folder(folder: Path) -> None:
    """Another print under this one's name, whole in itself."""
    other = next(one for one in folder.parent.parent.glob("*/*") if one != folder)
    shutil.rmtree(folder)
    shutil.copytree(other, folder)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "first bit": flip(0.0),
    "bit in the middle": flip(0.5, 3),
    "last bit": flip(1.0, 7),
    "frames edited": edit(frames=17),
    "no frames": edit(frames=0),
    "channels edited": edit(channels=1),
    "channels against frames": fewer_channels,
    "clipped samples edited": edit(clipped_samples=5),
    "wrong type": edit(frames="many"),
    "a truth for a number": edit(channels=True),
    "not a number": edit(seconds=float("nan")),
    "another kind of samples": edit(sample_type="<i4"),
    "warnings of numbers": edit(warnings=[1]),
    "truncated": truncate,
    "extended": extend,
    "swapped samples": swap_samples,
    "swapped folders": swap_folder,
    "empty json": text(""),
    "json of another kind": text("[]"),
    "empty object": text("{}"),
    "deep json": text("[" * 100_000),
    "folder for samples": folder_instead_of("samples"),
    "folder for json": folder_instead_of("print.json"),
    "pipe for json": pipe_instead_of("print.json"),
    "file for folder": file_instead,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_is_not_given(tmp_path: Path, name: str):
    """Not one sample of a damaged chunk; it is removed, and can be made again."""
    store, samples = Store(tmp_path), np.random.default_rng(1).random((2, 150_000), np.float32)
    for start, one in enumerate(("ab" + "0" * 62, "cd" + "0" * 62)):
        with store.writer(one, AUDIO, 2, one) as writer:
            writer.write(samples[:, start:])
            writer.finish(1.0, ("a warning",))
    folder = store.take("ab" + "0" * 62).folder
    DAMAGES[name](folder)
    read = []
    with pytest.raises(LostPrint, match="was damaged on disk"):
        read.extend(store.take(folder.name).audio(1000))
    got = np.concatenate(read, axis=1) if read else samples[:, :0]
    np.testing.assert_array_equal(got, samples[:, : got.shape[1]])
    assert not folder.exists()
    with store.writer(folder.name, AUDIO, 2, "again") as writer:
        writer.write(samples)
        writer.finish(1.0, ())
    np.testing.assert_array_equal(np.hstack(list(store.take(folder.name).audio())), samples)


@pytest.mark.parametrize("name", ["first bit", "swapped folders"])
def test_no_wrong_sample_is_delivered(rendering: Rendering, tmp_path: Path, name: str):
    """Everything in the store is damaged: prints, stems, the master's curve, mastered stems."""
    store, out = tmp_path / "store", tmp_path / "out"
    shutil.copytree(rendering.store, store)
    for folder in sorted((store / "prints").glob("*/*")):
        DAMAGES[name](folder)
    result = rendering.again(store, out)
    assert result.error is None
    assert result.rendered is not None
    assert audio(out) == rendering.audio
    assert any("was damaged on disk; rendered again" in one for one in result.rendered.lost)


def test_the_one_that_was_damaged_is_named(rendering: Rendering, tmp_path: Path):
    store, out = tmp_path / "store", tmp_path / "out"
    shutil.copytree(rendering.store, store)
    for folder in sorted((store / "prints").glob("*/*")):
        known = json.loads((folder / "print.json").read_text())
        if known["sample_type"] == AUDIO and known["frames"] == max_frames(store):
            flip(0.5)(folder)
        else:
            shutil.rmtree(folder)
    result = rendering.again(store, out)
    assert result.rendered is not None
    assert audio(out) == rendering.audio
    assert "the print of b was damaged on disk; rendered again" in result.rendered.lost


def max_frames(store: Path) -> int:
    """The length of the longest print of one channel: that of track b."""
    known = [json.loads(path.read_text()) for path in store.glob("prints/*/*/print.json")]
    return max(one["frames"] for one in known if one["channels"] == 1)
