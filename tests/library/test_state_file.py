"""What plug-ins take of .vstpreset, .fxp, .fxb and .aupreset files."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vst2_files import aupreset, bank, program

from hostkit.errors import BadValue
from hostkit.library.exchange.state_file import FittedState, Taker, same_audio_unit, take
from hostkit.library.exchange.vstpreset import parse_vstpreset, write_vstpreset

JUCE = Taker("Warm", "VST3", "ABCDEF019182FAEB" + b"HkitWarm".hex())
STANDS_IN = Taker("Warm", "VST3", "565354" + b"Warm".hex() + b"warm\0\0\0\0\0".hex())
DPF = Taker("Nekobi", "VST3", "2046504473616C636B654E4400000000")
DPF_ON_WINDOWS = Taker("Nekobi", "VST3", "445046206173636C6B654E4400000000")
OTHER = Taker("Own", "VST3", "0123456789ABCDEF0123456789ABCDEF")
AU = Taker("Warm", "AU", "")
VALUES = (0.0, 0.25, 1.0)


def component(taken: FittedState, plugin: Taker) -> bytes:
    preset = parse_vstpreset(taken.vstpreset)
    assert preset.class_id == plugin.class_id.upper()
    return preset.chunks["Comp"]


@pytest.mark.parametrize(
    "data",
    [
        program(b"Warm", b"state"),
        program(b"Warm", b"state", size=0),  # as Surge writes it
        bank(b"Warm", b"state"),
        bank(b"Warm", [program(b"Warm", b"first"), program(b"Warm", b"state")], current=1),
        aupreset(b"Warm", b"Hkit", jucePluginState=b"state", data=b"other"),
        aupreset(b"Warm", b"Hkit", binary=True, jucePluginState=b"state"),
    ],
)
def test_a_chunk_is_the_state_of_a_vst3_made_with_juce(data: bytes) -> None:
    assert component(take(data, JUCE), JUCE) == b"state"


def test_surge_xt_takes_the_patches_of_surge() -> None:
    surge = Taker("Surge XT", "VST3", "ABCDEF019182FAEB" + b"VmbASgXT".hex())
    assert component(take(program(b"cjs3", b"sub3"), surge), surge) == b"sub3"


@pytest.mark.parametrize("data", [program(b"Warm", b"state"), bank(b"Warm", b"state")])
def test_a_vst3_that_stands_in_for_a_vst2_takes_its_bank(data: bytes) -> None:
    given_to_it = component(take(data, STANDS_IN), STANDS_IN)
    mark, rest, version, bypassed = struct.unpack_from(">4siii", given_to_it)
    assert (mark, rest, version, bypassed) == (b"VstW", 8, 1, 0)
    given_bank = given_to_it[8 + rest :]  # where JUCE looks for it
    assert given_bank == bank(b"Warm", b"state")
    assert given_bank[160:] == b"state"  # where JUCE looks for the chunk


@pytest.mark.parametrize("plugin", [DPF, DPF_ON_WINDOWS])
def test_values_of_parameters_are_taken_of_the_current_program(plugin: Taker) -> None:
    assert take(program(b"DNek", VALUES), plugin) == FittedState(values=VALUES, name="Init")
    programs = [program(b"DNek", VALUES[::-1]), program(b"DNek", VALUES)]
    assert take(bank(b"DNek", programs, current=1), plugin) == FittedState(
        values=VALUES, name="Init"
    )
    assert take(bank(b"DNek", programs, current=0), plugin) == FittedState(
        values=VALUES[::-1], name="Init"
    )


NOT_A_NUMBER = program(b"DNek", [float("nan")])


@pytest.mark.parametrize(
    ("data", "plugin", "said"),
    [
        (
            program(b"Cold", b"x"),
            JUCE,
            "a state of the VST2 'Cold', not of Warm .'Warm'.; save",
        ),
        (bank(bytes(4), b"x"), JUCE, "a state of the VST2 00000000, not of Warm .'Warm'."),
        (program(b"Warm", b"x"), OTHER, "Own does not say which VST2 is its own; load it in its"),
        (program(b"DNek", b"x"), DPF, "packed itself, and its VST3 packs otherwise; load it in"),
        (program(b"DNek", VALUES)[:-1], DPF, "breaks off before its end; export it again"),
        (program(b"Warm", b"xyz")[:-1], JUCE, "breaks off before its end"),
        (bank(b"Warm", b"xyz")[:100], JUCE, "breaks off before its end"),
        (program(b"Warm", b"x")[:56] + struct.pack(">i", 2**31 - 1), JUCE, "breaks off"),
        (bank(b"DNek", [program(b"DNek", VALUES)], 3)[:-20], DPF, "breaks off"),
        (b"CcnK" + bytes(60), JUCE, "is no program or bank of a VST2"),
        (NOT_A_NUMBER, DPF, "holds a value that is not from 0 to 1"),
        (aupreset(b"Cold", b"Hkit"), JUCE, "Audio Unit 'Cold' by 'Hkit', not of Warm .'Warm' by"),
        (aupreset(b"Warm", b"Else"), JUCE, "Audio Unit 'Warm' by 'Else', not of Warm"),
        (aupreset(b"Warm", b"Hkit", data=b"x"), JUCE, "nothing that the VST3 of Warm reads"),
        (aupreset(b"Warm", b"Hkit", jucePluginState="x"), JUCE, "nothing that the VST3 of Warm"),
        (aupreset(b"Warm", b"Hkit")[:-20], JUCE, "is no property list"),
        (b"bplist00" + bytes(40), JUCE, "is no property list"),
        (b"<?xml version='1.0'?><plist><array/></plist>", JUCE, "but not of an Audio Unit"),
        (b"<?xml version='1.0'?><plist><dict/></plist>", JUCE, "names no Audio Unit"),
        (
            write_vstpreset("0" * 32, {"Comp": b"x"}),
            JUCE,
            "a state of the plug-in with class",
        ),
        (b"hello", JUCE, "is not a .vstpreset, .fxp, .fxb or .aupreset; save"),
        (program(b"Warm", b"x"), AU, "is not an .aupreset; save"),
        (
            program(b"Warm", b"x"),
            Taker("Warm", "LV2", ""),
            "LV2s take no state files; give",
        ),
    ],
)
def test_what_cannot_be_taken_is_told_with_the_cure(data: bytes, plugin: Taker, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        take(data, plugin)


def test_entities_of_a_property_list_are_not_expanded() -> None:
    bomb = (
        b'<?xml version="1.0"?>\n<!DOCTYPE plist [<!ENTITY a "aaaaaaaaaa">'
        b'<!ENTITY b "&a;&a;&a;&a;">]><plist><string>&b;</string></plist>'
    )
    with pytest.raises(BadValue, match="is no property list: XML entity declarations"):
        take(bomb, JUCE)


def test_an_audio_unit_takes_its_own_presets_whole() -> None:
    data = aupreset(b"Warm", b"Hkit", data=b"its own")
    assert take(data, AU) == FittedState(aupreset=data)
    same_audio_unit(data, aupreset(b"Warm", b"Hkit", binary=True, data=b"now"), "Warm")
    with pytest.raises(BadValue, match=r"the Audio Unit 'Warm' by 'Hkit', not of Cold .'Cold' by"):
        same_audio_unit(data, aupreset(b"Cold", b"Hkit"), "Cold")


SEEDS = (
    program(b"Warm", b"state"),
    program(b"DNek", VALUES),
    bank(b"DNek", [program(b"DNek", VALUES)] * 2, current=1),
    aupreset(b"Warm", b"Hkit", jucePluginState=b"state"),
    aupreset(b"Warm", b"Hkit", binary=True, jucePluginState=b"state"),
)


@given(st.sampled_from(SEEDS), st.binary(max_size=20), st.integers(0, 400))
def test_any_bytes_are_taken_or_refused(seed: bytes, noise: bytes, at: int) -> None:
    data = seed[:at] + noise + seed[at + len(noise) :]
    for plugin in (JUCE, DPF, AU):
        with contextlib.suppress(BadValue):  # and nothing else
            assert isinstance(take(data, plugin), FittedState)
