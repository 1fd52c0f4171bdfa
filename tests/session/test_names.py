"""How parts are called: every spelling of the table, and names as scores write them."""

from __future__ import annotations

import pytest

from hostkit.midi.general import PROGRAMS
from hostkit.session.starting.names import GENERAL_MIDI_ROWS, ROWS
from hostkit.session.starting.words import sound_in, spellings_of

STRINGS = "String Ensemble 1"
NAMES = {
    STRINGS: "Violin I|Violin 2|Cello 1|Cello/Bass|Violas|Cellos|"
    "Vln I|VLN. 2|Vla|Vc|Geige|Bratsche|Viole|Violoncelli|Altos|1. Violine|Vln. II div.|"
    "Violons 1|Vln1 Spicc|Strings Long|Stgs Short|Celli a2|弦楽器|Скрипки",
    "Contrabass": "Cb|Kontrabass|Kontrabässe|Kontrabaesse|Contrabbassi|Contrebasses|"
    "Double Basses|D.B.|Ctrabasso|Ctrabassi|C.basso|Contrabasso|Contrab.|Kontrab.|Contreb.|"
    "Dbl. Bass",
    "Violin": "Solo Violin|Violino solo|Violin|Violin sord.",
    "Viola": "Viola|VIOLA|Solo Viola",
    "Cello": "Vc. Solo|Cello|Violoncello",
    "Pizzicato Strings": "Cello pizz.|VIOLINS 1 PIZZ|Strings Pizz|Vla pizz.",
    "Tremolo Strings": "Vln trem|Strings Trem Long",
    "Piccolo": "Picc|Picc/Fl|Kleine Flöte|Ottavino|Petite Flûte",
    "Flute": "Fl|Fl./Picc.|Flöte 1.2.|Flauti|2 Fl|Flûtes",
    "Oboe": "Ob|Oboi|Hautbois",
    "English Horn": "C.A.|CA|E. H.|EH|Engl. Horn|Englischhorn|Corno inglese|Cor anglais",
    "Clarinet": "Cl|Clarinet in Bb 1|Klar.|B.Cl.|Bass Clarinet|Clarinetto in La|Bassklarinette|"
    "Contrabass Clarinet|Cb. Cl.|KbKl.|Clarinetto contrabbasso|Clarinette contrebasse",
    "Bassoon": "Bsn|Fagotti|Bassons|Cbsn|Kontrafagott|Fg. 2|Kfag|Kfg.|K.-Fag.|"
    "Contrafag.|C.Fag.|Controfagotto|C.bon|Dbl. Bsn.",
    "French Horn": "Hn|Hns a4|Hörner|Hoerner|Corni in Fa|Cors|Horn in F 3|F Hn. 1-2",
    "Trumpet": "Tpt|Trompettes|Trombe|Trp. 1|Trumpet in Bb|Труба",
    "Muted Trumpet": "Tpt con sord|Harmon Trumpet",
    "Trombone": "Tbn|Posaunen|Tromboni|Bassposaune|Bass Trombone|Tenor Trombone|"
    "Contrabass Trombone|Cb. Tbn.|KB-Pos.|Trombone contrabbasso",
    "Tuba": "Tuba|Basstuba|Bass Tuba|Contrabass Tuba|Cb. Tuba",
    "Brass Section": "BRS Stacc|Low Brass|Blech",
    "Timpani": "Timp|Pauken|Timbales",
    "Orchestral Harp": "Hp|Harfe|Arpa",
    "Vibraphone": "Vibr|Vibes",
    "Glockenspiel": "Glock|Campanelli",
    "Xylophone": "Xyl|Silofono",
    "Celesta": "Cel|Celeste",
    "Choir Aahs": "Choir Ahs|Lead Vocals|Soprano|Sopran 1|Tenor|Chœur|Coro",
    "Voice Oohs": "Choir Oohs",
    "drums": "Snare|Kl. Trommel|Gr. Tr.|Gran Cassa|Piatti|Tamb.|Tri.|Tam-tam|Perc Hi|Schlagzeug|"
    "Bass Drum|B.D.",
    "Synth Bass 1": "Synth Bass|Bass Synth|Pulse|Arp",
    "Electric Bass (finger)": "Bass|bASS|E-Bass|Bass Guitar",
    "Synth Drum": "Sub Boom",
    "Pad 2 (warm)": "Pad|Warm Pad",
    "Acoustic Grand Piano": "Klavier|Pno.|ピアノ",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sound"),
    [(name, sound) for sound, names in NAMES.items() for name in names.split("|")],
)
def test_names_as_scores_write_them(name, sound):
    found = sound_in(name)
    assert found is not None
    assert found.name == sound


def ways(words: tuple[str, ...]) -> list[str]:
    plain = " ".join(words)
    return [plain, plain.upper(), f"{plain.title()} 2", f"1. {plain}", f"{plain}. I", f"{plain}/x"]


def test_every_spelling_of_the_table_is_recognised_in_every_way_of_writing_it():
    seen: set[tuple[str, ...]] = set()
    for row in (*ROWS, *GENERAL_MIDI_ROWS):
        for words in spellings_of(row):
            if words in seen:
                continue  # the table comes before General MIDI's own names
            seen.add(words)
            found = {sound_in(way) for way in ways(words)}
            assert found - {row.solo} == {row.sound}, words


@pytest.mark.parametrize("sound", PROGRAMS, ids=lambda p: p.name)
def test_general_midis_own_names_are_recognised(sound):
    assert sound_in(sound.name) is not None


@pytest.mark.parametrize(
    "name", ["", "Track 5", "Take 5", "Prelude", "Misleading", "Sequenced by X", "Conductor", "7"]
)
def test_what_is_no_instrument(name):
    assert sound_in(name) is None


def test_voices_are_told_by_what_stands_beside_them():
    choir = ["Soprano", "Alto", "Tenor", "Bass"]
    assert {sound_in(name, choir).name for name in choir} == {"Choir Aahs"}
    assert sound_in("Altos", choir).name == "Choir Aahs"
    assert {sound_in(name, ["S", "A", "T", "B"]).name for name in "SATB"} == {"Choir Aahs"}
    assert sound_in("Altos", ["Violons", "Cors"]).name == STRINGS
    assert sound_in("Bass", ["Drums", "Piano"]).name == "Electric Bass (finger)"
    assert sound_in("A", ["B"]) is None
