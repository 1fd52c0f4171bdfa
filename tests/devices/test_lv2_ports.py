"""Side-chains of LV2s: which of their inputs are the key, by what their texts say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from needed import needed

from hostkit.devices.minihost import describing
from hostkit.devices.minihost.describing import PluginPlace, look
from hostkit.devices.minihost.lv2_ports import AudioInput, audio_inputs
from hostkit.errors import DeviceError

COMPRESSOR = Path("/usr/lib/lv2/ZamCompX2.lv2")
INPUTS = ("lv2_audio_in_1", "lv2_audio_in_2", "lv2_sidechain_in")
SIDE_CHAIN = "lv2:portProperty lv2:isSideChain;"
FRAMES = 512


@pytest.fixture
def with_ports(tmp_path):
    """ZamCompX2 under a URI of its own, what its text says of each input given instead."""

    def made(*said: str) -> PluginPlace:
        needed(COMPRESSOR.is_dir(), "ZamCompX2.lv2", "make test-plugins")
        bundle = tmp_path / "Keyed.lv2"
        shutil.copytree(COMPRESSOR, bundle)
        for file in bundle.iterdir():
            file.write_bytes(file.read_bytes().replace(b"urn:zamaudio:", b"urn:zamaudik:"))
        ports = bundle / "ZamCompX2_dsp.ttl"
        text = ports.read_text().replace(SIDE_CHAIN, "")
        for symbol, more in zip(INPUTS, said, strict=True):
            text = text.replace(f'"{symbol}" ;', f'"{symbol}" ; {more}')
        ports.write_text(text)
        return PluginPlace(bundle, "ZamCompX2", "", False)

    return made


def outputs_of(place: PluginPlace, main, key) -> np.ndarray:
    """What its two outputs hold at the end of steady inputs, one value for each channel.

    Nothing is over its threshold of 0 dB, so each passes what its own port hears.
    """
    plugin = place.load(2, 1)
    assert [bus.channels for bus in plugin.inputs] == [len(main), len(key)]
    steady = [
        np.full((len(row), FRAMES), np.array(row)[:, None], np.float32) for row in (main, key)
    ]
    for _ in range(20):
        out, _notes = plugin.process(*steady, [], FRAMES)
    return out[:, -1].copy()


@pytest.mark.plugins
@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        (("", "", SIDE_CHAIN), 0.25, 0.125),
        (("", "", ""), 0.25, 0.125),  # nothing said: what the outputs do not have
        ((SIDE_CHAIN, "", ""), 0.5, 0.25),
        (("", SIDE_CHAIN, ""), 0.25, 0.5),
    ],
)
def test_the_key_is_the_port_that_says_so_wherever_it_lies(with_ports, said, first, second) -> None:
    """Its outputs pass its first port and its second."""
    found = outputs_of(with_ports(*said), main=(0.25, 0.125), key=(0.5,))
    np.testing.assert_allclose(found, (first, second), atol=1e-3)


@pytest.mark.plugins
def test_a_key_whose_group_comes_first_is_not_taken_for_the_main_input(with_ports) -> None:
    group = "<http://lv2plug.in/ns/ext/port-groups#group>"
    main = f"{group} <urn:z#main> ;"
    place = with_ports(main, main, f"{group} <urn:a#key> ; {SIDE_CHAIN}")
    assert audio_inputs(place.path, place.name).untold_main == "urn:z#main"
    found = outputs_of(place, main=(0.25, 0.125), key=(0.5,))
    np.testing.assert_allclose(found, (0.25, 0.125), atol=1e-3)


@pytest.mark.plugins
def test_a_key_in_a_group_that_keys_what_is_in_none_is_refused(with_ports) -> None:
    group = "<http://lv2plug.in/ns/ext/port-groups#group> <urn:a#key> ;"
    place = with_ports("", "", f"{group} {SIDE_CHAIN}")
    with pytest.raises(DeviceError, match="its key is in a port group and what that keys in none"):
        place.load(2, 1)


@pytest.mark.plugins
@pytest.mark.parametrize(("sharpest", "key"), [({"ratio": 1.0}, "heard"), ({}, "ignored")])
def test_a_key_is_heard_also_of_what_compresses_nothing_as_it_starts(
    with_ports, monkeypatch, sharpest, key
) -> None:
    place = with_ports("", "", SIDE_CHAIN)
    ports = place.path / "ZamCompX2_dsp.ttl"
    text, changed = re.subn(r'("rat" ;\s+lv2:default )4', r"\g<1>1", ports.read_text())
    assert changed == 1
    ports.write_text(text)
    monkeypatch.setattr(describing, "_SHARPEST", sharpest)
    heard = look(place)
    assert (heard.key, heard.key_switch) == (key, "sidechain" if key == "heard" else "")


def test_ports_are_read_from_the_text(tmp_path) -> None:
    (tmp_path / "manifest.ttl").write_text(
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> . @prefix doap:"
        "<http://usefulinc.com/ns/doap#>.\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        '<urn:a> a lv2:Plugin ; doap:name "A" ; rdfs:seeAlso <a.ttl> .'
    )
    (tmp_path / "a.ttl").write_text(
        "@prefix : <http://lv2plug.in/ns/lv2core#> ."
        "@prefix pg: <http://lv2plug.in/ns/ext/port-groups#> .\n"
        "<urn:a> :port [ a :InputPort , :AudioPort ; :index 9 ; pg:group <urn:key> ] ,\n"
        "  [ a :OutputPort , :AudioPort ; :index 1 ] , [ a :InputPort, :ControlPort ; :index 0 ;\n"
        "    :scalePoint [ :index 7 ] ] ; :port [ :index 2 ; a :AudioPort ; a :InputPort ;"
        " :portProperty :connectionOptional ; pg:group <urn:main> ] ; pg:mainInput <urn:main> .\n"
        "<urn:key> pg:sideChainOf <urn:main> . <urn:b> :port [ a :InputPort, :AudioPort ] ."
    )
    found = audio_inputs(tmp_path, "A")
    assert found.ports == (
        AudioInput(2, "urn:main", is_optional=True),
        AudioInput(9, "urn:key", is_key=True),
    )
    assert (found.main, found.untold_main, found.key_rows) == ("urn:main", "", ())
    assert not found.key_comes_first
    assert audio_inputs(tmp_path, "B").ports == ()
