"""Presets named in sessions: what a plan makes of them, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from vst2_files import program

from hostkit.devices.description import PluginDescription
from hostkit.devices.spec import PluginSpec, SoundFontSpec
from hostkit.errors import InvalidInput
from hostkit.library.exchange.vstpreset import write_vstpreset
from hostkit.midi.write import TrackEvents, write_midi
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.plan import Plan
from hostkit.plan.reasons import Reasons, parts
from hostkit.timebase.tempo_map import TempoMap

PRESETS = {
    "strings/warm": """\
preset: 1
instrument: {soundfont: gm, program: 48}
effects: [{highpass_filter: {cutoff_frequency_hz: 90}}, {reverb: {room_size: 0.4}}]
gain_db: -2.5
""",
    "rooms/small": "preset: 1\neffects: [{reverb: {room_size: 0.2}}]\n",
    "rooms/two": "preset: 1\neffects: [{reverb: {}}, {delay: {}}]\n",
    "broken": "preset: 1\ninstrument: {soundfont: gm, program: 480}\n",
    "wrong-effect": "preset: 1\neffects: [{reverb: {size: 0.2}}]\n",
}


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Plan]:
    for name, text in PRESETS.items():
        path = tmp_path / "presets" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_midi(
        tmp_path / "notes.mid",
        TempoMap(),
        [
            TrackEvents(
                "one", [(Fraction(0), bytes((0x90, 60, 100))), (Fraction(1), bytes((0x80, 60, 0)))]
            )
        ],
    )

    def make(track: str, rest: str = "") -> Plan:
        session = tmp_path / "cue.yaml"
        session.write_text(f"hostkit: 1\nmidi: notes.mid\ntracks:\n  one: {track}\n{rest}")
        return plan_session(session, Environment()).whole

    return make


def said(plan: Callable[..., Plan], track: str, rest: str = "") -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        plan(track, rest)
    return [f"{p.line}:{p.column}: {p.fault}" for p in caught.value.problems]


def test_an_instrument_preset_brings_its_effects_before_the_track_s(
    plan: Callable[..., Plan],
) -> None:
    made = plan("{instrument: strings/warm, effects: [{chorus: {}}]}").tracks[0].plan
    assert isinstance(made.source.instrument, SoundFontSpec)
    assert made.source.instrument.program == 48
    assert [effect.name for effect in made.effects] == [
        "highpass_filter",
        "reverb",
        "gain",
        "chorus",
    ]
    assert made.effects[2].params == (("gain_db", -2.5),)


@pytest.mark.parametrize(
    ("params", "index", "expected"),
    [
        ("{program: 49}", None, 49),
        ("{reverb.room_size: 0.9}", 1, (("room_size", 0.9),)),
        ("{effects.1.cutoff_frequency_hz: 200}", 0, (("cutoff_frequency_hz", 200),)),
    ],
)
def test_parameters_can_be_set_otherwise(
    plan: Callable[..., Plan], params: str, index: int | None, expected: object
) -> None:
    made = plan(f"{{instrument: {{preset: strings/warm, params: {params}}}}}").tracks[0].plan
    if index is None:
        assert made.source.instrument.program == expected  # type: ignore[union-attr]  # a SoundFont
    else:
        assert made.effects[index].params == expected


def test_a_chain_serves_as_insert_bus_and_master(plan: Callable[..., Plan]) -> None:
    bus = (
        "buses: {room: {effects: [rooms/two]}}\nmaster: [{preset: rooms/small, params: {width: 0}}]"
    )
    made = plan("{instrument: {tone: {}}, effects: [rooms/small], sends: {room: -6}}", bus)
    stem = made.stems[0].plan
    assert [effect.name for effect in made.tracks[0].plan.effects] == ["reverb"]
    assert [effect.name for effect in stem.buses[0].effects] == ["reverb", "delay"]
    assert stem.master[0].params == (("room_size", 0.2), ("width", 0))


@pytest.mark.parametrize(
    ("track", "expected"),
    [
        (
            "{instrument: strings/wram}",
            "4:21: there is no preset 'strings/wram'; did you mean 'strings/warm'?",
        ),
        (
            "{instrument: rooms/small}",
            "4:21: preset 'rooms/small': it is a chain of effects; name it under effects, "
            "and choose an instrument to play the notes",
        ),
        (
            "{instrument: {tone: {}}, effects: [strings/warm]}",
            "4:43: preset 'strings/warm': it is an instrument; name it as a track's instrument",
        ),
        (
            "{instrument: {preset: strings/warm, params: {revreb.width: 1}}}",
            "4:21: preset 'strings/warm': it has no device 'revreb'; did you mean 'reverb'?",
        ),
        (
            "{instrument: {tone: {}}, effects: [{preset: rooms/two, params: {mix: 1}}]}",
            "4:43: preset 'rooms/two': it has several effects; write one of reverb.mix, delay.mix",
        ),
        (
            "{instrument: {tone: {}}, effects: [wrong-effect]}",
            "4:43: preset 'wrong-effect': there is no parameter 'size'; did you mean 'room_size'?",
        ),
    ],
)
def test_says_what_is_wrong_at_the_session_s_place(
    plan: Callable[..., Plan], track: str, expected: str
) -> None:
    assert said(plan, track) == [expected]


def test_a_broken_preset_is_told_of_at_its_own_place_too(plan: Callable[..., Plan]) -> None:
    assert said(plan, "{instrument: broken}") == [
        "4:21: preset 'broken' cannot be used: correct its file",
        "2:38: 'program' should be less than or equal to 127; it is 480",
    ]


@pytest.mark.plugins
def test_a_state_of_another_plugin_is_refused_without_loading_it(
    plan: Callable[..., Plan],
    plugin: Callable[[str], PluginDescription],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(plugin("Nekobi").path.parent))
    state = write_vstpreset(plugin("Nekobi").class_id, {"Comp": b"x"})
    (tmp_path / "presets" / "s.vstpreset").write_bytes(state)
    preset = "preset: 1\ninstrument: {plugin: Kars, state: s.vstpreset}\n"
    (tmp_path / "presets" / "kars.yaml").write_text(preset)
    assert (
        "s.vstpreset is a state of the plug-in with class id" in said(plan, "{instrument: kars}")[0]
    )
    (tmp_path / "presets" / "kars.yaml").write_text(preset.replace("Kars", "Nekobi"))
    made = plan("{instrument: kars}").tracks[0].plan.source.instrument
    assert isinstance(made, PluginSpec)
    assert made.state is not None


@pytest.mark.plugins
def test_a_vst2_program_of_values_sets_the_parameters(
    plan: Callable[..., Plan],
    plugin: Callable[[str], PluginDescription],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(plugin("Nekobi").path.parent))
    comp = plugin("ZamCompX2")  # of its VST2: no "Current Program" before, no displays behind
    values = [number / 16 for number in range(9)]
    (tmp_path / "comp.fxp").write_bytes(program(b"ZCP2", values))
    (tmp_path / "short.fxp").write_bytes(program(b"ZCP2", values[:4]))
    track = "{instrument: {tone: {gain: 0.1}}, effects: [{plugin: ZamCompX2, state: %s}]}"
    (effect,) = plan(track % "comp.fxp").tracks[0].plan.effects
    assert isinstance(effect, PluginSpec)
    keys = [param.key for param in comp.params[1:10]]
    assert (effect.state, effect.raw) == (None, tuple(zip(keys, values, strict=True)))
    assert said(plan, track % "short.fxp") == [
        "4:52: short.fxp holds values of 4 parameters, and ZamCompX2 has 9; load it in its "
        "plug-in, in a DAW, and save that as a .vstpreset"
    ]


def test_the_reason_names_the_preset_that_changed(
    plan: Callable[..., Plan], tmp_path: Path
) -> None:
    text = "{instrument: strings/warm, effects: [rooms/small, {chorus: {}}]}"
    (before,) = plan(text).tracks
    reasons = Reasons({before.name: parts(before.plan)})
    assert reasons.differs(before) is None
    room = tmp_path / "presets/rooms/small.yaml"
    room.write_text("preset: 1\neffects: [{reverb: {room_size: 0.3}}]\n")
    assert reasons.differs(plan(text).tracks[0]) == "preset rooms/small changed"
    own = plan(text.replace("rooms/small", "{reverb: {room_size: 0.2}}")).tracks[0]
    assert own.fingerprint == before.fingerprint  # the name is not heard
    assert reasons.differs(own) == "effects changed"
