"""Notes that an instrument does not play as they are meant: what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from hostkit.devices.spec import SfzSpec
from hostkit.ground.counted import counted
from hostkit.midi.drums import is_of_drums
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiFile, MidiTrack, is_note_on
from hostkit.midi.performing.notes import Performance
from hostkit.midi.pitch import NoteRange, note_name

_MOST_NAMED = 6


def strays(
    name: str,
    performances: Sequence[Performance],
    keyswitches: Set[int],
    room: NoteRange | None,
    *,
    switched: bool,
) -> Iterable[str]:
    """Notes that the instrument does not play: out of its range, or on its keyswitches."""
    if room is None and not keyswitches:
        return
    keys = [key for performed in performances for key in _keys(performed)]
    pressed = [key for key in keys if key in keyswitches]
    if pressed and switched:
        yield (
            f"{name}: {counted(len(pressed), 'note')} of its MIDI on keyswitches "
            f"({_named(pressed)}) will switch against articulation:; take them out of the MIDI"
        )
    outside = [
        key
        for key in keys
        if room is not None and not room.low <= key <= room.high and key not in keyswitches
    ]
    if outside:
        yield (
            f"{name}: {counted(len(outside), 'note')} outside the range of its instrument, {room} "
            f"({_named(outside)}); transpose, or choose another"
        )


def _keys(performed: Performance) -> Iterable[int]:
    """The keys of its notes as they begin."""
    messages = Messages.of(performed.events.messages)
    begins = messages.are(lambda message: message[0] & 0xF0 == 0x90)
    return (messages[index][1] for index in np.flatnonzero(begins).tolist())


def unswitched(
    name: str,
    form: str,
    spec: SfzSpec,
    played: Sequence[bytes],
    written: MidiTrack,
    names: Sequence[str],
) -> Iterable[str]:
    """Notes of `played` that an SFZ leaves silent, as none of its keyswitches is pressed before.

    `written` is all of the track's MIDI, `names` the articulations that switch with a key. Where
    nothing ever switches, that is told of the whole form alone.
    """
    keys, silent = spec.keyswitches.keys, spec.keyswitches.unswitched(played)
    if not silent:
        return
    pressed = any(is_note_on(message) and message[1] in keys for message in written.messages)
    if form and not pressed:
        return
    if not names:
        plain = f"{{plain: {{keyswitch: {note_name(min(keys))}}}}}"
        cure = f"name one ({_named(keys)}): articulations: {plain}, articulation: plain"
    elif pressed:
        cure = "take those of its MIDI wherever they hold: articulation: {from: keyswitches}"
    else:
        from hostkit.session.starting.scalars import scalar  # few tracks are so

        cure = f"choose one of {few(names)}: articulation: {scalar(names[0])}"
    whose = f"{name} of {form}" if form else name
    yield (
        f"{whose}: {counted(len(silent), 'note')} {'is' if len(silent) == 1 else 'are'} silent "
        f"({_named(played[index][1] for index in silent)}): {spec.name} sounds there only after a "
        f"keyswitch, and none is pressed before; {cure}"
    )


def not_sent(name: str, file: MidiFile, played: Iterable[MidiTrack]) -> Iterable[str]:
    """SysEx of tracks that a plug-in plays. What resets General MIDI there is no loss."""
    own = (file.tracks[track.index - 1] if track.index else track for track in played)
    count = sum(not is_of_drums(message) for track in own for _, message in track.sysex)
    if count:
        yield (
            f"{name}: {counted(count, 'SysEx message')} of its MIDI "
            f"{'is' if count == 1 else 'are'} left out, as plug-ins are sent none; set what "
            f"{'it does' if count == 1 else 'they do'} with params: or state:"
        )


def _named(keys: Iterable[int]) -> str:
    return few(note_name(key) for key in sorted(set(keys)))


def few(names: Iterable[str]) -> str:
    """Some of them, each at most so long that it stays one line."""
    shown = [name[:40] for name in names]
    return ", ".join(shown[:_MOST_NAMED]) + (", …" if len(shown) > _MOST_NAMED else "")


def early(
    name: str,
    samples: NDArray[np.int64],
    messages: Messages,
    keyswitches: Set[int],
    sample_rate: int,
) -> Iterable[str]:
    """Notes that begin before 1|1, whose beginnings are not heard; keyswitches have none."""
    heard = messages.are(
        lambda message: message[0] & 0xF0 == 0x90 and message[1] not in keyswitches
    )
    begun = samples[heard & (samples < 0)]
    if len(begun):
        most_ms = -int(begun[0]) * 1000 / sample_rate
        yield (
            f"{name}: {counted(len(begun), 'note')} would begin before 1|1, by up to "
            f"{most_ms:.4g} ms: played in time, and heard from 1|1 on; begin the music later to "
            "hear the whole of it"
        )
