"""The nodes of one form, each once however many mixes need it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hostkit.audio.formats import sample_format as format_of
from hostkit.audio.quantise import seed_for
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.node import AnyNode, Node, NodePlan


@dataclass
class MadeNodes:
    """Nodes by fingerprint, each after those it needs; `form` stands in their names."""

    form: str
    _nodes: dict[str, AnyNode] = field(default_factory=dict)

    def node(
        self, kind: str, name: str, plan: NodePlan, needs: tuple[str, ...], tracks: tuple[str, ...]
    ) -> AnyNode:
        """The node of that plan, which may be there already under its first name."""
        key = fingerprint(kind, plan)
        if key not in self._nodes:
            shown = name if not self.form else f"{name} of {self.form}"
            self._nodes[key] = Node(shown, plan, key, tuple(dict.fromkeys(needs)), tracks)
        return self._nodes[key]

    def leading_to(self, stems: Iterable[str]) -> tuple[AnyNode, ...]:
        """The nodes that these stems, named by fingerprint, are made of, and they themselves."""
        wanted = set(stems)
        for node in reversed(self._nodes.values()):
            if node.fingerprint in wanted:
                wanted.update(node.needs)
        return tuple(node for key, node in self._nodes.items() if key in wanted)


def tracks_of(nodes: Iterable[AnyNode]) -> tuple[str, ...]:
    """The tracks that sound in nodes, one node after the other."""
    return tuple(track for node in nodes for track in node.tracks)


def dither_seed(stem: str, sample_format: str) -> int:
    """Each stem's own dither, so that the noise of several does not add up in step."""
    return seed_for(stem) if format_of(sample_format).dithered else 0
