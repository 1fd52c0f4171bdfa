"""Effect chains of a project: each device with its state, and what is lost of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace

from hostkit.errors import BadValue
from hostkit.exchange.project import DeviceFormat, DeviceParameter, DeviceRole, ProjectDevice
from hostkit.exchange.reaper.chunks import aupreset_of, fxp_of, vstpreset_of
from hostkit.exchange.reaper.reading.clock import ReaperClock
from hostkit.exchange.reaper.reading.envelopes import curve_of, is_on, still
from hostkit.exchange.reaper.reading.values import number, plain, whole
from hostkit.exchange.reaper.tree import Block, ProjectLine
from hostkit.exchange.reaper.writing.devices import OURS

_TITLE = re.compile(r"(?P<kind>VST3|VST|AU|CLAP|LV2|DX|JS)(?P<plays>i?):\s*(?P<rest>.*)")
_CHANNELS = re.compile(
    r"\s*\((?:\d+ ?(?:out|in)|mono|stereo|\d+->\d+ ?ch|\d+ ?ch|x86|x64|x86_64|i386)\)$"
)
_MAKER = re.compile(r"(?P<name>.+?)\s*\((?P<maker>[^()]*(?:\([^()]*\)[^()]*)*)\)$")
_CLASS_ID = re.compile(r"(?P<number>-?\d+)?[{<](?P<id>[0-9A-Fa-f]{32})[}>]")
_SETTINGS = re.compile(r"(\{.*\})\s*$", re.DOTALL)
_BLOCKS: dict[str, DeviceFormat] = {"AU": "au", "CLAP": "clap", "LV2": "lv2"}
_DEVICES = ("VST", "AU", "CLAP", "LV2", "JS", "DX", "VIDEO_EFFECT", "CONTAINER")
_MOST_DEEP = 8
_MOST_CALLED = 20_000


@dataclass
class ChainRead:
    """A chain as far as it was read."""

    devices: list[ProjectDevice] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def read_chain(
    block: Block, clock: ReaperClock, role: DeviceRole = "effect", deep: int = 0
) -> ChainRead:
    """The devices of a chain in order; those in containers stand in their place."""
    read = ChainRead()
    enabled = True
    for one in block.inside:
        if isinstance(one, ProjectLine):
            if one.name == "BYPASS":
                words = one.words[1:]
                enabled = not (whole(words, 0) or whole(words, 1))
            elif one.name == "WET" and read.devices and (wet := number(one.words, 1, 1.0)) < 1:
                read.losses.append(
                    f"{read.devices[-1].name} is mixed in by {100 * wet:.3g} % there; here all of "
                    "the sound goes through it"
                )
        elif one.name == "CONTAINER":
            if deep < _MOST_DEEP:
                inside = read_chain(one, clock, role, deep + 1)
                read.devices += inside.devices
                read.losses += ["the effects of a container stand one after the other"]
                read.losses += inside.losses
        elif one.name in _DEVICES:
            found = _device(one, role, read.losses)
            if found is not None:
                read.devices.append(replace(found, enabled=enabled))
        elif one.name == "PROGRAMENV" and read.devices:
            read.losses.append(f"modulation of a parameter of {read.devices[-1].name} is left out")
        elif one.name == "PARMENV" and read.devices and is_on(one):
            read.devices[-1] = _with_envelope(read.devices[-1], one, clock)
    return read


def _device(block: Block, role: DeviceRole, losses: list[str]) -> ProjectDevice | None:
    words = block.head.words
    if block.name == "JS":
        return _script(words, losses)
    title = plain(words[1]) if len(words) > 1 else ""
    name, vendor, plays = _named(title)
    plays_role: DeviceRole = "instrument" if plays else role
    if block.name == "VST":
        return _vst(block, words, ProjectDevice(name, "vst2", plays_role, vendor=vendor), losses)
    if block.name == "AU":
        device = ProjectDevice(name, "au", plays_role, _au_codes(words), vendor)
        return _with_state(device, block, losses)
    if block.name in ("CLAP", "LV2"):
        losses.append(f"the {block.name} {name} comes without its settings")
        return ProjectDevice(name, _BLOCKS[block.name], plays_role, vendor=vendor)
    losses.append(f"{name or block.name} is left out: nothing here plays its kind")
    return None


def _script(words: list[str], losses: list[str]) -> ProjectDevice | None:
    """A script; those that stand for a device of a session are that."""
    path = plain(words[1]) if len(words) > 1 else ""
    if not path.startswith(OURS):
        losses.append(f"the script {path} (JS) is left out: only REAPER plays it")
        return None
    key = path.removeprefix(OURS)
    parameters = _settings(words[2]) if len(words) > 2 else ()
    role: DeviceRole = "instrument" if key in ("soundfont", "sfz", "tone") else "effect"
    return ProjectDevice(key, "hostkit", role, key, parameters=parameters)


def _settings(text: str) -> tuple[DeviceParameter, ...]:
    """Parameters that stand at the end of a name."""
    found = _SETTINGS.search(text)
    try:
        values = json.loads(found[1]) if found else {}
    except (ValueError, RecursionError):
        return ()
    return tuple(
        DeviceParameter(plain(key), value)
        for key, value in values.items()
        if isinstance(value, (bool, int, float, str))
    )


def _vst(
    block: Block, words: list[str], device: ProjectDevice, losses: list[str]
) -> ProjectDevice | None:
    """A VST3 by its class id; what has none is a VST2."""
    named = words[5] if len(words) > 5 else ""
    found = _CLASS_ID.match(named)
    if found and "{" in named:
        called = plain(words[4], _MOST_CALLED).removeprefix(device.name).strip()
        device = replace(device, format="vst3", identity=found["id"].upper(), comment=called)
    else:
        device = replace(device, identity=str(whole([re.sub(r"[<{].*", "", named)], 0)))
    return _with_state(device, block, losses)


def _with_state(device: ProjectDevice, block: Block, losses: list[str]) -> ProjectDevice:
    lines = [row.text for row in block.rows]
    if not lines:
        return device
    try:
        if device.format == "vst3":
            return replace(
                device, state=vstpreset_of(lines, device.identity), state_suffix=".vstpreset"
            )
        if device.format == "vst2":
            return replace(device, state=fxp_of(lines), state_suffix=".fxp")
        return replace(device, state=aupreset_of(lines), state_suffix=".aupreset")
    except BadValue as error:
        losses.append(f"the state of {device.name} cannot be read ({error.fault.message})")
        return device


def _with_envelope(device: ProjectDevice, envelope: Block, clock: ReaperClock) -> ProjectDevice:
    words = envelope.head.words
    place = re.split("[:;]", words[1])[0] if len(words) > 1 else ""
    shown = plain(words[5]) if len(words) > 5 else ""
    name = shown.partition(" / ")[0] or f"parameter {place}"
    is_normalized = (number(words, 2), number(words, 3, 1.0)) == (0.0, 1.0)
    curve = curve_of(envelope, clock)
    value = still(curve)
    parameter = DeviceParameter(
        name,
        value,
        whole([place], 0),
        "normalized" if is_normalized else "",
        curve if value is None else (),
    )
    return replace(device, parameters=(*device.parameters, parameter))


def _named(title: str) -> tuple[str, str, bool]:
    """Name and maker of a plug-in, and whether it is an instrument.

    >>> _named("VST3i: Kontakt (x86) (Native Instruments) (64 out)")
    ('Kontakt', 'Native Instruments', True)
    """
    found = _TITLE.fullmatch(title)
    rest, plays = (found["rest"], bool(found["plays"])) if found else (title, False)
    rest = _without_channels(rest)
    made = _MAKER.fullmatch(rest)
    return (_without_channels(made["name"]), made["maker"], plays) if made else (rest, "", plays)


def _without_channels(name: str) -> str:
    while (shorter := _CHANNELS.sub("", name)) != name:
        name = shorter
    return name


def _au_codes(words: list[str]) -> str:
    """Type, subtype and manufacturer as the four characters that each spells."""
    codes = [whole(words, index) & 0xFFFF_FFFF for index in (4, 5, 6)]
    return " ".join(code.to_bytes(4).decode("latin-1") for code in codes)
