"""What one types, for every command: the last lines of its help."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "init": ("score.mid", "takes/ -o song.yaml", "song.dawproject"),
    "check": ("cue.yaml", "sessions/ --json"),
    "plan": ("cue.yaml --profile trailer",),
    "render": (
        "cue.yaml",
        "sessions/ --profile film-score -o delivery",
        "cue.yaml --solo strings --from '9|1' --to '17|1'",
    ),
    "mixes": ("cue.yaml", "sessions/ --profile broadcast-r128 -o delivery"),
    "duck": ("renders/cue --dialogue speech.wav", "bed.wav --dialogue speech.wav --target-lu 10"),
    "status": ("sessions/",),
    "listen": ("cue.yaml", "sessions/ --no-browser"),
    "verify": ("renders/cue",),
    "review": ("renders/cue", "delivery/v1 delivery/v2 -o compare.html"),
    "export": ("cue.yaml --to rpp", "cue.yaml -o cue.mid"),
    "lock": ("cue.yaml",),
    "loudness": ("renders/cue/mixes",),
    "spot import": ("markers.edl", "markers.csv --into cue.yaml"),
    "spot list": ("cue.yaml",),
    "spot report": ("cue.yaml -o hits.html",),
    "spot export": ("cue.yaml -o hits.edl",),
    "tempo solve": ("cue.yaml --bpm 100-140", "cue.yaml --want 120 --meters 4/4,3/4 --write"),
    "tempo show": ("cue.yaml -o tempo.svg",),
    "themes show": ("sessions/", "cue.yaml --lilypond themes.ly"),
    "themes take": ("score.mid --track Horn --bars 5-8 --as ada --into cue.yaml",),
    "conform": ("cue.yaml --old reel3-v1.edl --new reel3-v2.edl",),
    "time": ("cue.yaml '9|1' 01:00:42:10 12.5s",),
    "click": ("cue.yaml -o click.wav", "cue.yaml -o click.mid"),
    "streamers": ("cue.yaml -o streamers.mp4",),
    "cache info": ("",),
    "cache prune": ("",),
    "plugins scan": ("",),
    "plugins list": ("",),
    "plugins show": ("Kars",),
    "sounds list": ("",),
    "sounds show": ("gm", "library/violins.sfz"),
    "preset list": ("", "--family strings"),
    "preset search": ("warm strings", "pad --range C2-C5"),
    "preset show": ("strings/warm-ensemble",),
    "preset tree": ("",),
    "preset audition": ("strings/warm-ensemble",),
    "preset compare": ("strings/warm-ensemble strings/dark-low",),
    "preset new": (
        "strings/mine --session cue.yaml --track violins",
        "my/acid --plugin Nekobi --to presets",
    ),
    "preset capture": ("Kars plucked/kars",),
    "preset import": ("Warm.vstpreset",),
    "preset export": ("plugins/nekobi-acid -o acid.vstpreset",),
    "preset pack": ("my-sounds.zip",),
    "preset unpack": ("my-sounds.zip --to presets",),
    "preset level": ("--family strings",),
    "preset verify": ("", "strings/warm-ensemble"),
    "preset where-used": ("strings/warm-ensemble sessions/",),
    "preset rename": ("strings/mine strings/warm sessions/",),
    "preset lock": ("cue.yaml",),
    "preset undo": ("",),
    "profile list": ("",),
    "profile show": ("trailer",),
    "schema": ("session", "profile"),
    "demo": ("-o renders",),
}
"""Arguments of each command, by its name."""


def examples_of(command: str) -> tuple[str, ...]:
    """Whole lines to type.

    >>> examples_of("lock")
    ('hostkit lock cue.yaml',)
    """
    return tuple(f"hostkit {command} {words}".rstrip() for words in EXAMPLES.get(command, ()))
