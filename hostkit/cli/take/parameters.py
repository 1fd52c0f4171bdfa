"""Every option and argument that more than one command takes: name, help, environment, completion.

A command says which it takes by their types here, so that one thing is written one way
everywhere. What only one command takes stands in that command.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.show.telling import How
from hostkit.cli.take import completion

TIMEOUT_SECONDS = 60.0
MOST_TIMEOUT_SECONDS = 1_000_000
MOST_JOBS = 1_000
MOST_MEMORY_GB = 1_000_000
"""More is meant by nobody, and infinity is no number to count with."""

# What a command is about ------------------------------------------------------------------

Sessions = Annotated[
    list[Path],
    typer.Argument(
        metavar="SESSION…",
        help="Session files, or folders of them.",
        autocompletion=completion.sessions,
    ),
]
Session = Annotated[
    Path,
    typer.Argument(metavar="SESSION", help="A session file.", autocompletion=completion.sessions),
]
Deliveries = Annotated[
    list[Path],
    typer.Argument(
        metavar="FOLDER…", help="Folders of deliveries, or a file of one, of whoever made them."
    ),
]
AudioFiles = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Audio files, or folders of them.")
]
PresetName = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="A preset's name: strings/warm-ensemble.",
        autocompletion=completion.presets,
    ),
]
PresetNames = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME…", help="Presets.", autocompletion=completion.presets),
]
PluginName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="A plug-in's name.", autocompletion=completion.plugins),
]


SoundName = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="gm, an installed SoundFont or SFZ by its name, or a .sf2, .sf3 or .sfz file.",
        autocompletion=completion.sounds,
    ),
]


class FormatOfPlugins(StrEnum):
    """What plug-ins come as."""

    VST3 = "vst3"
    AU = "au"
    LV2 = "lv2"


PluginFormat = Annotated[
    FormatOfPlugins | None,
    typer.Option(
        "--format",
        case_sensitive=False,
        metavar="NAME",
        help="Of those of one name, the one in this format: vst3, au or lv2.",
    ),
]
ProfileArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="A profile's name, or its file.", autocompletion=completion.profiles
    ),
]
SessionPlaces = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PLACE…",
        help="Sessions, or folders of them (default: here).",
        autocompletion=completion.sessions,
    ),
]

# Where to ---------------------------------------------------------------------------------

Out = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="DIR",
        help="The folder of the delivery; of several, each has one named after it in there "
        "(default: in renders/ beside the session).",
    ),
]
OutOfEach = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="DIR",
        help="The folder in which each session has a folder of its own, named after it "
        "(default: in renders/ beside the session).",
    ),
]
OutFolder = Annotated[
    Path, typer.Option("-o", "--out", metavar="DIR", help="The folder to write to.")
]
OutBeside = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="DIR",
        help="The folder to write to (default: beside the music or its delivery).",
    ),
]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", metavar="FILE", help="The file to write (default: named after the input)."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there already.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Write nothing; say what would be written.")
]

# What is delivered ------------------------------------------------------------------------

Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME",
        help="Deliver by a profile: a name, or its file.",
        autocompletion=completion.profiles,
    ),
]
Mixes = Annotated[
    list[str] | None,
    typer.Option(
        "--mix",
        metavar="NAME",
        help="Also this mix; may be repeated.",
        autocompletion=completion.mixes,
    ),
]

Trim = Annotated[
    float,
    typer.Option(
        "--trim",
        metavar="DB",
        help="Change the level of every stem and mix by so many dB, on top of gain_db.",
        show_default=False,
    ),
]

DeliveredTrim = Annotated[
    float | None,
    typer.Option(
        "--trim",
        metavar="DB",
        help="Ask for this level instead of the one that was delivered.",
        show_default="as delivered",
    ),
]

# What is listened to ----------------------------------------------------------------------

Solo = Annotated[
    list[str] | None,
    typer.Option(
        "--solo",
        metavar="NAME,…",
        help="Listen to these tracks, stems or tags alone; may be repeated.",
        autocompletion=completion.parts,
    ),
]
Mute = Annotated[
    list[str] | None,
    typer.Option(
        "--mute",
        metavar="NAME,…",
        help="Listen without these; may be repeated.",
        autocompletion=completion.parts,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="POS",
        help="Listen from here: 9|1, 0:20, 12.5s, 01:00:42:10, or where a section or hit begins.",
        autocompletion=completion.marks,
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="POS",
        help="Listen up to here, said like --from.",
        autocompletion=completion.marks,
    ),
]

# How it is done ---------------------------------------------------------------------------

Jobs = Annotated[
    int | None,
    typer.Option(
        "-j",
        "--jobs",
        metavar="N",
        min=1,
        max=MOST_JOBS,
        envvar="HOSTKIT_JOBS",
        show_envvar=False,
        help="Processes at once (default: HOSTKIT_JOBS, else one for each core).",
    ),
]
PluginDirs = Annotated[
    list[Path] | None,
    typer.Option(
        "--plugin-dir",
        metavar="DIR",
        help="Look for plug-ins here first, then in HOSTKIT_PLUGIN_PATH; may be repeated.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1,
        max=MOST_TIMEOUT_SECONDS,
        envvar="HOSTKIT_TIMEOUT",
        show_envvar=False,
        help="Give a device up after so long without progress (or HOSTKIT_TIMEOUT).",
    ),
]

MemoryLimit = Annotated[
    float | None,
    typer.Option(
        "--memory-limit",
        metavar="GB",
        min=0.1,
        max=MOST_MEMORY_GB,
        envvar="HOSTKIT_MEMORY_LIMIT",
        show_envvar=False,
        help="Stop a job that uses more (or HOSTKIT_MEMORY_LIMIT; default: memory over jobs).",
    ),
]

# What is told -----------------------------------------------------------------------------

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, errors too.")
]
Progress = Annotated[
    How,
    typer.Option(
        "--progress",
        metavar="HOW",
        help="On standard error: auto, lines, moving, json or none.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", help="Say only what went wrong, and what came of it.")
]
QuietOfCached = Annotated[
    bool, typer.Option("-q", "--quiet", help="Leave out what is cached, and tell the rest.")
]

# Finding presets --------------------------------------------------------------------------

Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="With this tag; may be repeated."),
]
Family = Annotated[
    str | None,
    typer.Option("--family", metavar="NAME", help="Of this family (strings) or category."),
]
Libraries = Annotated[
    list[Path] | None,
    typer.Option("--in", metavar="DIR", help="Change this library too, though it is not your own."),
]
Library = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="DIR",
        help="The library to write to (default: presets/ here or in a folder above, else the "
        "user's own).",
    ),
]
