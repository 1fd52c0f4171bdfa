"""State files of every kind, and what a plug-in takes of one.

A VST3 takes .vstpreset files of its own class. Of the same plug-in's VST2 (.fxp, .fxb) and Audio
Unit (.aupreset) it takes what its framework packs alike in all formats; that they are the same is
known from the class id, which in three ways (`_WAYS`) carries the VST2's id. An Audio Unit takes
its .aupreset whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hostkit.errors import BadValue
from hostkit.library.exchange.aupreset import AuPreset, parse_aupreset
from hostkit.library.exchange.fxp import Vst2State, bank_of, parse_fxp
from hostkit.library.exchange.vstpreset import parse_vstpreset, write_vstpreset

SUFFIXES = (".vstpreset", ".fxp", ".fxb", ".aupreset")
ANY_STATE = "a .vstpreset, .fxp, .fxb or .aupreset"
AS_VSTPRESET = "load it in its plug-in, in a DAW, and save that as a .vstpreset"


@dataclass(frozen=True)
class Taker:
    """The plug-in that is to take a state; `class_id` is empty where it is no VST3."""

    name: str
    format: str
    class_id: str


@dataclass(frozen=True)
class FittedState:
    """What it takes: a .vstpreset of its own; or values of its parameters, from 0 to 1, in their
    order; or an .aupreset as it is. `name` is what the file calls it, '' where it does not.
    """

    vstpreset: bytes = b""
    values: tuple[float, ...] = ()
    aupreset: bytes = b""
    name: str = ""


@dataclass(frozen=True)
class _Way:
    """How class ids carry the id of the VST2, in hexadecimal digits; JUCE's the maker's, too.

    `pack` makes a VST3's state of a VST2's chunk, where the two are alike.
    """

    class_id: re.Pattern[str]
    pack: Callable[[Vst2State], bytes] | None = None
    reversed: bool = False


def _chunk(state: Vst2State) -> bytes:
    return state.chunk


_WAYS = (
    # A VST3 that stands in for a VST2: "VST", the id, and nine letters of its name (Steinberg).
    _Way(re.compile("565354(?P<id>.{8}).{18}"), bank_of),
    # JUCE, where it does not: `getStateInformation` is the state in every format.
    _Way(re.compile("ABCDEF019182FAEB(?P<maker>.{8})(?P<id>.{8})"), _chunk),
    # DPF, in the order of bytes of Linux and macOS, and of Windows; its chunks differ.
    _Way(re.compile("(?:2046504473616C63|445046206173636C)(?P<id>.{8}).{8}"), reversed=True),
)
_ALSO = {b"SgXT": (b"cjs3",)}
"""Ids that a plug-in's files bear besides its own: patches of Surge XT have Surge's."""


def is_state(data: bytes) -> bool:
    """Whether it begins as a state file of some kind does."""
    return any(beginning.match(data) for beginning, _ in _FORMATS["VST3"])


def is_of_another_kind(data: bytes) -> bool:
    """Whether it looks like a state file, but no .vstpreset."""
    return any(
        beginning.match(data) for beginning, read in _FORMATS["VST3"] if read is not _of_vst3
    )


def take(data: bytes, plugin: Taker) -> FittedState:
    """What the plug-in takes of a state file's bytes.

    Raises BadValue for a file that is damaged, of another plug-in, or not for this one.
    """
    formats = _FORMATS.get(plugin.format, ())
    if not formats:
        raise BadValue(f"cannot be loaded: {plugin.format}s take no state files", "give it params")
    for beginning, read in formats:
        if beginning.match(data):
            return read(data, plugin)
    kinds = ANY_STATE if plugin.format == "VST3" else "an .aupreset"
    raise BadValue(f"is not {kinds}", f"save one of {plugin.name}")


def _of_vst3(data: bytes, plugin: Taker) -> FittedState:
    preset = parse_vstpreset(data)
    if plugin.class_id and preset.class_id != plugin.class_id.upper():
        whose = preset.plugin or f"the plug-in with class id {preset.class_id}"
        raise _of_another(whose, plugin.name)
    return FittedState(vstpreset=data, name=preset.name)


def _of_vst2(data: bytes, plugin: Taker) -> FittedState:
    state = parse_fxp(data)
    way, own_id, _ = _way_of(plugin, "VST2")
    if state.plugin_id not in (own_id, *_ALSO.get(own_id, ())):
        raise _of_another(f"the VST2 {_text(state.plugin_id)}", f"{plugin.name} ({_text(own_id)})")
    if state.values:
        return FittedState(values=state.values, name=state.name)
    if way.pack is None:
        raise BadValue(
            f"holds what the VST2 of {plugin.name} packed itself, and its VST3 packs otherwise",
            AS_VSTPRESET,
        )
    packed = write_vstpreset(plugin.class_id, {"Comp": way.pack(state)})
    return FittedState(vstpreset=packed, name=state.name)


def _of_audio_unit(data: bytes, plugin: Taker) -> FittedState:
    preset = parse_aupreset(data)
    _, own_id, maker = _way_of(plugin, "Audio Unit")
    if preset.subtype != own_id or (maker and preset.manufacturer != maker):
        whose = f"the Audio Unit {_text(preset.subtype)} by {_text(preset.manufacturer)}"
        ours = f"{_text(own_id)} by {_text(maker)}" if maker else _text(own_id)
        raise _of_another(whose, f"{plugin.name} ({ours})")
    if not preset.juce_state:
        raise BadValue(f"holds nothing that the VST3 of {plugin.name} reads", AS_VSTPRESET)
    packed = write_vstpreset(plugin.class_id, {"Comp": preset.juce_state})
    return FittedState(vstpreset=packed, name=preset.name)


def _for_audio_unit(data: bytes, _: Taker) -> FittedState:
    parse_aupreset(data)
    return FittedState(aupreset=data)


def same_audio_unit(preset: bytes, own: bytes, name: str) -> None:
    """That a state is of the Audio Unit that gave `own`. Raises BadValue."""
    theirs, ours = parse_aupreset(preset), parse_aupreset(own)
    if theirs.codes != ours.codes:
        raise _of_another(f"the Audio Unit {_named(theirs)}", f"{name} ({_named(ours)})")


def _way_of(plugin: Taker, kind: str) -> tuple[_Way, bytes, bytes]:
    """How it packs, its VST2's id, and its maker's, empty where the class id does not say."""
    for way in _WAYS:
        if found := way.class_id.fullmatch(plugin.class_id.upper()):
            codes = {key: bytes.fromhex(digits) for key, digits in found.groupdict().items()}
            own_id = codes["id"][::-1] if way.reversed else codes["id"]
            return way, own_id, codes.get("maker", b"")
    raise BadValue(
        f"is for the {kind} of a plug-in, and {plugin.name} does not say which {kind} is its own",
        AS_VSTPRESET,
    )


def _of_another(whose: str, ours: str) -> BadValue:
    return BadValue(f"is a state of {whose}, not of {ours}", f"save one of {ours.split(' (')[0]}")


def _text(code: bytes) -> str:
    """Four characters, or their digits where they are none.

    >>> _text(b"cjs3"), _text(bytes(4))
    ("'cjs3'", '00000000')
    """
    return f"'{code.decode()}'" if code.isascii() and code.decode().isprintable() else code.hex()


def _named(preset: AuPreset) -> str:
    return f"{_text(preset.subtype)} by {_text(preset.manufacturer)}"


_PROPERTY_LIST = re.compile(rb"bplist|\s{0,9}<\?xml[^>]{0,100}>\s{0,9}(?:<!DOCTYPE plist|<plist)")
_FORMATS: dict[str, tuple[tuple[re.Pattern[bytes], Callable[[bytes, Taker], FittedState]], ...]] = {
    "VST3": (
        (re.compile(rb"VST3"), _of_vst3),
        (re.compile(rb"CcnK"), _of_vst2),
        (_PROPERTY_LIST, _of_audio_unit),
    ),
    "AU": ((_PROPERTY_LIST, _for_audio_unit),),
}
"""By a plug-in's format: how files that it takes begin, and what it takes of them."""
