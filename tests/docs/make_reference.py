"""Writes docs/reference.md from what the program says of itself.

Run it by `python tests/docs/make_reference.py`. Session keys come from the JSON Schema,
commands from the Typer app, documents of `--json` from `hostkit.cli.show.documents`; only exit
codes, variables and progress events are written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from hostkit.cli import app
from hostkit.cli.examples import examples_of
from hostkit.cli.show.documents.every import DOCUMENTS
from hostkit.cli.show.documents.problems import ERROR
from hostkit.delivery.names.naming import FIELDS
from hostkit.delivery.profiles.sheet import ROW_FIELDS, SHARE_FIELDS
from hostkit.plan.mixes.kinds import KINDS
from hostkit.schemas.make import schema_of

_KIND_OF_ARGUMENT = re.compile(r" <(path|text|list\[\w+\])>$")

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"

TOP = """\
# Reference

Made from the program by `python tests/docs/make_reference.py`; change it there.

- [Commands](#commands)
- [Exit codes](#exit-codes)
- [Environment](#environment)
- [Session keys](#session-keys)
- [Standard mixes](#standard-mixes)
- [Profile keys](#profile-keys)
- [Fields of file names](#fields-of-file-names)
- [Fields of a metadata sheet](#fields-of-a-metadata-sheet)
- [Preset keys](#preset-keys)
- [Documents of `--json`](#documents-of---json)
- [Progress as lines of JSON](#progress-as-lines-of-json)
"""

EXIT_CODES = {
    "0": "done",
    "1": "the work failed, or a check did: a track, a certificate, a phrase short of its target",
    "2": "the request or the session is wrong; nothing was begun",
    "129": "cancelled by SIGHUP, as of a terminal that was closed; what was finished is kept",
    "130": "cancelled with Ctrl-C; the same",
    "143": "cancelled by SIGTERM; the same",
}

VARIABLES = {
    "HOSTKIT_CACHE": "the folder of the store of prints (default: in the user's cache folder)",
    "HOSTKIT_CACHE_GB": "how much the store may take (default: 20)",
    "HOSTKIT_JOBS": "what `--jobs` is unless given",
    "HOSTKIT_TIMEOUT": "what `--timeout` is unless given, in seconds",
    "HOSTKIT_MEMORY_LIMIT": "what `--memory-limit` is unless given, in GB",
    "HOSTKIT_PLUGIN_PATH": "more folders with plug-ins",
    "HOSTKIT_SAMPLES": "more folders with SoundFonts and SFZs",
    "HOSTKIT_PRESETS": "more preset libraries",
    "HOSTKIT_USER_PRESETS": "your own preset library (default: in the user's data folder)",
    "HOSTKIT_PROFILES": "the folder of your own delivery profiles",
    "HOSTKIT_SOUNDFONT": "what `soundfont: gm` stands for",
    "HOSTKIT_FLUIDSYNTH": "the FluidSynth library to load",
    "NO_COLOR": "when set, no colour on a terminal",
}

EVENTS = {
    "begin": "`format` (1)",
    "expected": "`kind` (track, stem, file, proof, preview), `name`, `amount` (frames at 48 kHz; "
    "of a file, a preview or the proof of a mix a share of them, as it takes less time)",
    "moved": "`kind`, `name`, `amount`; `fraction` of all the work; `left_seconds`, or null",
    "done": "`kind`, `name`, `status` (rendered, cached, failed, skipped; of files, "
    "proofs and previews done, cached), `reason`",
    "end": "of `render` and `mixes`: `exit_code`, and `sessions` as in their document, without "
    "manifests; "
    "of other commands nothing more, unless they failed: `exit_code` and `problems`",
}


NOTES = {
    "Session.hostkit": "the version of the format",
    "Session.cue": "its number: 1m02",
    "Session.title": "in file names and documents",
    "Session.version": "of the music, in file names",
    "Session.extends": "another session, on which this one builds: maps merge, lists replace",
    "Session.midi": "the file of all tracks that name none",
    "Session.picture": "what 1|1 is in the film",
    "Session.tempo": "in place of the MIDI file's",
    "Session.tail": "when a stem has rung out",
    "Session.sections": "each goes on to the next",
    "Session.hits": "where music and picture meet",
    "Session.buses": "for sends; each stem has an instance of its own",
    "Session.stems": "codes for file names",
    "Session.master": "on the full mix; its work is put into the stems, so that they sum",
    "Session.gain_db": "on every stem and mix, after the master; `--trim` is added to it",
    "Session.mixes": "names of standard kinds, or recipes",
    "Session.credits": "for the cue sheet, the tags of files, and libraries' sheets",
    "Share.name": "Ada B, or B, Ada",
    "Share.ipi": "the IPI name number; its last two digits are checked",
    "Credits.isrc": "of the full mix, or of each mix by its name; two never have one",
    "Credits.iswc": "of the work; its check digit has to fit",
    "Credits.key": "unless given, nothing says one: keys are not guessed",
    "Credits.bpm": "what is told for the tempo at the start",
    "Session.dialogue": "for ducking",
    "Session.duck": "how mixes with `duck: true` go under the dialogue",
    "Session.deliver": "the format of files, and the profile",
    "Track.instrument": "what plays the notes; every track has one, or `output`, or `audio`",
    "Track.midi": "by name or number, and channel",
    "Track.live": "recorded players over the mock-up, which is silent while they play",
    "Track.audio": "recorded regions, in place of an instrument and notes",
    "AudioRegion.file": "WAV (BWF, RF64), AIFF, FLAC, MP3, Ogg; in the session's folder",
    "AudioRegion.at": "where it begins to sound; left out, by its time stamp (bext) and picture",
    "AudioRegion.from": "the first that is heard of the file",
    "AudioRegion.to": "the last that is heard of the file",
    "AudioRegion.channels": "those that are heard: one as mono, two as left and right",
    "AudioRegion.fade": "the shape of its fades",
    "AudioRegion.crossfade_ms": "from the region before; of `live` from and to the mock-up (10)",
    "Track.effects": "in the order of the signal",
    "Track.gain_db": "its fader",
    "Track.pan": "-1 left, 1 right",
    "Track.stem": "unless given, a stem of its own",
    "Track.tags": "melody, drums, bass, vocals, fx, or your own; mixes go by them",
    "Track.sends": "dB to each bus",
    "Track.articulations": "names to what chooses them; besides those of the preset and the SFZ",
    "Track.articulation": "points [position, name], one name, or {from: text}",
    "Track.expression_map": "articulations from a `.expressionmap` of Cubase",
    "ArticulationSource.from": "texts of the track's MIDI, markers of the file, or keyswitch notes",
    "Track.lead_ms": "how long before its note a keyswitch goes out",
    "Preset.articulations": "names to what chooses them; a track may add its own",
    "Articulation.keyswitch": "a note, or several: C1 (middle C is C4), or 24",
    "Articulation.cc": "[controller, value], or a list of such pairs",
    "Articulation.program": "from 0",
    "Articulation.channel": "that its notes go to",
    "Articulation.velocity": "[lowest, highest]: those of its notes are fitted into it",
    "Articulation.delay_ms": "its notes sound so much later, or earlier; added to the track's",
    "Track.delay_ms": "its notes sound so much later, or below 0 earlier (late legatos)",
    "Track.output": "another output of another track's instrument, in place of one",
    "TrackOutput.of": "the track that has the instrument",
    "Track.midi_effects": "what its notes go through before the instrument, in order",
    "Track.automation": "points [position, value] of gain_db, pan, sends.BUS or a parameter",
    "TempoPoint.bpm": "quarter notes a minute",
    "TempoPoint.ramp_to": "the tempo reached at `until`",
    "TempoPoint.curve": "in what the change is even",
    "Tail.below_db": "a stem ends when it stays below this",
    "Tail.for_ms": "for so long",
    "Tail.max_s": "and at the latest so long after its last note",
    "Hit.rise_from": "where what leads to it begins",
    "Hit.tracks": "tracks, stems or tags that it is a one-shot of; those tagged fx unless given",
    "FormSection.cut": "clean: the music can be cut there, which is checked",
    "OneShot.hit": "a hit by its name, with what begins in the bar after it",
    "OneShot.rise": "the hit whose rise it is, from its rise_from on",
    "OneShot.number": "which of the hits of that name",
    "Profile.one_shots": "each hit and each rise as a file",
    "Hit.weight": "how much it matters that it is met",
    "Hit.tolerance_frames": "frames that music may come early and late: [1, 2]; one for both",
    "Hit.land_on": "which beats of the music may meet it; `any`: places between beats too",
    "Profile.gain_db": "added to the session's",
    "Profile.previews": "a lossy copy of each mix, to listen to",
    "Previews.kbps": "unless given 320 of MP3, 160 of Opus",
    "Profile.metadata_sheet": "the table of the document of that name",
    "Names.preview": "of the lossy copies",
    "SheetTable.rows": "a row for each mix, or for stems too",
    "SheetTable.at_least": "columns for so many composers or publishers, be they there or not",
    "Column.value": "text with fields; blank where nothing of them is known",
    "Column.each": "a column for each of them, {n} in its header",
    "Column.most": "characters; what is longer is cut, and told",
    "Column.required": "told where it stays blank",
    "MixRecipe.like": "begin with this mix",
    "MixRecipe.mute": "tracks, stems or tags",
    "MixRecipe.live": "false: without the recorded players, their mock-ups play",
    "MixRecipe.only": "tracks, stems or tags",
    "MixRecipe.gain_db": "of tracks, stems or tags",
    "MixRecipe.stems": "also its own stems",
    "MixRecipe.duck": "under the session's dialogue",
    "MixRecipe.sections": "these, in this order",
    "MixRecipe.length": "a cut-down: ends on a bar line, rings out",
    "MixRecipe.tempo_limit_percent": "how much the tempo may change to make the length exact",
    "MixRecipe.loop": "repeats without a seam",
    "MixRecipe.sting": "a section's end alone",
    "MixRecipe.one_shot": "a hit or a rise alone",
}
"""What the schema does not say of a key."""


def page() -> str:
    """The whole page."""
    parts = [
        TOP,
        "## Commands\n",
        *(_command(path, command) for path, command in _commands(typer.main.get_command(app))),
        "## Exit codes\n",
        _table(("code", "means"), EXIT_CODES.items()),
        "## Environment\n",
        "Folders are separated by `:` (on Windows by `;`).\n",
        _table(("variable", "what it does"), ((f"`{n}`", what) for n, what in VARIABLES.items())),
    ]
    for kind in ("session", "profile", "preset"):
        parts += [f"## {kind.capitalize()} keys\n", *_keys(kind)]
        if kind == "session":
            parts += _standard_mixes()
        if kind == "profile":
            parts += _fields()
    parts += ["## Documents of `--json`\n", *_documents(), *_events()]
    return "\n".join(parts)


def _standard_mixes() -> Iterator[str]:
    yield "## Standard mixes\n"
    yield (
        "Names under `mixes` that need no recipe: `underscore: {}`. They go by the tracks' tags.\n"
        "A recipe of the same name may say otherwise, but not of those that are plain.\n"
    )
    heads = ("mix", "keeps", "leaves out", "needs a track tagged", "plain")
    yield _table(
        heads,
        (
            (
                f"`{kind.name}`",
                "a click"
                if kind.click
                else ", ".join(kind.only) or ("everything else" if kind.mute else "everything"),
                "everything"
                if kind.click
                else ", ".join(kind.mute) or ("everything else" if kind.only else "nothing"),
                ", ".join(kind.needs),
                "yes" if kind.plain else "",
            )
            for kind in KINDS.values()
        ),
    )


def _fields() -> Iterator[str]:
    yield "## Fields of file names\n"
    yield (
        "In `names` of a profile: `{title}`, `{version:02}` (a width), `{part:upper}` (or\n"
        "`lower`, `camel`). What is in `[brackets]` is left out where a field of it is lacking.\n"
    )
    yield _table(("field", "is"), ((f"`{name}`", words) for name, words in FIELDS.items()))
    yield "## Fields of a metadata sheet\n"
    yield (
        "In `value` of a column: text as it is, counts in a width (`{number:02}`), levels with\n"
        "decimals (`{lufs:.1}`), lists with what joins them (`{composers: / }`), yes or no in\n"
        "words (`{is_main:Yes/No}`); text also as `upper` or `lower`.\n"
    )
    every = {**ROW_FIELDS, **SHARE_FIELDS}
    yield _table(
        ("field", "kind", "is"),
        (
            (
                f"`{name}`",
                field.kind,
                field.words + (", with `each`" if name in SHARE_FIELDS else ""),
            )
            for name, field in every.items()
        ),
    )


def _commands(command: Any, path: str = "hostkit") -> Iterator[tuple[str, Any]]:
    """Every command that is shown, groups before what is in them."""
    yield path, command
    for name, inside in getattr(command, "commands", {}).items():
        if not inside.hidden:
            yield from _commands(getattr(inside, "loaded", inside), f"{path} {name}")


def _command(path: str, command: Any) -> str:
    context = command.context_class(command, info_name=path)
    said = " ".join((command.help or "").replace("\b", "").split())
    rows = []
    for param in command.get_params(context):
        if getattr(param, "hidden", False) or "--help" in param.opts:
            continue
        record = param.get_help_record(context)
        name, about = record or (param.make_metavar(context), "")
        rows.append((f"`{_KIND_OF_ARGUMENT.sub('', name)}`", about))
    level = "###" if path.count(" ") < 2 else "####"
    heading = f"{level} `{path}`\n\n{said}\n"
    lines = "".join(f"- `{line}`\n" for line in examples_of(path.partition(" ")[2]))
    table = _table(("argument or option", "what it does"), rows) if rows else ""
    return "\n".join(part for part in (heading, lines, table) if part)


def _keys(kind: str) -> Iterator[str]:
    """A table of each map, in the order in which one meets them."""
    schema = schema_of(kind)
    model = schema["then"]["$ref"].rpartition("/")[2]
    waiting, seen = [model], {model, "Builtin"}
    while waiting:
        name = waiting.pop(0)
        described = schema["$defs"][name]
        rows = []
        for key, value in described.get("properties", {}).items():
            must = key in described.get("required", ())
            default = value.get("default")
            rows.append(
                (
                    f"`{key}`",
                    _kind(value, kind, seen, waiting),
                    "required" if must else "" if default in (None, {}, []) else _value(default),
                    NOTES.get(f"{name}.{key}") or value.get("description", ""),
                )
            )
        if rows:
            title = "" if name == model else f"### {_title(name)} ({kind})\n\n"
            yield title + _table(("key", "value", "unless given", "note"), rows)


def _kind(value: dict[str, Any], kind: str, seen: set[str], waiting: list[str]) -> str:
    """What a key holds, in words; maps it refers to are put in the queue."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2].removesuffix(".part")
        if name not in seen:
            seen.add(name)
            waiting.append(name)
        if name == "Builtin":
            return "a built-in effect"
        return f"[{_title(name)}](#{_title(name).lower()}-{kind})"
    if "const" in value:
        return f"`{_value(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{_value(choice)}`" for choice in value["enum"])
    for several in ("anyOf", "oneOf"):
        if several in value:
            kinds = [_kind(one, kind, seen, waiting) for one in value[several]]
            if kinds[1:] == [f"list of {kinds[0]}"]:
                return f"{kinds[0]}; or a list of these"
            return " or ".join(dict.fromkeys(one for one in kinds if one not in ("null", "")))
    match value.get("type"):
        case "array" if "prefixItems" in value:
            items = (_kind(one, kind, seen, waiting) for one in value["prefixItems"])
            return f"[{', '.join(items)}]"
        case "array":
            return f"list of {_kind(value.get('items', {}), kind, seen, waiting) or 'values'}"
        case "object":
            inside = [*value.get("patternProperties", {}).values()]
            inside += [more] if isinstance(more := value.get("additionalProperties"), dict) else []
            kinds = [_kind(one, kind, seen, waiting) for one in inside]
            return f"map of names to {' or '.join(kinds)}" if kinds else "map"
        case "number" | "integer" as number:
            return f"{number}{_range(value)}"
        case "string":
            return "a preset" if "preset" in value.get("description", "") else "text"
        case other:
            return str(other or "")


def _title(name: str) -> str:
    """The name of a map; of two of one name, with the package before it."""
    parts = name.split("__")
    return parts[-1] if len(parts) == 1 else parts[1].capitalize() + parts[-1]


def _range(value: dict[str, Any]) -> str:
    low = value.get("minimum", value.get("exclusiveMinimum"))
    high = value.get("maximum", value.get("exclusiveMaximum"))
    if low is None and high is None:
        return ""
    if high is None:
        return f", {low:g} or more" if "minimum" in value else f", over {low:g}"
    return f", up to {high:g}" if low is None else f", {low:g} … {high:g}"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _documents() -> Iterator[str]:
    yield (
        "Each begins with `format` (1). In a path, `[]` is each of a list; `…` is more under the\n"
        "same names as in the file that is written. What is not known is null.\n"
    )
    everything = {**DOCUMENTS, "any command that failed": ERROR}
    for command, fields in everything.items():
        heading = f"### `{command}`\n" if command in DOCUMENTS else f"### {command}\n"
        yield heading
        yield _table(("field", "holds"), ((f"`{path}`", what) for path, what in fields.items()))


def _events() -> Iterator[str]:
    yield "## Progress as lines of JSON\n"
    yield "Of every command that takes it, `--progress json` writes one object a line on standard "
    "error; `event` says which.\n"
    yield _table(("event", "fields"), ((f"`{name}`", what) for name, what in EVENTS.items()))


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    made = ("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in lines)
    return "\n".join(made) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
