"""A plug-in as it is written to its spec: found here, of the right kind, with its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.devices.checking import check_params
from hostkit.devices.description import BUFFER_FRAMES, ParamValue, PluginDescription
from hostkit.devices.spec import ContentFile, PluginSpec, Sidechain
from hostkit.errors import RequestError
from hostkit.plan.devices.hosting import Hosting, PluginUse, hosting_of, not_followed, warm_up_of
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.session.load import LoadedSession
from hostkit.session.model.devices import Plugin
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

if TYPE_CHECKING:
    from hostkit.library.model import Saved
    from hostkit.plan.devices.states import RawParams

HOST_BPM = 120
"""What pedalboard tells every plug-in, always (its issues 158 and 295)."""


_ARTICLE = {
    "instrument": "an instrument",
    "effect": "an effect",
    "midi effect": "a MIDI effect",
}
_WHERE = {
    "instrument": "a track's instrument",
    "effect": "effects, buses and the master",
    "midi effect": "a track's midi_effects",
}
_OUT = "take it out"


@dataclass(frozen=True)
class Plugins:
    """Turns written plug-ins into specs, every problem at its place.

    Tracks take `other_outputs` of an instrument than its main one, or not.
    """

    loaded: LoadedSession
    environment: Environment
    tempo_map: TempoMap
    other_outputs: bool = False

    def spec(
        self, written: Plugin, kind: str, path: KeyPath, folder: Path
    ) -> Found[PluginSpec | None]:
        """The plug-in of that kind which is meant; its files lie in `folder`. None for none."""
        told = Gathering(self.loaded)
        spec = None
        with told.placing(path):
            found = self.environment.find_plugin(written.plugin, written.vendor, written.format)
            inside = ""
            if found.format == "LV2" and written.format is None:
                inside = f"{found.name}, here as an LV2 only"
                if broken := self.environment.broken(found.name):
                    told.warn(f"{broken.message}; its LV2 is used")
            spec = told.take(self._spec(found, written, kind, path, folder), inside=inside)
        return told.with_value(spec)

    def _spec(
        self, found: PluginDescription, written: Plugin, kind: str, path: KeyPath, folder: Path
    ) -> Found[PluginSpec | None]:
        told = Gathering(self.loaded)
        spec = None
        with told.placing(path):
            _expect(kind, found)
            use = PluginUse(found, written, self.other_outputs)
            hosting = hosting_of(use, self.environment.hosts())
            told.warn(*self._remarks(found, written, hosting))
            for fault in check_params(found, written.params):
                told.fault((*path, "params"), *fault)
            state, raw = self._state(found, written, folder)
            told.take(self._key_faults(found, written, kind, path))
            for key in ("warm_up_s", "realtime") if kind == "midi effect" else ():
                if getattr(written, key):
                    told.fault((*path, key), "a MIDI effect makes no sound to wait for", _OUT)
            saved: Saved | None = getattr(written, "saved", None)  # a preset's plug-in may have it
            if saved is not None:
                told.warn(*_since_saved(found, saved))
                raw = tuple({**dict(raw), **dict(_raw(found, written, saved))}.items())
            spec = replace(
                PluginSpec.of(found),
                params=in_order(_with_key_on(found, written)),
                state=state,
                sidechain=Sidechain(written.sidechain) if written.sidechain else None,
                raw=raw,
                host=hosting.host,
                host_why=hosting.why,
                follows_transport=hosting.follows,
                buffer_frames=written.buffer or found.buffer_frames,
                warm_up_s=warm_up_of(found, written),
                realtime=written.realtime,
            )
        return told.with_value(spec)

    def _state(
        self, found: PluginDescription, written: Plugin, folder: Path
    ) -> tuple[ContentFile | None, RawParams]:
        """Its state file, or the values in it; neither where none is written."""
        if not written.state:
            return None, ()
        from hostkit.plan.devices.states import state_of  # with what reads all kinds of them

        return state_of(found, folder / written.state, self.environment)

    def _key_faults(
        self, found: PluginDescription, written: Plugin, kind: str, path: KeyPath
    ) -> Found[None]:
        """What is wrong with a side-chain here, and whether it is heard."""
        told, at = Gathering(self.loaded), (*path, "sidechain")
        if written.sidechain is None:
            return told.with_value(None)
        others = () if found.key == "heard" else self.environment.other_formats(found)
        hears = next((other for other in others if other.key == "heard"), None)
        cure = f"write format: {hears.format.lower()}, which hears it" if hears else ""
        if kind != "effect" or path[0] == "master":
            told.fault(at, "a side-chain is for effects of tracks and buses", cure="take it out")
        elif found.outputs and not found.key:
            told.fault(at, f"{found.name} has no side-chain", cure or "choose another plug-in")
        elif found.key == "ignored":
            told.warn(
                f"{found.name} ({found.format}) has a side-chain, but did not hear it when it was "
                f"scanned; {cure or 'listen, and choose another if it does not'}"
            )
        return told.with_value(None)

    def _remarks(
        self, found: PluginDescription, written: Plugin, hosting: Hosting
    ) -> Iterator[str]:
        """What is good to know of a plug-in here."""
        if written.vendor is None and (others := self.environment.namesakes(found)):
            listed = " and ".join(f"{p.vendor} ({p.path})" for p in others)
            yield (
                f"there is a plug-in {found.name} by {found.vendor} ({found.path}) and by "
                f"{listed}; the first is used; say which with vendor: {found.vendor}"
            )
        shorter = found.buffer_frames != BUFFER_FRAMES
        if (shorter and not written.buffer) or (found.warm_up_s and written.warm_up_s is None):
            yield f"{found.name} {'; '.join(found.remarks)}"
        if shorter and (written.buffer or 0) > found.buffer_frames:
            yield (
                f"{found.name} lost notes in blocks over {found.buffer_frames} when it was "
                f"scanned; take out buffer: {written.buffer}"
            )
        if written.warm_up_s is not None and written.warm_up_s < found.warm_up_s:
            yield (
                f"{found.name} was silent for up to {found.warm_up_s:g} s after loading when it "
                f"was scanned; take out warm_up_s: {written.warm_up_s:g}"
            )
        if any(segment.bpm != HOST_BPM for segment in self.tempo_map.segments):
            said = not_followed(found, written, hosting, HOST_BPM)
            if said is not None:
                yield str(said)


def _expect(kind: str, found: PluginDescription) -> None:
    """Raises RequestError for a plug-in of another kind."""
    if found.kind != kind:
        raise RequestError(
            f"{found.name} is {_ARTICLE[found.kind]}, not {_ARTICLE[kind]}",
            cure=f"it belongs in {_WHERE[found.kind]}",
        )


def _with_key_on(found: PluginDescription, written: Plugin) -> dict[str, ParamValue]:
    """The parameters, with what makes it hear its key, if nothing else is written of that."""
    if written.sidechain is None or not found.key_switch:
        return written.params
    return {found.key_switch: found.key_switch_value, **written.params}


def in_order(params: dict[str, ParamValue]) -> tuple[tuple[str, ParamValue], ...]:
    """Parameters by name: in whatever order they were written, a device is the same."""
    return tuple(sorted(params.items()))


def _since_saved(plugin: PluginDescription, saved: Saved) -> Iterator[str]:
    """What may be other than it was when the preset was saved."""
    if saved.version != plugin.version:
        yield (
            f"{plugin.name} is version {plugin.version} here, and {saved.version or 'unknown'} "
            "when the preset was saved; listen, and save it again if it sounds right"
        )
    known = {param.key for param in plugin.params}
    if gone := [key for key in saved.params if key not in known]:
        yield f"{plugin.name} no longer has {', '.join(gone)}, which was saved"


def _raw(plugin: PluginDescription, written: Plugin, saved: Saved) -> RawParams:
    """The saved values to set again after the state: all, or those that it loses.

    Another version may count its values otherwise, so there the state is believed.
    """
    same_version = saved.version == plugin.version
    known = {param.key for param in plugin.params}
    return tuple(
        (key, value.raw)
        for key, value in sorted(saved.params.items())
        if key in known
        and key not in written.params
        and (same_version or not written.state or not value.in_state)
    )
