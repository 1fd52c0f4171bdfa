"""What the documents of `--json` hold, field by field; a test compares them with real ones.

Every document begins with `format` (`document.FORMAT`). In a path, `[]` is each of a list.
A field whose path ends with `…` holds more than is listed here, under the same names as the
file that is written (manifest.json, certificate.json). What is not known is null.
"""

from __future__ import annotations

PROBLEM = {
    "problems[].file": "the file it is about, as it was named; null for the command line",
    "problems[].line": "from 1; null where it is the whole file",
    "problems[].column": "from 1; null where it is the whole file",
    "problems[].message": "what is wrong, and what cures it",
    "problems[].cure": "what cures it; null where the message does not say",
}
"""One thing that is wrong, wherever a document has `problems`."""

ERROR = {
    "exit_code": "1 the work failed, 2 the request or the session is wrong, 130 given up",
    **PROBLEM,
}
"""The document of a command that could not give its own, also for a wrong command line."""


def _in(prefix: str, fields: dict[str, str]) -> dict[str, str]:
    return {f"{prefix}.{path}": meaning for path, meaning in fields.items()}


DOCUMENTS: dict[str, dict[str, str]] = {
    "check": {
        "sessions[].session": "the file as it was named",
        **_in("sessions[]", PROBLEM),
        "sessions[].lacking[]": "a mix that cannot be had, or what a client counts on, in words",
        "sessions[].warnings[]": "what is good to know, in words",
    },
    "plan": {
        "session": "its name; of several sessions, `sessions[]` has these fields of each",
        "tracks[].track": "its name",
        "tracks[].status": "cached, or to render",
        "tracks[].reason": "why it is to be rendered, in words",
        "tracks[].devices[]": "instrument and effects, by name, in the order of the signal",
        "tracks[].events": "how many MIDI messages it plays",
        "tracks[].seconds": "when its last event is, from the start",
    },
    "status": {
        "sessions[].session": "the file as it was named",
        "sessions[].folder": "where it is delivered to",
        "sessions[].files[].kind": "stem, or mix",
        "sessions[].files[].name": "of the stem or mix",
        "sessions[].files[].path": "in the folder",
        "sessions[].files[].state": "exists, stale, or missing",
        "sessions[].files[].reason": "why it is stale or missing, in words; else empty",
    },
    "render": {
        "sessions[].session": "the file as it was named",
        "sessions[].status": "done, or failed; then `error` and `problems` say why",
        "sessions[].folder": "of the delivery",
        "sessions[].written[]": "audio files that are new, by path in the folder",
        "sessions[].verdict": "of the certificate: pass, warn or fail",
        "sessions[].…": "the delivery's manifest.json",
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
    },
    "profile list": {
        "profiles[].name": "what --profile takes",
        "profiles[].file": "where it is written",
        "profiles[].about": "what it is for",
    },
    "cache info": {
        "root": "the folder of the store",
        "prints": "how many there are",
        "bytes": "what they take",
        "limit_bytes": "what they may take (HOSTKIT_CACHE_GB)",
    },
}
"""By command; `mixes` is as `render`."""
