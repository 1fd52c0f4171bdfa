"""`hostkit listen`, heard in a real browser: from a save until it sounds.

The session is that of the render benchmark, 24 tracks of 180 s, played from 2:30 on, where nothing
is near the start. A time ends when the exchange is over: all that leaves the page's graph is new
then. Medians of several saves; the machine has two cores for renders, browser and sound.

The page with 24 stems has each of these tracks in a stem of its own. What the browser takes is the
memory of the page's process alone, while it plays; it scrolls down and along at once.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import mido
import numpy as np
from workload import RATE, write_session

sys.path.append(str(Path(__file__).parents[1] / "support"))  # where the tests' browser is

from browser import Browser, find_browser
from live_pages import LivePage, until

SECONDS = 180
PLAYED_FROM = 150
SAVES = 5
PATIENCE_SECONDS = 900
EXCHANGE_MS = 60
"""From when an exchange is set until it is over: a lead of 30 ms and a fade of 30."""
WATCHED = """
(() => {
  window.exchanged = [];
  const { player } = hostkit;
  const load = player.load.bind(player);
  player.load = async (wanted) => {
    const done = await load(wanted);
    if (done) window.exchanged.push([hostkit.version.number, Date.now()]);
    return done;
  };
})()
"""
FIRST_SOUND = """
new Promise((done) => {
  const look = async () => {
    if (!globalThis.hostkit?.version) return setTimeout(look, 5);
    await hostkit.player.play();
    done(performance.now() + 30);
  };
  look();
})
"""
SCROLLED = """
new Promise((done) => {
  const { view } = hostkit;
  view.show(20, 30);
  let frames = 0;
  const began = performance.now();
  const step = () => {
    const since = performance.now() - began;
    if (since > 4000) return done(1000 * frames / since);
    frames += 1;
    const down = 0.5 - 0.5 * Math.cos(since / 500);
    window.scrollTo(0, (document.body.scrollHeight - innerHeight) * down);
    view.show(20 + since / 100);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""


def measure() -> dict[str, float]:
    """Seconds from a save until it is heard, the page's memory in MB, frames a second."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["HOSTKIT_CACHE"] = str(folder / "cache")
        return {**_saves(folder), **_many_stems(folder), "drift_samples": _drift(folder)}


def _saves(folder: Path) -> dict[str, float]:
    session = write_session(folder / "six", SECONDS)
    with _page(session, folder) as page:
        page.wait_until_made(PATIENCE_SECONDS)
        first = [_first_sound(page) for _ in range(SAVES)]
        page.ask(f"hostkit.player.seek({PLAYED_FROM * RATE})")
        page.ask(f"hostkit.player.loop = {{start: {PLAYED_FROM * RATE}, end: {178 * RATE}}}")
        page.ask(WATCHED)
        faders = [_save(page, partial(_fader, session, n)) for n in range(SAVES)]
        notes = [_save(page, partial(_note, session.with_suffix(".mid"), n)) for n in range(SAVES)]
    return {
        "fader_heard_seconds": median(faders),
        "note_heard_seconds": median(notes),
        "first_sound_seconds": median(first),
    }


def _many_stems(folder: Path) -> dict[str, float]:
    session = write_session(folder / "many", SECONDS)
    text = session.read_text()
    session.write_text(re.sub(r"    stem: \w+\n", "", text))  # each is one of its own
    with _page(session, folder) as page:
        page.wait_until_made(PATIENCE_SECONDS)
        page.ask("hostkit.player.play()")
        page.wait_for_position(20 * RATE)
        return {
            "browser_mb": page.browser.memory_bytes() / 1e6,
            "frames_a_second": float(page.ask(SCROLLED)),
        }


def _drift(folder: Path) -> float:
    """Between two stems of the same notes, one on each side, after half a minute: in samples."""
    session = write_session(folder / "two", 40, soundfonts=False)
    head = "hostkit: 1\nmidi: session.mid\nlength: 40s\ntracks:\n"
    one = "{instrument: {tone: {}}, midi: {track: kars0}, pan: %d}\n"
    session.write_text(f"{head}  left: {one % -1}  right: {one % 1}")
    with _page(session, folder, tapped=True) as page:
        page.wait_until_made(PATIENCE_SECONDS)
        page.ask("hostkit.player.play()")
        page.wait_for_position(30 * RATE)
        left, right = page.heard()[:, -RATE:].astype(float)
    sizes = 2 * RATE
    product = np.fft.irfft(np.fft.rfft(left, sizes) * np.conj(np.fft.rfft(right, sizes)), sizes)
    lag = int(product.argmax())
    return float(min(lag, sizes - lag))


def _first_sound(page: LivePage) -> float:
    page.ask("hostkit.player.pause()")
    page.browser.call("Page.navigate", url=page.url)
    return float(page.ask(FIRST_SOUND)) / 1000


def _save(page: LivePage, save: Callable[[], float]) -> float:
    """Seconds from a save until it is heard."""
    before = int(page.ask("hostkit.version.number"))
    page.ask("exchanged.length = 0")
    saved = save()
    told = until(lambda: page.ask(f"exchanged.find(([number]) => number > {before})"), "the change")
    page.wait_until_made(PATIENCE_SECONDS)
    time.sleep(1)
    return float(told[1]) / 1000 + EXCHANGE_MS / 1000 - saved


def _fader(session: Path, number: int) -> float:
    text = re.sub(r"gain_db: -1\d(\.\d)?", f"gain_db: -11.{number}", session.read_text(), count=1)
    session.write_text(text)
    return time.time()


def _note(score: Path, number: int) -> float:
    file = mido.MidiFile(score)
    notes = [one for one in file.tracks[5] if one.type == "note_on" and one.velocity]
    notes[len(notes) // 2 + number].velocity = 1 + number
    file.save(score.with_suffix(".new"))
    score.with_suffix(".new").replace(score)
    return time.time()


@contextmanager
def _page(session: Path, folder: Path, *, tapped: bool = False) -> Iterator[LivePage]:
    """The page of a `hostkit listen` in a process of its own."""
    program = find_browser()
    assert program, "there is no browser"
    command = [sys.executable, "-m", "hostkit", "listen", str(session), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.search(r"http\S+", server.stdout.readline())
        assert found
        with Browser(program, folder / f"profile-{session.parent.name}") as browser:
            yield LivePage(browser, found[0], tapped=tapped)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
