"""Every command that works for a while: a little to do, and enough to be watched at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LongCommand:
    """`words` are soon done, `lot` takes seconds; `where` is what the last line names."""

    name: str
    words: tuple[str, ...]
    lot: tuple[str, ...]
    where: str = ""
    env: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def _command(name: str, words: str, lot: str, where: str = "", **env: str) -> LongCommand:
    return LongCommand(
        name, (*name.split(), *words.split()), (*name.split(), *lot.split()), where, env
    )


MANY = 60
"""So many sessions, deliveries, files or presets are at work for seconds."""
PRESETS = " ".join(f"my/{number}" for number in range(MANY))
COMMANDS = [
    _command("render", "cue.yaml -o rendered", "long.yaml -o given-up", "rendered"),
    _command("mixes", "cue.yaml -o mixed", "long.yaml -o given-up", "mixed/cue"),
    _command(
        "duck",
        "music.wav --dialogue dx.wav -o ducked --force",
        "long-music.wav --dialogue long.wav -o given-up",
        "ducked",
    ),
    _command("preset audition", "my/0 -o heard", f"{PRESETS} -o given-up", "heard"),
    _command("preset verify", "my/0", PRESETS),
    _command("preset level", "my/0", PRESETS),
    _command("plugins scan", "", "--plugin-dir plugins"),
    _command("loudness", "dx.wav", "files"),
    _command("verify", "renders/cue", "deliveries"),
    _command("status", "cue.yaml", "sessions"),
]
