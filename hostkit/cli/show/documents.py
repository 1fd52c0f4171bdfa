"""What the documents of `--json` hold, field by field; a test compares them with real ones.

Every document begins with `format` (`document.FORMAT`). In a path, `[]` is each of a list.
A field whose path ends with `…` holds more than is listed here, under the same names as the
file that is written (manifest.json, certificate.json). What is not known is null.
"""

from __future__ import annotations

from hostkit.cli.show import library_documents
from hostkit.cli.show.tempo import fields as tempo_fields

PROBLEM = {
    "problems[].file": "the file it is about, as it was named; null for the command line",
    "problems[].line": "from 1; null where it is the whole file",
    "problems[].column": "from 1; null where it is the whole file",
    "problems[].message": "what is wrong, and why",
    "problems[].cure": "what would be right, or what to do; null where nobody knows",
}
"""One thing that is wrong, wherever a document has `problems`."""

ERROR = {
    "exit_code": "1 the work failed, 2 the request or the session is wrong, 130 cancelled",
    **PROBLEM,
}
"""The document of a command that could not give its own, also for a wrong command line."""


def _in(prefix: str, fields: dict[str, str]) -> dict[str, str]:
    return {f"{prefix}.{path}": meaning for path, meaning in fields.items()}


RENDER = {
    "sessions[].session": "the file as it was named",
    "sessions[].status": "done, or failed; then `error` and `problems` say why",
    "sessions[].folder": "of the delivery",
    "sessions[].written[]": "audio files that are new, by path in the folder",
    "sessions[].rendered_again[]": "what the store lost or the disk damaged, in words",
    "sessions[].written_again[]": "files of the delivery that were not as they are made, in words",
    "sessions[].verdict": "of the certificate: pass, warn or fail",
    "sessions[].…": "the delivery's manifest.json",
}

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
    "init": {
        "session": "the file that was written",
        "tracks": "how many it has",
        "stems": "how many it has",
        "unrecognised": "how many tracks play piano, or are stems of their own, as nothing told "
        "their sound",
        "repairs[]": "what was repaired of the MIDI file, in words",
        "warnings[]": "what is good to know, the repairs too, in words",
        "losses[].track": "of a DAW's project, the track whose something could not be brought "
        "over; null for the whole project",
        "losses[].what": "what it is, and what became of it, in words",
        "losses[].count": "how many times",
    },
    "check": {
        "sessions[].session": "the file as it was named",
        "sessions[].seconds": "its exact length, or up to its last note; null with problems",
        **_in("sessions[]", PROBLEM),
        "sessions[].fails[]": "a mix of its own that cannot be made, or a number of stems that a "
        "client counts on, in words: it makes the exit code 1",
        "sessions[].lacking[]": "those, and mixes that a profile would make more, in words",
        "sessions[].warnings[]": "what is good to know, in words",
        "sessions[].under_dialogue[].start_seconds": "where a phrase of its dialogue begins, from "
        "the start of the music",
        "sessions[].under_dialogue[].end_seconds": "where it ends",
        "sessions[].under_dialogue[].tracks[]": "a track that plays in the speech band meanwhile, "
        "by its notes",
        "sessions[].under_dialogue[].registers[]": "bass, tenor, alto, soprano, top, percussion "
        "or recorded: what plays there",
        "sessions[].under_dialogue[].masking[].stem": "one of the two that mask most",
        "sessions[].under_dialogue[].masking[].share": "its part of all masking, 0 to 1, estimated",
    },
    "plan": {
        "session": "its name; of several sessions, `sessions[]` has these fields of each, "
        "or `problems[]` of one that cannot be planned",
        "folder": "where it would be delivered to",
        "seconds": "its exact length, or up to its last note",
        "files[].path": "an audio file that would be written, in the folder",
        "files[].reason": "why, in words",
        "hosted[]": "a plug-in that minihost plays, not pedalboard, and why, in words",
        "paced[].device": "a plug-in that is played in real time",
        "paced[].seconds": "how long all that it plays takes at least, one after the other",
        "left_out[]": "a mix that is wanted and cannot be made, and why, in words",
        "tracks[].track": "its name",
        "tracks[].status": "cached, or to render",
        "tracks[].reason": "why it is to be rendered, in words",
        "tracks[].devices[]": "instrument, with its output where that is not the main one, or "
        "recorded audio, then effects, by name",
        "tracks[].events": "how many MIDI messages it, or the instrument it is an output of, plays",
        "tracks[].seconds": "when its last event is, from the start",
    },
    "status": {
        "sessions[].session": "the file as it was named",
        "sessions[].folder": "where it is delivered to",
        "sessions[].trim_db": "the `--trim` that the files are held against: that of the delivery",
        "sessions[].files[].kind": "stem, mix or preview (a lossy copy of a mix)",
        "sessions[].files[].name": "of the stem or mix",
        "sessions[].files[].path": "in the folder",
        "sessions[].files[].state": "exists, stale, or missing",
        "sessions[].files[].reason": "why it is stale or missing, in words; else empty",
    },
    "render": RENDER,
    "mixes": RENDER,
    "demo": RENDER,
    "duck": {
        "hostkit": "the version",
        "settings.…": "what the pass was asked for, by the names of its options",
        "sample_rate": "of the curve, Hz",
        "frames": "of the music",
        "aligned_by": "what told where the files lie, in words",
        "dialogue.path": "of the dialogue",
        "dialogue.start_seconds": "in the music",
        "files[].path": "of ducked music, in the folder",
        "files[].original": "the music",
        "files[].stem": "its name",
        "files[].weight": "its share of the depth",
        "files[].sample_rate": "Hz",
        "files[].channels": "how many",
        "files[].frames": "how many",
        "files[].sample_format": "as the music's",
        "summary.phrases": "how many there are",
        "summary.pass": "how many meet the target",
        "summary.fail": "how many do not",
        "summary.protected": "how many do not because of what is protected",
        "summary.max_slope_db_per_s": "the fastest move",
        "summary.loss_in_speech_lu": "how much softer the music is under speech",
        "summary.loss_outside_lu": "and elsewhere",
        "phrases[].phrase": "its number, from 1",
        "phrases[].onset_seconds": "in the music",
        "phrases[].offset_seconds": "in the music",
        "phrases[].speech_lufs": "of the speech",
        "phrases[].music_before_lufs": "of the music as it was",
        "phrases[].music_after_lufs": "and as it is",
        "phrases[].difference_before_lu": "speech over music as it was",
        "phrases[].difference_after_lu": "and as it is",
        "phrases[].worst_onset_seconds": "of the 3 s in which it is least",
        "phrases[].worst_offset_seconds": "likewise",
        "phrases[].worst_difference_lu": "there",
        "phrases[].gain_db": "the lowest in the phrase",
        "phrases[].slope_db_per_s": "the fastest move to it",
        "phrases[].status": "pass, fail or protected",
        "phrases[].needed_depth_db": "what would have met the target",
        "warnings[]": "what is good to know, in words",
        "hashes.…": "SHA-256 of each file that was written, by its path",
    },
    "lock": {
        "sessions[].session": "the file as it was named",
        "sessions[].lock": "its lock",
        "sessions[].presets": "how many the lock notes",
        "sessions[].plugins": "how many the lock notes",
        "sessions[].drifted[]": "with --check: what is no longer so, in words",
    },
    "render --solo": {
        "sessions[].session": "the file as it was named",
        "sessions[].status": "done, or failed; then `problems` says why",
        "sessions[].file": "what there is to listen to; so with --mute, --from and --to, too",
        "sessions[].start_seconds": "where in the music it begins",
        "sessions[].seconds": "how long it is",
        "sessions[].sample_rate": "Hz",
        "sessions[].integrated_lufs": "programme loudness; null is silence",
        "sessions[].true_peak_dbtp": "between the samples, too; null is silence",
        "sessions[].clipped_samples": "how many did not fit the format",
        "sessions[].warnings[]": "what is good to know, in words",
    },
    "verify": {
        "folder": "of the delivery; of several, `deliveries[]` has these fields of each",
        "verdict": "pass, warn or fail: the worst of its findings",
        "…": "the delivery's certificate.json, as it is found now",
    },
    "loudness": {
        "files[].path": "as it was named, or found in a folder",
        "files[].integrated_lufs": "programme loudness; null is silence",
        "files[].max_momentary_lufs": "loudest 0.4 s",
        "files[].max_short_term_lufs": "loudest 3 s",
        "files[].loudness_range_lu": "EBU Tech 3342",
        "files[].true_peak_dbtp": "between the samples, too",
        "files[].sample_peak_dbfs": "of the samples",
        "files[].duration_s": "seconds",
        "files[].sample_rate": "Hz",
        "files[].channels": "how many",
        **PROBLEM,
    },
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
    **tempo_fields.DOCUMENTS,
    "click": {
        "file": "that was written",
        "count_in_seconds": "before 1|1",
        "seconds": "from 1|1 on",
    },
    "export": {
        "file": "that was written",
        "kind": "rpp or midi",
        "tracks": "how many it has, without folders, buses and the master",
        "notes": "how many it holds",
        "clips": "of audio",
        "states": "of plug-ins",
        "markers": "sections and hits",
        "losses[].track": "of which something is lost; null for the whole session",
        "losses[].what": "in words: what the file cannot hold, and what became of it",
        "losses[].count": "how often",
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
    "review": {
        "page": "the page, or the folder that it lies in with its sound",
        "is_folder": "whether it became one",
        "most_bytes": "how large it was said to become at most",
        "bytes": "how large it is; null with --dry-run",
        "bitrate_kbps": "of the MP3s in it",
        "sample_rate": "of the MP3s in it",
        "deliveries[]": "the folders, in order",
        "programmes[]": "the mixes that can be chosen, version by version",
        "sounds[]": "the files that are in it, by their paths in the deliveries",
    },
    "profile list": {
        "profiles[].name": "what --profile takes",
        "profiles[].file": "where it is written",
        "profiles[].about": "what it is for",
    },
    "profile show": {
        "profiles[].name": "what --profile takes",
        "profiles[].file": "where it is written",
        "profiles[].settings.…": "the keys of profiles, with what it is built on",
    },
    **library_documents.DOCUMENTS,
    "cache info": {
        "root": "the folder of the store",
        "prints": "how many there are",
        "bytes": "what they take",
        "limit_bytes": "what they may take (HOSTKIT_CACHE_GB)",
        "soundfonts": "how many decoded .sf3 it keeps besides",
        "soundfont_bytes": "what those take",
    },
    "cache prune": {
        "removed_prints": "how many",
        "removed_bytes": "what they took",
        "prints": "how many are left",
        "removed_soundfonts": "how many decoded .sf3, with --all",
    },
}
"""By command: each that takes --json."""
