"""The live page: what leaves its graph is the mix, and what is saved is heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from browser import Browser, a_browser
from live_pages import LivePage, place_of, served
from scores import RATE, write_session

from hostkit.audio.files.reader import open_audio
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import default_store
from hostkit.pipeline import RenderRequest, make_delivery, plan_delivery
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources, Unwatched

CUE = """\
title: A <b>bold</b> title
length: 12s
tracks:
  low: {instrument: {tone: {gain: 0.3}}, midi: {track: a}, stem: bass, gain_db: -6}
  high: {instrument: {tone: {gain: 0.2}}, midi: {track: b}, stem: lead}
  top: {instrument: {tone: {gain: 0.1}}, midi: {track: c}, stem: lead, sends: {hall: -12}}
buses: {hall: {effects: [{reverb: {room_size: 0.3}}]}}
"""
NOTES = {"a": [(0, 23, 40)], "b": [(1, 20, 69)], "c": [(2, 20, 81)]}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def cue(tmp_path: Path) -> Path:
    return write_session(tmp_path / "cue.yaml", CUE, **NOTES)


def full_mix(session: Path, folder: Path) -> np.ndarray:
    """The mix as it is delivered, float32 (channels, frames)."""
    planned = plan_delivery(session, folder, RenderRequest(), Environment())
    with LocalExecutor(2) as executor:
        make_delivery(planned, Resources(executor, default_store(), Unwatched()))
    return np.concatenate(list(open_audio(folder / "mixes" / "full.wav").blocks()), axis=1)


def test_what_leaves_the_graph_is_the_mix_also_after_a_change(
    cue: Path, browser: Browser, tmp_path: Path
) -> None:
    first = full_mix(cue, tmp_path / "first")
    with served(cue) as pages:
        page = LivePage(browser, pages.urls[cue], tapped=True)
        page.wait_until_made()
        page.ask("hostkit.player.play()")
        page.wait_for_position(RATE)
        cue.write_text(cue.read_text().replace("gain_db: -6", "gain_db: -20"))
        page.wait("hostkit.version.number === 2", "the change")
        changed_at = page.ask("hostkit.player.position")
        page.wait_for_position(changed_at + 2 * RATE)
        heard = page.heard()
    second = full_mix(cue, tmp_path / "second")
    start = place_of(first[:, 1_000:9_000], heard) - 1_000
    assert start >= 0
    at = round(changed_at) + RATE
    after = heard[:, start + at :][:, :8_000]
    # At the same position, and to the bit of what is delivered but for the adding up of floats.
    np.testing.assert_allclose(after, second[:, at : at + 8_000], rtol=0, atol=1e-6)
    assert np.abs(after - first[:, at : at + 8_000]).max() > 0.05
    assert not browser.complaints
