"""Headers that lie, break off or are no WAV at all."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostkit.audio.files.bwf import (
    Bwf,
    CueMarker,
    LoopPoints,
    bext_payload,
    chunk,
    cue_payload,
    label_payload,
    sampler_payload,
)
from hostkit.audio.files.bwf_reader import parse_bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.files.wav_reader import NotWavError, read_header, read_int_samples
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO
from hostkit.errors import RequestError


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    with WavWriter(
        path, 48_000, STEREO, PCM24, Bwf(scene="1m02", markers=(CueMarker(3, "x"),))
    ) as file:
        file.write_int_samples(np.arange(200, dtype=np.int32).reshape(2, 100))
    return path


def test_a_file_cut_short_says_how_short(wav: Path) -> None:
    wav.write_bytes(wav.read_bytes()[:-61])
    with pytest.raises(RequestError, match="cut short: the header promises 100 samples, 89 are"):
        read_header(wav)


@pytest.mark.parametrize("size", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_size_left_open_by_a_pipe_means_to_the_end(wav: Path, size: int) -> None:
    raw = wav.read_bytes()
    place = raw.rindex(b"data") + 4
    wav.write_bytes(raw[:place] + struct.pack("<I", size) + raw[place + 4 :])
    assert read_header(wav).frames == 100
    (samples,) = read_int_samples(wav)
    assert samples.tolist() == np.arange(200).reshape(2, 100).tolist()


def test_an_rf64_whose_size_was_left_open(wav: Path) -> None:
    raw = wav.read_bytes()
    place = raw.rindex(b"data") + 4
    data = struct.pack("<I", 0xFFFF_FFFF) + raw[place + 4 :]
    wav.write_bytes(b"RF64" + raw[4:12] + chunk(b"ds64", bytes(28)) + raw[12:place] + data)
    assert read_header(wav).frames == 100


def test_chunks_after_the_samples_are_read_too(wav: Path) -> None:
    raw = wav.read_bytes()
    wav.write_bytes(raw + chunk(b"bext", bext_payload(Bwf(time_reference=2**33))))
    about = read_header(wav).metadata
    assert about is not None
    assert about.time_reference == 0  # the first of two counts
    bare = b"RIFF" + raw[4:12] + raw[raw.index(b"fmt ") : raw.index(b"cue ")]
    late = chunk(b"bext", bext_payload(Bwf(time_reference=2**33)))
    wav.write_bytes(bare + raw[raw.rindex(b"data") :] + late)
    about = read_header(wav).metadata
    assert about is not None
    assert about.time_reference == 2**33


def test_other_sample_formats_have_a_header_but_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((10, 2)), 48_000, subtype="PCM_32")
    assert read_header(path).sample_format is None
    with pytest.raises(RequestError, match="convert it"):
        next(read_int_samples(path))


@pytest.mark.parametrize("raw", [b"", b"RIFF", b"RIFF\0\0\0\0AVI ", b"fLaC" * 9, b"\0" * 999])
def test_other_files_are_not_wav(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(raw)
    with pytest.raises(NotWavError, match="is not a WAV file"):
        read_header(path)


def test_a_missing_file_and_a_folder_are_request_errors(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no such file"):
        read_header(tmp_path / "none.wav")
    with pytest.raises(RequestError, match="it is a folder, not a file"):
        read_header(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    length=st.integers(0, 10_000),
)
def test_damage_is_refused_or_read_never_a_crash(
    wav: Path, edits: list[tuple[int, bytes]], length: int
) -> None:
    raw = bytearray(wav.read_bytes())
    for place, new in edits:
        at = place % len(raw)
        raw[at : at + len(new)] = new
    damaged = wav.with_name("damaged.wav")
    damaged.write_bytes(raw[: max(1, length)])
    refusal = ""
    try:
        for samples in read_int_samples(damaged):
            assert samples.dtype == np.int32
    except RequestError as error:
        refusal = str(error)
    assert not refusal or refusal.startswith(f"{damaged}: ")


@given(
    bext=st.binary(max_size=700),
    ixml=st.binary(max_size=200),
    cue=st.binary(max_size=200),
    labels=st.binary(max_size=200),
)
def test_any_bytes_can_be_parsed(bext: bytes, ixml: bytes, cue: bytes, labels: bytes) -> None:
    about = parse_bwf({b"bext": bext, b"iXML": ixml, b"cue ": cue, b"LIST": b"adtl" + labels})
    assert isinstance(about, Bwf)


@given(st.integers(0, 2**31), st.integers(1, 2**31))
def test_any_loop_survives(start: int, frames: int) -> None:
    loop = LoopPoints(start, start + frames)
    assert parse_bwf({b"smpl": sampler_payload(loop, 44_100)}).loop == loop


@given(st.binary(max_size=80))
def test_no_sampler_chunk_breaks_the_reader(payload: bytes) -> None:
    loop = parse_bwf({b"smpl": payload}).loop
    assert loop is None or loop.start < loop.stop


@given(
    st.lists(
        st.builds(
            CueMarker,
            st.integers(0, 2**32 - 1),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
        ),
        max_size=20,
    )
)
def test_any_markers_survive(markers: list[CueMarker]) -> None:
    chunks = {b"cue ": cue_payload(tuple(markers)), b"LIST": label_payload(tuple(markers))}
    assert parse_bwf(chunks).markers == tuple(markers)


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><BWFXML><SCENE>&a;&a;</SCENE></BWFXML>'
    assert parse_bwf({b"iXML": bomb}).scene == ""


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_float_that_is_no_level_is_named(tmp_path: Path, bad: float):
    """Cast to a whole number it would be silence, or full scale."""
    audio = np.zeros((200_000, 2), dtype=np.float32)
    audio[150_000, 1] = bad
    soundfile.write(tmp_path / "a.wav", audio, 48_000, subtype="FLOAT")
    with pytest.raises(RequestError, match=r"a\.wav: sample 150000 of channel 2 is .*not a level"):
        list(read_int_samples(tmp_path / "a.wav"))


def test_a_float_over_full_scale_is_a_level(tmp_path: Path):
    soundfile.write(tmp_path / "a.wav", np.full((10, 1), 4.0), 48_000, subtype="FLOAT")
    assert next(read_int_samples(tmp_path / "a.wav")).max() == 4 * 2**23
