"""Who is answered by the live page's server, and what is never sent."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from signal import SIGINT, default_int_handler, pthread_kill
from signal import signal as handle
from typing import Any
from urllib.parse import urlsplit

import ducked
import numpy as np
import pytest
import soundfile
from live_pages import served, until
from scipy import signal
from scores import write_session

from hostkit.audio.formats import PCM24
from hostkit.audio.quantise import dequantise
from hostkit.cli import app
from hostkit.jobs.prints import AUDIO
from hostkit.jobs.store import default_store
from hostkit.listening.live.drafts import DraftJob, make_draft
from hostkit.listening.live.making import RenderSettings
from hostkit.listening.live.serving.server import Listening, listening
from hostkit.listening.live.version import SEGMENT_FRAMES
from hostkit.plan.nodes.stems import StemPlan

CUE = """\
length: 6s
tracks:
  low: {instrument: {tone: {gain: 0.3}}, midi: {track: a}, stem: all, gain_db: -6}
  high: {instrument: {tone: {gain: 0.2}}, midi: {track: b}, stem: all, pan: 0.4}
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    folder = tmp_path_factory.mktemp("live")
    cue = write_session(folder / "cue.yaml", CUE, a=[(0, 11, 40)], b=[(1, 9, 69)])
    with served(cue) as served_pages:
        until(lambda: served_pages.rooms["1"].is_made, "a render")
        yield served_pages


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()


def ask(pages: Listening, path: str = "", token: bool = True, **headers: str) -> Answer:
    (url,) = pages.urls.values()
    port = urlsplit(url).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        target = (urlsplit(url).path if token else "/") + path
        connection.request(
            "POST" if "body" in sent else "GET", target, sent.pop("body", None), sent
        )
        return Answer(connection.getresponse())
    finally:
        connection.close()


def test_nobody_is_answered_without_the_token(pages: Listening) -> None:
    assert ask(pages).status == 200
    for path in ("", "1/", "x/1/", "1/sound/x/0", "%2e%2e/1/"):
        refused = ask(pages, path, token=False)
        assert (refused.status, b"address that hostkit listen" in refused.body) == (403, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},  # a name that was let point to 127.0.0.1
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_pages_of_others_are_refused(pages: Listening, headers: dict[str, str]) -> None:
    for path in ("", "page/live.js", "events"):
        assert ask(pages, path, **headers).status == 403
    assert ask(pages, "faders", body='{"moved_db": {"low": 3}}', **headers).status == 403


def test_every_answer_forbids_what_a_page_does_not_need(pages: Listening) -> None:
    for path in ("", "page/live.js", "cursor", "no such thing"):
        headers = ask(pages, path.replace(" ", "%20")).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_only_what_belongs_to_the_page_is_sent(pages: Listening) -> None:
    for path in (
        "../page/..%2f..%2fserver.py",
        "../page/__init__.py",
        "picture",
        "sound/..%2f..%2fetc/0",
        f"sound/{'0' * 64}/0",
        "peaks/x",
        "curves/1/other",
        "curves/99/full",
    ):
        assert ask(pages, path).status == 404, path
    for body in (
        "",
        "[]",
        "{",
        '{"moved_db": 3}',
        '{"moved_db": {"low": "x"}}',
        '{"moved_db": {"low": true}}',
        "x" * 100_000,
        "[" * 60_000,
    ):
        assert ask(pages, "faders", body=body).status == 400
    assert ask(pages, "faders", body='{"moved_db": {"nobody": 3}}').status == 424
    assert ask(pages, "cursor", body='{"frame": -1}').status == 400


def test_it_listens_on_this_machine_alone(pages: Listening) -> None:
    (url,) = pages.urls.values()
    outside = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for address in (*outside, "::1"):
        if str(address).startswith("127."):
            continue
        with (
            pytest.raises(ConnectionRefusedError),
            socket.create_connection((str(address), urlsplit(url).port), timeout=2),
        ):
            pass


def test_a_port_in_use_is_an_error_with_a_cure(pages: Listening, tmp_path: Path) -> None:
    (url,) = pages.urls.values()
    other = write_session(tmp_path / "other.yaml", CUE, a=[(0, 1, 40)], b=[(1, 1, 69)])
    with pytest.raises(Exception, match="that port is in use; leave --port out") as error:
        app(
            ["listen", str(other), "--port", str(urlsplit(url).port), "--no-browser"],
            standalone_mode=False,
        )
    assert error.value.exit_code == 2  # type: ignore[attr-defined]  # every HostkitError has it


def test_segments_are_the_stem_and_a_draft_of_it_is_the_same(pages: Listening) -> None:
    room = pages.rooms["1"]
    version = room.heard
    assert version is not None
    (stem,) = version.mixes["full"]
    store = default_store()
    found = store.take(stem.whole.source)
    whole = dequantise(np.concatenate(list(found.int_samples()), axis=1), PCM24)
    for index in range(6):
        body = ask(pages, f"sound/{stem.whole.source}/{index}").body
        wanted = whole[:, index * SEGMENT_FRAMES : (index + 1) * SEGMENT_FRAMES]
        np.testing.assert_array_equal(np.frombuffer(body, "<f4").reshape(2, -1), wanted)
    # Mixed from the middle on, to the bit: there is no effect that remembers what was before.
    start, end = 70_000, 200_000
    assert stem.whole.mixed is not None
    draft = make_draft(DraftJob(stem.whole.mixed, store.root, start, end), lambda *_, **__: None)
    np.testing.assert_array_equal(draft, whole[:, start:end])
    np.testing.assert_array_equal(draft_while_written(stem.whole.mixed, start, end), draft)
    # Its tracks, each alone, add up to it: nothing in it is not linear.
    alone = [sound.source for sound in stem.tracks.values()]
    parts = [
        np.frombuffer(ask(pages, f"sound/{one}/1").body, "<f4").reshape(2, -1) for one in alone
    ]
    np.testing.assert_allclose(
        sum(parts), whole[:, SEGMENT_FRAMES : 2 * SEGMENT_FRAMES], rtol=0, atol=3 / 2**23
    )


def draft_while_written(plan: StemPlan, start: int, end: int) -> np.ndarray:
    """A draft that is begun while its first print is written no further than where it begins."""
    store, (first, *others), growing = default_store(), plan.channels, "f" * 64
    samples = np.concatenate(list(store.take(first.print).audio()), axis=1)
    store.expect("growing")
    with store.writer(growing, AUDIO, samples.shape[0], "growing") as writer:
        writer.write(samples[:, :start])

        def write_on() -> None:
            writer.write(samples[:, start:])
            writer.finish(0, ())

        threading.Timer(0.1, write_on).start()
        channels = (replace(first, print=growing), *others)
        job = DraftJob(
            replace(plan, channels=channels), store.root, start, end, ((growing, "growing"),)
        )
        return make_draft(job, lambda *_, **__: None)


def test_waveforms_and_curves_are_those_of_the_mix(pages: Listening) -> None:
    version = pages.rooms["1"].heard
    assert version is not None
    (stem,) = version.mixes["full"]
    peaks: Any = json.loads(ask(pages, f"peaks/{stem.whole.source}").body)
    assert peaks["frames"] == 6 * 48_000
    curves: Any = json.loads(ask(pages, "curves/1/full").body)
    assert -20 < curves["integrated_lufs"] < -5
    found = default_store().take(stem.whole.source)
    loudest = max(float(abs(block).max()) for block in found.int_samples()) / 2**23
    assert curves["true_peak_dbtp"] == pytest.approx(20 * np.log10(loudest), abs=0.1)
    assert curves["short_term"][0][1] is None or curves["short_term"][0][1] < -20
    assert [at for at, _ in curves["short_term"][:3]] == [0.0, 0.2, 0.4]


def write_dialogue(path: Path) -> None:
    """Noise in the band of a voice, in syllables, during SPOKEN of `ducked.SECONDS`."""
    rate = 16_000
    time = np.arange(ducked.SECONDS * rate) / rate
    noise = np.random.default_rng(1).standard_normal(len(time))
    band = signal.butter(2, (150, 3500), "bandpass", fs=rate, output="sos")
    spoken = sum((start <= time) & (time < end) for start, end in SPOKEN)
    syllables = 0.15 + np.sin(np.pi * 4 * time) ** 2
    voice = 0.2 * signal.sosfilt(band, noise) * spoken * syllables
    soundfile.write(path, voice, rate, subtype="PCM_24")


SPOKEN = ((1.5, 4.5), (7.5, 11.0))


def test_a_ducked_mix_shows_its_phrases_and_by_how_much_it_is_lowered(tmp_path: Path) -> None:
    text = ducked.CUE.replace("gain: 0.0", "gain: 0.1")
    cue = write_session(tmp_path / "cue.yaml", text, **ducked.NOTES)
    write_dialogue(tmp_path / "dx.wav")
    with served(cue) as pages:
        until(lambda: pages.rooms["1"].is_made, "a render")
        full: Any = json.loads(ask(pages, "curves/1/full").body)
        lowered: Any = json.loads(ask(pages, "curves/1/tv").body)
        refused = ask(pages, "curves/1/bed")
    assert refused.status == 404
    assert full["duck"] == []
    for place, before, after in zip(
        SPOKEN, full["speech"]["phrases"], lowered["speech"]["phrases"], strict=True
    ):
        assert (before["from"], before["to"]) == pytest.approx(place, abs=0.1)
        assert before["speech_over_music_lu"] < lowered["target_lu"] - 0.5
        assert after["speech_over_music_lu"] == pytest.approx(lowered["target_lu"], abs=0.6)
        assert before["tracks"] == 3
        gained = after["speech_over_music_lu"] - before["speech_over_music_lu"]
        middle = sum(place) / 2
        depth = np.interp(middle, *np.transpose(lowered["duck"]))
        assert depth == pytest.approx(-gained, abs=0.6)


def test_ctrl_c_ends_it_while_a_change_is_being_made(tmp_path: Path) -> None:
    """An hour of two stems by one process: the change is not heard for long, and is waited for."""
    hour = {name: [(0, 7_200, key)] for name, key in (("a", 40), ("b", 69))}
    cue = write_session(tmp_path / "cue.yaml", CUE.replace("6s", "1h"), **hour)
    cue.write_text(cue.read_text().replace("stem: all, pan", "stem: other, pan"))
    before = set(threading.enumerate())
    me = threading.main_thread().ident
    assert me is not None
    handler = handle(SIGINT, default_int_handler)
    try:
        with listening([cue], RenderSettings(default_store(), 1, 60.0)) as pages:
            cue.write_text(cue.read_text().replace("gain: 0.", "gain: 0.0"))
            pages.rooms["1"].refresh()
            threading.Timer(0.5, pthread_kill, (me, SIGINT)).start()
            with pytest.raises(KeyboardInterrupt):
                pages.wait()
    finally:
        handle(SIGINT, handler)
    assert "hostkit-server" not in {one.name for one in {*threading.enumerate()} - before}
    until(lambda: set(threading.enumerate()) <= before, "the end of what was waited for")
