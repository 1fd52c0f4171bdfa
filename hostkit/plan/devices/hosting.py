"""Which host plays a plug-in, and why.

pedalboard does, unless a plug-in needs what only minihost can give it. What nobody asked for by
name (to follow the tempo) is done without where minihost cannot be had, and that is told; what
a session asks for is then a problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hostkit.devices.description import PluginDescription
from hostkit.errors import Fault, RequestError
from hostkit.session.model.devices import Plugin

MINIHOST_CURE = (
    "install minihost: pip install minihost==0.11.0; it has wheels for Linux on x86-64 with glibc, "
    "macOS, and Windows"
)


@dataclass(frozen=True)
class Hosting:
    """A plug-in's host, by version; `why` it is not pedalboard, and whether it tells the time."""

    host: str
    why: str = ""
    follows: bool = False


@dataclass(frozen=True)
class Hosts:
    """The hosts that are there, by version; '' for one that is not installed."""

    pedalboard: str
    minihost: str


@dataclass(frozen=True)
class PluginUse:
    """A plug-in as found and as written; `other_outputs` are wanted of it than the main one."""

    found: PluginDescription
    written: Plugin
    other_outputs: bool = False


@dataclass(frozen=True)
class Need:
    """Something that only minihost gives: `asked` in words, where a session cannot do without."""

    why: str
    needed: Callable[[PluginUse], bool]
    asked: str = ""


def warm_up_of(found: PluginDescription, written: Plugin) -> float:
    """For how many seconds a plug-in gets ready: as it is written, else as the scan found."""
    return found.warm_up_s if written.warm_up_s is None else written.warm_up_s


NEEDS = (
    Need("it follows the tempo", lambda use: use.found.tempo_synced),
    Need(
        "it has a side-chain",
        lambda use: use.written.sidechain is not None,
        "gives it no side-chain",
    ),
    Need(
        "tracks take other outputs of it",
        lambda use: use.other_outputs and use.found.kind == "instrument",
        "gives only its main output",
    ),
    Need("it warms up, with its messages", lambda use: warm_up_of(use.found, use.written) > 0),
    Need("it is an LV2", lambda use: use.found.format == "LV2", "hosts no LV2"),
    Need(
        "it is a MIDI effect", lambda use: use.found.kind == "midi effect", "hosts no MIDI effects"
    ),
    Need(
        "its inputs and outputs differ",
        lambda use: use.found.kind == "effect" and not use.found.channels,
        "takes only plug-ins with as many channels in as out",
    ),
)


def hosting_of(use: PluginUse, hosts: Hosts) -> Hosting:
    """The host for a plug-in as it is written. Raises RequestError where none can play it so."""
    found, written = use.found, use.written
    needs = [need for need in NEEDS if need.needed(use)]
    follows = found.tempo_synced or found.kind == "midi effect" or written.host == "minihost"
    for need in needs:
        if need.asked and written.host == "pedalboard":
            raise RequestError(
                f"{found.name}: pedalboard {need.asked}", cure="take out host: pedalboard"
            )
        if need.asked and not hosts.minihost:
            raise RequestError(f"{found.name}: pedalboard {need.asked}", cure=MINIHOST_CURE)
    if written.host == "minihost":
        if not hosts.minihost:
            raise RequestError("minihost is not installed", cure=MINIHOST_CURE)
        return Hosting(hosts.minihost, "the session says so", follows)
    if not needs or written.host == "pedalboard" or not hosts.minihost:
        return Hosting(hosts.pedalboard)
    return Hosting(hosts.minihost, " and ".join(need.why for need in needs), follows)


def not_followed(
    found: PluginDescription, written: Plugin, hosting: Hosting, steady_bpm: int
) -> Fault | None:
    """What to say of one that looks as if it followed the tempo, and is told a steady one."""
    if hosting.follows or not found.tempo_synced:
        return None
    cure = "take out host: pedalboard" if written.host else MINIHOST_CURE
    return Fault(
        f"{found.name} looks tempo-synced, but pedalboard tells plug-ins {steady_bpm} bpm whatever "
        "the session's tempo",
        f"{cure}; or set its times in ms or Hz where it has them",
    )
