"""What the certificate says of levels, and that doing it cures them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import tone, write_session

from hostkit.batch import Batch, SessionTask
from hostkit.delivery.gain import Gain
from hostkit.delivery.headroom import Bound, Headroom
from hostkit.delivery.verifying.verify import verify
from hostkit.errors import RequestError
from hostkit.pipeline import Rendered, RenderRequest
from hostkit.plan.environment import Environment
from hostkit.render.production import Resources

LOUD = """\
tail: {{for_ms: 100}}
deliver: {{format: {format}}}
tracks:
  low: {{instrument: {{tone: {{gain: 0.5}}}}, midi: {{track: a}}, gain_db: {low}, tags: [bass]}}
  high: {{instrument: {{tone: {{gain: 0.5}}}}, midi: {{track: b}}, gain_db: {high}}}
mixes: {{full: {{}}, no_bass: {{}}}}
"""
NOTES = {"a": [(0, 1, 57)], "b": [(0, 1, 57)]}
FRAMES = 24_000
PROFILE = """\
hostkit_profile: 1
format: pcm24
true_peak_dbtp: {peak}
loudness: {{integrated_lufs: {lufs}, tolerance_lu: 0.5, of: [full]}}
{more}
"""

Deliver = Callable[..., Rendered]


@pytest.fixture
def deliver(resources: Resources, tmp_path: Path) -> Deliver:
    """Renders a session with a trim, by a profile or none."""

    def run(session: Path, trim_db: float = 0.0, profile: Path | None = None) -> Rendered:
        request = RenderRequest(str(profile) if profile else None, None, trim_db)
        batch = Batch(resources, Environment(), 2, request)
        (result,) = batch.run([SessionTask(session, tmp_path / "out")])
        assert result.rendered is not None, result.error
        return result.rendered

    return run


def found(made: Rendered, check: str) -> dict[str, str]:
    return {f.path: f.text for f in made.certificate.findings if f.check == check}


def trim_in(text: str) -> float:
    (said,) = re.findall(r"--trim (-?[\d.]+) for one run$", text)
    return float(said)


@pytest.mark.parametrize("sample_format", ["pcm24", "pcm16"])
@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (9.0, -20.0)])
def test_clipping_says_by_how_much_to_lower_and_that_is_enough(
    low: float, high: float, sample_format: str, tmp_path: Path, deliver: Deliver, executor
):
    """Two tones in step: their sum clips, and in the second case a stem by itself, too."""
    text = LOUD.format(low=low, high=high, format=sample_format)
    session = write_session(tmp_path / "cue.yaml", text, **NOTES)
    made = deliver(session)
    clipped = found(made, "clipped")
    peak = np.abs(tone(FRAMES, 57)).max() * (10 ** (low / 20) + 10 ** (high / 20))
    expected = math.ceil(10 * 20 * math.log10(peak)) / 10
    count = made.manifest.mixes["full"].file.clipping.samples
    assert clipped["mixes/full.wav"] == (
        f"{count} samples clipped, highest peak {20 * math.log10(peak):+.1f} dBFS; "
        f"lower by {expected:g} dB: gain_db: {-expected:g} in the session, "
        f"or --trim {-expected:g} for one run"
    )
    assert ("stems/low.wav" in clipped) == (low > 6.1)
    assert {trim_in(text) for text in clipped.values()} == {-expected}
    assert found_by(verify(made.folder, executor), "clipped") == clipped
    assert not found(deliver(session, trim_db=-expected), "clipped")
    short = deliver(session, trim_db=-expected + 0.1)
    assert trim_in(found(short, "clipped")["mixes/full.wav"]) == -expected


def found_by(certificate, check: str) -> dict[str, str]:
    return {f.path: f.text for f in certificate.findings if f.check == check}


def test_a_mix_says_that_a_stem_in_it_was_clipped(tmp_path: Path, deliver: Deliver):
    """What is over in one stem is taken away by another, turned over: the mix itself fits."""
    turned = "effects: [{invert: {}}], gain_db"
    text = LOUD.format(low=8.0, high=4.0, format="pcm24").replace(
        "midi: {track: b}, gain_db", f"midi: {{track: b}}, {turned}"
    )
    made = deliver(write_session(tmp_path / "cue.yaml", text, **NOTES))
    clipped = found(made, "clipped")
    assert made.manifest.mixes["full"].file.clipping.samples == 0
    assert clipped["mixes/full.wav"].startswith("a stem in it was clipped; lower by 2 dB")
    assert trim_in(clipped["stems/low.wav"]) == -2.0


@pytest.mark.parametrize(("session_db", "profile_db", "trim_db"), [(0, 0, 0), (-3, 1.5, -2)])
def test_the_cure_for_loudness_makes_the_certificate_pass(
    session_db: float, profile_db: float, trim_db: float, tmp_path: Path, deliver: Deliver
):
    text = f"gain_db: {session_db}\n" + LOUD.format(low=-20, high=-20, format="pcm24")
    session = write_session(tmp_path / "cue.yaml", text, **NOTES)
    profile = tmp_path / "own.yaml"
    profile.write_text(PROFILE.format(peak=-1, lufs=-17, more=f"gain_db: {profile_db}"))
    made = deliver(session, trim_db, profile)
    total = session_db + profile_db + trim_db
    assert made.manifest.gain == Gain(session_db, profile_db, trim_db)
    measured = made.manifest.mixes["full"].file.measures.loudness.integrated_lufs
    change = round(-17 - measured, 1)
    (said,) = found(made, "loudness").values()
    kept = f" (and --trim {trim_db:g} as now)" if trim_db else ""
    assert said == (
        f"{measured:.1f} LUFS, not -17 ±0.5; raise by {change:g} dB: "
        f"gain_db: {session_db + change:g} in the session{kept}, "
        f"or --trim {trim_db + change:g} for one run"
    )
    stem, _ = soundfile.read(made.folder / "stems/low.wav")
    cured = deliver(session, trim_in(said), profile)
    assert cured.certificate.verdict == "pass"
    louder, _ = soundfile.read(cured.folder / "stems/low.wav")
    assert np.abs(louder - stem * 10 ** (change / 20)).max() <= 2.0**-23 * 3
    session.write_text(
        session.read_text().replace(
            f"gain_db: {session_db}", f"gain_db: {session_db + change:g}", 1
        )
    )
    again = deliver(session, trim_db, profile)
    assert again.certificate.verdict == "pass"
    assert again.written == ()  # the same level, said in another place
    assert total + change == pytest.approx(again.manifest.gain.total_db)


def test_a_cure_that_the_peak_limit_does_not_allow_is_not_given(tmp_path: Path, deliver: Deliver):
    text = LOUD.format(low=-20, high=-20, format="pcm24")
    session = write_session(tmp_path / "cue.yaml", text, **NOTES)
    profile = tmp_path / "own.yaml"
    profile.write_text(PROFILE.format(peak=-18, lufs=-17, more=""))
    (said,) = found(deliver(session, 0.0, profile), "loudness").values()
    assert "no gain alone does it" in said
    assert "--trim" not in said
    assert "full.wav have" in said


def test_a_cure_stays_between_the_bounds():
    room = Headroom(Bound(-1.0), Bound(2.04), Gain())
    assert room.cure(3.3) == "raise by 2 dB: gain_db: 2 in the session, or --trim 2 for one run"
    assert room.cure(-0.449).startswith("lower by 0.4 dB")
    narrow = Headroom(Bound(0.71), Bound(0.73), Gain(trim_db=1.0))
    assert narrow.cure(0.5).endswith("or --trim 1.71 for one run")
    assert Headroom().cure(-2.0) == "lower by 2 dB"


@pytest.mark.parametrize("trim_db", [math.nan, math.inf, 25.0])
def test_a_trim_that_is_no_level_is_refused(trim_db: float, tmp_path: Path, resources: Resources):
    session = write_session(
        tmp_path / "cue.yaml", LOUD.format(low=0, high=0, format="pcm24"), **NOTES
    )
    batch = Batch(resources, Environment(), 1, RenderRequest(trim_db=trim_db))
    (result,) = batch.run([SessionTask(session, tmp_path / "out")])
    assert isinstance(result.error, RequestError)
    assert "is no such level; give -144 to 24 dB" in str(result.error)
