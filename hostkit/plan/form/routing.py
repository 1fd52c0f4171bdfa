"""Buses in an order in which sound flows only forwards."""

from __future__ import annotations

from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.found import Found, Gathering
from hostkit.plan.nodes.stems import BusPlan, Send
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Bus


def plan_buses(buses: dict[str, Bus], resolver: Resolver) -> Found[tuple[BusPlan, ...]]:
    """The buses, each before those it sends to. Unknown buses and circles are problems."""
    told = Gathering(resolver.loaded)
    for name, bus in buses.items():
        for target in bus.sends:
            if target not in buses:
                told.unknown(("buses", name, "sends", target), "bus", target, buses)
    planned = []
    for name in told.take(_sorted(buses, resolver.loaded)):
        bus = buses[name]
        effects = told.take(resolver.effects(bus.effects, ("buses", name, "effects")))
        sends = tuple(Send(target, gain_db) for target, gain_db in sorted(bus.sends.items()))
        planned.append(BusPlan(name, effects, bus.gain_db, sends))
    return told.with_value(tuple(planned))


def _sorted(buses: dict[str, Bus], loaded: LoadedSession) -> Found[list[str]]:
    """Topological order: senders first, otherwise as written."""
    feeds = {name: {t for t in bus.sends if t in buses} for name, bus in buses.items()}
    told = Gathering(loaded)
    order: list[str] = []
    while len(order) < len(buses):
        fed = {target for name in feeds if name not in order for target in feeds[name]}
        free = [name for name in buses if name not in order and name not in fed]
        if not free:
            circle = _circle(feeds, next(name for name in buses if name not in order), order)
            told.fault(
                ("buses", circle[0], "sends"),
                f"these buses feed each other: {' → '.join(circle)}",
                cure="take one of the sends out",
            )
            return told.with_value(order)
        order += free
    return told.with_value(order)


def _circle(feeds: dict[str, set[str]], start: str, done: list[str]) -> list[str]:
    """A way along the sends that comes back to where it began."""
    way = [start]
    while True:
        following = sorted(name for name in feeds if way[-1] in feeds[name] and name not in done)
        before = following[0]
        if before in way:
            return [before, *reversed(way[way.index(before) :])]
        way.append(before)
