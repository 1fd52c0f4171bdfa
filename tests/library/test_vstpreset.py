"""Reading .vstpreset files, whole and damaged."""

from __future__ import annotations

import contextlib
import plistlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.library.exchange.vstpreset import (
    VstPreset,
    parse_vstpreset,
    with_info,
    write_vstpreset,
)

CLASS_ID = "2046504473616C636B654E4400000000"
WHOLE = write_vstpreset(CLASS_ID, {"Comp": b"state of the processor", "Cont": b"state"})


@given(
    st.dictionaries(st.sampled_from(["Comp", "Cont", "Prog"]), st.binary(min_size=1), min_size=1)
)
def test_chunks_survive(chunks: dict[str, bytes]) -> None:
    chunks = {"Comp": b"x", **chunks}
    assert parse_vstpreset(write_vstpreset(CLASS_ID, chunks)).chunks == chunks


def test_info_is_read_without_trusting_its_xml() -> None:
    named = with_info(WHOLE, {"Name": 'Acid "303" <& more>', "PlugInName": "Nekobi"})
    preset = parse_vstpreset(named)
    assert (preset.name, preset.plugin) == ('Acid "303" <& more>', "Nekobi")
    assert preset.chunks["Comp"] == b"state of the processor"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><MetaInfo><Attribute id="Name" value="&a;&a;"/>'
    assert parse_vstpreset(write_vstpreset(CLASS_ID, {"Comp": b"x", "Info": bomb})).name == "&a;&a;"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not begin with 'VST3'"),
        (b"RIFF" + WHOLE[4:], "does not begin with 'VST3'"),
        (b"CcnK\0\0\0\x40FPCh", "but a program or bank of a VST2 .*; name it as"),
        (plistlib.dumps({"data": b"state"}), "but a property list, as the .aupreset"),
        (
            plistlib.dumps({"data": b""}, fmt=plistlib.FMT_BINARY),
            "but a property list, as the .aup",
        ),
        (WHOLE[:40], "breaks off in its header"),
        (WHOLE[:60], "breaks off before its list"),
        (WHOLE[:-1], "breaks off in its list"),
        (WHOLE[:8] + b"not a class id in hexadecimals!!" + WHOLE[40:], "names no class id"),
        (WHOLE[:40] + struct.pack("<q", 2**62) + WHOLE[48:], "breaks off before its list"),
        (WHOLE[:-16] + struct.pack("<qq", 48, 2**62), "outside the file"),
        (write_vstpreset(CLASS_ID, {"Cont": b"x"}), "no state of the plug-in"),
    ],
)
def test_damage_is_named(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_vstpreset(data)


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)))
def test_any_bytes_are_read_or_refused(noise: bytes, at: int) -> None:
    data = WHOLE[:at] + noise + WHOLE[at + len(noise) :]
    with contextlib.suppress(ValueError):  # and nothing else
        assert isinstance(parse_vstpreset(data), VstPreset)
