"""Which host plays a plug-in: by its needs, by word, and where minihost is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.devices.description import ParamDescription, PluginDescription
from hostkit.errors import RequestError
from hostkit.plan.devices.hosting import Hosts, PluginUse, hosting_of, not_followed
from hostkit.session.model.devices import Plugin

BOTH = Hosts("pedalboard 0.9", "minihost 0.11")
ONE = Hosts("pedalboard 0.9", "")


def described(**fields) -> PluginDescription:
    synced = (ParamDescription("sync_bpm", "Sync", False, "switch"),)
    about = {
        "name": "Echo",
        "path": Path("Echo.vst3"),
        "format": "VST3",
        "kind": "effect",
        "vendor": "us",
        "version": "1",
        "category": "",
        "identity": "VST3:00:1:00",
        "class_id": "00",
        "channels": (2,),
        "latency_frames": 0,
        "params": synced if fields.pop("synced", False) else (),
    }
    return PluginDescription(**(about | fields))


@pytest.mark.parametrize(
    ("fields", "written", "host", "follows"),
    [
        ({}, {}, "pedalboard 0.9", False),
        ({"synced": True}, {}, "minihost 0.11", True),
        ({"synced": True}, {"host": "pedalboard"}, "pedalboard 0.9", False),
        ({}, {"host": "minihost"}, "minihost 0.11", True),
        ({"key": "heard"}, {"sidechain": "kick"}, "minihost 0.11", False),
        ({"key": "heard"}, {}, "pedalboard 0.9", False),
        ({"format": "LV2", "hosts": ("minihost",)}, {}, "minihost 0.11", False),
        ({"channels": (), "hosts": ("minihost",)}, {}, "minihost 0.11", False),
        ({"kind": "midi effect", "channels": (0,)}, {}, "minihost 0.11", True),
    ],
)
def test_the_host_goes_by_what_is_needed(fields, written, host, follows) -> None:
    made = hosting_of(PluginUse(described(**fields), Plugin(plugin="Echo", **written)), BOTH)
    assert (made.host, made.follows) == (host, follows)
    assert bool(made.why) == host.startswith("minihost")


def test_without_minihost_the_tempo_is_not_followed_and_that_is_told() -> None:
    found, written = described(synced=True), Plugin(plugin="Echo")
    made = hosting_of(PluginUse(found, written), ONE)
    assert made.host == "pedalboard 0.9"
    said = str(not_followed(found, written, made, 120))
    assert "pedalboard tells plug-ins 120 bpm whatever the session's tempo; install mini" in said
    assert not_followed(found, written, hosting_of(PluginUse(found, written), BOTH), 120) is None


@pytest.mark.parametrize(
    ("fields", "written", "message"),
    [
        ({"key": "heard"}, {"sidechain": "kick"}, "Echo: pedalboard gives it no side-chain; insta"),
        ({"format": "LV2"}, {}, "Echo: pedalboard hosts no LV2; install minihost"),
        ({}, {"host": "minihost"}, "minihost is not installed; install minihost"),
    ],
)
def test_what_cannot_be_done_without_minihost(fields, written, message) -> None:
    with pytest.raises(RequestError, match=message):
        hosting_of(PluginUse(described(**fields), Plugin(plugin="Echo", **written)), ONE)
