"""Which host plays a plug-in: by its needs, by word, and where minihost is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores import write_session

from hostkit.devices.description import ParamDescription, PluginDescription
from hostkit.devices.plugins.scanning.cache import PluginCache
from hostkit.devices.plugins.scanning.find import Catalogue
from hostkit.devices.plugins.scanning.scan import Scanned
from hostkit.errors import InvalidInput, RequestError
from hostkit.pipeline import plan_session
from hostkit.plan.devices.hosting import Hosts, PluginUse, hosting_of, not_followed
from hostkit.plan.environment import Environment
from hostkit.plan.plan import SessionPlan
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


@pytest.mark.parametrize("vst3", ["gone", "broken"])
def test_an_lv2_that_stands_in_for_a_vst3_is_named_as_that(vst3: str, tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    (folder / "Echo.lv2").mkdir(parents=True)
    if vst3 == "broken":
        (folder / "Echo.vst3").write_text("")
    params = (ParamDescription("time", "Time", 0.5, "number", 0.0, 1.0),)

    def scan(path: Path, _cancelled: object) -> Scanned:
        if path.suffix == ".vst3":
            return Scanned(path, failure="crashed while loading (SIGSEGV)")
        lv2 = {"format": "LV2", "identity": "LV2:us:echo:1:00", "class_id": ""}
        return Scanned(path, (described(path=path, params=params, **lv2),))

    def planned(effect: str) -> SessionPlan:
        text = f"tracks: {{a: {{instrument: {{tone: {{}}}}, effects: [{effect}]}}}}\n"
        session = write_session(tmp_path / "cue.yaml", text)
        here = Catalogue([folder], PluginCache(tmp_path / "cache"), scan)
        return plan_session(session, Environment(_plugins_here=here))

    broken = f"plug-in 'Echo' ({folder / 'Echo.vst3'}) cannot be used: it crashed while loading"
    plan = planned("{plugin: Echo, params: {time: 1}}")
    assert plan.warnings[:1] == (
        (f"{broken} (SIGSEGV); its LV2 is used",) if vst3 == "broken" else ()
    )
    for effect, said in {
        "{plugin: Echo, params: {tine: 1}}": "Echo, here as an LV2 only: there is no parameter",
        "{plugin: Echo, state: a.vstpreset}": "LV2 only: a.vstpreset cannot be loaded: LV2s take",
    }.items():
        (tmp_path / "a.vstpreset").write_bytes(b"VST3")
        with pytest.raises(InvalidInput, match=said):
            planned(effect)
    with pytest.raises(InvalidInput, match=r"Echo \(LV2\): there is no parameter 'tine'"):
        planned("{plugin: Echo, format: lv2}], automation: {Echo.tine: [[1|1, 0]]}, tags: [x")
