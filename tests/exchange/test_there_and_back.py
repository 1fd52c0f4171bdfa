"""A session leaves for a DAW and comes back: it sounds the same, sample for sample."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import write_session
from sfzs import sfz

from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.session.load import load_session

FORMATS = ("dawproject", "rpp")
TONES = """
tempo:
  - {at: 1|1, bpm: 93, meter: 3/4, ramp_to: 131, until: 3|1, curve: time}
  - {at: 3|1, bpm: 131}
sections: [{name: intro, at: 1|1}, {name: end, at: 3|1}]
hits: [{at: 2|2.5, name: door slams}]
tracks:
  low:
    midi: {track: low}
    instrument: {tone: {gain: 0.3}}
    effects: [{highpass_filter: {cutoff_frequency_hz: 80}}, {low_shelf_filter: {gain_db: -3}}]
    gain_db: -4.5
    pan: -0.25
    stem: band
    sends: {hall: -9}
  high:
    midi: {track: high}
    instrument: {tone: {gain: 0.2}}
    stem: band
    automation: {pan: [[1|1, -1], [2|1, 1]]}
  take:
    audio: [{file: take.wav, at: 2|1, from: 0.25s, to: 1s, gain_db: -2, fade_in_ms: 20}]
buses:
  hall:
    effects: [{reverb: {room_size: 0.4, wet_level: 0.3, dry_level: 0}}]
    gain_db: -1.5
master: [{gain: {gain_db: -1}}]
mixes: [full]
"""
PLUGINS = """
tempo: [{at: 1|1, bpm: 120}]
tracks:
  kars:
    midi: {track: a}
    instrument: {plugin: Kars, params: {release: 2, volume: 60}}
    effects: [{plugin: ZamCompX2, params: {threshold: -30, ratio: 8}}]
    sends: {hall: -6}
  nekobi:
    midi: {track: a}
    instrument: {plugin: Nekobi, params: {cutoff: 40, vcf_resonance: 70}}
    gain_db: -3
buses:
  hall: {effects: [{plugin: ZamCompX2, params: {threshold: -20}}]}
mixes: [full]
"""


def there_and_back(session, format_, cache, *options):
    """The session that comes back, beside the one that left."""
    project = session.with_name(f"{session.stem} {format_}.{format_}")
    out = hostkit("export", session, "--ramps", "-o", project, *options, cache=cache)
    assert out.code == 0, out.err
    begun = hostkit("init", project, "--json", *options, cache=cache)
    assert begun.code == 0, begun.err
    return project.with_suffix(".yaml"), begun.json["losses"]


def mix_of(session, cache, *options):
    out = session.with_name(f"{session.stem} out")
    done = hostkit("render", session, "-o", out, "-j", "1", "-q", *options, cache=cache)
    assert done.code == 0, done.err
    audio, _ = soundfile.read(out / "mixes" / "full.wav", dtype="int32")
    return audio


def states_of(session):
    folder = session.with_name(f"{session.stem}-files") / "states"
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def tones(tmp_path_factory, cache):
    folder = tmp_path_factory.mktemp("tones")
    chance = np.random.default_rng(16)
    soundfile.write(folder / "take.wav", chance.normal(0, 0.05, (48_000, 2)), 48_000)
    session = write_session(
        folder / "cue.yaml",
        TONES,
        low=[(0, 1, 40), (1, 2 / 3, 43), (4.5, 1, 45)],
        high=[(2, 1 / 480, 70), (3, 2, 72)],
    )
    return session, mix_of(session, cache)


@pytest.mark.parametrize("format_", FORMATS)
def test_tones_effects_and_takes_come_back_as_they_were(tones, format_, cache):
    session, mix = tones
    back, losses = there_and_back(session, format_, cache)
    assert losses == []
    np.testing.assert_array_equal(mix_of(back, cache), mix)
    before, after = load_session(session).session, load_session(back).session
    assert after.tracks.keys() == before.tracks.keys()
    assert [s.name for s in after.sections] == [s.name for s in before.sections]
    assert [(h.at, h.name) for h in after.hits] == [(h.at, h.name) for h in before.hits]
    assert {n: after.stem_of(n) for n in after.tracks} == {
        n: before.stem_of(n) for n in before.tracks
    }


@pytest.mark.plugins
def test_plugins_come_back_with_what_was_set(tmp_path, plugin, knowing_cache):
    """With the session's values, as nobody touched their states: Nekobi sounds otherwise by one."""
    for name in ("ZamCompX2", "Nekobi"):
        plugin(name)
    here = "--plugin-dir", plugin("Kars").path.parent
    session = write_session(tmp_path / "cue.yaml", PLUGINS, a=[(0, 1, 48), (1, 1, 55)])
    first, losses = there_and_back(session, "dawproject", knowing_cache, *here)
    second, more_losses = there_and_back(first, "rpp", knowing_cache, *here)
    assert losses == more_losses == []
    mixes = [mix_of(one, knowing_cache, *here) for one in (session, first, second)]
    assert min(np.abs(mix).max() for mix in mixes) > 1e6
    np.testing.assert_array_equal(mixes[1], mixes[0])
    np.testing.assert_array_equal(mixes[2], mixes[0])
    assert states_of(first) == states_of(second) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_sounds_come_back_by_name_or_as_files_beside_the_session(
    tmp_path, cache, monkeypatch, format_
):
    """By its path an installed one would be pointed at across the system, and refused."""
    installed, folder = tmp_path / "installed", tmp_path / "cue"
    monkeypatch.setenv("HOSTKIT_SAMPLES", str(installed))
    sfz(installed / "Solo", "<region> sample=a.wav", {"a": 0.5}, name="Violin.sfz")
    (folder / "fonts").mkdir(parents=True)
    shutil.copy(embedded_soundfont(), folder / "fonts" / "own.sf2")
    devices = ("{sfz: violin}", "{soundfont: fonts/own.sf2, program: 4}", "{soundfont: gm}")
    tracks = (
        f"  {name}: {{midi: {{track: a}}, instrument: {device}}}\n"
        for name, device in zip("abc", devices, strict=True)
    )
    session = write_session(folder / "cue.yaml", f"tracks:\n{''.join(tracks)}")
    back, _ = there_and_back(session, format_, cache)
    found = [track.instrument for track in load_session(back).session.tracks.values()]
    assert found[0].sfz == "Violin"
    assert (found[1].soundfont, found[1].program) == ("fonts/own.sf2", 4)
    assert found[2].soundfont == "gm"
    assert hostkit("check", back, cache=cache).code == 0
