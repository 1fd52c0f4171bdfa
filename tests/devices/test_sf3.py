"""Compressed SoundFonts: what is decoded sounds as FluidSynth plays them, and is decoded once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fonts import compressed

from hostkit.audio.block import Audio
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.soundfont import decoded, library, player
from hostkit.devices.soundfont.decoding import VERSION
from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.devices.spec import ContentFile, SoundFontSpec
from hostkit.errors import DeviceError, StorageError
from hostkit.midi.events import SampleEvents
from hostkit.midi.soundfont_presets import is_compressed, presets_of

EVERY = 13
"""Of so many samples one is compressed, so that of a sound some are and some are not."""


@pytest.fixture(scope="module")
def sf3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sf3") / "small.sf2"  # what a file is called does not matter
    path.write_bytes(compressed(embedded_soundfont(), EVERY))
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.getbasetemp() / "sf3-cache"
    monkeypatch.setenv("HOSTKIT_CACHE", str(folder))
    return folder


def play(font: Path, program: int, sha256: str = "small") -> Audio:
    spec = SoundFontSpec(ContentFile(font, sha256), program)
    keys = range(30, 100, 3)
    notes = [(i * 1000, bytes((0x90, key, 100))) for i, key in enumerate(keys)]
    events = SampleEvents(np.array([at for at, _ in notes]), tuple(note for _, note in notes))
    return player.SoundFontInstrument(spec, Setup(44_100)).play(Feed(60_000, events))[MAIN]


def _version() -> tuple[int, ...]:
    return tuple(int(part) for part in library.version().split(".")[:2])


@pytest.mark.parametrize("program", [0, 48])
def test_it_sounds_as_fluidsynth_plays_it(
    program: int, sf3: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = play(sf3, program)
    np.testing.assert_array_equal(play(sf3, program), ours)
    monkeypatch.setattr(player, "playable", lambda font, _: font.path)
    theirs = play(sf3, program)
    # They round a few samples otherwise, by one step of 16 bits; older libraries bring a sample
    # to another full scale, 1 % off (Debian's FluidSynth 2.3.1).
    tolerance = 2e-4 if _version() >= (2, 5) else 0.012
    assert np.max(np.abs(ours - theirs)) < np.max(np.abs(theirs)) * tolerance
    assert np.max(np.abs(theirs)) > 0.05
    plain = play(embedded_soundfont(), program)  # as loud as it was, or brought to full scale
    assert np.max(np.abs(plain - theirs)) > np.max(np.abs(plain)) * 1e-3


def test_it_is_decoded_once(sf3: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_compressed(sf3)
    assert not is_compressed(embedded_soundfont())
    assert presets_of(sf3) == presets_of(embedded_soundfont())
    play(sf3, 0)
    (kept,) = decoded.decoded_fonts()
    assert kept.parent == cache / "soundfonts"
    assert not is_compressed(kept)
    monkeypatch.setattr(decoded, "decode", pytest.fail)
    play(sf3, 0)
    assert list(kept.parent.iterdir()) == [kept]


def test_a_job_waits_for_another_that_decodes_it(
    sf3: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cache / "soundfonts" / f"waiting-{VERSION}.sf2"
    part = kept.with_name(f".0123abcd-{kept.name}.part")
    kept.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"the other's")

    def finish() -> None:
        if part.exists():
            part.replace(kept)

    with monkeypatch.context() as patch:
        patch.setattr(decoded, "decode", pytest.fail)
        assert decoded.playable(ContentFile(sf3, "waiting"), finish) == kept
    kept.rename(part)  # and the other was killed
    os.utime(part, (time.time() - 60,) * 2)
    decoded.playable(ContentFile(sf3, "waiting"), lambda: None)
    assert kept.read_bytes()[:4] == b"RIFF"


def test_what_is_over_the_limit_goes_a_day_after_its_last_use(
    sf3: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoded, "LIMIT_BYTES", 1)
    old, recent, left = (cache / "soundfonts" / name for name in ("old.sf2", "new.sf2", ".x.part"))
    old.parent.mkdir(parents=True, exist_ok=True)
    for path, days in ((old, 2), (recent, 0.5), (left, 2)):
        path.write_bytes(b"x")
        os.utime(path, (time.time() - days * 86_400,) * 2)
    beats: list[None] = []
    decoded.playable(ContentFile(sf3, "another"), lambda: beats.append(None))
    assert len(beats) > 100  # samples
    assert [path.exists() for path in (old, recent, left)] == [False, True, False]


def broken_sample(data: bytes) -> bytes:
    at = data.index(b"OggS")
    return data[:at] + bytes(400) + data[at + 400 :]


@pytest.mark.parametrize(
    "damage",
    [broken_sample, lambda data: data[:100_000], lambda data: data.replace(b"pdta", b"adtp")],
    ids=["sample", "cut short", "no lists"],
)
def test_a_damaged_one_is_told(
    damage: Callable[[bytes], bytes], sf3: Path, cache: Path, tmp_path: Path
) -> None:
    font = tmp_path / "torn.sf3"
    font.write_bytes(damage(sf3.read_bytes()))
    with pytest.raises(DeviceError, match=r"torn\.sf3 is a damaged SoundFont: .*; get the"):
        play(font, 0, "torn")
    assert not list((cache / "soundfonts").glob("*torn*"))


def test_a_cache_that_cannot_be_written_is_told(
    sf3: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "file"))
    with pytest.raises(StorageError, match=r"small\.sf2 cannot be decoded into .*; free"):
        play(sf3, 0)
