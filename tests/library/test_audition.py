"""Auditions: phrases that fit, files, and a page that plays in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from browser import Browser, a_browser
from hypothesis import given
from hypothesis import strategies as st

from hostkit.audition.compare import different_settings
from hostkit.audition.files import write_page
from hostkit.audition.level import levelled
from hostkit.audition.measure import CENTRES_HZ, measure_audio
from hostkit.audition.phrase import BY_FAMILY, BY_KIND, GESTURES, phrase, source
from hostkit.audition.studio import Studio, open_studio
from hostkit.jobs.store import default_store
from hostkit.library.changes import Rehearsal, undo
from hostkit.library.model import Preset
from hostkit.midi.pitch import NoteRange

TONE = "preset: 1\ninstrument: {tone: {channels: 1, gain: 0.1}}\n"
RATE = 48_000


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    for name, text in {
        "keys/tone": TONE + "category: keys/piano\ndescription: A <b>plain</b> & pure tone.\n",
        "pads/quiet": TONE.replace("0.1", "0.05") + "category: pads/warm\n",
        "rooms/half": "preset: 1\neffects: [{gain: {gain_db: -6}}]\n",
        "rooms/return": "preset: 1\ntags: [bus]\neffects: [{gain: {gain_db: -6}}]\n",
        "broken": "preset: 1\ninstrument: {plugin: NoSuchThing}\n",
    }.items():
        path = tmp_path / "presets" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with open_studio(tmp_path, (), 2, default_store()) as made:
        yield made


def preset(**fields: Any) -> Preset:
    return Preset.model_validate(
        {"preset": 1, "instrument": {"soundfont": "gm"}, **fields}, context={"allowed": {}}
    )


def test_every_kind_and_family_has_a_gesture() -> None:
    assert {*BY_KIND.values(), *BY_FAMILY.values()} <= GESTURES.keys()


@given(
    low=st.integers(0, 127),
    span=st.integers(0, 60),
    category=st.sampled_from(["", *BY_FAMILY, *(f"x/{kind}" for kind in BY_KIND)]),
    beats=st.integers(1, 8),
)
def test_a_phrase_stays_in_the_range(low: int, span: int, category: str, beats: int) -> None:
    room = NoteRange(low, min(low + span, 127))
    events = phrase(preset(range=str(room), category=category or None), RATE, beats)
    keys = [m[1] for m in events.messages if m[0] & 0xF0 == 0x90]
    assert keys
    assert all(room.low <= key <= room.high for key in keys)
    assert (np.diff(events.samples) >= 0).all()
    assert events.end <= round(beats * 0.6 * RATE) + 1
    held: set[int] = set()
    for message in events.messages:  # no note is struck twice without an end between
        if message[0] & 0xF0 == 0x90:
            assert message[1] not in held
            held.add(message[1])
        else:
            held.discard(message[1])
    assert not held


def test_kits_get_drums_and_effects_get_something_to_work_on() -> None:
    kit = phrase(preset(instrument={"soundfont": "gm", "bank": 128, "program": 0}), RATE)
    assert {m[1] for m in kit.messages} == {36, 38, 42}
    chain = preset(instrument=None, effects=[{"reverb": {}}])
    assert {m[0] & 0x0F for m in source(chain, RATE).messages} == {0, 9}
    spoken = preset(instrument=None, effects=[{"reverb": {}}], tags=["dialogue"])
    assert {m[0] & 0x0F for m in source(spoken, RATE).messages} == {0}


def test_measures_of_a_sine() -> None:
    seconds = np.arange(2 * RATE) / RATE
    sine = (0.1 * np.sin(2 * np.pi * 1000 * seconds)).astype(np.float32)[None]
    heard = measure_audio([sine[:, :70_000], sine[:, 70_000:]], RATE, 1, sine.shape[1], columns=10)
    loudest = int(np.argmax(heard.bands_db))
    assert CENTRES_HZ[loudest] == pytest.approx(1000)
    assert heard.bands_db[loudest] == pytest.approx(-23.0, abs=0.3)  # RMS of a sine at −20 dBFS
    assert heard.columns == pytest.approx(np.full(10, 0.1), abs=1e-3)
    assert heard.seconds == 2


@pytest.mark.usefixtures("scanned")
def test_auditions_are_written_and_failures_told(studio: Studio, tmp_path: Path) -> None:
    out = tmp_path / "out"
    files, failures = studio.audition(["keys/tone", "broken", "rooms/half"], out)
    assert [file.loaded.name for file in files] == ["keys/tone", "rooms/half"]
    assert len(failures) == 1
    assert failures[0].startswith("broken: ")
    assert "there is no plug-in 'NoSuchThing'" in failures[0]
    audio, rate = soundfile.read(out / "keys" / "tone.wav", always_2d=True)
    assert rate == RATE
    assert audio.shape[1] == 1
    # Chords of four notes of 0.1 · 88/127 each, for 8 beats of 0.6 s.
    assert 0.1 < np.abs(audio).max() <= 4 * 0.1 * 88 / 127 + 2**-14
    assert 4.5 < len(audio) / RATE < 6
    assert "<svg" in (out / "keys" / "tone.svg").read_text()


def test_a_second_audition_comes_from_the_store(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.audition(["keys/tone"], tmp_path / "one")

    def submit(*_: object) -> None:
        raise AssertionError("rendered again")

    monkeypatch.setattr(type(studio.executor), "submit", submit)
    studio.audition(["keys/tone"], tmp_path / "two")
    first, second = (tmp_path / folder / "keys" / "tone.wav" for folder in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


def test_comparing_two_levels_of_one_tone(studio: Studio) -> None:
    result = studio.compare("keys/tone", "pads/quiet")
    sound = result.sound
    assert sound is not None
    assert sound.loudness_lu == pytest.approx(-6.02, abs=0.05)
    assert sound.true_peak_db == pytest.approx(-6.02, abs=0.05)
    assert all(db == pytest.approx(-6.02, abs=0.2) for hz, db in sound.bands if 200 < hz < 800)
    assert [str(difference) for difference in result.settings] == ["instrument.gain: 0.1 → 0.05"]


def test_presets_of_other_ranges_are_compared_on_the_same_notes(
    studio: Studio, tmp_path: Path
) -> None:
    for name, room in {"low": "C2-C5", "high": "C4-C7", "top": "C6-C7"}.items():
        (tmp_path / "presets" / f"{name}.yaml").write_text(
            f"preset: 1\nextends: keys/tone\nrange: {room}\n"
        )
    alike = studio.compare("low", "high")
    assert alike.phrase == "both play one phrase, in C4-C5"
    assert [str(difference) for difference in alike.settings] == ["range: C2-C5 → C4-C7"]
    assert alike.sound is not None
    assert alike.sound.loudness_lu == 0
    assert {db for _, db in alike.sound.bands} == {0.0}
    assert studio.compare("low", "keys/tone").sound == studio.compare("low", "low").sound
    apart = studio.compare("low", "top")
    assert apart.phrase.startswith("they share no note (C2-C5, C6-C7): each plays")
    assert apart.sound is not None
    assert apart.sound.brightness_hz[1] > 4 * apart.sound.brightness_hz[0]  # two octaves or more
    inserts = studio.compare("keys/tone", "rooms/half")
    assert inserts.phrase.startswith("one is an instrument, the other effects alone")


def test_a_silent_preset_is_named_and_not_counted_with(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "presets" / "mute.yaml").write_text(
        "preset: 1\ninstrument: {tone: {channels: 2, gain: 0}}\n"
    )
    for one, other in (("keys/tone", "mute"), ("mute", "keys/tone")):
        told = studio.compare(one, other)
        assert (told.sound, told.silent) == (None, ("mute",))
        assert "loudness_lu" not in told.as_json()
    assert "instrument.gain: 0.0 → 0.1" in map(str, told.settings)


def test_effects_are_matched_by_name() -> None:
    peak, low = {"peak_filter": {"q": 1}}, {"low_shelf_filter": {"gain_db": 2}}
    first = preset(range="C2-C4", effects=[peak, low, {"reverb": {"room_size": 0.5}}])
    second = preset(
        instrument={"soundfont": "gm", "program": 4},
        effects=[{"reverb": {"room_size": 0.7}}, peak, {"gain": {"gain_db": 1}}],
    )
    assert [str(difference) for difference in different_settings(first, second)] == [
        "range: C2-C4 → not set",
        "instrument.program: not set → 4",
        "removed effects.2: low_shelf_filter (gain_db 2)",
        "reverb moved: effects.3 → effects.1",
        "effects.3.room_size: 0.5 → 0.7",
        "added as effects.3: gain (gain_db 1)",
    ]
    assert different_settings(first, first) == ()


def test_levelling_brings_presets_together_and_can_be_undone(
    studio: Studio, tmp_path: Path
) -> None:
    names = ["keys/tone", "pads/quiet", "rooms/half", "rooms/return"]
    file = tmp_path / "presets" / "keys" / "tone.yaml"
    rehearsal = Rehearsal()
    studio.level(names, commit=rehearsal)
    assert file in [change.path for change in rehearsal.files if change.becomes == "replaced"]
    assert "gain_db" not in file.read_text()
    results, failures = studio.level([*names, "broken"])
    assert [level.loaded.name for level in results] == names[:3]  # a bus return is left alone
    assert len(failures) == 1
    assert results[2].after_db == 6  # what the insert takes away
    again = Studio(tmp_path, type(studio.environment)(), studio.executor, studio.store)
    for name in names[:2]:
        assert again.measure(name).loudness.integrated_lufs == pytest.approx(-23, abs=0.26)
    undo()
    assert "gain_db" not in file.read_text()


def test_peaks_hold_a_level_back(studio: Studio) -> None:
    loaded = studio.load("keys/tone")
    loud = studio.measure("keys/tone").loudness
    level = levelled(loaded, loud, target_lufs=0.0)
    assert level.held_back
    assert -3.5 < loud.true_peak_dbtp + level.after_db <= -3


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with a_browser(tmp_path / "profile") as opened:
        yield opened


PLAY = """
(async () => {
  const sounds = [...document.querySelectorAll('audio')];
  const heard = [];
  for (const sound of sounds) {
    await sound.play();
    await new Promise((done, fail) => {
      sound.onerror = () => fail(sound.error.message);
      sound.ontimeupdate = () => sound.currentTime > 0.2 && done();
    });
    heard.push({seconds: sound.duration, playing: sounds.filter(s => !s.paused).length});
  }
  return heard;
})()
"""


def test_the_page_plays_in_a_browser(studio: Studio, tmp_path: Path, browser: Browser) -> None:
    out = tmp_path / "my auditions #1"
    files, _ = studio.audition(["keys/tone", "pads/quiet", "rooms/half"], out)
    browser.open(write_page(files, out, ["broken: <i>no plug-in</i>"]))
    heard = browser.evaluate(PLAY)
    assert [sound["playing"] for sound in heard] == [1, 1, 1]  # one stops the one before
    shown = [file.heard.seconds for file in sorted(files, key=lambda f: f.loaded.preset.family)]
    assert sorted(s["seconds"] for s in heard) == pytest.approx(sorted(shown), abs=0.01)
    images = "[...document.images].every(i => (i.loading = 'eager', i.decode(), true))"
    assert browser.evaluate(images)
    decode = "Promise.all([...document.images].map(i => i.decode().then(() => i.naturalWidth)))"
    assert browser.evaluate(decode) == [640, 640, 640]
    text = browser.evaluate("document.body.innerText")
    assert "A <b>plain</b> & pure tone." in text
    assert "broken: <i>no plug-in</i>" in text
    typed = (
        "(() => { const field = document.querySelector('input'); field.value = '%s';"
        " field.dispatchEvent(new Event('input'));"
        " return [...document.querySelectorAll('li[data-words]')]"
        ".filter(c => c.offsetParent).map(c => c.querySelector('b').innerText) })()"
    )
    assert browser.evaluate(typed % "PURE tone") == ["keys/tone"]
    assert browser.evaluate(typed % "nothing") == []
    assert len(browser.evaluate(typed % "")) == 3
