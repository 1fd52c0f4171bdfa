"""Scores of tracks: what they quote becomes the events of any MIDI, and says why it changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from commands import hostkit
from scores import RATE, write_score
from written import session_text

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.plan import Plan
from hostkit.plan.reasons import parts, why
from hostkit.schemas.make import schema_text
from hostkit.session.load import validate
from hostkit.session.yaml_tree import parse_yaml
from hostkit.themes.notation.reading import read_notes

HEAD = "hostkit: 1\ntempo: [{at: 1|1, bpm: 60}]\n"
ADA = "ada: {key: D minor, notes: \"d'4 f' a'8. g'16 | a'2\"}"
TONE = "instrument: {tone: {}}"


def planned(folder: Path, text: str) -> Plan:
    path = folder / "cue.yaml"
    path.write_text(text)
    made = plan_session(path, Environment())
    return made if isinstance(made, Plan) else made.plans[0]


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        planned(folder, text)
    return [str(one).split(f"{folder}/")[-1] for one in caught.value.problems]


def notes(plan: Plan, number: int = 0) -> list[tuple[float, int, int]]:
    """Second, key and velocity of each note of a track."""
    events = plan.tracks[number].plan.source.score.events()
    return [
        (sample / RATE, message[1], message[2])
        for sample, message in zip(events.samples.tolist(), events.messages, strict=True)
        if message[0] & 0xF0 == 0x90
    ]


def test_a_theme_sounds_where_it_is_quoted(tmp_path: Path):
    quotes = "score: [{at: 1|1, theme: ada}, {at: 4|1, theme: ada}]"
    plan = planned(tmp_path, f"{HEAD}themes: {{{ADA}}}\ntracks: {{v: {{{TONE}, {quotes}}}}}\n")
    first = [(0, 62, 80), (1, 65, 80), (2, 69, 80), (2.75, 67, 80), (3, 69, 80)]
    assert notes(plan) == first + [(second + 12, *rest) for second, *rest in first]


def test_a_score_stands_beside_midi(tmp_path: Path):
    write_score(tmp_path / "cue.mid", {"a": [(0, 1, 40)]})
    track = f"{TONE}, midi: cue.mid, score: [{{at: 1|2, theme: ada}}]"
    plan = planned(tmp_path, f"{HEAD}themes: {{{ADA}}}\ntracks: {{v: {{{track}}}}}\n")
    assert [key for _, key, _ in notes(plan)] == [40, 62, 65, 69, 67, 69]


def test_cues_share_a_file_of_themes_and_are_told_of_its_places(tmp_path: Path):
    (tmp_path / "motifs.yaml").write_text("ada:\n  notes: |\n    d'4 f'\n    h'4 g'\n")
    text = f"{HEAD}themes: motifs.yaml\ntracks: {{v: {{{TONE}, score: [{{at: 1, theme: ada}}]}}}}\n"
    with pytest.raises(InvalidInput) as caught:
        planned(tmp_path, text)
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line, problem.column) == ("motifs.yaml", 4, 5)
    assert problem.message == '"h\'4" is no note'
    assert problem.excerpt == "        h'4 g'\n        ^^^"
    assert problem.excerpt in str(caught.value)


def test_changes_are_made_in_their_order_and_those_of_the_place_last(tmp_path: Path):
    quote = """{at: 2|1, theme: ada, mode: D major, transpose: 3, augment: 2, invert: {about: a'},
      retrograde: true, fragment: "1-4", sequence: [0, 2], velocity: 70, swell: "p < f > p",
      then: [{transpose: -12}], fit: {bars: 4}}"""
    head = f"{HEAD}themes: {{{ADA}}}\nhits: [{{at: 20s, name: door}}]\n"
    plan = planned(tmp_path, f"{head}tracks: {{v: {{{TONE}, score: [{quote}]}}}}\n")
    # f' a' c'' bes' c'' about a', backwards: fis' aes' fis' a' cis''; and a third of F major on.
    played = notes(plan)
    assert [key for _, key, _ in played] == [54, 56, 54, 57, 58, 59, 58, 60]
    assert [second for second, _, _ in played][::4] == [4, 12]
    assert {velocity for *_, velocity in played} == {96}
    landing = quote.replace("fit: {bars: 4}", "fit: {to_hit: door}")
    plan = planned(tmp_path, f"{head}tracks: {{v: {{{TONE}, score: [{landing}]}}}}\n")
    assert notes(plan)[-1][0] == 20


def test_the_schema_takes_every_way_to_write_a_change():
    quotes = """
      - {at: 1, theme: ada, transpose: 3, invert: true, sequence: [0, 2], fragment: 1, humanise: 7}
      - {at: 1, theme: ada, transpose: {steps: 2}, invert: diatonic, sequence: {semitones: [0, 3]}}
      - {at: 1, notes: c4, invert: {about: a', by: degrees}, ornament: off, displace: -8.}
      - {at: 1, notes: c4, augment: 3/2, ornament: 16, humanise: {seed: 1}, voices: v}
      - {at: 1, notes: c4, velocity: mf, fit: {bars: 2}, fragment: 1-, harmonise: Dm | Gm}
    """
    text = f"{HEAD}themes: {{{ADA}}}\ntracks:\n  v:\n    {TONE}\n    score:{quotes}"
    tree = parse_yaml(text, "cue.yaml")
    jsonschema.validate(tree.data, json.loads(schema_text("session")))
    session = validate(tree)
    again = validate(parse_yaml(session_text(session), "cue.yaml"))
    assert again == session


def test_voices_share_a_theme_and_ranges_are_told(tmp_path: Path):
    horn, flute = (
        "instrument: {soundfont: gm, program: 60}",
        "instrument: {soundfont: gm, program: 73}",
    )
    score = """score: [{at: 1, notes: "<c' e' g''>1", voices: [high, low]},
      {at: 2, theme: ada, transpose: -36}]"""
    text = f"{HEAD}themes: {{{ADA}}}\ntracks: {{low: {{{horn}, {score}}}, high: {{{flute}}}}}\n"
    plan = planned(tmp_path, text)
    assert [key for _, key, _ in notes(plan, 0)][:2] == [60, 64]
    assert [key for _, key, _ in notes(plan, 1)] == [79]
    (warning,) = [text for text in plan.warnings if "theme" in text]
    assert warning == (
        "low: theme ada at 2|1 goes down to D1, and its instrument plays B1-F5; "
        "transpose it, or give it to another track"
    )


def test_articulations_of_a_score_are_those_of_the_track(tmp_path: Path):
    ways = "articulations: {ord: {keyswitch: C0}, pizz: {keyswitch: D0}, staccato: {keyswitch: E0}}"
    score = r"""score: [{at: 1|2, notes: "c'4 d'4\\pizz e'4-. f'4\\spiccato"}]"""
    plan = planned(tmp_path, f"{HEAD}tracks: {{v: {{{TONE}, {ways}, {score}}}}}\n")
    assert [key for _, key, _ in notes(plan)] == [12, 60, 14, 62, 16, 64, 12, 65]
    (warning,) = plan.warnings
    assert warning.startswith("v: its score asks for spiccato, which its instrument does not have")


def test_what_changed_names_the_theme_for_the_tracks_that_quote_it(tmp_path: Path):
    scores = ("[{at: 1, theme: ada}]", "[{at: 1, notes: c'1}]")
    tracks = [
        f"{name}: {{{TONE}, score: {score}}}" for name, score in zip("vw", scores, strict=True)
    ]
    text = f"{HEAD}themes: {{{ADA}}}\ntracks: {{{', '.join(tracks)}}}\n"
    before, after = planned(tmp_path, text), planned(tmp_path, text.replace("f'", "e'"))
    said = [
        why(parts(old.plan), parts(new.plan))
        for old, new in zip(before.tracks, after.tracks, strict=True)
    ]
    assert said == ["theme ada changed", "it is not in the store any more"]
    moved = planned(tmp_path, text.replace("theme: ada", "theme: ada, transpose: 2"))
    assert why(parts(before.tracks[0].plan), parts(moved.tracks[0].plan)) == "notes changed"
    assert before.tracks[1].fingerprint == after.tracks[1].fingerprint
    same = planned(tmp_path, text.replace("d'4 f'", "d'4   f'4"))
    assert [track.fingerprint for track in same.tracks] == [t.fingerprint for t in before.tracks]


@pytest.mark.parametrize(
    ("score", "problem"),
    [
        ("[{at: 1, theme: adda}]", "61: there is no theme 'adda'; did you mean 'ada'?"),
        ("[{at: 1, them: ada}]", "46: nothing says what is played here; did you mean 'theme'?"),
        (
            "[{at: 1, theme: ada, notes: c'1}]",
            "46: theme: and notes: are both here; make them two entries",
        ),
        ("[ada]", "46: an entry of a score is a map; write {at: 5|1, theme: ada}"),
        (
            "[{at: 1|9, theme: ada}]",
            "51: 1|9 does not exist: bar 1 is in 4/4, its beats go from 1 to 4",
        ),
        (
            "[{at: 1, theme: ada, fragment: 2-9}]",
            "76: there are no notes 2 to 9: the theme has 5; write numbers from 1 to 5",
        ),
        ("[{at: 1, theme: ada, mode: mior}]", "72: there is no mode 'mior'; did you mean 'minor'?"),
        (
            "[{at: 1, theme: ada, fit: {to_hit: dor}}]",
            "71: there is no hit 'dor'; hits: of the session has none",
        ),
        (
            "[{at: 1, theme: ada, voices: [v, w]}]",
            "78: there is no track 'w'; there are: v",
        ),
        (
            "[{at: 1, theme: ada, transpose: up}]",
            "77: transpose is a number of semitones; write transpose: 3, or {steps: 2}",
        ),
        (
            "[{at: 1, theme: ada, transpose: 90}]",
            "46: it goes from 152 to 159, and MIDI has keys from 0 to 127 only; "
            "transpose it by octaves: transpose: -36",
        ),
        (
            "[{at: 1, theme: ada, transpose: -65}]",
            "46: it goes from -3 to 4, and MIDI has keys from 0 to 127 only; "
            "transpose it by octaves: transpose: 12",
        ),
        (
            "[{at: 1, theme: ada, velocity: loud}]",
            "76: 'loud' is no velocity; write 1 to 127, or a mark: mf",
        ),
        ("[{at: 1, theme: ada, displace: -4}]", "46: it begins before 1|1; let it begin later"),
        (
            "[{at: 1, theme: ada, then: [{fragment: 7}]}]",
            "84: there are no notes 7 to 7: the theme has 5; write numbers from 1 to 5",
        ),
        ('[{at: 1, notes: "c\'4 x"}]', "66: 'x' is no note; write notes like d'4 f' a'8. g'16"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, score: str, problem: str):
    text = f"{HEAD}themes: {{{ADA}}}\ntracks: {{v: {{{TONE}, score: {score}}}}}\n"
    (told,) = refused(tmp_path, text)
    assert told.startswith(f"cue.yaml:4:{problem}")


def test_themes_are_made_of_others_but_not_of_themselves(tmp_path: Path):
    themes = (
        "dark: {theme: ada, mode: phrygian, then: [{transpose: -12}]}, a: {theme: b}, b: {theme: a}"
    )
    track = f"{TONE}, score: [{{at: 1, theme: dark}}]"
    text = f"{HEAD}themes: {{{ADA}, {themes}}}\ntracks: {{v: {{{track}}}}}\n"
    assert [problem.split(": ", 1)[1] for problem in refused(tmp_path, text)] == [
        "themes go in a circle: a → b → a; write one in notes",
        "themes go in a circle: b → a → b; write one in notes",
    ]
    plan = planned(tmp_path, text.replace("b: {theme: a}", "b: {theme: ada}"))
    assert [key for _, key, _ in notes(plan)] == [50, 53, 57, 55, 57]


def test_a_theme_that_is_wrong_in_shape_is_not_said_to_be_missing(tmp_path: Path):
    text = f"""{HEAD}themes: {{ada: {{key: D minor, nots: c}}, ben: {{theme: ada}}}}
tracks: {{v: {{{TONE}, score: [{{at: 1, theme: ada}}, {{at: 2, theme: ben}}]}}}}
"""
    (tmp_path / "cue.yaml").write_text(text)
    refused = hostkit("check", tmp_path / "cue.yaml", cache=tmp_path / "c")
    assert refused.code == 2
    assert "unknown key 'nots'; did you mean 'notes'?" in refused.err + refused.out
    assert "there is no theme" not in refused.err + refused.out


def test_what_is_played_after_the_end_is_told(tmp_path: Path):
    entries = "{at: 1|1, notes: c}, {at: 40|1, notes: c}"
    text = f"{HEAD}length: 3|1\ntracks: {{v: {{{TONE}, score: [{entries}]}}}}\n"
    assert [one for one in planned(tmp_path, text).warnings if "ends the music" in one] == [
        "length: 3|1 ends the music before what v plays at 40|1; if that is not meant, give it "
        "more length"
    ]


def test_entries_take_degrees_and_a_scale_as_themes_do(tmp_path: Path):
    entries = """[{at: 1, key: C major, degrees: "1:1/4 3:1/4"}, {at: 2, scale: G major,
      degrees: "7:1/4", transpose: -12},
      {at: 3, scale: D minor, notes: d'4, transpose: {steps: 2}}]"""
    plan = planned(tmp_path, f"{HEAD}tracks: {{v: {{{TONE}, score: {entries}}}}}\n")
    assert [(at, key) for at, key, _ in notes(plan)] == [(0, 60), (1, 64), (4, 66), (8, 65)]
    lone = f'{HEAD}tracks: {{v: {{{TONE}, score: [{{at: 1, degrees: "1:1/4"}}]}}}}\n'
    assert "degrees are those of a scale; write scale: D dorian" in refused(tmp_path, lone)[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("fit: {bars: 0}", "'0' is no number of bars; write 2, or 1/2"),
        (
            "invert: false",
            "invert is true, chromatic, diatonic or a map; it is false; "
            "write invert: true for upside down, or take it out",
        ),
        ("sequence: 2", "a sequence is a list of steps; write sequence: [0, 2, 4]"),
        ("humanise: true", "humanise is a number, its seed; write humanise: 7"),
        ("retrograde: 7", "'retrograde' should be true or false"),
    ],
)
def test_a_change_that_is_none_is_told_in_its_own_words(tmp_path: Path, change: str, told: str):
    text = f"{HEAD}tracks: {{v: {{{TONE}, score: [{{at: 1, notes: c, {change}}}]}}}}\n"
    (found,) = refused(tmp_path, text)
    assert told in found


def test_themes_in_what_is_no_file_are_told_so(tmp_path: Path):
    (tmp_path / "motifs").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    for named, what in (("motifs", "a folder"), ("pipe.yaml", "a pipe")):
        (found,) = refused(tmp_path, f"{HEAD}themes: {named}\ntracks: {{v: {{{TONE}}}}}\n")
        assert f"'{named}' is {what}, not a file of themes" in found


@pytest.mark.parametrize(
    ("note", "name"), [("c#4", "cis"), ("f♯", "fis"), ("bb4", "bes"), ("e♭", "ees")]
)
def test_sharps_and_flats_as_others_write_them_have_their_cure(note: str, name: str):
    (fault,) = read_notes(f"{note} d").faults
    assert fault.fault.message == f"{note!r} is no note"
    assert fault.fault.cure == f"write {name}: " + (
        "sharps end in is, flats in es, and octaves are ' or ,"
    )


def test_a_theme_is_taken_into_a_file_that_is_made(tmp_path: Path):
    write_score(tmp_path / "cue.mid", {"a": [(0, 4, 60)]})
    asked = ("themes", "take", tmp_path / "cue.mid", "--bars", "1", "--as", "ada")
    into = tmp_path / "new.yaml"
    dry = hostkit(*asked, "--into", into, "--dry-run", cache=tmp_path / "c")
    assert dry.out.startswith(f"{into}: would be made, theme ada: ")
    assert not into.exists()
    done = hostkit(*asked, "--into", into, cache=tmp_path / "c")
    assert done.out.startswith(f"{into}: made, theme ada: c'")
    assert into.read_text().startswith("ada: {meter: ")
    played = f"{HEAD}themes: new.yaml\ntracks: {{v: {{{TONE}, score: [{{at: 1, theme: ada}}]}}}}\n"
    assert [key for _, key, _ in notes(planned(tmp_path, played))] == [60]
