"""A node: anything made once and kept in the store under its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeGuard, TypeVar

from hostkit.devices.spec import DeviceSpec
from hostkit.plan.nodes.ducking import CurvePlan, DuckedPlan
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.plan.nodes.stems import MasteredPlan, MasterPlan, ResidualPlan, ResponsePlan, StemPlan

NodePlan: TypeAlias = (
    PrintPlan
    | StemPlan
    | MasterPlan
    | ResponsePlan
    | MasteredPlan
    | ResidualPlan
    | CurvePlan
    | DuckedPlan
)
SomePlan = TypeVar("SomePlan", bound=NodePlan, covariant=True)


@dataclass(frozen=True, eq=False)
class Node(Generic[SomePlan]):
    """Something made once and kept in the store under its fingerprint.

    A track's print, a stem, or a step between. `needs` are the fingerprints of the nodes that
    it reads; `tracks` sound in it.
    """

    name: str
    plan: SomePlan
    fingerprint: str
    needs: tuple[str, ...]
    tracks: tuple[str, ...]

    @property
    def kind(self) -> Literal["track", "stem"]:
        """What it is called where its making is told."""
        return "track" if isinstance(self.plan, PrintPlan) else "stem"


def devices_of(plan: NodePlan) -> tuple[DeviceSpec, ...]:
    """All that is run to make it."""
    if isinstance(plan, StemPlan):
        return (*(effect for bus in plan.buses for effect in bus.effects), *plan.master)
    return plan.devices if isinstance(plan, PrintPlan | MasterPlan | MasteredPlan) else ()


AnyNode: TypeAlias = Node[NodePlan]
TrackNode: TypeAlias = Node[PrintPlan]


def is_track(node: AnyNode) -> TypeGuard[TrackNode]:
    """Whether it is a track's print."""
    return isinstance(node.plan, PrintPlan)
