"""The stems of a mix under dialogue: each lowered by the one curve of them all."""

from __future__ import annotations

from collections.abc import Mapping

from hostkit.plan.form.made_nodes import MadeNodes, dither_seed, tracks_of
from hostkit.plan.nodes.ducking import CurvePlan, DuckedPlan, Ducking
from hostkit.plan.nodes.node import AnyNode
from hostkit.plan.nodes.stems import Span


def curve_of(
    stems: Mapping[str, AnyNode], ducking: Ducking, span: Span, sample_format: str
) -> CurvePlan:
    """The plan of the curve that stems, by name, are lowered by together."""
    return CurvePlan(
        sources=tuple((stem, node.fingerprint) for stem, node in stems.items()),
        dialogue=ducking.dialogue,
        settings=ducking.settings_for(stems),
        sample_rate=span.sample_rate,
        sample_format=sample_format,
    )


def ducked_stems(
    stems: Mapping[str, AnyNode], plan: CurvePlan, made: MadeNodes
) -> dict[str, AnyNode]:
    """The stems lowered by their weights; one of weight 0 stays what it is."""
    needs = tuple(source for _, source in plan.sources)
    curve = made.node("ducking plan", "ducking", plan, needs, tracks_of(stems.values()))
    lowered = {}
    for stem, node in stems.items():
        weight = plan.settings.weight(stem)
        lowered[stem] = _lowered(stem, node, curve, weight, plan, made) if weight else node
    return lowered


def _lowered(
    stem: str, node: AnyNode, curve: AnyNode, weight: float, plan: CurvePlan, made: MadeNodes
) -> AnyNode:
    name = f"{stem} ducked"
    ducked = DuckedPlan(
        node.fingerprint,
        curve.fingerprint,
        weight,
        plan.sample_rate,
        plan.sample_format,
        dither_seed(name, plan.sample_format),
    )
    needs = (node.fingerprint, curve.fingerprint)
    return made.node("ducked", name, ducked, needs, node.tracks)
