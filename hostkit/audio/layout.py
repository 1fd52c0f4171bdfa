"""Channel layouts: how many channels a signal has, and the loudspeaker each is for."""

from __future__ import annotations

from dataclasses import dataclass

_SURROUND = 1.41


@dataclass(frozen=True)
class Speaker:
    """A place for a loudspeaker: its bit in a WAV file's channel mask, its weight in loudness.

    Bits are those of WAVEFORMATEXTENSIBLE, weights of BS.1770-4 Annex 1, table 3: +1.5 dB
    between 60° and 120° to the side. The LFE is left out.
    """

    mask_bit: int = 0
    loudness_weight: float = 1.0


SPEAKERS = {
    "L": Speaker(0x1),
    "R": Speaker(0x2),
    "C": Speaker(0x4),
    "LFE": Speaker(0x8, 0.0),
    "Ls": Speaker(0x10, _SURROUND),
    "Rs": Speaker(0x20, _SURROUND),
    "Lrs": Speaker(0x10),
    "Rrs": Speaker(0x20),
    "Lss": Speaker(0x200, _SURROUND),
    "Rss": Speaker(0x400, _SURROUND),
}
_NOWHERE = Speaker()


@dataclass(frozen=True)
class ChannelLayout:
    """The speakers of a signal's channels, in the order in which WAV files keep them.

    >>> SURROUND_5_1.channels, hex(SURROUND_5_1.wav_mask)
    (6, '0x3f')
    >>> SURROUND_5_1.loudness_weights
    (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)
    """

    name: str
    speakers: tuple[str, ...]

    @property
    def channels(self) -> int:
        """How many there are."""
        return len(self.speakers)

    @property
    def wav_mask(self) -> int:
        """The channel mask of a WAV file; 0 where nobody knows which speaker is meant."""
        return sum(SPEAKERS.get(name, _NOWHERE).mask_bit for name in self.speakers)

    @property
    def loudness_weights(self) -> tuple[float, ...]:
        """What each channel counts in loudness (BS.1770)."""
        return tuple(SPEAKERS.get(name, _NOWHERE).loudness_weight for name in self.speakers)


MONO = ChannelLayout("mono", ("C",))
STEREO = ChannelLayout("stereo", ("L", "R"))
SURROUND_5_1 = ChannelLayout("5.1", ("L", "R", "C", "LFE", "Ls", "Rs"))

_USUAL = {
    layout.channels: layout
    for layout in (
        MONO,
        STEREO,
        ChannelLayout("3.0", ("L", "R", "C")),
        ChannelLayout("quad", ("L", "R", "Ls", "Rs")),
        ChannelLayout("5.0", ("L", "R", "C", "Ls", "Rs")),
        SURROUND_5_1,
        ChannelLayout("7.1", ("L", "R", "C", "LFE", "Lrs", "Rrs", "Lss", "Rss")),
    )
}


def layout_of(channels: int) -> ChannelLayout:
    """The layout that so many channels usually are; for files, which seldom tell.

    >>> layout_of(2).name, layout_of(7).name
    ('stereo', '7 channels')
    """
    return _USUAL.get(channels) or ChannelLayout(f"{channels} channels", ("",) * channels)
