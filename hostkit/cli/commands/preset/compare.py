"""`hostkit preset compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.commands.preset.chosen import known_presets, opened_studio
from hostkit.cli.show.lines import tell
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take

if TYPE_CHECKING:
    from hostkit.audition.compare import Comparison


def compare(
    first: Annotated[
        str, typer.Argument(metavar="NAME", help="A preset.", autocompletion=completion.presets)
    ],
    second: Annotated[
        str, typer.Argument(metavar="OTHER", help="Another.", autocompletion=completion.presets)
    ],
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
) -> None:
    """Show what is set, and what is heard, otherwise in a second preset."""
    from hostkit.cli.show.document import print_document

    known_presets([first, second])
    with opened_studio(2, plugin_dir) as studio:
        result = studio.compare(first, second)
    if json:
        print_document({"first": first, "second": second, **result.as_json()})
    else:
        _print_comparison(first, second, result)


def _print_comparison(first: str, second: str, result: Comparison) -> None:
    tell(f"from {first} to {second}:")
    for difference in result.settings:
        tell(f"  {difference}")
    if not result.settings:
        tell("  all is set alike")
    tell(result.phrase)
    if result.sound is None:
        tell(f"{' and '.join(result.silent)}: nothing is heard on it, so no levels are compared")
        return
    low, high = result.sound.brightness_hz
    loudness = _apart(result.sound.loudness_lu, "LU", "softer", "louder")
    peak = _apart(result.sound.true_peak_db, "dB", "lower", "higher")
    tell(f"{second} is {loudness}; its true peak is {peak}")
    tell(f"the middle of the spectrum goes from {low:.0f} to {high:.0f} Hz")
    tell(f"{second} is louder (+) or softer (-) in thirds of an octave around:")
    for hz, db in result.sound.bands:
        bar = ("+" if db > 0 else "-") * min(round(abs(db)), 40)
        print(f"{hz:8.0f} Hz {db:+6.1f} dB {bar}".rstrip())


def _apart(amount: float, unit: str, less: str, more: str) -> str:
    """How far one is from another, in words.

    >>> _apart(-0.42, "LU", "softer", "louder"), _apart(0.04, "dB", "lower", "higher")
    ('0.4 LU softer', 'no dB higher or lower')
    """
    if not (shown := round(abs(amount), 1)):
        return f"no {unit} {more} or {less}"
    return f"{shown:.1f} {unit} {less if amount < 0 else more}"
