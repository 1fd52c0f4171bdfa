"""Writes down what hostkit makes and says, so that a rebuilding can be held against it.

    python tests/characterise/run.py before.json
    … the change …
    python tests/characterise/run.py after.json --against before.json

The examples, the benchmark's session and thirty made-up ones are checked, planned, rendered,
mixed and verified, each command in a process of its own over a fresh cache. Of every command
the exit code and the words are kept, of every file of audio the hash. Times, sizes of the
machine and paths are taken out of the words. The last line counts what differs.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "support"))
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

import made_up
import workload
from commands import hostkit, sums

EXAMPLES = Path(__file__).parents[2] / "sessions"
AUDIO = {".wav", ".flac", ".mid"}
BENCHMARK_SECONDS = 10
CHANGING = (
    (re.compile(r"\b\d+(\.\d+)?( s|s|ms| min| MB| GB)\b"), "#"),
    (re.compile(r'"(seconds|took_s|wall_s|time)": [\d.]+'), r'"\1": #'),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+\d\d:\d\d)?"), "#"),
    (re.compile(r"\d+:\d\d(:\d\d)? left"), "#"),
)


def sessions(folder: Path, count: int) -> Iterator[Path]:
    """Copies of the examples, the benchmark's session, and those made up."""
    shutil.copytree(EXAMPLES, folder / "examples")
    yield from sorted((folder / "examples").glob("*.yaml"))
    yield workload.write_session(folder / "benchmark", BENCHMARK_SECONDS)
    (folder / "made").mkdir()
    yield from made_up.sessions(folder / "made", count)


def characterise(count: int, only: str) -> dict[str, Any]:
    """By session: what each command said and left."""
    known: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="hostkit-characterise-") as name:
        place = Path(name)
        for path in sessions(place, count):
            if only in str(path):
                known[str(path.relative_to(place))] = _of(path, place)
                print(path.relative_to(place), flush=True)
    return known


def _of(path: Path, place: Path) -> dict[str, Any]:
    cache, out = place / "cache", place / "out"
    asked: dict[str, tuple[object, ...]] = {
        "check": ("check", path),
        "plan": ("plan", path),
        "mixes": ("mixes", path, "-o", out, "--progress", "none"),
        "mixes again": ("mixes", path, "-o", out, "--progress", "none"),
        "planned again": ("plan", path),
        "status": ("status", path),
        "verify": ("verify", out / path.stem),
    }
    told: dict[str, Any] = {}
    for title, arguments in asked.items():
        ran = hostkit(*arguments, cache=cache)
        words = _settled(ran.out + ran.err, place)
        told[title] = {"exit": ran.code, "words": words.splitlines()}
    made = sums(out) if out.exists() else {}
    told["audio"] = {name: key for name, key in made.items() if Path(name).suffix in AUDIO}
    told["other files"] = sorted(set(made) - set(told["audio"]))
    for folder in (cache, out):
        shutil.rmtree(folder, ignore_errors=True)
    return told


def _settled(words: str, place: Path) -> str:
    """The words without what is another each time."""
    words = words.replace(str(place), "PLACE")
    for pattern, instead in CHANGING:
        words = pattern.sub(instead, words)
    return words


def differences(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """What is not alike, a line each."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{where} / {key}")
    elif isinstance(before, list) and isinstance(after, list):
        for line in before:
            if line not in after:
                yield f"{where}\n  - {line}"
        for line in after:
            if line not in before:
                yield f"{where}\n  + {line}"
    elif before != after:
        yield f"{where}: {before} became {after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("record", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--only", default="", help="sessions whose path has this in it")
    asked = parser.parse_args()
    known = characterise(asked.count, asked.only)
    asked.record.write_text(json.dumps(known, indent=1, ensure_ascii=False))
    if asked.against is None:
        return 0
    before = json.loads(asked.against.read_text())
    found = list(differences({name: before[name] for name in known}, known))
    print(*found, f"{len(known)} sessions, {len(found)} differences", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
