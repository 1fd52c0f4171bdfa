"""Every other long command on a narrow terminal: a line that moves, and is gone at the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import RATE, write_session
from terminal import on_terminal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery, and dialogue: half a second of noise, twice, in silence."""
    made = tmp_path_factory.mktemp("terminal")
    track = "tracks:\n  a: {instrument: {soundfont: gm}}\n"
    session = write_session(made / "cue.yaml", track, a=[(0, 12, 60)])
    assert hostkit("render", session, cache=made / "cache").code == 0
    speech = np.zeros(6 * RATE, np.float32)
    noise = np.random.default_rng(7).normal(0, 0.1, RATE).astype(np.float32)
    speech[RATE : 2 * RATE] = speech[4 * RATE : 5 * RATE] = noise
    soundfile.write(made / "dx.wav", speech, RATE)
    return made


COMMANDS = [
    ("loudness", "renders/cue/mixes/full.wav"),
    ("verify", "renders/cue"),
    ("status", "cue.yaml"),
    ("plugins", "scan", "--rescan"),
    ("duck", "renders/cue/mixes/full.wav", "--dialogue", "dx.wav", "-o", "ducked"),
    ("preset", "audition", "keys/concert-grand", "-o", "heard"),
    ("preset", "verify", "keys/concert-grand"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_line_moves_and_goes(folder: Path, command: tuple[str, ...]):
    words = [folder / word if (folder / word).exists() else word for word in command]
    words = [folder / word if word in ("ducked", "heard") else word for word in words]
    empty = {"HOSTKIT_PLUGIN_PATH": ""} if command[0] == "plugins" else {}
    seen = on_terminal(*words, cache=folder / "cache", columns=40, **empty)
    assert seen.code in (0, 1), seen.sent  # what they find is not in question here
    assert seen.cursor_is_back
    moving = [part for part in seen.sent.split("\r\x1b[J") if part.endswith("\r")]
    assert any(" %" in part for part in moving), seen.sent
    assert all(len(part.rstrip("\r")) < 40 for part in moving), moving
    assert not any("…" in text and " % " in text for text in seen.screen)
