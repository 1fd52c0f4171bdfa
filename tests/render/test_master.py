"""The master keeps the sum: one gain for all stems, and a glue stem for what has none."""

from __future__ import annotations

import numpy as np
import pytest
from scores import RATE

from hostkit.errors import InvalidInput
from hostkit.jobs.executors import LocalExecutor

FULL_SCALE = 2**23
FIVE = """
tracks:
  a: {instrument: {tone: {gain: 0.15}}, midi: {track: a}}
  b: {instrument: {tone: {gain: 0.15}}, midi: {track: b}, pan: -0.5, gain_db: -3}
  c: {instrument: {tone: {gain: 0.15}}, midi: {track: c}, pan: 0.7}
  d: {instrument: {tone: {gain: 0.15}}, midi: {track: d}, gain_db: -6, tags: [drums]}
  e: {instrument: {tone: {gain: 0.15}}, midi: {track: e}, tags: [melody]}
"""
SCORE = {
    "a": [(0, 4, 45), (4, 4, 48)],
    "b": [(0, 2, 60), (2, 2, 64), (4, 4, 67)],
    "c": [(1, 1, 72), (3, 1, 76), (5, 1, 79)],
    "d": [(0, 0.25, 36), (1, 0.25, 36), (2, 0.25, 36), (3, 0.25, 36)],
    "e": [(0, 3, 81), (4, 3, 84)],
}
TEN_DB = "bus_compressor: {threshold_db: -17, ratio: 4, attack_ms: 5, release_ms: 80}"


def in_db(samples: np.ndarray) -> float:
    return 20 * np.log10(np.abs(samples).max() / FULL_SCALE)


def test_ten_db_of_compression_on_five_stems_sums_exactly(make):
    """The gains of the master take 10 dB from the mix, and every stem is integer samples."""
    made = make(f"master: [{{{TEN_DB}}}]\n{FIVE}", **SCORE)
    gains = made.node("gains of the master")
    assert gains.shape[0] == 1
    assert 20 * np.log10(gains.min()) == pytest.approx(-10, abs=3)
    dry = make(FIVE, **SCORE)
    mix, unmastered = made.mix("full"), dry.mix("full")
    frames = gains.shape[1]
    expected = unmastered[:, :frames] * gains
    # Five stems are rounded before and after: half a code each time, and float32 products.
    assert np.abs(mix[:, :frames] - expected).max() <= 16


def test_a_stem_by_itself_is_the_dry_one_times_the_mixs_gain(make):
    made = make(f"master: [{{{TEN_DB}}}]\n{FIVE}", **SCORE)
    dry = make(FIVE, **SCORE).stem("d")
    gains = made.node("gains of the master")[:, : dry.shape[1]]
    assert np.abs(made.stem("d")[:, : dry.shape[1]] - dry * gains).max() <= 2


def test_an_alt_mix_is_a_sum_of_the_same_stems(make):
    made = make(f"master: [{{{TEN_DB}}}]\nmixes: [no_drums, underscore]\n{FIVE}", **SCORE)
    (whole,) = made.plan.plans
    assert [stem.name for stem in whole.stems] == list("abcde")
    assert np.array_equal(made.mix("full") - made.mix("no_drums"), _padded(made, "d"))


def _padded(made, stem: str) -> np.ndarray:
    samples, frames = made.stem(stem), made.mix("full").shape[1]
    return np.pad(samples, ((0, 0), (0, frames - samples.shape[1])))


def test_key_self_reacts_to_its_own_sum(make):
    """Without the loud tracks there is nothing to compress."""
    mixes = "mixes: {soft: {only: [c], key: self}, same: {only: [c]}}"
    quiet = FIVE.replace("pan: 0.7", "pan: 0.7, gain_db: -30")
    made = make(f"master: [{{{TEN_DB}}}]\n{mixes}\n{quiet}", **SCORE)
    assert [stem.name for stem in made.form("whole").stems] == [*"abcde", "c@soft"]
    dry = make(quiet, **SCORE).stem("c")
    soft = made.mix("soft")
    assert np.abs(soft[:, : dry.shape[1]] - dry).max() <= 1
    assert in_db(made.mix("same")) < in_db(soft) - 3


def test_linear_devices_act_on_each_stem(make):
    """A linear master needs no step of its own and makes the sum of its parts."""
    made = make(f"master: [{{gain: {{gain_db: -6}}}}]\n{FIVE}", **SCORE)
    assert sum(node.kind == "stem" for node in made.plan.whole.nodes) == 5
    dry = make(FIVE, **SCORE).mix("full")
    assert np.abs(made.mix("full") - dry * 10 ** (-6 / 20)).max() <= 5


def test_the_glue_brings_the_sum_to_the_mastered_mix(make):
    """A distortion (tanh, pedalboard's) cannot be shared out; its part is a stem."""
    text = f"master: [{{distortion: {{drive_db: 6}}}}, {{gain: {{gain_db: -3}}}}]\n{FIVE}"
    made = make(text, **SCORE)
    assert [stem.name for stem in made.plan.whole.stems][-1] == "glue"
    dry = make(FIVE, **SCORE).mix("full") / FULL_SCALE
    expected = np.tanh(dry * 10 ** (6 / 20)) * 10 ** (-3 / 20) * FULL_SCALE
    mix = made.mix("full")[:, : dry.shape[1]]
    assert np.abs(mix - expected).max() <= 8  # float32 sums of integer samples against float64
    mastered = made.node("mastered mix")
    exact = np.rint(mastered.astype(np.float64) * FULL_SCALE)
    assert np.array_equal(made.mix("full")[:, : exact.shape[1]], exact)


def test_compression_before_and_after_a_glued_device(make):
    """Stems carry what can be shared; the sum is still the mastered mix, sample for sample."""
    master = f"[{{{TEN_DB}}}, {{distortion: {{drive_db: 3}}}}, {{{TEN_DB}}}]"
    made = make(f"master: {master}\nmixes: [no_drums]\n{FIVE}", **SCORE)
    whole = made.form("whole")
    assert [stem.name for stem in whole.stems] == [*"abcde", "glue", "glue@no_drums"]
    audio = [s for s in whole.nodes if s.name.startswith("mastered mix")]
    for mix, step in zip(("full", "no_drums"), audio, strict=True):
        found = made.production.print_of(step.fingerprint)
        mastered = np.fromfile(found.samples_path, "<f4").reshape(-1, 2).T.astype(np.float64)
        summed = made.mix(mix)[:, : mastered.shape[1]]
        assert np.array_equal(summed, np.rint(mastered * FULL_SCALE))


def test_latency_on_the_master_is_made_up_for(make):
    """A look-ahead limiter delays what it passes; under its ceiling it passes all as it is."""
    limiter = "brickwall_limiter: {ceiling_db: 6, lookahead_ms: 5}"
    quiet = FIVE.replace("0.15", "0.05")
    made = make(f"master: [{{{limiter}}}]\n{quiet}", **SCORE)
    dry = make(quiet, **SCORE).mix("full")
    assert np.abs(made.mix("full")[:, : dry.shape[1]] - dry).max() <= 4


def test_exact_length_and_sixteen_bits(make):
    text = f"length: 3|1\ndeliver: {{format: pcm16}}\nmaster: [{{{TEN_DB}}}]\n{FIVE}"
    made = make(text, **SCORE)
    assert {made.stem(name).shape[1] for name in "abcde"} == {4 * RATE}
    noise = [made.stem(name)[0, -1000:] for name in "abcd"]  # c and d are silent by then
    assert not np.array_equal(noise[2], noise[3])  # each stem has dither of its own


def test_a_stem_named_glue_is_refused_where_glue_is_needed(make):
    text = f"master: [{{distortion: {{}}}}]\n{FIVE.replace('{track: a}', '{track: a}, stem: glue')}"
    with pytest.raises(InvalidInput, match=r"cue.yaml:3:9: .*'glue'.* rename that"):
        make(text, **SCORE)


def test_the_bus_compressor_belongs_on_the_master(make):
    text = FIVE.replace("{track: a}", f"{{track: a}}, effects: [{{{TEN_DB}}}]")
    with pytest.raises(InvalidInput, match="bus_compressor belongs under master"):
        make(text, **SCORE)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("bus_compressor: {ratio: 0.5}", "'ratio' is 0.5, out of range; .* from 1 to 100"),
        ("bus_compressor: {treshold_db: -3}", "did you mean 'threshold_db'"),
        ("bus_compresor: {}", "did you mean 'bus_compressor'"),
    ],
)
def test_settings_are_checked_without_rendering(make, written, message):
    with pytest.raises(InvalidInput, match=message):
        make(f"master: [{{{written}}}]\n{FIVE}", **SCORE)


@pytest.mark.plugins
@pytest.mark.parametrize(
    ("name", "params", "most_db", "least_db"),
    [
        ("ZamTube", "{}", 0, -60),
        ("ZaMaximX2", "{threshold: -20}", 6, -40),
        ("ZaMaximX2", "{}", -120, -144),
    ],
)
def test_a_real_plug_in_on_the_master_through_the_glue(
    make, plugin, name, params, most_db, least_db
):
    """A tube saturator, mono; a limiter with 480 frames of latency, at work and at rest.

    At rest nothing but rounding is left for the glue: the latency is made up for.
    """
    description = plugin(name)
    device = f"{{plugin: {description.name}, params: {params}}}"
    text = f"master: [{{{TEN_DB}}}, {device}]\nmixes: [no_drums]\n{FIVE}"
    with LocalExecutor(2) as executor:
        made = make(text, executor=executor, plugin_dirs=(description.path.parent,), **SCORE)
    steps = [s for s in made.plan.whole.nodes if s.name.startswith("mastered mix")]
    for mix, step in zip(("full", "no_drums"), steps, strict=True):
        found = made.production.print_of(step.fingerprint)
        mastered = np.fromfile(found.samples_path, "<f4").reshape(-1, 2).T.astype(np.float64)
        summed = made.mix(mix)[:, : mastered.shape[1]]
        assert np.array_equal(summed, np.rint(mastered * FULL_SCALE))
    assert least_db <= in_db(made.stem("glue")) <= most_db
