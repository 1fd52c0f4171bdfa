"""State files of the VST2 and the Audio Unit of a plug-in, taken by its VST3 in both hosts."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from vst2_files import aupreset, bank, program

from hostkit.audio.block import Audio
from hostkit.devices.description import PluginDescription
from hostkit.devices.device import Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.pedalboard.instrument import open_instrument
from hostkit.devices.plugins.scanning.scan import scan_file
from hostkit.devices.spec import ContentFile, PluginSpec
from hostkit.errors import DeviceError
from hostkit.library.exchange.vstpreset import parse_vstpreset
from hostkit.midi.events import SampleEvents

pytestmark = pytest.mark.plugins
NOTE = SampleEvents(np.array([0, 9_000]), (bytes((0x90, 64, 96)), bytes((0x80, 64, 0))))
JOB = {"events": NOTE, "frames": 12_000, "cuts": [512]}


@pytest.fixture(scope="module")
def as_juce(
    plugin: Callable[[str], PluginDescription], tmp_path_factory: pytest.TempPathFactory
) -> PluginDescription:
    """Kars under a class id as JUCE makes them, of the maker 'srKD' and the id 'Hkit'."""
    kars = plugin("Kars")
    path = tmp_path_factory.mktemp("juce") / kars.path.name
    shutil.copytree(kars.path, path)
    (binary,) = (one for one in path.rglob("*") if one.suffix in (".so", ".dll", ".vst3"))
    as_dpf, as_juce = b" FPDsalc" + bytes(8), bytes.fromhex("ABCDEF019182FAEB00000000") + b"Hkit"
    assert binary.read_bytes().count(as_dpf) == 1
    binary.write_bytes(binary.read_bytes().replace(as_dpf, as_juce))
    (found,) = scan_file(path, Event()).plugins
    assert found.class_id == "ABCDEF019182FAEB" + b"srKDHkit".hex().upper()
    return found


def state_of(kars: PluginSpec) -> bytes:
    instrument = open_instrument(replace(kars, host="pedalboard"), Setup(48_000))
    instrument.play(Feed(512))  # a state is written by what has been played
    return parse_vstpreset(instrument._plugin.preset_data).chunks["Comp"]


@pytest.fixture
def quiet(spec: Callable[..., PluginSpec]) -> bytes:
    """The state of Kars with a volume of 10 %."""
    return state_of(spec("Kars", params=(("volume", 10.0),)))


def content(path: Path, data: bytes) -> ContentFile:
    path.write_bytes(data)
    return ContentFile(path, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("host", ["pedalboard", "minihost"])
@pytest.mark.parametrize(
    "packed",
    [
        partial(program, b"Hkit"),
        partial(bank, b"Hkit"),
        lambda state: aupreset(b"Hkit", b"srKD", jucePluginState=state),
    ],
    ids=["fxp", "fxb", "aupreset"],
)
def test_it_sounds_as_what_it_holds(
    packed: Callable[[bytes], bytes],
    host: str,
    as_juce: PluginDescription,
    quiet: bytes,
    spec: Callable[..., PluginSpec],
    play_here: Callable[..., Audio],
    tmp_path: Path,
) -> None:
    loud = play_here(instrument=spec("Kars", host=host), **JOB)
    wanted = play_here(instrument=spec("Kars", host=host, params=(("volume", 10.0),)), **JOB)
    state = content(tmp_path / "state", packed(quiet))
    taker = replace(PluginSpec.of(as_juce), host=host, state=state)
    given = play_here(instrument=taker, **JOB)
    np.testing.assert_array_equal(given, wanted)
    assert np.max(np.abs(loud)) > 5 * np.max(np.abs(given))


@pytest.mark.parametrize("host", ["pedalboard", "minihost"])
def test_a_state_that_changes_nothing_is_told(
    host: str,
    as_juce: PluginDescription,
    quiet: bytes,
    spec: Callable[..., PluginSpec],
    tmp_path: Path,
) -> None:
    def told(packed: bytes) -> tuple[str, ...]:
        state = content(tmp_path / "some.fxp", program(b"Hkit", packed))
        taker = replace(PluginSpec.of(as_juce), host=host, state=state)
        return tuple(open_device(taker, Setup(48_000)).warnings)

    assert told(state_of(spec("Kars"))) == (
        "Kars took some.fxp, but none of its parameters changed; listen",
    )
    assert told(quiet) == ()


def test_another_plugin_s_is_refused(as_juce: PluginDescription, tmp_path: Path) -> None:
    state = content(tmp_path / "cold.fxp", program(b"Cold", b"x"))
    with pytest.raises(DeviceError, match=r"cold\.fxp is a state of the VST2 'Cold', not of Kars"):
        open_device(replace(PluginSpec.of(as_juce), state=state), Setup(48_000))
