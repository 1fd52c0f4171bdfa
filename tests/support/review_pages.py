"""What is heard of a review page."""

from __future__ import annotations

import base64
import json
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
from browser import Browser
from scores import RATE

SCRIPT = Path(__file__).parents[1] / "listening" / "heard_offline.js"
PLAYER = (files("hostkit.listening.page") / "player.js").read_text(encoding="utf-8")
LEAD = round(RATE * float(re.search(r"LEAD_SECONDS = ([\d.]+)", PLAYER)[1]))
"""Frames of the player from an order until it sounds."""


def heard(browser: Browser, name: str, frames: int) -> np.ndarray:
    """What the page plays of the first version's stem of that name, from its first frame on."""
    found = f"Object.entries(review.told.sounds).find(([, one]) => one.name === '{name}')[0]"
    sounds = json.dumps([browser.evaluate(found)])
    script = SCRIPT.read_text(encoding="utf-8")
    script = script.replace("SOUNDS", sounds).replace("LENGTH", str(frames + LEAD))
    return np.frombuffer(base64.b64decode(browser.evaluate(script)), dtype=np.float32)[LEAD:]
