"""Expression maps of Cubase, as articulations."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.errors import RequestError
from hostkit.session.expression_map import read_expression_map

EVENT = """<obj class="POutputEvent" ID="5"><int name="status" value="{}"/>
<int name="data1" value="{}"/><int name="data2" value="{}"/></obj>"""
SLOT = """<obj class="PSoundSlot" ID="1">
  <obj class="PSlotThruTrigger" name="remote" ID="2"><int name="status" value="144"/>
    <int name="data1" value="-1"/></obj>
  <obj class="PSlotMidiAction" name="action" ID="3"><int name="version" value="600"/>
    <member name="noteChanger"><list name="obj" type="obj"><obj class="PSlotNoteChanger" ID="4">
      <int name="channel" value="{channel}"/><float name="velocityFact" value="1"/>
      <int name="minVelocity" value="0"/><int name="transpose" value="{transpose}"/>
    </obj></list></member>
    <member name="midiMessages"><list name="obj" type="obj">{events}</list></member>
  </obj>
  <member name="name"><string name="s" value="{name}" wide="true"/></member>
</obj>"""


def slot(name: str, *events: tuple[int, int, int], channel: int = -1, transpose: int = 0) -> str:
    sent = "".join(EVENT.format(*event) for event in events)
    return SLOT.format(name=name, events=sent, channel=channel, transpose=transpose)


def a_map(folder: Path, *slots: str, head: str = "") -> Path:
    path = folder / "made.expressionmap"
    path.write_text(
        f'<?xml version="1.0" encoding="utf-8"?>{head}<InstrumentMap><!-- made -->'
        f'<member name="slots"><list name="obj" type="obj">{"".join(slots)}</list></member>'
        "</InstrumentMap>"
    )
    return path


def test_slots_are_articulations(tmp_path) -> None:
    path = a_map(
        tmp_path,
        slot("Sustain", (144, 24, 120)),
        slot("Pizz &amp; more", (176, 32, 5), (192, 45, 0), (144, 25, 1), (144, 27, 1), channel=2),
        slot("Octaves", transpose=12),
        slot("Sustain", (144, 99, 1)),
        slot("Octaves", transpose=12),
        slot(""),
    )
    read = read_expression_map(path)
    assert list(read.articulations) == ["Sustain", "Pizz & more", "Octaves"]
    assert read.articulations["Sustain"].keyswitch == [24]
    both = read.articulations["Pizz & more"]
    assert (both.keyswitch, both.cc, both.program, both.channel) == ([25, 27], [(32, 5)], 45, 3)
    assert read.unread == ("Octaves",)
    assert read.namesakes == ("Sustain",)


@pytest.mark.parametrize(
    ("head", "slots", "message"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]>', [slot("a")], "it defines a document type"),
        ("", [], "it has no sound slots"),
        ("", ["<obj"], "it is not XML"),
        ("", [slot("a", (144, 300, 0))], "its slot 'a' sends what is no articulation"),
        ("", [slot("a", *[(144, 1, 1)] * 9)], "its slot 'a' sends what is no articulation"),
    ],
)
def test_what_is_no_map(tmp_path, head: str, slots: list[str], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_expression_map(a_map(tmp_path, *slots, head=head))


def test_a_file_that_is_not_there_or_no_text(tmp_path) -> None:
    with pytest.raises(RequestError, match="there is no such file"):
        read_expression_map(tmp_path / "none.expressionmap")
    path = tmp_path / "utf16.expressionmap"
    path.write_text("<InstrumentMap/>", encoding="utf-16")
    with pytest.raises(RequestError, match="it cannot be read"):
        read_expression_map(path)
