"""Material that cannot be ducked: a clear message each, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hostkit.cli.commands.duck import duck
from hostkit.ducking.settings import DuckSettings, ProtectedSpan
from hostkit.errors import HostkitError, InvalidInput, QualityError, RequestError

RATE = 48_000


def noise(seconds: float, level: float = 0.1, channels: int = 2) -> np.ndarray:
    draw = np.random.default_rng(5)
    return (level * draw.standard_normal((channels, round(seconds * RATE)))).astype(np.float32)


def bursts(seconds: float = 10.0) -> np.ndarray:
    """Stands in for speech where only its level matters: noise from 2 s to 4 s."""
    stem = np.zeros((1, round(seconds * RATE)), dtype=np.float32)
    stem[0, 2 * RATE : 4 * RATE] = noise(2.0, 0.1, 1)
    return stem


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Runs the command, expects a refusal, and checks that no file came of it."""

    def run(*music: Path, dialogue: Path, **options: object) -> str:
        before = set(tmp_path.rglob("*"))
        with pytest.raises(RequestError) as caught:
            duck(list(music), dialogue, output=tmp_path / "out", **options)
        assert set(tmp_path.rglob("*")) == before
        assert caught.value.exit_code == 2
        return str(caught.value)

    return run


@pytest.fixture
def dx(studio) -> Path:
    return studio.save("dx.wav", bursts())


@pytest.fixture
def mx(studio) -> Path:
    return studio.save("mx.wav", noise(10.0))


@pytest.mark.parametrize("level", [0.0, 1e-4])
def test_no_speech(studio, refused, mx: Path, level: float) -> None:
    silent = studio.save("silent.wav", noise(10.0, level, 1))
    message = refused(mx, dialogue=silent)
    assert message.startswith("silent: no speech was found (loudest moment: ")
    assert ("silence" if level == 0.0 else "LUFS") in message
    assert "--phrases" in message


def test_silent_music(studio, refused, dx: Path) -> None:
    assert "the music is silent" in refused(studio.save("mx.wav", noise(10.0, 0.0)), dialogue=dx)


def test_one_silent_stem_of_two_is_no_mistake(studio, dx: Path, mx: Path, tmp_path: Path) -> None:
    empty = studio.save("empty.wav", noise(10.0, 0.0))
    duck([mx, empty], dx, output=tmp_path / "out", target_lu=5.0)
    assert not soundfile.read(tmp_path / "out" / "empty_ducked.wav")[0].any()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["dialogue", "music"])
def test_samples_that_are_no_numbers(
    studio, refused, dx: Path, mx: Path, bad: float, where: str
) -> None:
    audio = bursts() if where == "dialogue" else noise(10.0)
    audio[0, 5000] = bad
    broken = studio.save("broken.wav", audio, "FLOAT")
    files = {"dialogue": (mx, broken), "music": (broken, dx)}[where]
    message = refused(files[0], dialogue=files[1])
    assert "broken.wav: sample 5000 of channel 1" in message


def test_clipped_material_is_ducked_and_noted(
    studio, dx: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = np.clip(noise(10.0, 0.7), -1, 1)
    duck([studio.save("mx.wav", loud)], dx, output=tmp_path / "out", max_depth_db=60.0)
    assert "warning: music mx: clips in" in capsys.readouterr().out


def test_float_dialogue_over_full_scale_is_no_fault(
    studio, mx: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hot = studio.save("hot.wav", bursts() * np.float32(20.0), "FLOAT")
    assert np.abs(soundfile.read(hot)[0]).max() > 4.0
    duck([mx], hot, output=tmp_path / "out")
    assert "clips" not in capsys.readouterr().out


def test_a_voice_that_never_meets_the_music(studio, refused, dx: Path, mx: Path) -> None:
    message = refused(mx, dialogue=dx, dialogue_at="60s")
    assert "all its speech (62.0 s to 64.0 s from the start of the music)" in message
    assert "--dialogue-at" in message


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("2,4\n3,5\n", "phrases.csv:3:1: the phrase starts at 3 s, before that of line 2 ends"),
        ("4,2\n", "phrases.csv:2:1: the phrase runs backwards"),
        ("", "lists no phrases"),
        ("6,8\n", "holds no speech: the dialogue is silent there"),
        ("70,80\n", "lies outside the music"),
    ],
)
def test_phrases_that_cannot_be(
    tmp_path: Path, refused, dx: Path, mx: Path, listed: str, message: str
) -> None:
    path = tmp_path / "phrases.csv"
    path.write_text("onset_seconds,offset_seconds\n" + listed)
    assert message in refused(mx, dialogue=dx, phrases=path)


def test_an_output_is_never_an_input(studio, dx: Path, tmp_path: Path) -> None:
    original = studio.save("mx_ducked.wav", noise(10.0))
    before = original.read_bytes()
    (tmp_path / "mx.wav").symlink_to(original)
    with pytest.raises(RequestError, match="is one of the inputs and would be overwritten"):
        duck([tmp_path / "mx.wav"], dx, output=tmp_path)
    assert original.read_bytes() == before


def test_two_stems_of_one_name(studio, refused, dx: Path, mx: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    twin = studio.save("other/MX.wav", noise(10.0))
    assert "has the same name as" in refused(mx, twin, dialogue=dx)


def test_no_audio_at_all(studio, refused, dx: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.wav"
    text.write_text("not audio")
    assert "is not readable audio" in refused(text, dialogue=dx)
    assert "there is no such file" in refused(tmp_path / "nowhere.wav", dialogue=dx)
    empty = studio.save("empty.wav", noise(0.0))
    assert "holds no audio, only a header" in refused(empty, dialogue=dx)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target_lu": 10.0, "listener": "expert"}, "say the same thing"),
        ({"listener": "dog"}, "there is no listener 'dog'; there are expert (10 LU)"),
        ({"mode": "loud"}, "there is no mode 'loud'; there are broadband, speech_band, both"),
        ({"vad": "ear"}, "there is no vad 'ear'"),
        ({"target_lu": float("nan")}, "target_lu is nan; it goes from 0 to 40"),
        ({"attack_ms": 0.0}, "attack_ms is 0; it goes from 10"),
        ({"slope_db_per_s": -1.0}, "slope_db_per_s is -1"),
        ({"weight": ["strings"]}, "write the stem and its weight"),
        ({"weight": ["strings=0.5"]}, "weights names 'strings', which is not a stem here"),
        ({"weight": ["mx=2"]}, "the weight of 'mx' is 2; it goes from 0"),
        ({"weight": ["mx=0"]}, "every stem has weight 0"),
        ({"protect": ["loud"]}, "write the seconds of a hit (12.5)"),
        ({"protect": ["5-4"]}, "has to end after it starts"),
        ({"controller": 1}, "11 (expression) or 7 (volume)"),
        ({"dialogue_at": "9|1"}, "is a bar, and audio files have none"),
        ({"dialogue_at": "01:00:00:00"}, "the music carries no time stamps"),
        ({"dialogue_at": "soon"}, "is not a position"),
    ],
)
def test_settings_that_cannot_be(
    refused, dx: Path, mx: Path, options: dict[str, object], message: str
) -> None:
    assert message in refused(mx, dialogue=dx, **options)


def test_all_bad_settings_are_named_at_once() -> None:
    settings = DuckSettings(
        target_lu=-1.0, mode="x", weights=(("a", 3.0),), protect=(ProtectedSpan(2.0, 1.0),)
    )
    with pytest.raises(InvalidInput) as caught:
        settings.checked(["b"])
    assert len(caught.value.problems) == 5


def test_a_missed_target_leaves_whole_files_and_exit_code_1(
    dx: Path, mx: Path, tmp_path: Path
) -> None:
    with pytest.raises(QualityError, match=r"Phrase 1 .*max_depth_db is 3; allow"):
        duck([mx], dx, output=tmp_path / "out", max_depth_db=3.0)
    assert QualityError.exit_code == 1
    assert soundfile.info(tmp_path / "out" / "mx_ducked.wav").frames == 10 * RATE
    assert (tmp_path / "out" / "duck.json").exists()


def test_a_disk_that_refuses_leaves_nothing(
    dx: Path, mx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hostkit.audio.files.wav import WavWriter
    from hostkit.errors import StorageError

    def full(self: WavWriter, samples: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WavWriter, "write_int_samples", full)
    with pytest.raises(StorageError, match="the disk is full"):
        duck([mx], dx, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_refusal_is_hostkits_own(refused, dx: Path, mx: Path, tmp_path: Path) -> None:
    """A file that ends too early is one of them."""
    cut = tmp_path / "cut.wav"
    cut.write_bytes(mx.read_bytes()[:5000])
    with pytest.raises(HostkitError, match=r"cut\.wav"):
        duck([cut], dx, output=tmp_path / "out")
