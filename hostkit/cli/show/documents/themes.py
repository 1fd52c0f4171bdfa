"""What the documents of `hostkit themes` hold."""

from __future__ import annotations

DOCUMENTS: dict[str, dict[str, str]] = {
    "themes show": {
        "themes[].name": "as it is written",
        "themes[].notes": "in LilyPond's words, however it is written",
        "themes[].count": "how many notes it has",
        "themes[].key": "tonic and mode; null where it says none",
        "themes[].uses[].session": "the file as it was named; uses are in the order of the film",
        "themes[].uses[].track": "that writes it in its score",
        "themes[].uses[].at": "bar|beat",
        "themes[].uses[].transform": "the changes as they are written, by key, in their order",
        "themes[].uses[].transform.…": "a value of a change",
        "themes[].uses[].played_by[]": "tracks: that one, or its voices",
        "themes[].uses[].seconds": "from 1|1 of its session",
        "themes[].uses[].lasts_seconds": "to the end of the theme as it is changed",
        "themes[].uses[].silent_before_seconds": "for how long it was not heard before; null "
        "where it is the first, or not known between cues without a picture",
        "themes[].absent[]": "sessions that do not quote it",
        "themes[].similar[].name": "of another theme",
        "themes[].similar[].similarity": "1 for the same steps and rhythm in any key and speed; 0",
        "without_themes[]": "sessions that quote no theme",
    },
    "themes take": {
        "name": "of the theme",
        "key": "it is spelled in; null where none was given",
        "meter": "of its first bar",
        "notes": "in LilyPond's words",
        "into": "the file that it is written into; null where it is only shown",
    },
}
