"""A click: its onsets on the samples that the tempo map predicts, in a delivery and by itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import RATE, write_session
from wavinfo import WavInfoReader

from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store
from hostkit.pipeline import Rendered, RenderRequest
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources

PRE_ROLL_S = 3
START_BPM, END_BPM, LAST_BPM = 120, 180, 55
CUE = f"""\
picture: {{frame_rate: 24, start: 01:00:00:00}}
tempo:
  - {{at: 1|1, bpm: {START_BPM}, meter: 3/4, ramp_to: {END_BPM}, until: 3|1}}
  - {{at: 3|1, bpm: {LAST_BPM}, meter: 2/4}}
  - {{at: 4|1, bpm: 120, meter: 6/8}}
length: 5|1
sections: [{{name: fast, at: 1|1}}, {{name: slow, at: 3|1}}]
hits: [{{at: 4|1, name: door}}, {{at: 1|3, name: nothing, weight: 0}}]
click: {{count_in_bars: 2, warnings: 2, level_dbfs: -6}}
gain_db: -20
tracks:
  low: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: a}}}}
mixes: {{click: {{}}, click_slow: {{like: click, sections: [slow]}}}}
"""
PROFILE = f"""\
hostkit_profile: 1
names: {{stem: "s/{{part}}", mix: "m/{{part}}"}}
pre_roll_s: {PRE_ROLL_S}
"""


def ramp_seconds(quarters: float) -> float:
    """Seconds from 1|1 in the first six quarters, whose tempo is linear in beats: ∫ 60/bpm."""
    slope = (END_BPM - START_BPM) / 6
    return 60 / slope * math.log((START_BPM + slope * quarters) / START_BPM)


SLOW = ramp_seconds(6)
"""Where bar 3 begins: two quarters at 55, then a bar of 6/8, whose beats are at 80."""
FAST_AGAIN = SLOW + 2 * 60 / LAST_BPM
IN_SLOW = [
    (0.0, "warning"),
    (30 / LAST_BPM, "subdivision"),
    (60 / LAST_BPM, "warning"),
    (90 / LAST_BPM, "subdivision"),
    (120 / LAST_BPM, "downbeat"),
    (120 / LAST_BPM + 0.75, "beat"),
]
EXPECTED = [
    *((ramp_seconds(n), "beat" if n % 3 else "downbeat") for n in range(6)),
    *((SLOW + seconds, kind) for seconds, kind in IN_SLOW),
]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    """The session delivered plainly and by a profile with a pre-roll."""
    folder = tmp_path_factory.mktemp("click")
    session = write_session(folder / "cue.yaml", CUE, a=[(0, 2, 45), (7, 1, 45)])
    profile = folder / "stage.yaml"
    profile.write_text(PROFILE)
    made = {}
    with LocalExecutor(2) as executor:
        resources = Resources(executor, Store(folder / "store"), Quiet())
        for name, by in {"plain": None, "stage": str(profile)}.items():
            batch = Batch(resources, Environment(), 2, RenderRequest(by, None))
            (result,) = batch.run([SessionTask(session, folder / name)])
            assert result.error is None, result.error
            assert result.rendered is not None
            made[name] = result.rendered
    return made


@dataclass(frozen=True)
class Heard:
    frame: int
    hz: float
    peak_dbfs: float


def heard(path: Path) -> list[Heard]:
    """Clicks as they sound: where each begins out of silence, its pitch and its peak."""
    audio, _ = soundfile.read(path, always_2d=True)
    assert np.array_equal(audio[:, 0], audio[:, 1])
    sounding = np.flatnonzero(np.abs(audio[:, 0]) > 1e-4)
    starts = sounding[np.diff(sounding, prepend=-RATE) > RATE // 50]
    found = []
    for start in starts:
        piece = audio[start : start + RATE // 40, 0]
        crossings = np.flatnonzero(np.diff(np.signbit(piece)))[:9]
        hz = (len(crossings) - 1) / 2 * RATE / (crossings[-1] - crossings[0])
        found.append(Heard(int(start), hz, 20 * np.log10(np.abs(piece).max())))
    return found


KINDS = {"downbeat": (1760, -6), "beat": (1320, -9), "subdivision": (1320, -18)}
KINDS["warning"] = (2640, -6)


def assert_clicks(found: list[Heard], expected: list[tuple[float, str]], at_second: float = 0.0):
    assert len(found) == len(expected)
    for one, (seconds, kind) in zip(found, expected, strict=True):
        hz, peak_dbfs = KINDS[kind]
        assert abs(one.frame - (at_second + seconds) * RATE) <= 1.5, (one, kind)  # ±1 and rounding
        assert one.hz == pytest.approx(hz, rel=0.03), (one, kind)
        assert one.peak_dbfs == pytest.approx(peak_dbfs, abs=0.1), (one, kind)


def test_onsets_are_on_the_predicted_samples_through_ramp_and_meters(rendered: dict[str, Rendered]):
    """At its own level, whatever gain there is on the music."""
    assert_clicks(heard(rendered["plain"].folder / "mixes/click.wav"), EXPECTED)


def test_a_re_arranged_form_has_a_click_of_its_own(rendered: dict[str, Rendered]):
    assert_clicks(heard(rendered["plain"].folder / "mixes/click_slow.wav"), IN_SLOW)


def test_the_count_in_is_in_the_pre_roll_as_far_as_whole_bars_fit(rendered: dict[str, Rendered]):
    """Of two bars of 1.5 s in 3 s of pre-roll both, in step with every other file."""
    folder = rendered["stage"].folder
    assert_clicks(heard(folder / "m/click.wav"), [*COUNT_IN, *EXPECTED], PRE_ROLL_S)
    frames = {soundfile.info(folder / f"m/{name}.wav").frames for name in ("click", "full")}
    assert frames == {PRE_ROLL_S * RATE + round((FAST_AGAIN + 1.5) * RATE)}


def test_no_stem_has_a_click_and_every_sum_is_proved(rendered: dict[str, Rendered], tmp_path: Path):
    done = rendered["plain"]
    assert set(done.manifest.stems) == {"low"}
    assert done.manifest.mixes["full"].stems == ("low",)
    assert done.manifest.mixes["click"].stems == ("click@click",)
    assert {mix.null for mix in done.manifest.mixes.values()} == {"pass"}
    assert done.certificate.verdict == "pass"
    by_itself = [proof.path for proof in done.certificate.sums if not proof.stems]
    assert by_itself == ["mixes/click.wav", "mixes/click_slow.wav"]
    page = (done.folder / "certificate.md").read_text()
    assert "| click | made by itself; no stem holds it |" in page
    again = hostkit("verify", done.folder, cache=tmp_path)
    assert "note: mixes/click.wav, mixes/click_slow.wav: sum of stems: made by itself" in again.out


def test_a_count_in_without_room_is_said(rendered: dict[str, Rendered]):
    (said,) = [text for text in rendered["plain"].warnings if "count-in" in text]
    assert said.startswith("mix 'click': 2 bars of its count-in would lie before the files begin")
    assert not [text for text in rendered["stage"].warnings if "count-in" in text]


COUNT_IN = [(n / 2 - 3, "beat" if n % 3 else "downbeat") for n in range(6)]
NOTES = {76: "downbeat", 77: "beat", 42: "subdivision", 56: "warning"}


def test_a_click_of_its_own_has_its_count_in_before_the_picture(
    rendered: dict[str, Rendered], tmp_path: Path
):
    session = rendered["plain"].order.loaded.path
    file = session.with_name("cue-click.wav")
    done = hostkit("click", session, cache=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert_clicks(heard(file), [*COUNT_IN, *EXPECTED], at_second=3)
    assert WavInfoReader(str(file)).bext.time_reference == (3600 - 3) * RATE
    again = hostkit("click", session, cache=tmp_path)
    assert again.code == 2
    assert "cue-click.wav: is there already" in again.err


def test_a_click_as_midi(rendered: dict[str, Rendered], tmp_path: Path):
    """Every note within half a millisecond, as mido reads the file's own tempo map."""
    session = rendered["plain"].order.loaded.path
    file = session.with_name("click.mid")
    assert hostkit("click", session, "-o", file, cache=tmp_path).code == 0
    now, notes, marks = 0.0, [], {}
    for message in mido.MidiFile(file):
        now += message.time
        if message.type == "note_on":
            notes.append((now, NOTES[message.note]))
        if message.type == "marker":
            marks[message.text] = now
    assert [kind for _, kind in notes] == [kind for _, kind in (*COUNT_IN, *EXPECTED)]
    times = [seconds + 3 for seconds, _ in (*COUNT_IN, *EXPECTED)]
    assert [seconds for seconds, _ in notes] == pytest.approx(times, abs=0.0005)
    assert marks["1|1 at 01:00:00:00"] == pytest.approx(3, abs=1e-6)
    assert marks["slow"] == pytest.approx(3 + SLOW, abs=0.0005)
