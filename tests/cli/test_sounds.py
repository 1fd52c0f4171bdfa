"""`hostkit sounds show`: what is in a SoundFont or an SFZ, by name or by file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ran, hostkit
from fonts import soundfont_of
from sfzs import sfz

KEYS = """\
<global> sw_lokey=24 sw_hikey=27 sw_default=25
<group> sw_last=24 sw_label=legato
<region> sample=a.wav lokey=48 hikey=60
<group> sw_last=25 sw_label=pizz
<region> sample=a.wav lokey=52 hikey=84 unheard_of=1
<group> sw_last=26
<region> sample=a.wav key=40
"""


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOSTKIT_SAMPLES", str(tmp_path / "installed"))
    sfz(tmp_path / "installed", KEYS, {"a": 0.5}, name="Fiddles.sfz")
    font = soundfont_of((0, 48, "Strings"), (128, 0, "Kit"), (8, 48, "Slow"))
    (tmp_path / "band.sf2").write_bytes(font)

    def shown(*arguments: str) -> Ran:
        return hostkit("sounds", "show", *arguments, cache=tmp_path / "cache")

    return shown


def test_a_soundfont_shows_its_programs(show: Callable[..., Ran]) -> None:
    told = show("band.sf2").out.splitlines()
    assert told[0].startswith("band: SoundFont, 3 programs, ")
    assert told[1:] == [
        "band.sf2",
        "",
        "bank  program  name",
        "   0       48  Strings",
        "   8       48  Slow",
        " 128        0  Kit",
    ]
    (sound,) = show("band.sf2", "--json").json["sounds"]
    assert sound["programs"][1] == {"bank": 8, "program": 48, "name": "Slow"}
    (gm,) = show("gm", "--json").json["sounds"]
    assert {"bank": 128, "program": 48, "name": "Orchestra"} in gm["programs"]


def test_an_sfz_shows_its_range_and_articulations(show: Callable[..., Ran]) -> None:
    """E2 is played by the group whose keyswitch has no label; the wav is 1 s of 4 bytes."""
    told = show("fiddles").out.splitlines()
    assert told[0] == "Fiddles: SFZ, 3 regions, 0.2 MB"
    assert told[2:4] == ["range: E2-C6", "keyswitches without a label: D1"]
    assert told[4].startswith("warning: Fiddles.sfz: sfizz does not know, and leaves out: unheard")
    assert told[5:] == [
        "",
        "articulation  keyswitch",
        "legato        C1",
        "pizz          C#1        at first",
    ]
    (sound,) = show("Fiddles", "--json").json["sounds"]
    assert (sound["range"], sound["programs"]) == ("E2-C6", [])
    assert sound["articulations"][1] == {"name": "pizz", "keyswitch": "C#1", "at_first": True}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "fidles",
            "no SoundFont or SFZ 'fidles' is installed; did you mean 'Fiddles'? (a file is",
        ),
        ("gone.sf2", "gone.sf2: there is no such file; did you mean"),
        ("noise.sf2", "noise.sf2: is no SoundFont, or a damaged one; name an .sf2 or .sf3 file"),
        ("broken.sfz", "broken.sfz:2:10: the sample 'no.wav' is not there"),
        ("twice", "'twice' is a SoundFont and an SFZ; name its file: "),
    ],
)
def test_what_cannot_be_shown(
    show: Callable[..., Ran], tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "noise.sf2").write_bytes(b"RIFF")
    (tmp_path / "goner.sf2").write_bytes(b"RIFF")
    (tmp_path / "broken.sfz").write_text("// two lines\n<region> sample=no.wav\n")
    sfz(tmp_path / "installed", KEYS, {}, name="twice.sfz")
    (tmp_path / "installed" / "twice.sf2").write_bytes(soundfont_of((0, 0, "One")))
    ran = show(name)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
