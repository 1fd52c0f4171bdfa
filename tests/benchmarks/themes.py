"""1,000 quotes of ten themes by 20 tracks, four changes each: read, expanded and made MIDI.

From a session that is loaded; times are of one processor, the best of five.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from hostkit.plan.build import main_tempo_map
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.scoring.scores import read_scores
from hostkit.session.load import LoadedSession, load_session
from hostkit.themes.sounding import score_parts

QUOTES, TRACKS, THEMES = 1000, 20, 10
NOTES = r"d'4\mf( f') a'8.-> g'16 | a'2 \tuplet 3/2 {bes'8 a' g'} f'4 | e'8 d' cis' d' e'4 f' | d'1"
MODES = ("major", "dorian", "phrygian", "lydian")


def measure() -> dict[str, float]:
    """Seconds, and how many notes that are."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_session(_session(Path(folder) / "cue.yaml"))
    times, notes = [], 0
    for _ in range(5):
        begun = time.process_time()
        notes = _expanded(loaded)
        times.append(time.process_time() - begun)
    return {"quotes_s": min(times), "notes": float(notes)}


def _expanded(loaded: LoadedSession) -> int:
    """How many events there are."""
    tempo_map = main_tempo_map(loaded, MidiFiles(loaded)).value
    scores = read_scores(loaded, tempo_map).checked()
    count = 0
    for name, placed in scores.placed.items():
        parts = score_parts(name, [(one.start, one.phrase) for one in placed])
        count += sum(len(part.track.ticks) for part in parts)
    return count // 2


def _session(path: Path) -> Path:
    themes = [f"  t{number}: {{key: D minor, notes: '{_quoted()}'}}" for number in range(THEMES)]
    tracks = []
    for track in range(TRACKS):
        tracks += [f"  v{track}:", "    instrument: {tone: {}}", "    score:"]
        for number in range(track, QUOTES, TRACKS):
            changes = (
                f"mode: {MODES[number % 4]}, transpose: {number % 7}, invert: true, fragment: 1-15"
            )
            bar = 1 + 4 * (number // TRACKS)
            tracks.append(f"      - {{at: {bar}|1, theme: t{number % THEMES}, {changes}}}")
    lines = ["hostkit: 1", "themes:", *themes, "tracks:", *tracks, ""]
    path.write_text("\n".join(lines))
    return path


def _quoted() -> str:
    return NOTES.replace("'", "''")
