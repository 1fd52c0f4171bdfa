"""Finding the devices that do not give the same sound twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace

from hostkit.jobs.executors import Executor
from hostkit.jobs.job import NamedTask
from hostkit.plan.nodes.node import TrackNode
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.render.outcome import Resources

HASH_PRINT = NamedTask("hostkit.render.track.printing:hash_print")


def unrepeatable(tracks: Sequence[TrackNode], resources: Resources) -> tuple[str, ...]:
    """What to say of devices that do not repeat, where that is asked for (`twice`).

    Raises DeviceError for a track that cannot be rendered at all.
    """
    if not resources.twice:
        return ()

    def moved(name: str, frames: int) -> None:
        resources.progress.moved("again", name, frames)

    found = unrepeatable_devices(tracks, resources.executor, moved)
    return tuple(
        f"{track}: {device} does not repeat: two renders of the same differ; bounce it once "
        "and keep the file if it has to stay as it is"
        for track, device in found.items()
    )


def unrepeatable_devices(
    tracks: Iterable[TrackNode], executor: Executor, moved: Callable[[str, int], None]
) -> Mapping[str, str]:
    """Renders every track twice, each time in a fresh process; the devices at fault by track.

    A track that differs is rendered again without its last effect, and so on: the device
    at fault is the first with which it differs. `moved` is told track and frames. Raises
    DeviceError for a track that cannot be rendered at all.
    """
    known = list(tracks)
    found: dict[str, str] = {}
    differing = _that_differ({track.name: track.plan for track in known}, executor, moved)
    while differing:
        shorter = {
            name: replace(plan, effects=plan.effects[:-1])
            for name, plan in differing.items()
            if plan.effects
        }
        still = _that_differ(shorter, executor, moved)
        for name, plan in differing.items():
            if name not in still:
                found[name] = plan.devices[-1].name
        differing = still
    return {track.name: found[track.name] for track in known if track.name in found}


def _that_differ(
    plans: Mapping[str, PrintPlan], executor: Executor, moved: Callable[[str, int], None]
) -> dict[str, PrintPlan]:
    """Those whose two renders are not alike to the bit."""

    def begun(name: str, plan: PrintPlan) -> Future[str]:
        return executor.submit(HASH_PRINT, plan, lambda frames: moved(name, frames))

    hashes = {name: [begun(name, plan) for _ in range(2)] for name, plan in plans.items()}
    return {name: plans[name] for name, two in hashes.items() if two[0].result() != two[1].result()}
