"""What pages promise, in every browser that tests can drive.

WebKit, which Safari is made of, is tried by hand (`docs/listening.md` says which).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser, a_browser
from commands import hostkit
from firefox import a_firefox
from live_pages import LivePage, assert_heard_from, delivered, served, start_of
from needed import needed
from review_pages import heard
from scores import RATE
from takes import noise, write_take

BROWSERS = {"chromium": a_browser, "firefox": a_firefox}
SECONDS = 9
IMPULSES = (3_000, 3 * RATE, 7 * RATE + 11)
"""In a segment of a review page, and on a seam's first sample."""
SESSION = """\
hostkit: 1
picture: {frame_rate: 25, start: 01:00:00:00, file: film.webm}
sections: [{name: all, at: 1|1}]
tracks:
  low: {audio: [{file: low.wav, at: 1|1}], gain_db: -6}
  a long name that has no room beside its buttons: {audio: [{file: high.wav, at: 1|1}]}
"""
FILM = ("-f", "lavfi", "-i", f"testsrc=size=160x90:rate=25:duration={SECONDS}", "-c:v", "libvpx")


@pytest.fixture(scope="module", params=BROWSERS)
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    with BROWSERS[request.param](tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of two takes and a film, its delivery, and a page of that."""
    needed(shutil.which("ffmpeg"), "ffmpeg", "apt-get install ffmpeg")
    room = tmp_path_factory.mktemp("room")
    low, high = (noise(SECONDS * RATE, seed=seed) * 0.2 for seed in (1, 2))
    low[:, IMPULSES] = 0.9
    write_take(room / "low.wav", low)
    write_take(room / "high.wav", high)
    (room / "cue.yaml").write_text(SESSION)
    subprocess.run(["ffmpeg", "-v", "error", *FILM, room / "film.webm"], check=True)
    for at in (
        ("render", room / "cue.yaml", "-o", room / "v1"),
        ("review", room / "v1", "-o", room / "review.html"),
    ):
        done = hostkit(*at, "--quiet", cache=room / "cache")
        assert done.code == 0, done.err
    return room


@pytest.fixture
def cue(room: Path, tmp_path: Path) -> Path:
    """A session of a test's own."""
    for file in ("cue.yaml", "low.wav", "high.wav", "film.webm"):
        shutil.copy(room / file, tmp_path)
    return tmp_path / "cue.yaml"


def test_what_leaves_the_graph_is_the_mix(cue: Path, browser: Browser, tmp_path: Path) -> None:
    first = delivered(cue, tmp_path / "first")["full"]
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], tapped=True)
        page.wait_until_made()
        browser.press(" ")
        start = start_of(page, first)
        cue.write_text(cue.read_text().replace("gain_db: -6", "gain_db: -20"))
        page.wait("hostkit.version.number === 2", "the fader")
        at = page.turned()
        assert_heard_from(page, at, delivered(cue, tmp_path / "second")["full"], start)
        assert not browser.complaints


def film_at(page: LivePage) -> Any:
    """Whether the film stands, and how far it is from the sound, in seconds."""
    return page.ask("[film.paused, film.currentTime - hostkit.player.position / 48000]")


def test_the_picture_stands_and_runs_with_the_sound(cue: Path, browser: Browser) -> None:
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue])
        page.wait("film.readyState > 1", "the film")
        page.ask("globalThis.film = document.getElementById('film'), globalThis.sought = 0")
        page.ask("film.addEventListener('seeking', () => { globalThis.sought += 1; }), 1")
        page.ask("hostkit.player.seek(2 * 48000)")
        assert film_at(page) == [True, pytest.approx(0, abs=0.002)]
        browser.press(" ")
        page.wait_for_position(4 * RATE)
        stands, off = film_at(page)
        assert not stands
        assert abs(off) < 0.2  # of a machine that has much else to do
        assert page.ask("globalThis.sought") <= 3  # to its place, and once or twice to catch up
        browser.press(" ")
        page.wait("film.paused", "a stop")
        browser.press("Home")
        assert film_at(page) == [True, pytest.approx(0, abs=0.002)]


def test_a_clock_that_stands_is_a_stop(cue: Path, browser: Browser) -> None:
    """A browser takes the clock away where a call comes in, or a device is gone."""
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue])
        browser.press(" ")
        page.wait_for_position(RATE)
        page.ask("hostkit.player.context.suspend()")
        page.wait("!hostkit.player.playing", "a stop")
        at = page.ask("hostkit.player.position")
        assert RATE <= at < SECONDS * RATE
        browser.press(" ")
        page.wait_for_position(round(at) + RATE // 2)


FOR_EVER = "AudioContext.prototype.resume = () => new Promise(() => {});"
REFUSED = "AudioContext.prototype.resume = () => Promise.reject(new DOMException('no'));"
SILENT = "document.getElementById('trouble').textContent.includes('no sound out')"


def test_a_browser_that_lets_no_sound_out_is_told_of(
    room: Path, cue: Path, browser: Browser
) -> None:
    """Without a sound device Firefox promises to begin, and never does; Safari may refuse."""
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], before=FOR_EVER)
        browser.press(" ")
        page.wait(SILENT, "what is wrong")
        assert page.ask("document.getElementById('play').textContent") == "Play"
    browser.open(room / "review.html", before=REFUSED)
    browser.evaluate("review.toggle()")
    assert browser.evaluate(SILENT)


def test_waves_are_drawn_without_a_canvas_off_the_screen(cue: Path, browser: Browser) -> None:
    """Safari has one only since 16.4."""
    drawn = "document.querySelector('.lane.stem canvas').getContext('2d')"
    pixels = f"{drawn}.getImageData(0, 0, 500, 20).data.some((one) => one > 0)"
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], before="delete globalThis.OffscreenCanvas;")
        page.wait(f"document.querySelector('.lane.stem canvas') && {pixels}", "a waveform")


def test_more_pages_than_a_browser_connects_at_a_time(cue: Path, browser: Browser) -> None:
    """Six: as many cues as a composer works on would leave the seventh empty."""
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue])
        page.ask("globalThis.tabs = []")
        for _ in range(7):
            page.ask("tabs.push(open(location.href))")
            page.wait("tabs.at(-1).hostkit?.version", "the session in one more page")
        page.ask("tabs.forEach((one) => one.close())")


def test_stems_of_a_review_are_in_step_and_notes_are_kept(room: Path, browser: Browser) -> None:
    browser.open(room / "review.html")
    sounding = np.abs(heard(browser, "low", SECONDS * RATE))
    for place in IMPULSES:
        around = slice(place - 400, place + 400)
        assert place - 400 + int(sounding[around].argmax()) == place
    browser.evaluate("review.notes.add({ at: 1, text: 'softer', programme: 0 })")
    browser.evaluate("review.notes.unsaved = false")
    browser.open(room / "review.html")
    assert browser.evaluate("document.querySelector('#note-list bdi').textContent") == "softer"
    assert not browser.complaints
    page = (room / "review.html").as_uri()
    assert all(url == page for url in browser.requested)


ACROSS = """
[...document.querySelectorAll('.lane')].flatMap((lane) => {
  const right = lane.querySelector('.named').getBoundingClientRect().right;
  return [...lane.querySelectorAll('.named *')].filter(
    (one) => one.getBoundingClientRect().right > right + 1).map((one) => one.outerHTML);
})
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_what_stands_beside_a_lane_has_room(room: Path, browser: Browser, width: int) -> None:
    browser.open(room / "review.html", width)
    assert browser.evaluate(ACROSS) == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    with served(room / "cue.yaml") as pages:
        page = LivePage(browser, pages.urls[room / "cue.yaml"])
        browser.resize(width, 800)
        page.wait("document.querySelector('.lane.stem')", "lanes")
        assert browser.evaluate(ACROSS) == []
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
