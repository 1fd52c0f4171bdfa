"""Writes the MIDI of the example sessions: `python sessions/compose [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

import kitchen_light
import lighthouse
import night_train
import undertow

CUES = {
    "lighthouse": lighthouse.compose,
    "undertow": undertow.compose,
    "night-train": night_train.compose,
    "kitchen-light": kitchen_light.compose,
}


def main(folder: Path) -> None:
    for name, compose in CUES.items():
        (folder / f"{name}.mid").write_bytes(compose().midi())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent)
