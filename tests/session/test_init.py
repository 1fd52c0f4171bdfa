"""What `init` makes of a MIDI file: tracks, sounds, seats, sections, names."""

from __future__ import annotations

import io

import mido
import pytest
from fonts import soundfont_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from new_scores import ORCHESTRA, message, notes, program, save, started, track

from hostkit.errors import RequestError
from hostkit.midi.general import PROGRAMS
from hostkit.session.load import load_session
from hostkit.session.model.midi import MidiSource
from hostkit.session.model.session import Session
from hostkit.session.starting.proposal import legal_name
from hostkit.session.starting.start import start_session
from hostkit.session.starting.words import sound_in


def test_an_orchestra(tmp_path):
    session = started(save(tmp_path / "1m02_the-chase_v3.mid", *ORCHESTRA))
    assert (session.cue, session.title, session.version) == ("1m02", "The Chase", 3)
    assert session.midi == "1m02_the-chase_v3.mid"
    assert session.tempo is None
    assert list(session.tracks) == ["Violins", "Horn", "Horn 2", "Basses", "Choir", "Drums"]
    stems = [session.stem_of(name) for name in session.tracks]
    assert stems == ["strings", "brass", "brass", "strings", "choir", "percussion"]
    tags = [session.tracks[name].tags for name in session.tracks]
    assert tags == [["melody"], [], [], ["bass"], ["vocals"], ["drums"]]
    assert [(s.name, str(s.at)) for s in session.sections] == [("Intro", "1|1"), ("Chase", "3|1")]
    assert session.mixes == ["full", "underscore", "no_drums", "no_vocals", "no_bass"]


def test_sounds_come_from_the_program_changes(tmp_path):
    session = started(save(tmp_path / "a.mid", *ORCHESTRA))
    sounds = {n: (t.instrument.program, t.instrument.bank) for n, t in session.tracks.items()}
    assert sounds == {
        "Violins": (48, None),
        "Horn": (60, None),
        "Horn 2": (60, None),
        "Basses": (43, None),
        "Choir": (52, None),
        "Drums": (48, 128),
    }


def test_tracks_of_one_name_are_chosen_by_number(tmp_path):
    session = started(save(tmp_path / "a.mid", *ORCHESTRA))
    assert session.tracks["Violins"].midi == MidiSource(track="Violins")
    assert session.tracks["Horn"].midi == MidiSource(track=3)
    assert session.tracks["Horn 2"].midi == MidiSource(track=4)


SEATS = {
    ("String Ensemble 1", -0.5): "Violins|Vln 1|Violins I",
    ("String Ensemble 1", -0.2): "Vln. II|Violins 2|Zweite Geigen",
    ("String Ensemble 1", 0.2): "Violas|Vla|Bratschen",
    ("String Ensemble 1", 0.4): "Celli|Vc",
    ("Violin", -0.5): "Violin",
    ("Viola", 0.2): "Viola",
    ("Cello", 0.4): "Cello",
    ("Contrabass", 0.5): "Contrabass|Cb",
    ("Pizzicato Strings", 0.2): "Viole pizz.",
    ("Pizzicato Strings", 0.5): "Kontrabass pizz.",
    ("Pizzicato Strings", -0.2): "Violini 2 pizz",
}
"""The sound and the pan of names, whatever is played."""


@pytest.mark.parametrize("pitch", [36, 50, 90])
def test_the_name_of_strings_decides_their_sound_and_their_seat(pitch, tmp_path):
    expected = {name: told for told, names in SEATS.items() for name in names.split("|")}
    tracks = [track(name, *notes([pitch])) for name in expected]
    session = started(save(tmp_path / "a.mid", *tracks))
    found = {
        t.midi.track: (PROGRAMS[t.instrument.program].name, t.pan) for t in session.tracks.values()
    }
    assert found == expected


def test_of_unnamed_strings_high_ones_sit_left_and_low_ones_right(tmp_path):
    pitches = {"Strings": 76, "Strings B": 60, "Strings C": 45}
    tracks = [track(n, program(48), *notes([p])) for n, p in pitches.items()]
    session = started(save(tmp_path / "a.mid", *tracks))
    pans = [session.tracks[name].pan for name in pitches]
    assert pans == sorted(pans)
    assert pans[0] < 0 < pans[-1]


def test_type_0_makes_a_track_of_each_channel(tmp_path):
    song = track("My Song", program(0, 1), program(33, 2))
    song += [*notes([60, 64], 1), *notes([36], 2), *notes([36], 10)]
    session = started(save(tmp_path / "a.mid", song, kind=0))
    assert list(session.tracks) == ["Acoustic Grand Piano", "Electric Bass (finger)", "drums"]
    assert session.tracks["drums"].midi == MidiSource(channel=10)


def test_a_track_with_two_channels_is_split(tmp_path):
    both = track("Piano", *notes([60], 1), program(32, 2), *notes([30], 2))
    session = started(save(tmp_path / "a.mid", track("x", *notes([70], 3)), both))
    sources = [t.midi for t in session.tracks.values()]
    assert sources[1:] == [
        MidiSource(track="Piano", channel=1),
        MidiSource(track="Piano", channel=2),
    ]


def test_a_part_that_changes_its_sound_is_left_to_the_midi(tmp_path):
    changing = track("Solo", program(73), *notes([70]), program(68), *notes([70]))
    score = save(tmp_path / "a.mid", changing)
    session = started(score)
    assert session.tracks["Solo"].instrument.program is None
    assert "Flute, Oboe" in score.with_suffix(".yaml").read_text()


def test_without_program_changes_the_name_tells(tmp_path):
    tracks = [track(n, *notes([50])) for n in ("Bassoon", "Perc", "弦", "Take 5")]
    session = started(save(tmp_path / "a.mid", *tracks))
    sounds = [(t.instrument.program, t.instrument.bank) for t in session.tracks.values()]
    assert sounds == [(70, None), (0, 128), (0, None), (0, None)]
    assert list(session.tracks)[2] == "Acoustic Grand Piano"


def test_a_kit_that_soundfonts_do_not_have_becomes_the_standard_one(tmp_path):
    odd = track("Kit", program(127, 10), *notes([36], 10))
    session = started(save(tmp_path / "a.mid", odd))
    assert session.tracks["Kit"].instrument.program == 0


def test_pan_in_the_midi_stays(tmp_path):
    panned = message("control_change", control=10, value=20)
    session = started(save(tmp_path / "a.mid", track("Horn", program(60), panned, *notes([50]))))
    assert session.tracks["Horn"].pan == 0


def test_smpte_division_gives_sections_in_seconds(tmp_path):
    score = save(tmp_path / "a.mid", ORCHESTRA[0], track("Piano", *notes([60])))
    data = bytearray(score.read_bytes())
    data[12:14] = (256 - 25, 40)  # 25 frames of 40 ticks: a tick is a millisecond
    score.write_bytes(data)
    assert [str(s.at) for s in started(score).sections] == ["0s", "3.84s"]


def sounds_of(session: Session) -> dict[str, tuple[int | None, int | None]]:
    return {n: (t.instrument.program, t.instrument.bank) for n, t in session.tracks.items()}


def test_a_program_0_everywhere_is_no_choice_of_the_piano(tmp_path, capsys):
    names = ("Vln I", "Hns a4", "Take 5")
    tracks = [track(n, program(0, i), *notes([60], i)) for i, n in enumerate(names, start=1)]
    made = start_session(save(tmp_path / "a.mid", *tracks))
    assert sounds_of(load_session(made.path).session) == {
        "Vln I": (48, None), "Hns a4": (60, None), "Take 5": (0, None)
    }  # fmt: skip
    assert made.unrecognised == 1
    assert "# 1 of 3 tracks: no sound recognised, piano for now." in made.path.read_text()


def test_a_program_0_among_others_is_the_piano(tmp_path):
    tracks = [track("Horn", program(0), *notes([60])), track("x", program(73, 2), *notes([70], 2))]
    made = start_session(save(tmp_path / "a.mid", *tracks))
    assert sounds_of(load_session(made.path).session)["Horn"] == (0, None)
    assert made.unrecognised == 0


def test_a_name_beats_channel_10(tmp_path):
    tracks = [track(n, *notes([60], 10)) for n in ("Hns a4", "Take 5", "Perc")]
    session = started(save(tmp_path / "a.mid", *tracks))
    assert list(sounds_of(session).values()) == [(60, None), (0, 128), (0, 128)]
    assert [track.stem for track in session.tracks.values()] == ["brass"] + ["percussion"] * 2


def test_parts_that_differ_in_a_suffix_are_one_track_with_articulations(tmp_path):
    """Not those with numbers, nor one that stands alone, nor drums of a kind."""
    session = started(
        save(
            tmp_path / "a.mid",
            track("Vln. I Legato", *notes([74, 76] * 8)),
            track("Flute 1", *notes([72])),
            track("Vln. I Pizz.", *notes([62, 64])),
            track("Vln. I", *notes([67])),
            track("Flute 2", *notes([72])),
            track("Celli (con sord)", *notes([40])),
        )
    )
    assert list(session.tracks) == ["Vln. I", "Flute 1", "Flute 2", "Celli (con sord)"]
    violins = session.tracks["Vln. I"]
    assert isinstance(violins.midi, MidiSource)
    parts = {"Vln. I Legato": "legato", "Vln. I Pizz.": "pizz", "Vln. I": "sustain"}
    assert violins.midi.tracks == parts
    programs = {name: one.program for name, one in violins.articulations.items()}
    assert programs == {"legato": 48, "pizz": 45, "sustain": 48}
    assert (violins.pan, violins.stem) == (-0.5, "strings")


def test_arco_and_pizzicato_stay_under_the_parts_name(tmp_path):
    both = track("Violin I", program(48, 1), program(45, 2), *notes([70], 1), *notes([74], 2))
    band = track("Band", program(0, 3), program(33, 4), *notes([60], 3), *notes([30], 4))
    session = started(save(tmp_path / "a.mid", both, band))
    assert list(session.tracks) == [
        "Violin I", "Violin I (pizzicato)", "Acoustic Grand Piano", "Electric Bass (finger)"
    ]  # fmt: skip


def test_ports_are_chosen_where_a_track_plays_on_several(tmp_path):
    port = [mido.MetaMessage("midi_port", port=n) for n in (0, 1)]
    one = track("", port[0], program(48), *notes([60]), port[1], program(56), *notes([67]))
    session = started(save(tmp_path / "a.mid", one, kind=0))
    assert [t.midi for t in session.tracks.values()] == [
        MidiSource(channel=1, port=0), MidiSource(channel=1, port=1)
    ]  # fmt: skip
    assert list(sounds_of(session).values()) == [(48, None), (56, None)]


def test_the_port_tells_whose_program_it_is(tmp_path):
    port = [mido.MetaMessage("midi_port", port=n) for n in (0, 1)]
    harp = track("Harp", port[0], program(46, 4), *notes([76], 4))
    solo = track("Solo", port[1], *notes([72], 4))
    session = started(save(tmp_path / "a.mid", harp, solo))
    assert sounds_of(session) == {"Harp": (46, None), "Solo": (0, None)}


def test_variations_are_used_where_the_font_has_them(tmp_path):
    bank = message("control_change", control=0, value=8)
    score = save(tmp_path / "a.mid", track("Gtr", bank, program(24), *notes([67])))
    font = tmp_path / "a.sf2"
    font.write_bytes(soundfont_of((8, 24, "Ukulele"), (0, 24, "Nylon")))
    with_it = load_session(start_session(score, font=font).path).session
    assert sounds_of(with_it) == {"Gtr": (24, 8)}
    assert sounds_of(started(score)) == {"Gtr": (24, None)}


def test_markers_become_sections_or_hits(tmp_path):
    markers = [
        mido.MetaMessage("marker", text="Verse"),
        mido.MetaMessage("marker", text="door slams", time=1920),
        mido.MetaMessage("cue_marker", text="Ada turns", time=480),
        mido.MetaMessage("marker", text="Chase", time=1440),
        mido.MetaMessage("marker", text="she runs"),  # a section begins there already
        mido.MetaMessage("marker", text="look", time=100),  # off the beat
    ]
    session = started(save(tmp_path / "a.mid", track("", *markers), track("Pno", *notes([60]))))
    assert [(s.name, str(s.at)) for s in session.sections] == [("Verse", "1|1"), ("Chase", "3|1")]
    assert [hit.name for hit in session.hits] == ["door slams", "Ada turns", "look", "she runs"]
    assert [str(hit.at) for hit in session.hits][:2] == ["2|1", "2|2"]
    assert str(session.hits[3].at) == "3|1"


def test_the_smpte_offset_becomes_a_picture(tmp_path):
    offset = mido.MetaMessage("smpte_offset", frame_rate=29.97, hours=1, seconds=10)
    session = started(save(tmp_path / "a.mid", track("", offset), track("Pno", *notes([60]))))
    assert (str(session.picture.frame_rate), str(session.picture.start)) == ("29.97", "01:00:10;00")


def test_names_in_other_scripts_choose_their_tracks(tmp_path):
    score = save(tmp_path / "a.mid", track("ピアノ", *notes([60])), track("Труба", *notes([70])))
    session = started(score)
    assert [t.midi.track for t in session.tracks.values()] == ["ピアノ", "Труба"]
    assert list(sounds_of(session).values()) == [(0, None), (56, None)]


@pytest.mark.parametrize("sound", PROGRAMS, ids=lambda p: p.name)
def test_general_midi_names_are_legal_track_names(sound):
    assert legal_name(sound.name)


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("Violins 1", "String Ensemble 1"),
        ("Bassoon", "Bassoon"),
        ("Bass Clarinet", "Clarinet"),
        ("Harpsichord", "Harpsichord"),
        ("Snare", "drums"),
        ("English Horn", "English Horn"),
        ("Double Bass", "Contrabass"),
    ],
)
def test_words_in_names(name, sound):
    found = sound_in(name)
    assert found is not None
    assert found.name == sound


name_texts = st.text(st.characters(codec="utf-8"), max_size=80)
events = st.lists(
    st.tuples(
        st.sampled_from(["note_on", "program_change", "pan"]),
        st.integers(0, 15),
        st.integers(0, 127),
    ),
    max_size=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parts=st.lists(st.tuples(name_texts, events), min_size=1, max_size=6),
    marker=name_texts,
    at=st.integers(0, 10_000),
    one=st.booleans(),
)
def test_whatever_is_written_passes_check(tmp_path, parts, marker, at, one):
    tracks = [track(name, *(_message(*event) for event in inside)) for name, inside in parts]
    tracks[0].insert(0, mido.MetaMessage("marker", text=marker, time=at))
    tracks = [mido.merge_tracks(tracks)] if one else tracks
    made = io.BytesIO()
    mido.MidiFile(type=0 if one else 1, tracks=tracks, charset="utf-8").save(file=made)
    score = tmp_path / "song.mid"
    score.write_bytes(made.getvalue())
    if any(event[0] == "note_on" for _, inside in parts for event in inside):
        played = started(score)
        assert len({name.casefold() for name in played.tracks}) == len(played.tracks)
    else:
        with pytest.raises(RequestError):
            started(score)


def _message(kind, channel, value):
    fields = {
        "note_on": {"note": value},
        "program_change": {"program": value},
        "pan": {"control": 10, "value": value},
    }[kind]
    name = "control_change" if kind == "pan" else kind
    return message(name, time=100, channel=channel, **fields)
