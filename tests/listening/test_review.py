"""The review page: made of real deliveries, opened from disk in a browser without a network."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser, a_browser
from commands import Ran, hostkit
from live_pages import until
from review_pages import heard
from takes import write_take

from hostkit.delivery.manifest.entries import DocumentEntry, DuckingEntry
from hostkit.delivery.manifest.read import read_manifest
from hostkit.listening.review.papers import papers
from hostkit.listening.review.versions import DeliveredVersion
from hostkit.picture.spotting.formats import read_list
from hostkit.picture.spotting.marker import Given

RATE = 48_000
FRAMES = 12 * RATE
IMPULSES = (3_000, 3 * RATE, 7 * RATE + 11, 9 * RATE - 1)
"""In a segment, on a seam's first sample, and on the last one before a seam."""
TITLE = "</script><img src=x onerror='hacked=1'>"

SESSION = """
hostkit: 1
title: "{title}"
cue: 1m01
sample_rate: 48000
picture: {{frame_rate: 24, start: 01:00:00:00}}
sections: [{{name: calm, at: 1|1}}, {{name: storm, at: 4|1}}]
hits: [{{at: 3s, name: "<b>door</b>"}}, {{at: 4.2s, name: thunder is heard over the sea}}]
tracks:
  clicks: {{audio: [{{file: clicks.wav, at: 1|1}}], stem: clicks}}
  ticks: {{audio: [{{file: ticks.wav, at: 1|1}}], stem: ticks}}
  hum: {{audio: [{{file: hum.wav, at: 1|1}}], stem: hum, gain_db: {gain_db}}}
mixes:
  full: {{}}
  calm_only: {{sections: [calm]}}
"""


def hum() -> Any:
    """A sine in which a seam would be seen."""
    return np.float32(0.2) * np.sin(2 * np.pi * 220 * np.arange(FRAMES) / RATE, dtype=np.float32)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a cue, delivered: in the second the hum is softer by 6 dB."""
    room = tmp_path_factory.mktemp("review")
    impulses = np.zeros(FRAMES, dtype=np.float32)
    impulses[list(IMPULSES)] = 0.4
    noise = np.random.default_rng(3).uniform(-0.01, 0.01, FRAMES).astype(np.float32)
    for name, audio in (("clicks", impulses), ("ticks", impulses * 0.5 + noise), ("hum", hum())):
        write_take(room / f"{name}.wav", np.stack([audio, audio]))
    mixes = ("--mix", "calm_only")
    for name, gain_db, more in (("v1", 0, mixes), ("v2", -6, ())):
        (room / f"{name}.yaml").write_text(SESSION.format(title=TITLE, gain_db=gain_db))
        at = ("render", room / f"{name}.yaml", "-o", room / name, "--quiet")
        done = hostkit(*at, *more, cache=room / "cache")
        assert done.code == 0, done.err
    return room


def review(room: Path, *arguments: object) -> Ran:
    return hostkit("review", *arguments, cache=room / "cache")


@pytest.fixture(scope="module")
def page(room: Path) -> Path:
    """Of both versions."""
    done = review(room, room / "v1", room / "v2", "-o", room / "page.html", "--max-mb", 5)
    assert (done.code, "no versions of one cue" in done.err) == (0, False), done.err
    said = float(re.search(r"at most ([\d.]+) MB", done.out)[1])
    size = (room / "page.html").stat().st_size / 1e6
    assert said / 2 < size < said < 5  # what is silent takes nothing
    return room / "page.html"


@pytest.fixture(scope="module")
def browser(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("profile")) as opened:
        opened.open(page)
        yield opened


def test_stems_are_in_step_to_the_sample(browser: Browser) -> None:
    for name in ("clicks", "ticks"):
        sounding = np.abs(heard(browser, name, FRAMES))
        for place in IMPULSES:
            start = max(0, place - 400)
            assert start + int(sounding[start : place + 400].argmax()) == place, name


def test_nothing_is_heard_of_a_seam(browser: Browser) -> None:
    """Between segments the sine goes on, as near to the source as in them: 56 dB below it."""
    off = np.abs(heard(browser, "hum", FRAMES) - hum())
    assert 0 < off[RATE // 2 : 5 * RATE // 2].max() < 0.0003
    for seam in (3 * RATE, 6 * RATE, 9 * RATE):
        assert off[seam - 1_200 : seam + 1_200].max() < 0.0003


def test_it_plays_from_disk_and_asks_for_nothing(browser: Browser, page: Path) -> None:
    browser.press(" ")
    told = (
        "new Promise(done => setTimeout(() => done([review.player.playing, review.seconds]), 900))"
    )
    playing, seconds = browser.evaluate(told)
    browser.press(" ")
    assert playing
    assert 0.2 < seconds < 3
    assert browser.requested == [page.as_uri()]
    assert browser.complaints == []


def test_words_of_a_delivery_are_never_run(browser: Browser) -> None:
    assert browser.evaluate("document.querySelector('h1').textContent") == f"1m01 {TITLE} v1"
    assert browser.evaluate("[typeof hacked, document.images.length]") == ["undefined", 0]
    assert browser.evaluate("document.querySelectorAll('b').length") == 0


def test_keys_solo_mute_loop_and_exchange_versions(browser: Browser) -> None:
    lane = "review.mixer.get('stem clicks')"
    assert browser.evaluate(f"{lane}.solo") is False
    pressed = (
        "for (const [code, key, shiftKey] of [['Digit1', '1', false], ['Digit2', '2', true],"
        " ['KeyL', 'l', false], ['KeyB', 'b', false]])"
        " dispatchEvent(new KeyboardEvent('keydown', { code, key, shiftKey }));"
    )
    browser.evaluate(
        pressed.replace("dispatchEvent", "document.body.dispatchEvent").replace(
            "})", ", bubbles: true })"
        )
    )
    shown = browser.evaluate(
        f"[{lane}.solo, review.mixer.get('stem ticks').mute, review.player.loop, "
        "review.programme.version, document.querySelectorAll('.lane.silent').length]"
    )
    assert shown == [True, True, {"start": 0, "end": 12.5 * RATE}, 1, 2]
    browser.evaluate(
        "review.version(0); review.loop(false); review.mixer.set('stem clicks', {solo: false})"
    )


def test_a_fader_that_was_moved_leaves_the_keys_to_the_page(browser: Browser) -> None:
    """All but those that move it: a fader keeps the focus once it was pressed."""
    browser.evaluate("(globalThis.fader = document.querySelector('.fader input')).focus()")
    before = browser.evaluate("[review.seconds, Number(fader.value)]")
    browser.press("ArrowRight")
    assert browser.evaluate("[review.seconds, Number(fader.value) - 0.5]") == before
    browser.press("ArrowLeft")
    browser.press("l")
    assert browser.evaluate("review.looping")
    browser.press("l")
    assert not browser.evaluate("review.looping")
    browser.evaluate("fader.blur()")


def test_versions_are_compared_at_the_same_loudness(browser: Browser, room: Path) -> None:
    """The first is lowered by what it was measured to be louder."""
    manifests = [json.loads((room / name / "manifest.json").read_text()) for name in ("v1", "v2")]
    first, second = (one["mixes"]["full"]["integrated_lufs"] for one in manifests)
    assert first > second + 3
    shown = browser.evaluate(
        "[...document.querySelector('#papers td').closest('tr').children].map(e => e.textContent)"
    )
    loud = [f"{one:.1f}".replace("-", "−") for one in (first, second)]
    assert shown == ["full", "LUFS", *loud]
    levels = browser.evaluate(
        "(async () => { const got = []; const load = review.player.load.bind(review.player);"
        " review.player.load = (what) => { got.push(what.level); return load(what); };"
        " await review.version(1); await review.version(0); delete review.player.load;"
        " return got; })()"
    )
    assert levels == pytest.approx([1.0, 10 ** ((second - first) / 20)], rel=1e-3)


NOTES = ((3.5, 'softer, "please"'), (0.25, "+3 dB\nhere"), (5.0, "ça va"))


def test_notes_come_back_as_a_spotting_list(browser: Browser, room: Path, tmp_path: Path) -> None:
    """What is written on the page is read by `spot import`; of a cut-down it says that it is."""
    for at, text in NOTES:
        browser.evaluate(
            f"(async () => {{ await review.seek({at}); document.getElementById('note').click();"
            f" document.getElementById('text').value = {json.dumps(text)};"
            " document.querySelector('#writing button').click(); })()"
        )
    saved = browser.evaluate(
        "review.notes.add({ at: 1, text: 'in the cut', programme: review.told.programmes"
        ".findIndex((one) => !one.is_whole) }), review.notes.csv(review.told)"
    )
    file = tmp_path / "notes.csv"
    file.write_bytes(saved.encode())
    kind, read = read_list(file, Given())
    assert kind.name == "csv"
    assert [(str(m.at), m.name) for m in read.markers] == [
        ("01:00:00:06", "+3 dB here"),
        ("01:00:03:12", 'softer, "please"'),
        ("01:00:05:00", "ça va"),
    ]
    assert [one.text.split(",")[0] for one in read.skipped] == ["in the cut"]
    assert browser.evaluate("document.querySelectorAll('#note-list li').length") == 4
    isolated = browser.evaluate(
        "[...document.querySelectorAll('#note-list bdi')].map((one) => one.textContent)"
    )
    assert isolated == ["+3 dB\nhere", "in the cut", 'softer, "please"', "ça va"]
    browser.resize(390, 844)
    widths = "[...document.querySelectorAll('#note-list p')].map((one) => one.clientWidth)"
    assert min(browser.evaluate(widths)) > 300
    session = tmp_path / "cue.yaml"
    session.write_text((room / "v1.yaml").read_text())
    shutil.copy(room / "clicks.wav", tmp_path)
    done = hostkit("spot", "import", file, "--into", session, cache=room / "cache")
    assert done.code == 0, done.err
    (written,) = (line for line in session.read_text().splitlines() if "ça va" in line)
    assert "01:00:05:00" in written


def test_timecode_is_the_programs(browser: Browser) -> None:
    """Labels of the page are those of `hostkit time`, with drop frame and at 23.976."""
    from hostkit.timebase.framerate import FrameRate
    from hostkit.timebase.timecode import label_at

    for name, drop in (("29.97", True), ("23.976", False), ("25", False)):
        rate = FrameRate.parse(name)
        per_second = rate.frames_per_second
        frames = [*range(1795, 1805), *range(17975, 17990), 107_891, 107_892, 500_000]
        given = json.dumps(
            {
                "start_seconds": 0,
                "rate": [per_second.numerator, per_second.denominator],
                "drop": drop,
            }
        )
        seconds = [float(Fraction(frame) / per_second) for frame in frames]
        shown = browser.evaluate(f"{seconds}.map((at) => review.timecodeLabel(at, {given}))")
        assert shown == [str(label_at(frame, rate, drop)) for frame in frames]


CROSSED = """
(async () => {
  const lane = [...document.querySelectorAll('.lane')].find(
    (one) => one.querySelector('.name')?.textContent === 'Marks');
  const canvas = lane.querySelector('canvas'), lines = [], words = [];
  const { fillRect, fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillRect = function (x, ...rest) {
    if (this.canvas === canvas) lines.push(x);
    return fillRect.call(this, x, ...rest);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, ...rest) {
    if (this.canvas === canvas) words.push([text, x, x + this.measureText(text).width]);
    return fillText.call(this, text, x, ...rest);
  };
  review.view.show(0);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  Object.assign(CanvasRenderingContext2D.prototype, { fillRect, fillText });
  return { lines: lines.length, words: words.map(([text]) => text), crossed: words.filter(
    ([, left, right]) => right > canvas.clientWidth || lines.some((x) => x > left && x < right)) };
})()
"""


def test_a_name_ends_where_the_next_mark_begins(browser: Browser) -> None:
    """The marks are 1.2 s apart: a tenth of the lane, about 95 pixels, and 36 on a phone."""
    names = ["<b>door</b>", "thunder is heard over the sea"]
    browser.resize(1280, 844)
    assert browser.evaluate(CROSSED) == {"lines": 2, "words": names, "crossed": []}
    browser.resize(390, 844)
    drawn = browser.evaluate(CROSSED)
    assert (drawn["lines"], drawn["words"][-1], drawn["crossed"]) == (2, names[1], [])
    assert names[0] not in drawn["words"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_readable_at_every_width(browser: Browser, width: int, scheme: str) -> None:
    """Nothing is wider than the page, and whatever can be pressed has a name."""
    browser.resize(width, 844)
    browser.prefer(scheme)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    nameless = (
        "[...document.querySelectorAll('button, input, select, textarea, canvas')]"
        ".filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))"
        ".map((one) => one.outerHTML)"
    )
    assert browser.evaluate(nameless) == []
    slider = "document.querySelector('[role=slider]')"
    assert browser.evaluate(f"{slider}.ariaLabel + {slider}.ariaValueText.length") == "Position4"


def test_past_what_is_asked_for_it_is_a_folder(room: Path, browser: Browser) -> None:
    """The sound lies beside the page as scripts, and sounds as it does within."""
    done = review(room, room / "v2", "-o", room / "large.html", "--max-mb", 0.1)
    assert done.code == 0, done.err
    opened = room / "large" / "index.html"
    assert not (room / "large.html").exists()
    assert len(list((room / "large" / "sound").glob("*.js"))) > 6
    again = review(room, room / "v2", "-o", room / "large.html", "--max-mb", 0.1, "--quiet")
    assert again.code == 0, again.err
    browser.open(opened)
    sounding = np.abs(heard(browser, "clicks", FRAMES))
    assert [int(sounding[p - 400 : p + 400].argmax()) for p in IMPULSES] == [400] * 4
    assert browser.complaints == []


DUCK = {
    "phrases": [
        {"onset_seconds": 1, "offset_seconds": 2.5, "speech_lufs": -20.25, "gain_db": "loud"},
        "no phrase",
        {"onset_seconds": 4, "offset_seconds": None, "worst_difference_lu": None, "status": "<b>"},
    ]
}


def test_another_cue_is_warned_about_before_anything_is_encoded(room: Path, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "hostkit: 1\ntitle: The Sea\nlength: 1s\n"
        "tracks: {tone: {instrument: {tone: {}}, score: [{at: 1|1, notes: c4}]}}\n"
    )
    done = hostkit("render", tmp_path / "other.yaml", "-o", tmp_path / "sea", cache=room / "cache")
    assert done.code == 0, done.err
    told = review(room, room / "v1", tmp_path / "sea", "--dry-run")
    assert told.code == 0
    assert "warning: these are no versions of one cue but 2 cues: 1m01" in told.err
    assert "The Sea; a page for each is made by naming its folder alone" in told.err


def test_what_ducking_did_is_shown_from_the_start_of_the_file(room: Path, tmp_path: Path) -> None:
    """The documents of a ducked mix may hold anything: what is no number is none."""
    shutil.copytree(room / "v2", tmp_path / "v2")
    found = read_manifest(tmp_path / "v2")
    assert found is not None
    (tmp_path / "v2" / "duck.json").write_text(json.dumps(DUCK))
    (tmp_path / "v2" / "curve.csv").write_text("frame,seconds,gain_db\n0,0.0,0\n9,2.5,-6\nx,y,z\n")
    documents = {name: DocumentEntry(name, "") for name in ("duck.json", "curve.csv")}
    entry = DuckingEntry("", "1 of 2", 12.0, 2, 1, 0, 9.0, 3.0, 0.1, ("no",), documents)
    forms = {name: replace(form, pre_roll_frames=RATE) for name, form in found.forms.items()}
    told = papers(
        DeliveredVersion(tmp_path / "v2", replace(found, ducking={"full": entry}, forms=forms))
    )
    (ducking,) = told["ducking"]
    assert [(one["from"], one["to"]) for one in ducking["phrases"]] == [(2, 3.5), (5, 1)]
    assert ducking["phrases"][0]["speech_lufs"] == -20.25
    assert ducking["phrases"][0]["gain_db"] is None
    assert [one["points"] for one in ducking["curves"]] == [[(0.0, 0.0), (2.5, -6.0)]]


def refused(room: Path, folder: Path, *more: object, code: int = 2) -> str:
    done = review(room, folder, *more)
    assert done.code == code, done.out
    return done.err


def test_what_is_no_page_of_ours_is_not_replaced(room: Path, page: Path) -> None:
    mine = room / "mine.html"
    mine.write_text("<p>mine")
    assert "is there already" in refused(room, room / "v1", "-o", mine)
    assert mine.read_text() == "<p>mine"
    assert "holds the delivery" in refused(room, room / "v1", "-o", room / "v1" / "page.html")
    assert "end in .html" in refused(room, room / "v1", "-o", room / "page.pdf")
    assert "there is no such folder" in refused(room, room / "v1", "-o", room / "no" / "page.html")
    assert review(room, room / "v1", "-o", page, "--dry-run").code == 0


def test_a_delivery_that_is_not_as_it_was_is_named(room: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(room / "v1", broken)
    stems = sorted((broken / "stems").iterdir())
    stems[0].unlink()
    with stems[1].open("r+b") as file:
        file.seek(2_000)
        file.write(b"changed")
    said = refused(room, broken, "-o", tmp_path / "page.html")
    assert f"{stems[0]}: is missing" in said
    assert f"{stems[1]}: was changed" in said
    assert "SHA-256" in said
    assert not (tmp_path / "page.html").exists()
    assert "is no delivery" in refused(room, tmp_path / "broken" / "stems")
    longer = tmp_path / "longer"
    shutil.copytree(room / "v2", longer)
    written = (longer / "manifest.json").read_text()
    (longer / "manifest.json").write_text(
        written.replace('"frames": 600000', f'"frames": {10**15}')
    )
    assert "is not of the length" in refused(room, longer, "-o", tmp_path / "page.html")
    manifest = broken / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"stems/', '"../v1/stems/'))
    assert "is not in its delivery" in refused(room, broken)
    manifest.write_text(manifest.read_text().replace('"../v1/stems/', r'"\u001b[31m'))
    assert "\x1b" not in refused(room, broken)
    manifest.write_text("{")
    assert "damaged" in refused(room, broken)


FAILS_ONCE = """
globalThis.failed = 0;
const decode = BaseAudioContext.prototype.decodeAudioData;
BaseAudioContext.prototype.decodeAudioData = function (data) {
  const isImpulse = data.byteLength === atob(review.told.impulse).length;
  if (isImpulse && failed++ === 0) return Promise.reject(new Error("for once"));
  return decode.call(this, data);
};
"""


def test_a_decoder_that_fails_for_once_is_asked_again(browser: Browser, page: Path) -> None:
    """It fails at the impulse, by which every segment is placed."""
    browser.open(page, before=FAILS_ONCE)
    browser.evaluate("review.player.play(0)")
    until(lambda: browser.evaluate("failed === 2 && review.seconds > 0.2"), "sound")
