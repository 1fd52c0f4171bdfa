"""A node: anything made once and kept in the store under its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeGuard, TypeVar

from hostkit.devices.spec import DeviceSpec
from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.nodes.ducking import CurvePlan, DuckedPlan
from hostkit.plan.nodes.outputs import OutputsPlan
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.plan.nodes.stems import MasteredPlan, MasterPlan, ResidualPlan, ResponsePlan, StemPlan

NodePlan: TypeAlias = (
    PrintPlan
    | OutputsPlan
    | StemPlan
    | MasterPlan
    | ResponsePlan
    | MasteredPlan
    | ResidualPlan
    | CurvePlan
    | DuckedPlan
    | ClickPlan
)
SomePlan = TypeVar("SomePlan", bound=NodePlan, covariant=True)


@dataclass(frozen=True, eq=False)
class Node(Generic[SomePlan]):
    """Something made once and kept in the store under its fingerprint.

    A track's print, an instrument's outputs, a stem, or a step between. `needs` are the
    fingerprints of the nodes that it reads; `tracks` sound in it.
    """

    name: str
    plan: SomePlan
    fingerprint: str
    needs: tuple[str, ...]
    tracks: tuple[str, ...]

    @property
    def kind(self) -> Literal["track", "stem"]:
        """What it is called where its making is told."""
        return "track" if isinstance(self.plan, PrintPlan | OutputsPlan) else "stem"


def devices_of(plan: NodePlan) -> tuple[DeviceSpec, ...]:
    """All that is run to make it."""
    if isinstance(plan, StemPlan):
        return (*(effect for bus in plan.buses for effect in bus.effects), *plan.master)
    if isinstance(plan, PrintPlan):
        return plan.runs
    return plan.devices if isinstance(plan, OutputsPlan | MasterPlan | MasteredPlan) else ()


AnyNode: TypeAlias = Node[NodePlan]
TrackNode: TypeAlias = Node[PrintPlan]
OutputsNode: TypeAlias = Node[OutputsPlan]
PlayedNode: TypeAlias = Node[PrintPlan | OutputsPlan]


def is_track(node: AnyNode) -> TypeGuard[TrackNode]:
    """Whether it is a track's print."""
    return isinstance(node.plan, PrintPlan)


def is_straight(node: AnyNode) -> bool:
    """Whether nothing is made of it: a track's print that is not kept in the store."""
    return isinstance(node.plan, PrintPlan) and not node.plan.kept


def is_played(node: AnyNode) -> TypeGuard[PlayedNode]:
    """Whether a source is played to make it: a track's print, or an instrument's outputs."""
    return isinstance(node.plan, PrintPlan | OutputsPlan)
