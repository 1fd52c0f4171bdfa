"""What the documents of commands about sessions hold, and of the store of their prints."""

from __future__ import annotations

from hostkit.cli.show.documents.problems import PROBLEM, inside

RENDER = {
    "sessions[].session": "the file as it was named",
    "sessions[].status": "done, or failed; then `error` and `problems` say why",
    "sessions[].folder": "of the delivery",
    "sessions[].written[]": "audio files that are new, by path in the folder",
    "sessions[].rendered_again[]": "what the store lost or the disk damaged, in words",
    "sessions[].gone[]": "files of the delivery before that are no part of this one",
    "sessions[].written_again[]": "files of the delivery that were not as they are made, in words",
    "sessions[].verdict": "of the certificate: pass, warn or fail",
    "sessions[].…": "the delivery's manifest.json",
}

DOCUMENTS: dict[str, dict[str, str]] = {
    "init": {
        "session": "the file that was written",
        "tracks": "how many it has",
        "stems": "how many it has; null with --update",
        "unrecognised": "how many tracks play piano, or are stems of their own, as nothing told "
        "their sound",
        "repairs[]": "what was repaired of the MIDI file, in words",
        "warnings[]": "what is good to know, the repairs too, in words",
        "losses[].track": "of a DAW's project, the track whose something could not be brought "
        "over; null for the whole project",
        "losses[].what": "what it is, and what became of it, in words",
        "losses[].count": "how many times",
        "changes[].track": "with --update: a track of the session",
        "changes[].state": "same, changed, new, or gone: not in the project, so it stays",
        "changes[].what": "what becomes of it, in words",
    },
    "check": {
        "sessions[].session": "the file as it was named",
        "sessions[].seconds": "its exact length, or up to its last note; null with problems",
        **inside("sessions[]", PROBLEM),
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
        "gone[]": "an audio file of the delivery before that would be no part of this one",
        "files[].path": "an audio file that would be written, in the folder",
        "files[].reason": "why, in words",
        "forms[].mixes[]": "of a re-arranged form: cut-downs, loops, stings and one-shots",
        "forms[].kind": "cut, loop, sting or one_shot",
        "forms[].sections[]": "what it is made of, in order; empty where the session names none",
        "forms[].tempo_change_percent": "how much faster it is played; below 0 slower",
        "forms[].seconds": "how long it is; without a fixed length up to its last event",
        "hosted[]": "a plug-in that minihost plays, not pedalboard, and why, in words",
        "paced[].device": "a plug-in that is played in real time",
        "paced[].seconds": "how long all that it plays takes at least, one after the other",
        "left_out[]": "a mix that is wanted and cannot be made, and why, in words",
        "warnings[]": "what is good to know, in words, as `check` tells it",
        "tracks[].track": "its name",
        "tracks[].status": "cached, or to render; also of recorded tracks that stems read straight",
        "tracks[].reason": "why it is to be rendered, in words",
        "tracks[].devices[]": "instrument, with its output where that is not the main one, or "
        "recorded audio, then effects, by name",
        "tracks[].events": "how many MIDI messages it, or the instrument it is an output of, plays",
        "tracks[].seconds": "when its last event is, from the start",
    },
    "render": RENDER,
    "mixes": RENDER,
    "demo": RENDER,
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
    "lock": {
        "sessions[].session": "the file as it was named",
        "sessions[].lock": "its lock",
        "sessions[].presets": "how many the lock notes",
        "sessions[].plugins": "how many the lock notes",
        "sessions[].drifted[]": "with --check: what is no longer so, in words",
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
