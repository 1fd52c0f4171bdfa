"""What the documents of `hostkit preset` and `hostkit plugins` hold, field by field."""

from __future__ import annotations

MADE = {
    "file": "that was written",
    "notes[]": "what is good to know of it, in words",
}

_FAILURES = {"failures[]": "what could not be heard or changed, and why, in words"}

_LISTED = {
    "presets[].name": "what sessions call it",
    "presets[].library": "the folder of its library",
    "presets[].description": "a sentence",
    "presets[].category": "family/kind",
    "presets[].family": "the first part of its category",
    "presets[].kind": "instrument, or effects",
    "presets[].tags[]": "as in its file",
    "presets[].character[]": "as in its file",
    "presets[].range": "the notes it plays: C2-C6",
    "presets[].needs[]": "plug-ins by name",
    "presets[].author": "who made it",
    "presets[].licence": "under which it may be used",
    "presets[].problem": "what is wrong with its file, in words; else null",
}

_PLUGIN = {
    "plugins[].name": "what sessions call it",
    "plugins[].path": "its file, or bundle",
    "plugins[].format": "VST3, or AU",
    "plugins[].kind": "instrument, or effect",
    "plugins[].vendor": "who made it",
    "plugins[].version": "as it says",
    "plugins[].category": "as it says",
    "plugins[].identity": "by which it is known among others of its name",
    "plugins[].class_id": "of a VST3, as .vstpreset files name it; else empty",
    "plugins[].channels[]": "how many it can be asked for",
    "plugins[].latency_frames": "at 48 kHz",
    "plugins[].shares_file": "whether there are others in its file",
    "plugins[].buffer_frames": "the buffers it is played in",
    "plugins[].remarks[]": "what the scan heard, in words",
    "plugins[].tempo_synced": "whether its parameters look as if it went by the tempo",
    "plugins[].params[].key": "what sessions call the parameter",
    "plugins[].params[].label": "what its editor calls it",
    "plugins[].params[].type": "number, switch, choice or text",
    "plugins[].params[].default": "as a session would write it",
    "plugins[].params[].minimum": "of a number",
    "plugins[].params[].maximum": "of a number",
    "plugins[].params[].units": "of a number, as the plug-in says",
    "plugins[].params[].choices[]": "of a choice",
    "plugins[].params[].automatable": "whether it may move",
}

_SCANNED = {
    **_PLUGIN,
    "failures[].path": "a file that could not be scanned whole",
    "failures[].name": "the plug-in in it, where the others were fine",
    "failures[].reason": "what it did, in words",
}

DOCUMENTS: dict[str, dict[str, str]] = {
    "plugins scan": _SCANNED,
    "plugins list": _SCANNED,
    "plugins show": _PLUGIN,
    "preset list": _LISTED,
    "preset search": _LISTED,
    "preset show": {
        "presets[].name": "what sessions call it",
        "presets[].library": "the folder of its library",
        "presets[].files[]": "its own, and those it is built on",
        "presets[].hides[]": "files of that name in later libraries",
        "presets[].needs[]": "plug-ins by name",
        "presets[].…": "the keys of its file, with what it is built on",
    },
    "preset tree": {
        "libraries[].folder": "in the order in which they are searched",
        "libraries[].whose": "how it came to be one",
        "libraries[].presets[]": "names",
    },
    "preset audition": {
        "presets[].name": "what was heard",
        "presets[].path": "the WAV",
        "presets[].picture": "the SVG",
        "presets[].integrated_lufs": "of the phrase",
        "presets[].true_peak_dbtp": "of the phrase",
        "page": "the HTML page of all; null for few",
        **_FAILURES,
    },
    "preset compare": {
        "first": "the first preset",
        "second": "the second",
        "settings[].setting": "what is set otherwise",
        "settings[].first": "its value in the first; null where it has none",
        "settings[].second": "and in the second",
        "settings[].kind": "set; of effects also added, removed, or moved from where to where",
        "phrase": "on what both are heard, in words",
        "silent[]": "presets of which nothing is heard on it; then the keys below are left out",
        "loudness_lu": "of the second, less the first's",
        "true_peak_db": "likewise",
        "brightness_hz[]": "the middle of the spectrum: of the first, of the second",
        "bands[].hz": "the middle of a third of an octave",
        "bands[].db": "of the second, less the first's",
    },
    "preset new": MADE,
    "preset capture": MADE,
    "preset import": {
        "presets[].file": "a .vstpreset",
        "presets[].name": "the preset it became; null where it was left out",
        "presets[].note": "why, or what is good to know; else null",
    },
    "preset export": MADE,
    "preset pack": {
        "file": "that was written",
        "presets": "how many are in it",
        "files": "how many",
        "bytes": "unpacked",
    },
    "preset unpack": {
        "folder": "of the library",
        "presets": "how many came into it",
        "files": "how many",
        "bytes": "of them",
    },
    "preset level": {
        "presets[].name": "what was measured",
        "presets[].measured_lufs": "of its phrase",
        "presets[].before_db": "its gain_db as it was",
        "presets[].after_db": "and as it is",
        "presets[].held_back": "whether its peaks kept it from the target",
        **_FAILURES,
    },
    "preset verify": {
        "presets[].name": "what was played",
        "presets[].passed": "whether it is sound",
        "presets[].problems[].kind": "plug-in missing, silent, crashes …",
        "presets[].problems[].message": "in words",
        "presets[].notes[].kind": "of what does no harm",
        "presets[].notes[].message": "in words",
        "presets[].peak_dbfs": "of what was played; null where it did not pass",
    },
    "preset where-used": {
        "uses[].session": "the file",
        "uses[].file": "in which it stands, of the session or of what that extends",
        "uses[].line": "from 1",
        "uses[].where": "track, bus or master, and device",
        "uses[].preset": "the one that is named there, which may be built on this one",
        "unreadable[]": "sessions that could not be read, and why, in words",
    },
    "preset rename": {
        "old": "its name as it was",
        "new": "and as it is",
        "changed[]": "files that name it",
        "unreadable[]": "sessions that could not be read, and why, in words",
    },
    "preset undo": {"undone": "what was taken back, in words"},
}
