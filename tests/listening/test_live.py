"""The live page: it plays the mix, what is saved is heard, and what is wrong is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tasks
from browser import Browser, a_browser
from live_pages import (
    COMPARED,
    SETTLED,
    STRETCHES,
    LivePage,
    assert_heard_from,
    delivered,
    heard_at,
    served,
    start_of,
    until,
)
from scores import write_score, write_session

from hostkit.plan.nodes.prints import PrintPlan
from hostkit.render import production

TITLE = "A <b>bold</b> <img src=x onerror=alert(1)> title"
CUE = f"""\
title: {TITLE}
length: 40s
sections: [{{name: begin, at: 1|1}}, {{name: end, at: 3|1}}]
hits: [{{name: "</script><img src=x>", at: 2|1}}]
tracks:
  low: {{instrument: {{tone: {{gain: 0.3}}}}, midi: {{track: a}}, stem: bass, gain_db: -6}}
  high: {{instrument: {{tone: {{gain: 0.2}}}}, midi: {{track: b}}, stem: lead}}  # the tune
  top: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: c}}, stem: lead, pan: 0.5}}
"""
NOTES = {"a": [(0, 79, 40)], "b": [(1, 76, 69)], "c": [(2, 76, 81)]}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def cue(tmp_path: Path) -> Path:
    return write_session(tmp_path / "cue.yaml", CUE, **NOTES)


def test_what_leaves_the_graph_is_the_mix_and_what_is_saved_is_heard_without_a_stop(
    cue: Path, browser: Browser, tmp_path: Path
) -> None:
    first = delivered(cue, tmp_path / "first")
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], tapped=True)
        page.wait_until_made()
        browser.press(" ")
        start = start_of(page, first["full"])

        cue.write_text(cue.read_text().replace("gain_db: -6", "gain_db: -20"))  # a fader
        page.wait("hostkit.version.number === 2", "the fader")
        fader_at = page.turned()
        second = delivered(cue, tmp_path / "second")
        assert_heard_from(page, fader_at, second["full"], start)
        at = round(fader_at) + SETTLED
        change = second["full"][:, at : at + COMPARED] - first["full"][:, at : at + COMPARED]
        assert np.abs(change).max() > 0.05

        browser.press("b")  # the version before, equally loud
        before_at = page.turned()
        at = round(before_at) + SETTLED
        for place in range(at, at + 2 * COMPARED * STRETCHES, 2 * COMPARED):
            wanted = first["full"][:, place : place + COMPARED]
            heard = heard_at(page, place, start)
            level = float(np.vdot(heard, wanted)) / float(np.vdot(wanted, wanted))
            if np.abs(heard - level * wanted).max() <= 1e-5:
                break
        assert 0.3 < level < 0.95  # the first is louder, so it is lowered
        np.testing.assert_allclose(heard, level * wanted, rtol=0, atol=1e-5)
        browser.press("b")

        write_score(cue.with_suffix(".mid"), {**NOTES, "b": [(1, 76, 71)]})  # a note
        page.wait("hostkit.version.number === 3", "the note")
        note_at = page.turned()
        third = delivered(cue, tmp_path / "third")
        assert_heard_from(page, note_at, third["full"], start)
        assert not browser.complaints
    assert all(
        url.startswith("http://127.0.0.1:") for url in browser.requested if url[:4] == "http"
    )


def test_solo_mute_and_loop_by_keys_and_a_track_alone(
    cue: Path, browser: Browser, tmp_path: Path
) -> None:
    stems = delivered(cue, tmp_path / "all")
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], tapped=True)
        assert page.ask("document.getElementById('title').textContent") == TITLE
        assert page.ask("document.querySelectorAll('img, b').length") == 0
        page.wait_until_made()
        browser.press("2")
        page.ask("hostkit.player.play()")
        start = start_of(page, stems["lead"])  # the second stem alone
        page.ask("hostkit.strips.set('lead / high', {mute: true})")
        page.ask("hostkit.strips.set('lead / top', {db: -6})")
        muted_at = page.turned()
        # What is left of the stem is `top`, panned to the right; `high` is in the middle.
        high = stems["lead"][0] - stems["lead"][1] * pan_ratio(0.5)
        high = high / (1 - pan_ratio(0.5))
        top = (stems["lead"] - high) * 10 ** (-6 / 20)
        assert_heard_from(page, muted_at, top, start, tolerance=2e-6)

        page.ask("hostkit.player.seek(2 * 96000 - 24000)")  # half a second before bar 3
        browser.press("l")
        assert page.ask("hostkit.player.loop") == {"start": 0, "end": 192_000}
        page.wait("hostkit.player.position < 96000", "the loop's turn")
        browser.press("m")
        assert page.ask("document.getElementById('quiet').getAttribute('aria-pressed')") == "true"
        browser.press("m")
        browser.press("l")
        assert page.ask("hostkit.player.loop") is None
        assert not browser.complaints


def pan_ratio(pan: float) -> float:
    """Left over right of a centred signal that is panned at constant power."""
    angle = (pan + 1) * np.pi / 4
    return float(np.cos(angle) / np.sin(angle))


def test_what_is_wrong_is_shown_and_the_last_good_version_plays_on(
    cue: Path, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = cue.read_text()
    mix = delivered(cue, tmp_path / "good")["full"]
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], tapped=True)
        page.wait_until_made()
        page.ask("hostkit.player.play()")
        start = start_of(page, mix)

        cue.write_text(good.replace("gain_db: -6", "gain_bd: -9"))
        page.wait("problems.textContent.includes('gain_bd')", "the problem")
        shown = page.ask("document.getElementById('problem-list').innerText")
        line = good.splitlines().index(next(one for one in good.splitlines() if "low:" in one)) + 1
        assert f"cue.yaml:{line}:" in shown
        assert "did you mean 'gain_db'?" in shown
        status = page.ask("document.getElementById('status').textContent")
        assert status == "The last good version plays on"
        cue.unlink()
        page.wait("problems.textContent.includes('no such file')", "the file that is gone")

        cue.write_text(good)
        page.wait("problems.hidden", "the recovery")

        monkeypatch.setitem(production.TASKS, PrintPlan, tasks.crash_at_once)
        write_score(cue.with_suffix(".mid"), {**NOTES, "a": [(0, 79, 43)]})
        page.wait("problems.textContent.includes('Crasher crashed')", "the crash")
        at = page.ask("hostkit.player.position")
        assert_heard_from(page, at, mix, start)  # never stopped, never changed
        monkeypatch.undo()
        write_score(cue.with_suffix(".mid"), NOTES)
        page.wait("problems.hidden", "the second recovery")
        assert not browser.complaints


def test_a_session_that_is_wrong_from_the_start_is_heard_once_it_is_mended(
    cue: Path, browser: Browser
) -> None:
    good = cue.read_text()
    cue.write_text(good.replace("gain_db: -6", "gain_bd: -9"))
    with served(cue) as pages:
        browser.open(pages.urls[cue])
        status = "document.getElementById('status').textContent"
        until(lambda: browser.evaluate(status) == "Nothing can be heard yet", "what is wrong")
        cue.write_text(good)
        until(lambda: browser.evaluate(status) == "All that was saved is heard", "the recovery")


def test_faders_are_written_back_after_their_diff_was_seen(cue: Path, browser: Browser) -> None:
    before = cue.read_text()
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue])
        page.wait_until_made()
        page.ask("hostkit.strips.set('bass', {db: -1.5})")
        page.ask("hostkit.strips.set('lead / high', {db: 2})")
        shown = "[...document.querySelectorAll('.level, .curve .clock')]"
        page.wait(f"{shown}.some((one) => one.textContent.includes('LUFS'))", "the loudness")
        numbers = page.ask(f"{shown}.map((one) => one.textContent)")
        assert not any("-" in number for number in numbers), numbers  # a true minus, as in review
        assert any("−" in number and "LUFS" in number for number in numbers), numbers
        page.ask("document.getElementById('write').click()")
        page.wait("document.getElementById('diff').textContent", "the diff")
        diff = page.ask("document.getElementById('diff').textContent")
        changed = before.replace("gain_db: -6", "gain_db: -7.5").replace(
            "stem: lead}  # the", "stem: lead, gain_db: 2}  # the"
        )
        old, new = before.splitlines(), changed.splitlines()
        lines = [line for line in diff.splitlines()[2:] if line[0] in "+-"]
        assert sorted(lines) == sorted(
            f"{sign}{line}"
            for sign, lines, others in (("-", old, new), ("+", new, old))
            for line in lines
            if line not in others
        )
        assert cue.read_text() == before  # it was only shown
        page.ask("document.getElementById('change-yes').click()")
        page.wait("hostkit.version.number === 2", "what was written")
        assert cue.read_text() == changed
        page.wait("document.getElementById('write').hidden", "faders at 0 dB again")
        assert page.ask("hostkit.strips.moved()") == {}
        assert not browser.complaints


NOTHING_IS_KEPT = """
for (const name of ["getItem", "setItem", "removeItem"]) {
  Storage.prototype[name] = () => { throw new DOMException("denied", "SecurityError"); };
}
"""


def test_faders_move_where_a_browser_keeps_nothing(cue: Path, browser: Browser) -> None:
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], before=NOTHING_IS_KEPT)
        page.wait_until_made()
        page.ask("globalThis.told = 0")
        page.ask("hostkit.strips.addEventListener('change', () => { globalThis.told += 1; })")
        page.ask("hostkit.strips.set('bass', {db: -1.5})")
        assert page.ask("hostkit.strips.moved()") == {"low": -1.5}
        assert page.ask("globalThis.told") == 1
        assert not browser.complaints


def test_two_pages_on_one_session_and_one_that_is_left_when_it_ends(
    cue: Path, browser: Browser
) -> None:
    with served(cue) as pages:
        first = LivePage(browser, pages.urls[cue])
        # A window of its own, as what is behind another page hears of nothing until it is seen.
        browser.evaluate(f"open({json.dumps(pages.urls[cue])}, '', 'popup'), 1")
        first.wait_until_made()
        cue.write_text(cue.read_text() + "# saved\n")
        first.wait("hostkit.version.number === 2", "the change")
        room = pages.rooms["1"]
        until(lambda: room.is_made, "a render")
    first.wait("document.getElementById('status').textContent.includes('has ended')", "the end")
    assert first.ask("hostkit.version.number") == 2
