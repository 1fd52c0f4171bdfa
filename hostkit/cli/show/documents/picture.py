"""What the documents of commands about music and picture hold."""

from __future__ import annotations

_CONFORMED = {
    "name": "of the hit or section, or the path of another place in the session",
    "old": "as it was written",
    "new": "as it is written now; null where it is lost, or before the cue's new start",
    "moved_frames": "by how many frames its picture is later, as a best guess; null where lost",
    "state": "kept, moved, lost or ambiguous: seen in several places",
    "also[]": "by how many frames it would be later in those other places",
    "why": "in words, where it is not plain; else null",
}
"""A place of a session after a recut."""

DOCUMENTS: dict[str, dict[str, str]] = {
    "spot import": {
        "kind": "of the list: edl, csv, protools, avid, premiere, fcpxml, midi or cubase",
        "frame_rate": "of its timecode; null where it has none",
        "events": "how many cuts it has, where it is an EDL",
        "imported[].at": "the marker's place; with --into as the session writes it",
        "imported[].name": "its name",
        "skipped[].line": "from 1; null in files without lines",
        "skipped[].text": "of the row that could not be used",
        "skipped[].why": "in words",
        "added[].at": "with --into, as all below: of a hit that is new",
        "added[].name": "its name",
        "moved[].at": "of a hit that was elsewhere",
        "moved[].name": "its name",
        "moved[].was": "where it was",
        "kept[].at": "of a hit that was there",
        "kept[].name": "its name",
        "unlisted": "how many hits of the session are not in the list, and stay",
    },
    "spot list": {
        "hits[].name": "of the hit",
        "hits[].at": "as it is written",
        "hits[].bar_beat": "bar and beat of the meter, from 1|1",
        "hits[].timecode": "the frame on screen; null without a picture",
        "hits[].seconds": "from 1|1",
        "hits[].sample": "from 1|1, the nearest, at the session's sample rate",
        "hits[].weight": "how much it matters",
        "hits[].early_frames": "that music may come early",
        "hits[].late_frames": "that music may come late",
        "hits[].land_on": "downbeat, beat or any",
    },
    "spot report": {
        "file": "that was written",
        "hits[].name": "of the hit",
        "hits[].bar_beat": "where it falls in the music",
        "hits[].timecode": "the frame on screen; null without a picture",
        "hits[].seconds": "from 1|1",
        "hits[].sample": "from 1|1, the nearest, at the session's sample rate",
        "hits[].lands_at_bar_beat": "the place of the music that it wants and that is nearest",
        "hits[].lands_at_seconds": "when that is, from 1|1",
        "hits[].frames_off": "of the picture; above 0 the music is late",
        "hits[].outcome": "caught, near (up to two frames outside its tolerance) or missed",
        "hits[].in_bars": "whether it is written as a bar, and so moves with the music",
    },
    "spot export": {
        "file": "that was written",
        "kind": "edl, csv, protools, avid, premiere, fcpxml or midi",
        "hits": "how many it holds",
        "between_frames[]": "those written at the nearest frame, by name",
    },
    "conform": {
        "session": "the file as it was named; of several sessions, `sessions[]` has these fields "
        "of each, or `problems[]` of one that the recut cannot be applied to",
        "file": "the new session",
        "picture.old_start": "timecode of 1|1 before the recut",
        "picture.new_start": "and after it",
        "picture.moved_frames": "by how many frames it is later; null where that frame is lost",
        "picture.state": "as of hits",
        "picture.also[]": "as of hits",
        "picture.why": "as of hits",
        **{
            f"{key}[].{path}": meaning
            for key in ("hits", "sections", "others")
            for path, meaning in _CONFORMED.items()
        },
        "changes[].at": "old timecode where the cue comes apart",
        "changes[].bar_beat": "the bar and beat there",
        "changes[].frames": "that are inserted there; below 0 lifted",
        "changes[].after": "old timecode from which on it goes on",
        "changes[].moved_frames": "by how many frames all from there on is later",
        "changes[].reordered": "whether shots have changed places there",
        "notes[].at": "old timecode of a shot",
        "notes[].note": "its new speed, transition or version, in words",
        "ranges[].old_in": "of the reel, timecode; null where it is inserted",
        "ranges[].old_out": "not included; null where it is inserted",
        "ranges[].new_in": "timecode; null where it is deleted",
        "ranges[].new_out": "not included; null where it is deleted",
        "ranges[].state": "kept, moved, deleted or inserted",
        "ranges[].frames": "how long it is",
        "ranges[].moved_frames": "by how many frames it is later; null where it is in one reel",
        "warnings[]": "what is to be looked at, in words",
    },
    "time": {
        "positions[].bar_beat": "bar and beat of the meter, from 1|1",
        "positions[].timecode": "the frame on screen; null without a picture",
        "positions[].seconds": "from 1|1",
        "positions[].sample": "from 1|1, the nearest, at the session's sample rate",
    },
    "click": {
        "file": "that was written",
        "count_in_seconds": "before 1|1",
        "seconds": "from 1|1 on",
    },
    "streamers": {
        "file": "that was written",
        "over": "the picture under it; null where that is black",
        "frames": "of the video",
        "starts_at": "timecode of its first frame; seconds from 1|1 without a picture",
        "streamers[].name": "of the hit; 1|1, or end",
        "streamers[].kind": "downbeat (green), hit (yellow) or end (red)",
        "streamers[].timecode": "of the frame with the punch",
    },
}
