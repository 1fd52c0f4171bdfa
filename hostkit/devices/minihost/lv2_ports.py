"""Which audio inputs of an LV2 are its key, by its own text, and where a host has them.

JUCE makes one bus of all ports without a group, in the order of their indices, and of each that
need not be connected another. Where there are groups it makes a bus of each: that of the main input
first, if the text names it, then the others by their IRIs; ports without a group come last, each
alone.

Source: the LV2 book, "Port Properties", "Port Groups"; JUCE 8, `findStableBusOrder`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hostkit.devices.minihost.lv2_bundle import LV2, texts_of

_GROUPS = "http://lv2plug.in/ns/ext/port-groups#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class AudioInput:
    """One port; `group` is the IRI of the group that it is in, or empty."""

    index: int
    group: str = ""
    is_key: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class AudioInputs:
    """The audio inputs of a plug-in by their indices; `main` is the group that it calls so."""

    ports: tuple[AudioInput, ...] = ()
    main: str = ""

    @property
    def key_rows(self) -> tuple[int, ...]:
        """Which channels of the first bus are the key; none where that has a bus of its own."""
        if any(port.group for port in self.ports):
            return ()
        first = [port for port in self.ports if not port.is_optional]
        return tuple(row for row, port in enumerate(first) if port.is_key)

    @property
    def untold_main(self) -> str:
        """The group that has to be called the main input, or the key's bus comes first."""
        groups = {port.group: port.is_key for port in reversed(self.ports) if port.group}
        if self.main or not groups or not groups[min(groups)]:
            return ""
        return next((port.group for port in self.ports if port.group and not port.is_key), "")

    @property
    def key_comes_first(self) -> bool:
        """Whether the key is in a group and what it keys in none, which a host has after it."""
        groups = [port.is_key for port in self.ports if port.group]
        return bool(groups) and all(groups) and any(not port.is_key for port in self.ports)


@lru_cache(maxsize=8)
def audio_inputs(bundle: Path, name: str) -> AudioInputs:
    """As the texts of a bundle say of the plug-in of that name; none where they do not say."""
    try:
        uri, texts = texts_of(bundle, name)
    except OSError:
        return AudioInputs()
    ports: list[AudioInput] = []
    main: list[str] = []
    for text in texts:
        said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in text:
            said[subject][predicate].append(value)
        main += said[uri][f"{_GROUPS}mainInput"]
        keys = {group for group, about in said.items() if about[f"{_GROUPS}sideChainOf"]}
        ports += _inputs((said[port] for port in said[uri][f"{LV2}port"]), keys)
    ports.sort(key=lambda port: port.index)
    return AudioInputs(tuple(ports), next(iter(main), ""))


def _inputs(ports: Iterable[dict[str, list[str]]], keys: set[str]) -> Iterator[AudioInput]:
    for about in ports:
        if not {f"{LV2}AudioPort", f"{LV2}InputPort"} <= {*about[_TYPE]}:
            continue
        (index, *_) = (*about[f"{LV2}index"], "")
        group = next(iter(about[f"{_GROUPS}group"]), "")
        properties = about[f"{LV2}portProperty"]
        yield AudioInput(
            int(index) if index.isdecimal() else 0,
            group,
            group in keys or f"{LV2}isSideChain" in properties,
            f"{LV2}connectionOptional" in properties,
        )
