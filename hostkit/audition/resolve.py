"""A preset to a print plan of its own: the devices as a session would get them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hostkit.audition.phrase import phrase, source
from hostkit.devices.spec import (
    BuiltinSpec,
    EffectSpec,
    InstrumentSpec,
    SoundFontSpec,
    followed,
)
from hostkit.library.load import LoadedPreset
from hostkit.library.model import Preset
from hostkit.midi.events import SampleEvents, Score
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.prints import PrintPlan, TailPlan
from hostkit.plan.nodes.sources import Notes
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Session
from hostkit.session.yaml_tree import Place, Tree
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.transport import Transport

SAMPLE_RATE = 48_000
BEATS = 8
"""How long phrases are, in quarter notes."""
TAIL_SECONDS = 4
SPEC_PLACE = ("preset",)
SOURCE_GAIN_DB = 6.0
"""Brings what effects are heard on to the level of a stem, about −22 LUFS."""


@dataclass(frozen=True, eq=False)
class Audition:
    """What is rendered to hear a preset, and what there is to say of it beforehand."""

    loaded: LoadedPreset
    print: PrintPlan
    fingerprint: str
    warnings: tuple[str, ...]


def audition_plan(
    loaded: LoadedPreset,
    folder: Path,
    environment: Environment,
    beats: float = BEATS,
    played: Preset | None = None,
) -> Audition:
    """The plan to hear a preset that a session in `folder` would get under its name.

    It is heard on the phrase that suits `played`, by default itself; effects alone on a
    General MIDI phrase. Raises InvalidInput with what is wrong with the preset here: a
    plug-in missing, a parameter that is gone.
    """
    preset = loaded.preset
    suited = played or preset
    resolver = Resolver(_session(folder, loaded), environment, TempoMap())
    if preset.instrument is None:
        inserts = resolver.effects([loaded.name], SPEC_PLACE)
        plan = _on_source(suited, inserts.checked(), environment, beats)
        told = inserts.warnings
    else:
        found = resolver.instrument(loaded.name, SPEC_PLACE)
        devices = found.checked()
        assert devices is not None  # or something would be wrong
        plan = _plan(phrase(suited, SAMPLE_RATE, beats), *devices)
        told = found.warnings
    prefix = f"preset {loaded.name!r}: "
    warnings = tuple(text.removeprefix(prefix) for text in told)
    return Audition(loaded, plan, fingerprint("print", plan), warnings)


def without_effects(audition: Audition, environment: Environment) -> Audition:
    """What an effect preset is heard on, by itself."""
    plan = _on_source(audition.loaded.preset, (), environment, BEATS)
    return Audition(audition.loaded, plan, fingerprint("print", plan), ())


def _on_source(
    suited: Preset, effects: tuple[EffectSpec, ...], environment: Environment, beats: float
) -> PrintPlan:
    font = environment.default_soundfont()
    content = environment.content(font)
    instrument = SoundFontSpec(content, host=environment.soundfont_host())
    gain = (("gain_db", SOURCE_GAIN_DB),)
    louder = BuiltinSpec("gain", gain, host=environment.plugin_host())
    events = source(suited, SAMPLE_RATE, beats)
    return _plan(events, instrument, (louder, *effects))


def _plan(
    events: SampleEvents, instrument: InstrumentSpec, effects: tuple[EffectSpec, ...]
) -> PrintPlan:
    tail = TailPlan(-72.0, SAMPLE_RATE // 4, TAIL_SECONDS * SAMPLE_RATE)
    transport = followed(Transport(), (instrument, *effects))
    notes = Notes(Score.of(events), instrument)
    return PrintPlan(notes, effects, SAMPLE_RATE, None, tail, transport)


def _session(folder: Path, loaded: LoadedPreset) -> LoadedSession:
    """A session with nothing in it, for the resolver to say where it is."""
    session = Session.model_construct(hostkit=1, tracks={})
    tree = Tree({}, {}, {(): Place(str(loaded.path), 0, 0)})
    return LoadedSession(session, folder / "audition", tree, ())
