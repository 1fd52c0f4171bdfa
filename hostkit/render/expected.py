"""How much work nodes are, before any of them is begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hostkit.plan.nodes.node import AnyNode, PlayedNode, is_played
from hostkit.plan.nodes.outputs import OutputsPlan


def expected_frames(nodes: Mapping[str, AnyNode]) -> dict[str, int]:
    """Frames to make of each node, by fingerprint; what a node needs stands before it.

    A node takes as long as the longest it is made of.
    """
    frames: dict[str, int] = {}
    for fingerprint, node in nodes.items():
        sources = (frames.get(need, 0) for need in node.needs)
        frames[fingerprint] = node.plan.source.end if is_played(node) else max(sources, default=0)
    return frames


def most_work_first(nodes: Iterable[AnyNode]) -> tuple[AnyNode, ...]:
    """In the order to begin them: what is played by its work, then all that is made of it."""
    nodes = tuple(nodes)
    played = sorted(filter(is_played, nodes), key=_work, reverse=True)
    return (*played, *(node for node in nodes if not is_played(node)))


def _work(node: PlayedNode) -> tuple[bool, int]:
    """Longer and more devices first: the last job to end decides when all is done.

    Before all of them what several of them wait for.
    """
    return isinstance(node.plan, OutputsPlan), node.plan.source.end * (1 + len(node.plan.devices))
