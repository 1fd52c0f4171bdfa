"""The files beside the audio: curves for other programs, report, chart, JSON."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import mido
import numpy as np
import pytest
from needed import needed

from hostkit.cli.commands.duck import duck
from hostkit.delivery.ducking.curve_files import (
    controller_value,
    curve_csv,
    curve_midi,
    curve_reaper,
)
from hostkit.ducking.gain.curve import GainCurve, build_curve
from hostkit.ducking.gain.protection import Wish
from hostkit.ducking.gain.ramps import Level, RampTimes
from hostkit.ground.installed import install_line
from hostkit.timebase.tempo_map import TempoMap

RATE = 48_000
SECONDS = 20.0


@pytest.fixture
def curve() -> GainCurve:
    """Down 12 dB from 4 s to 6 s, and 3.5 dB from 12 s to 14 s."""
    spans = ((4 * RATE, 6 * RATE, -12.0), (12 * RATE, 14 * RATE, -3.5))
    wishes = [Wish(Level(*span), *span[:2]) for span in spans]
    return build_curve(wishes, [], RampTimes(RATE, 0.3, 0.6, 30.0), 20 * RATE)


@pytest.fixture
def done(studio, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder of a pass in two modes' worth of files."""
    stem, _ = studio.dialogue((2.0, 12.0), SECONDS)
    music = studio.save("mx.wav", studio.music(SECONDS))
    duck([music], studio.save("dx.wav", stem), output=studio.folder / "out", mode="both")
    return studio.folder / "out"


def test_the_csv_holds_every_point_exactly(curve: GainCurve) -> None:
    rows = list(csv.DictReader(io.StringIO("".join(curve_csv(curve)))))
    assert [int(row["frame"]) for row in rows] == curve.frames.tolist()
    assert [float(row["gain_db"]) for row in rows] == curve.gain_db.tolist()
    seconds = [float(row["seconds"]) for row in rows]
    assert seconds == pytest.approx((curve.frames / RATE).tolist(), abs=1e-6)


@pytest.mark.parametrize("controller", [7, 11])
def test_the_midi_file_follows_the_curve_on_the_tempo_map(
    curve: GainCurve, controller: int
) -> None:
    tempo_map = TempoMap.of_steps(
        [(Fraction(0), Fraction(90)), (Fraction(6), Fraction(150)), (Fraction(20), Fraction(75))]
    )
    file = mido.MidiFile(file=io.BytesIO(curve_midi(curve, tempo_map, controller, "duck")))
    now, heard = 0.0, []
    for message in file:
        now += message.time  # seconds, when a file is iterated
        if message.type == "control_change":
            assert message.control == controller
            heard.append((now, message.value))
    times, values = (np.array(column) for column in zip(*heard, strict=True))
    assert (times[0], values[0]) == (0.0, 127)
    for at in (0.0, 3.0, 5.0, 6.0, 9.0, 13.0, 19.0):
        value = values[np.searchsorted(times, at, side="right") - 1]
        assert value == controller_value(float(curve.at(np.array([at * RATE]))[0]))
    # In ramps a step is late by 20 ms at most, and as long as a tick early or late.
    for at, value in heard:
        near = curve.at((at + np.linspace(-0.001, 0.001, 5)) * RATE)
        assert min(abs(controller_value(gain) - value) for gain in near) <= 1
    assert np.diff(times).min() >= 0.019


def test_the_reaper_envelope_is_a_chunk_of_linear_gains(curve: GainCurve) -> None:
    lines = "".join(curve_reaper(curve)).splitlines()
    assert lines[0] == "<VOLENV2"
    assert lines[-1] == ">"
    points = [line.split() for line in lines if line.startswith("PT ")]
    assert len(points) == len(curve.frames)
    for (_, at, gain, shape), frame, gain_db in zip(
        points, curve.frames, curve.gain_db, strict=True
    ):
        assert float(at) == pytest.approx(frame / RATE, abs=1e-6)
        assert 20 * np.log10(float(gain)) == pytest.approx(gain_db, abs=1e-4)
        assert shape == "0"


def test_a_pass_writes_all_it_should(done: Path) -> None:
    assert sorted(path.name for path in done.iterdir()) == [
        "curve_rest.csv",
        "curve_rest.reaper.txt",
        "curve_rest_cc11.mid",
        "curve_speech_band.csv",
        "curve_speech_band.reaper.txt",
        "curve_speech_band_cc11.mid",
        "duck.json",
        "duck.svg",
        "duck_report.md",
        "mx_ducked.wav",
        "phrases.csv",
    ]


def test_duck_json_says_it_all(done: Path) -> None:
    document = json.loads((done / "duck.json").read_text())
    assert document["summary"]["phrases"] == document["summary"]["pass"] == 2
    assert document["settings"]["mode"] == "both"
    assert document["files"][0]["path"] == "mx_ducked.wav"
    assert document["files"][0]["original"].endswith("mx.wav")
    for number, phrase in enumerate(document["phrases"], start=1):
        assert phrase["phrase"] == number
        assert phrase["status"] == "pass"
        assert phrase["needed_depth_db"] is None
        difference = phrase["speech_lufs"] - phrase["music_after_lufs"]
        assert phrase["difference_after_lu"] == pytest.approx(difference, abs=0.002)
        assert phrase["speech_band_gain_db"] < phrase["gain_db"] < 0


def test_the_report_has_a_line_for_every_phrase(done: Path) -> None:
    report = (done / "duck_report.md").read_text()
    assert "**2 of 2 phrases at 12 LU or more**" in report
    assert "limit 30" in report
    rows = [line for line in report.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert len({len(row) for row in rows}) == 1  # the columns stand under one another
    assert rows[2].endswith("pass |")


def test_the_chart_is_drawn_to_scale(done: Path) -> None:
    root = ElementTree.parse(done / "duck.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    texts = [node.text for node in root.iter(f"{space}text")]
    for wanted in ("mx under dx", "Dialogue", "Music", "Gain", "2 of 2 phrases at 12 LU or more"):
        assert wanted in texts
    bands = [node for node in root.iter(f"{space}rect") if node.get("opacity") == "0.06"]
    assert len(bands) == 2
    left, right = 84.0, 1216.0
    document = json.loads((done / "duck.json").read_text())
    for band, phrase in zip(bands, document["phrases"], strict=True):
        expected = left + (right - left) * phrase["onset_seconds"] / SECONDS
        assert float(band.get("x", "nan")) == pytest.approx(expected, abs=0.06)
    for path in root.iter(f"{space}path"):
        numbers = path.get("d", "").replace("M", "").replace("Z", "").replace("L", " ").split()
        values = np.array(numbers, dtype=float)
        assert np.isfinite(values).all()
        assert values[0::2].min() >= left
        assert values[0::2].max() <= right


def test_names_in_the_chart_are_escaped(studio) -> None:
    stem, _ = studio.dialogue((2.0,), 10.0)
    music = studio.save("a<b&c.wav", studio.music(10.0))
    duck([music], studio.save("dx.wav", stem), output=studio.folder / "out")
    root = ElementTree.parse(studio.folder / "out" / "duck.svg").getroot()
    assert root[0].text == "a<b&c under dx"


def test_json_on_standard_output_and_nothing_else(
    studio, capsys: pytest.CaptureFixture[str]
) -> None:
    stem, _ = studio.dialogue((2.0,), 10.0)
    music = studio.save("mx.wav", studio.music(10.0))
    duck([music], studio.save("dx.wav", stem), out=studio.folder / "out", json=True)
    captured = capsys.readouterr()
    written = json.loads((studio.folder / "out/duck.json").read_text())
    assert json.loads(captured.out) == {"format": 1, **written}
    assert captured.err == ""


def test_plain_lines_where_there_is_no_terminal(studio, capsys: pytest.CaptureFixture[str]) -> None:
    stem, _ = studio.dialogue((2.0,), 10.0)
    music = studio.save("mx.wav", studio.music(10.0))
    duck([music], studio.save("dx.wav", stem))
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "1 of 1 phrases at 12 LU or more" in captured.out
    assert (studio.folder / "ducked" / "mx_ducked.wav").exists()


@pytest.fixture
def needs_pystoi() -> None:
    found = importlib.util.find_spec("pystoi")
    needed(found, "pystoi", install_line("intelligibility"))


@pytest.mark.usefixtures("needs_pystoi")
def test_stoi_and_estoi_rise_and_are_pystois_own(studio) -> None:
    import soundfile
    import soxr
    from pystoi import stoi

    stem, _ = studio.dialogue((2.0, 12.0), SECONDS)
    music = studio.save("mx.wav", studio.music(SECONDS))
    duck([music], studio.save("dx.wav", stem), output=studio.folder / "o", intelligibility=True)
    document = json.loads((studio.folder / "o" / "duck.json").read_text())
    after = soundfile.read(studio.folder / "o" / "mx_ducked.wav")[0].mean(axis=1)
    for phrase in document["phrases"]:
        assert 0.3 < phrase["stoi_before"] < phrase["stoi_after"] <= 1.0
        assert 0.0 < phrase["estoi_before"] < phrase["estoi_after"] <= 1.0
        part = slice(*(round(phrase[f"{edge}_seconds"] * RATE) for edge in ("onset", "offset")))
        speech, mixed = (
            soxr.resample(audio[part], RATE, 10_000) for audio in (stem[0], stem[0] + after)
        )
        expected = stoi(speech, mixed, 10_000, extended=True)
        assert phrase["estoi_after"] == pytest.approx(expected, abs=0.01)
    assert "ESTOI" in (studio.folder / "o" / "duck_report.md").read_text()


@pytest.mark.usefixtures("needs_pystoi")
def test_the_speech_band_does_for_estoi_what_broadband_does(studio) -> None:
    """At the same loudness under speech: the bass that stays costs two hundredths at most."""
    stem, _ = studio.dialogue((2.0, 12.0), SECONDS)
    music = studio.save("mx.wav", studio.music(SECONDS))
    dialogue = studio.save("dx.wav", stem)
    scores, losses = {}, {}
    for mode in ("broadband", "speech_band"):
        folder = studio.folder / mode
        duck([music], dialogue, folder, target_lu=5.0, mode=mode, intelligibility=True)
        document = json.loads((folder / "duck.json").read_text())
        scores[mode] = np.mean([phrase["estoi_after"] for phrase in document["phrases"]])
        losses[mode] = document["summary"]["loss_in_speech_lu"]
        assert "broadband would leave" not in (folder / "duck_report.md").read_text()
    assert losses["speech_band"] == pytest.approx(losses["broadband"], abs=0.3)
    assert scores["speech_band"] == pytest.approx(scores["broadband"], abs=0.02)


@pytest.mark.usefixtures("needs_pystoi")
def test_the_speech_band_says_where_broadband_leaves_more_of_the_speech(studio) -> None:
    """A drone of 150 to 290 Hz, under the speech band, covers the voice; a loud whistle hardly.

    The whistle lies in the band: it is turned down alone as far as it takes.
    """
    from scipy.signal import butter, sosfilt

    stem, _ = studio.dialogue((2.0,), 10.0)
    noise = np.random.default_rng(5).standard_normal((2, stem.shape[1]))
    drone = sosfilt(butter(4, (150, 290), "bandpass", fs=RATE, output="sos"), noise)
    whistle = np.sin(2 * np.pi * 1_000 / RATE * np.arange(stem.shape[1]))
    bed = 0.05 * drone / drone.std() + 0.2 * whistle
    music = studio.save("mx.wav", bed.astype(np.float32))
    dialogue = studio.save("dx.wav", stem)
    scores = {}
    for mode in ("broadband", "speech_band"):
        folder = studio.folder / mode
        duck([music], dialogue, folder, target_lu=8.0, mode=mode, intelligibility=True)
        document = json.loads((folder / "duck.json").read_text())
        scores[mode] = np.mean([phrase["estoi_after"] for phrase in document["phrases"]])
    said = (studio.folder / "speech_band" / "duck_report.md").read_text()
    assert scores["broadband"] > scores["speech_band"] + 0.01
    assert (
        "broadband would leave the speech more intelligible here "
        f"(mean ESTOI {scores['broadband']:.2f} against {scores['speech_band']:.2f})"
    ) in said


@pytest.mark.usefixtures("needs_pystoi")
def test_a_phrase_too_short_for_stoi_has_none(studio) -> None:
    stem, _ = studio.dialogue((2.0,), 10.0)
    listed = studio.folder / "phrases.csv"
    listed.write_text("onset_seconds,offset_seconds\n2.0,2.3\n")
    music = studio.save("mx.wav", studio.music(10.0))
    duck(
        [music],
        studio.save("dx.wav", stem),
        output=studio.folder / "o",
        phrases=listed,
        intelligibility=True,
    )
    document = json.loads((studio.folder / "o" / "duck.json").read_text())
    assert document["phrases"][0]["estoi_after"] is None
    assert document["phrases"][0]["status"] == "pass"
