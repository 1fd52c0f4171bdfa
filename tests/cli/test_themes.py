"""`hostkit themes`: themes of several cues, in words and as a document; one out of MIDI."""

from __future__ import annotations

import json
from pathlib import Path

import mido
import pytest
from commands import hostkit
from scores import write_score

MOTIFS = (
    "# hers\nada: {key: D minor, notes: \"d'4 f' a'8. g'16 | a'2\"}  # first\nben: {notes: c'1}\n"
)
CUE = """hostkit: 1
tempo: [{at: 1|1, bpm: 60}]
themes: motifs.yaml
tracks:
  horns:
    instrument: {tone: {}}
    score: [SCORE]
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two cues that share their themes, and one without any."""
    (tmp_path / "motifs.yaml").write_text(MOTIFS)
    scores = {
        "1m1": "{at: 1|1, theme: ada, transpose: 3, retrograde: true}, {at: 5|1, theme: ada}",
        "1m2": "{at: 2|1, theme: ada, sequence: [0, 2], then: [{invert: true}]}",
        "1m3": "{at: 1, notes: c'1}",
    }
    for number, (name, score) in enumerate(scores.items()):
        picture = f"picture: {{frame_rate: 25, start: 01:0{number}:00:00}}\n"
        (tmp_path / f"{name}.yaml").write_text(CUE.replace("SCORE", score) + picture)
    return tmp_path


def test_uses_are_listed_in_the_order_of_the_film(film: Path):
    files = sorted(film.glob("*.yaml"), reverse=True)  # the themes file, too, as a shell lists it
    ran = hostkit("themes", *files, "--json", cache=film / "cache")
    document = json.loads(ran.out)
    ada, ben = document["themes"]
    assert (ada["name"], ada["notes"], ada["count"]) == ("ada", "d'4 f'4 a'8. g'16 a'2", 5)
    assert [
        (Path(use["session"]).stem, use["track"], use["at"], use["transform"])
        for use in ada["uses"]
    ] == [
        ("1m1", "horns", "1|1", {"transpose": 3, "retrograde": True}),
        ("1m1", "horns", "5|1", {}),
        ("1m2", "horns", "2|1", {"sequence": [0, 2], "then": [{"invert": True}]}),
    ]
    assert [use["silent_before_seconds"] for use in ada["uses"]] == [None, 11, 43]
    assert [Path(one).stem for one in document["without_themes"]] == ["1m3"]
    assert ben["uses"] == []
    assert len(ben["absent"]) == 3
    told = hostkit("themes", *files, cache=film / "cache")
    assert "left out" in told.err
    assert "1m3.yaml: quotes no theme" in told.out


def test_themes_are_written_out(film: Path):
    out = film / "out.ly", film / "out.mid"
    cue = film / "1m1.yaml"
    hostkit("themes", cue, "--lilypond", out[0], "--midi", out[1], cache=film / "cache")
    assert "adaB = { d'4 f'4 a'8. g'16 a'2 }" in out[0].read_text()
    tracks = {track.name: track for track in mido.MidiFile(out[1]).tracks}
    played = [message.note for message in tracks["ada"] if message.type == "note_on"]
    assert played == [62, 65, 69, 67, 69]
    again = hostkit("themes", cue, "--midi", out[1], cache=film / "cache")
    assert (again.code, "--force replaces it" in again.err) == (2, True)


def test_a_theme_is_taken_and_the_file_keeps_its_comments(film: Path):
    notes = [(4.02, 0.9, 62), (5, 1.03, 65), (5.98, 0.74, 69), (6.76, 0.2, 66), (7.08, 0.8, 69)]
    score = write_score(film / "score.mid", {"Horn": [(0, 4, 50), *notes, (7.97, 1, 40)]})
    words = ("themes", "take", score, "--track", "Horn", "--bars", "2", "--key", "D minor")
    file = film / "motifs.yaml"
    hostkit(*words, "--as", "cara", "--into", file, cache=film / "cache")
    line = "cara: {key: D minor, meter: 4/4, notes: \"d'4\\\\fff f'4 a'8. fis'16 a'4\"}\n"
    assert file.read_text() == MOTIFS + line
    twice = hostkit(*words, "--as", "cara", "--into", file, cache=film / "cache")
    assert (twice.code, "there is a theme 'cara' already" in twice.err) == (2, True)
    elsewhere = hostkit(*words, "--as", "dora", "--into", film / "1m1.yaml", cache=film / "cache")
    assert "its themes are in motifs.yaml; write it there" in elsewhere.err
    own = film / "own.yaml"
    own.write_text("hostkit: 1\ntracks:\n  a: {instrument: {tone: {}}}  # one\n")
    hostkit(*words, "--as", "dora", "--into", own, cache=film / "cache")
    assert "themes: {dora: {key: D minor," in own.read_text()
    assert own.read_text().endswith("# one\n")
    assert file.read_text() == MOTIFS + line


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--track", "Horn", "--bars", "8-5"), "--bars '8-5' are no bars; write --bars 5-8"),
        (("--track", "Hron", "--bars", "1"), "there is no track 'Hron'; did you mean 'Horn'?"),
        (("--track", "Horn", "--bars", "90"), "there are no notes in bars 90"),
        (("--bars", "1", "--key", "H minor"), "--key: 'H minor' is no key; write D minor"),
    ],
)
def test_what_cannot_be_taken_is_told(film: Path, more: tuple[str, ...], said: str):
    score = write_score(film / "score.mid", {"Horn": [(0, 4, 50)]})
    ran = hostkit("themes", "take", score, "--as", "x", *more, cache=film / "cache")
    assert (ran.code, said in ran.err) == (2, True), ran.err
