"""What the documents of `hostkit tempo` hold, field by field."""

from __future__ import annotations

_MAP = {
    "session": "the file as it was named",
    "hits[].name": "of the session",
    "hits[].weight": "how much it matters; above 1 it is important",
    "hits[].at_seconds": "from 1|1",
    "hits[].lands_at_seconds": "when the beat is that meets it, or the nearest to it",
    "hits[].frames_off": "of that beat: late above 0, early below",
    "hits[].landing": "that beat, as bar|beat",
    "hits[].caught": "whether it is within the hit's tolerance",
    "hits[].outcome": "caught; near, at most two frames outside; or missed",
    "tempo[].…": "tempo points, as a session has them",
    "max_change_percent_per_beat": "the largest change from one beat to the next",
    "meter_changes[].at": "where a meter begins",
    "meter_changes[].meter": "as 4/4",
    "jumps[].at": "a beat in which the tempo changes by more than 2 %, or --max-change",
    "jumps[].percent": "by how much",
    "warnings[]": "what is good to know, in words",
}
DOCUMENTS = {
    "tempo show": _MAP,
    "tempo solve": {
        **_MAP,
        "constant[].bpm": "a tempo without a change; the best comes first",
        "constant[].click": "frames and eighths a beat: 12-0; ~ before what is not exact",
        "constant[].caught": "how many hits it meets",
        "constant[].near": "how many are at most two frames outside of their tolerance",
        "constant[].missed": "the others",
        "constant[].important": "how many hits weigh more than 1",
        "constant[].important_caught": "how many of those it meets",
        "constant[].mean_frames_off": "of all hits",
        "obstacles[].name": "a hit that is not caught",
        "obstacles[].why": "what stands in the way, in words",
        "helps[].what": "what would catch more, by itself",
        "helps[].written": "how that is written",
        "helps[].caught": "how many hits are caught then",
        "written": "whether the session was changed",
    },
}
