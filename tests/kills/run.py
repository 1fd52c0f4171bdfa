"""Kills real renders over a delivery, and counts what the next command finds torn or left.

    python tests/kills/run.py [--kills N] [--seed S]

Every other render dies at a random moment, the rest before a chosen rename of the delivery's
files. What is read next must be the old delivery or the new one, whole, as its manifest
says; after the next render nothing of the killed one may be left. Each kill has a line; the last
line counts. Stopped, it kills what it started and removes its folder.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import kills
from commands import HOSTKIT, environment
from scores import write_session

from hostkit.delivery.manifest.read import read_manifest
from hostkit.disk.unfinished import PREFIX

GAINS_DB = (-6, -9)
TRACKS = """\
length: 3s
tracks:
  low: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: a}}, stem: bass, gain_db: {gain_db}}}
  high: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: b}}, stem: lead, gain_db: {gain_db}}}
mixes: {{full: {{}}, quiet: {{gain_db: {{bass: -3}}}}}}
"""
NOTES = {"a": [(0, 4, 45)], "b": [(0, 4, 69)]}
MOVING_STEPS = 25
"""So many of the last steps on the disk are those in which files move in, at least."""


class Studio:
    """A session that is heard in two ways, its delivery, and its cache."""

    def __init__(self, folder: Path) -> None:
        self.session = folder / "cue.yaml"
        self.delivery = folder / "renders" / "cue"
        self.env = environment(folder / "cache")
        self._running: subprocess.Popen[bytes] | None = None

    def write(self, gain_db: int) -> None:
        write_session(self.session, TRACKS.format(gain_db=gain_db), **NOTES)

    def render(self, *before: str) -> subprocess.Popen[bytes]:
        command = [*(before or HOSTKIT), "render", str(self.session)]
        quiet = subprocess.DEVNULL
        self._running = subprocess.Popen(
            command, env=self.env, stdout=quiet, stderr=quiet, start_new_session=True
        )
        return self._running

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        """What is still running would write into the folder while that is removed."""
        if self._running is not None and self._running.poll() is None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()

    def audio(self) -> dict[str, str]:
        """Every audio file that is there, with its hash."""
        return {
            path.relative_to(self.delivery).as_posix(): hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for path in self.delivery.rglob("*.wav")
            if PREFIX not in str(path.relative_to(self.delivery))
        }

    def leftovers(self) -> list[Path]:
        return [path for path in self.delivery.rglob("*") if path.name.startswith(PREFIX)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    died = torn = left = old = 0
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with (
        tempfile.TemporaryDirectory(prefix="hostkit-kills-") as name,
        Studio(Path(name)) as studio,
    ):
        whole = []
        for gain_db in GAINS_DB:
            studio.write(gain_db)
            began = time.monotonic()
            assert studio.render().wait() == 0
            seconds = time.monotonic() - began
            whole.append(studio.audio())
        steps = steps_of(studio)
        for number in range(asked.kills):
            before = studio.audio()
            studio.write(GAINS_DB[number % 2])
            if number % 2:
                step = steps - chance.randrange(MOVING_STEPS)
                killed = studio.render(sys.executable, __file__, "--die-before", str(step)).wait()
            else:
                running = studio.render()
                time.sleep(chance.uniform(0.3, 1.0) * seconds)
                os.killpg(running.pid, signal.SIGKILL)
                killed = running.wait()
            died += killed == -signal.SIGKILL
            manifest = read_manifest(studio.delivery)
            found = studio.audio()
            is_whole = found in whole and manifest is not None
            said = {entry.path: entry.sha256 for entry in manifest.files} if manifest else {}
            is_torn = not (is_whole and said == found)
            assert studio.render().wait() == 0
            leftovers = len(studio.leftovers())
            print(
                f"kill {number}: {'died' if killed == -signal.SIGKILL else 'ended before'}, "
                f"{'torn' if is_torn else 'old' if found == before else 'new'}, "
                f"{leftovers} leftovers",
                flush=True,
            )
            torn, left, old = torn + is_torn, left + leftovers, old + (found == before)
    print(
        f"{died} of {asked.kills} renders died: {torn} torn, {left} leftovers; {old} were as before"
    )
    return 1 if torn or left else 0


def steps_of(studio: Studio) -> int:
    """How many steps on the disk a render over the delivery takes."""
    studio.write(GAINS_DB[0])
    counting = studio.render(sys.executable, __file__, "--count", str(studio.session) + ".steps")
    assert counting.wait() == 0
    return int(Path(str(studio.session) + ".steps").read_text())


def die_or_count(how: str, what: str, arguments: list[str]) -> None:
    """Runs hostkit, which dies before a step, or notes in a file how many it took."""
    from hostkit.cli import app
    from hostkit.cli.running import run_app

    taken = kills.die_before(int(what) if how == "--die-before" else None)
    sys.argv = ["hostkit", *arguments]
    try:
        run_app(app)
    finally:
        if how == "--count":
            Path(what).write_text(str(taken()))


if __name__ == "__main__":
    if sys.argv[1:2] in (["--die-before"], ["--count"]):
        die_or_count(sys.argv[1], sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
