"""The command line: parses, calls, prints, sets the exit code.

A command is imported when it is used, and imports what it needs when it runs, so that
`hostkit --help` stays quick.
"""

from __future__ import annotations

import typer

from hostkit.cli.on_demand import OnDemand, group_of
from hostkit.cli.running import run_app, version

COMMANDS = (
    OnDemand(
        "init",
        "hostkit.cli.commands.init:init",
        "Write a session for a MIDI file, a DAW's project or a folder of recordings.",
    ),
    OnDemand(
        "export",
        "hostkit.cli.commands.export:export",
        "Write a session as a project of a DAW, or as a MIDI file: notes, tempo, markers, devices.",
    ),
    OnDemand(
        "check",
        "hostkit.cli.commands.check:check",
        "Find everything that is wrong with sessions, or lacking for a profile, without rendering.",
    ),
    OnDemand(
        "plan",
        "hostkit.cli.commands.plan:plan",
        "Show what `render` would do with the same options: what is cached, what not, and why.",
    ),
    OnDemand(
        "render",
        "hostkit.cli.commands.render:render",
        "Render sessions: stems, the full mix and the mixes named, with manifest and certificate.",
    ),
    OnDemand(
        "listen",
        "hostkit.cli.commands.listen:listen",
        "Listen to sessions on a page while you work: what you save is heard without a stop.",
    ),
    OnDemand(
        "mixes",
        "hostkit.cli.commands.mixes:mixes",
        "Render the stems and every mix of all sessions, through one pool.",
    ),
    OnDemand(
        "duck",
        "hostkit.cli.commands.duck:duck",
        "Lower music under dialogue so that all speech meets a target in LU, and prove it.",
    ),
    OnDemand(
        "status",
        "hostkit.cli.commands.status:status",
        "Show which stems and mixes exist, are stale (and why), or are missing.",
    ),
    OnDemand(
        "verify",
        "hostkit.cli.commands.verify:verify",
        "Repeat every check on delivered folders, and compare their files' hashes.",
    ),
    OnDemand(
        "review",
        "hostkit.cli.commands.review:review",
        "Write one page of deliveries that plays offline: for whoever decides.",
    ),
    OnDemand(
        "lock",
        "hostkit.cli.commands.lock:lock",
        "Note what sessions' presets and plug-ins are now, in SESSION.lock.",
    ),
    OnDemand(
        "loudness",
        "hostkit.cli.commands.loudness:loudness",
        "Measure loudness and true peak of audio files (BS.1770-4, EBU R 128).",
    ),
    OnDemand(
        "spot",
        "hostkit.cli.commands.spot:app",
        "Bring spotting lists in and out: markers of the picture as a session's hits.",
    ),
    OnDemand(
        "tempo",
        "hostkit.cli.commands.tempo:app",
        "Show the tempo map of a session, or solve one that meets its hits.",
    ),
    OnDemand(
        "themes",
        "hostkit.cli.commands.themes:app",
        "Show where cues quote their themes, changed how; take one from a MIDI file.",
    ),
    OnDemand(
        "conform",
        "hostkit.cli.commands.conform:conform",
        "Follow a recut: what becomes of start, hits and sections, and a new session beside each.",
    ),
    OnDemand(
        "time",
        "hostkit.cli.commands.time:time",
        "Show positions of a session as bar and beat, timecode, seconds and sample.",
    ),
    OnDemand(
        "click",
        "hostkit.cli.commands.click:click",
        "Write a session's click with its count-in, as audio or as MIDI.",
    ),
    OnDemand(
        "streamers",
        "hostkit.cli.commands.streamers:streamers",
        "Write a video with streamers and punches at hits, timecode and bar|beat.",
    ),
    OnDemand("cache", "hostkit.cli.commands.cache:app", "Look at and clear the store of prints."),
    OnDemand("plugins", "hostkit.cli.commands.plugins:app", "Find, scan and describe plug-ins."),
    OnDemand(
        "sounds",
        "hostkit.cli.commands.sounds:app",
        "Find SoundFonts and SFZs, and see what is in one.",
    ),
    OnDemand("preset", "hostkit.cli.commands.preset:app", "Find, hear, make and keep presets."),
    OnDemand("profile", "hostkit.cli.commands.profile:app", "List and show delivery profiles."),
    OnDemand(
        "schema",
        "hostkit.cli.commands.schema:schema",
        "Print the JSON Schema of sessions, presets or profiles.",
    ),
    OnDemand(
        "demo",
        "hostkit.cli.commands.demo:demo",
        "Render the example sessions that come with hostkit, and leave copies of them to change.",
    ),
)

SECTIONS = {
    "Sessions": ("init", "export", "check", "plan", "listen", "render", "mixes", "status", "lock"),
    "Deliveries": ("verify", "review", "duck", "loudness", "profile"),
    "Picture": ("spot", "tempo", "conform", "time", "click", "streamers"),
    "Themes and sounds": ("themes", "preset", "sounds", "plugins"),
    "hostkit": ("demo", "schema", "cache"),
}
"""How `hostkit --help` lists them."""

app = typer.Typer(
    cls=group_of(COMMANDS, sections=SECTIONS),
    rich_markup_mode=None,  # rich takes longer to import than all the rest
    name="hostkit",
    add_completion=False,  # ours is in `shells`
    help="Render session files through plug-ins and SoundFonts into stems that sum.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(version)


def main() -> None:
    """The `hostkit` command."""
    run_app(app)
