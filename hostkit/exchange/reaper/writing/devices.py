"""Devices as an effect chain: plug-ins with their states, hostkit's own by their words.

What REAPER has nothing for is written as a script of that name, with its settings as the name
that a user gave: REAPER shows it as missing and keeps it, and reading the project brings it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from hostkit.errors import BadValue
from hostkit.exchange.project import Loss, ProjectDevice
from hostkit.exchange.reaper.chunks import au_lines, vst3_lines
from hostkit.exchange.reaper.tree import block_lines
from hostkit.exchange.reaper.writing.around import Around, guid
from hostkit.library.exchange.vstpreset import parse_vstpreset

OURS = "hostkit/"
"""What the scripts begin with that stand for devices of a session."""
NO_PLUGINS = (
    "SoundFonts and effects of hostkit's own are no plug-ins: REAPER keeps them, shown as missing, "
    "and plays without them"
)
_AU_CODES = 3


def chain_lines(
    block: str, track: str, devices: Iterable[ProjectDevice], around: Around, losses: list[Loss]
) -> Iterator[str]:
    """The chain of a track; what cannot be written is left out, and said."""
    rows = ["SHOW 0", "LASTSEL 0", "DOCKED 0"]
    written = 0
    for number, device in enumerate(devices):
        lines, lost = _lines(device)
        losses += (Loss(track, what) for what in lost)
        if device.format == "hostkit":
            losses.append(Loss("", NO_PLUGINS))
        if not lines:
            continue
        written += 1
        rows.append(f"BYPASS {int(not device.enabled)} 0 0")
        rows += lines
        rows += ["FLOATPOS 0 0 0 0", f"FXID {guid('effect', track, number)}"]
        rows += _automation(device, around, losses, track)
        rows.append("WAK 0 0")
    if written:
        yield from block_lines(block, rows)


def _lines(device: ProjectDevice) -> tuple[list[str], list[str]]:
    """A device's block, none where there is no way to write it; and what is lost, in words."""
    if device.format == "vst3":
        return _vst3(device)
    if device.format == "au":
        return _audio_unit(device)
    if device.format == "hostkit":
        settings = {one.name: one.value for one in device.parameters if one.value is not None}
        head = (OURS + device.identity, json.dumps(settings, ensure_ascii=False))
        return list(block_lines("JS", [], *head)), []
    return [], [f"{device.name} is left out: REAPER projects are not written with its kind here"]


def _vst3(device: ProjectDevice) -> tuple[list[str], list[str]]:
    kind = "VST3i" if device.role == "instrument" else "VST3"
    maker = f" ({device.vendor})" if device.vendor else ""
    head = (
        f"{kind}: {device.name}{maker}",
        f"{device.name}.vst3",
        0,
        f"{device.name} {device.comment}" if device.comment else "",
        f"0{{{device.identity}}}",
        "",
    )
    inside: list[str] = []
    lost: list[str] = []
    if device.state:
        try:
            inside = list(vst3_lines(parse_vstpreset(device.state)))
        except BadValue as error:
            lost.append(f"the state of {device.name} {error.fault.message}; it starts as new")
    return list(block_lines("VST", inside, *head)), lost


def _audio_unit(device: ProjectDevice) -> tuple[list[str], list[str]]:
    kind = "AUi" if device.role == "instrument" else "AU"
    maker = f" ({device.vendor})" if device.vendor else ""
    name = f"{device.vendor}: {device.name}" if device.vendor else device.name
    codes = _codes(device.identity)
    inside = list(au_lines(device.state)) if device.state else []
    return list(block_lines("AU", inside, f"{kind}: {device.name}{maker}", name, "", *codes)), []


def _codes(identity: str) -> list[int]:
    """Type, subtype and manufacturer as the numbers that they spell."""
    words = [identity[at : at + 4] for at in range(0, len(identity), 5)]
    return [int.from_bytes(word.encode("latin-1", "replace")) for word in words[:_AU_CODES]]


def _automation(
    device: ProjectDevice, around: Around, losses: list[Loss], track: str
) -> Iterator[str]:
    for parameter in device.parameters:
        if not parameter.automation:
            continue
        if parameter.number is None or parameter.unit != "normalized":
            said = f"automation of {parameter.name} of {device.name} is left out"
            losses.append(Loss(track, said))
            continue
        words = (parameter.number, 0, 1, 0.5, f"{parameter.name} / {device.name}")
        yield from around.envelope("PARMENV", parameter.automation, words=words)
