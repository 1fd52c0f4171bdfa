"""Where bars begin, of a version that was delivered with its tempo map."""

from __future__ import annotations

from collections.abc import Iterator

from hostkit.errors import HostkitError
from hostkit.listening.review.versions import DeliveredVersion
from hostkit.midi.reading.file import read_midi
from hostkit.midi.tempo import tempo_map_of
from hostkit.timebase.position import BarBeat

_DOCUMENT = "tempo_map"
_MOST_BARS = 5_000


def bar_starts(version: DeliveredVersion, seconds: float) -> Iterator[float]:
    """Seconds from 1|1 to each bar line, as far as `seconds`; none where there is no map."""
    document = version.manifest.documents.get(_DOCUMENT)
    if document is None:
        return
    try:
        tempo_map = tempo_map_of(read_midi(version.folder / document.path))
        for bar in range(1, _MOST_BARS):
            at = float(tempo_map.seconds_of(BarBeat(bar)))
            if at > seconds:
                return
            yield at
    except (HostkitError, ValueError):
        return  # whatever it is, it is no map to count bars by
