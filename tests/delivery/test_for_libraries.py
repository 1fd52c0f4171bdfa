"""What a music library gets besides audio: tags, previews and its sheet, read by other programs.

One delivery by a profile of the tests' own is looked at by most of them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import mutagen
import numpy as np
import pytest
import soundfile
from needed import needed
from outside import File
from scores import write_session
from tinytag import TinyTag
from wavinfo import WavInfoReader

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.containers import open_writer
from hostkit.audio.files.lossy import write_lossy
from hostkit.audio.files.wav_reader import read_header
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import layout_of
from hostkit.audio.tags.tags import Tags
from hostkit.delivery.documents.metadata_sheet import sheet_notes
from hostkit.delivery.profiles.load import load_profile
from hostkit.delivery.profiles.order import order_of
from hostkit.delivery.verifying.verify import verify
from hostkit.errors import InvalidInput
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import Rendered
from hostkit.session.load import load_session

Deliver = Callable[..., Rendered]
TAGS = Tags(
    title="Прибой – „Tide“",
    composer="Ada B; van Beethoven, Ludwig",
    publisher="Hafen & Söhne",
    album="Shores",
    genre="=Drama",
    bpm="92",
    key="F# minor",
    keywords="sea; dark",
    description="wide, slow strings",
    isrc="USRC17607839",
    iswc="T-034.524.680-1",
)
CREDITS = """\
credits:
  library: Hafen
  album: Shores
  composers:
    - {name: Ada B, society: PRS, ipi: "00123456790", share_percent: 50}
    - {name: "van Beethoven, Ludwig", share_percent: 50}
  publishers: [{name: Hafen & Söhne}]
  iswc: t0345246801
  isrc: {full: us-rc1-76-07839, underscore: USRC17607840}
  key: F#m
  genre: "=Drama"
  keywords: [sea, dark]
  description: "wide,\\tslow\\nstrings\\0"
"""
TEXT = f"""\
title: "Прибой – „Tide“"
tempo: [{{at: 1|1, bpm: 92, ramp_to: 120, until: 2|1}}]
tail: {{for_ms: 50}}
{CREDITS}tracks:
  low: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: a}}, stem: bass}}
  high: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: b}}, stem: lead, tags: [melody]}}
mixes: {{full: {{}}, underscore: {{}}}}
"""
PROFILE = """\
hostkit_profile: 1
about: previews and a sheet
previews: mp3
names:
  mix: "{title}_{tempo}bpm[_{key}]/{part}[_{project}]"
  stem: "{title}/{part}"
  preview: "mp3/{part}"
documents: metadata_sheet
metadata_sheet:
  at_least: {composers: 3}
  columns:
    - {header: "Title, as it is", value: "{title}", required: true}
    - {header: Genre, value: "{genre}", most: 4}
    - {header: Notes, value: "{description:upper}"}
    - {header: Mood}
    - {header: Released, value: "{release_date}", required: true}
    - {header: LUFS, value: "{lufs:.1}"}
    - {header: Main, value: "{is_main:yes/no}"}
    - {header: Of, value: "{main_number:02}"}
    - {header: People, value: "{composers: & }"}
    - {header: Episode, value: "episode {episode}"}
    - each: composers
      header: "Writer {n}"
      value: "{last_name}|{first_name}|{share_percent}|{ipi}"
    - {header: Code, value: "{isrc}"}
    - {header: File, value: "{file}/{preview}/{duration}/{bpm}/{key_short}/{meter}"}
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session, and the profile beside it."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "own.yaml").write_text(PROFILE, encoding="utf-8")
    return write_session(folder / "tide.yaml", TEXT, a=[(0, 4, 45)], b=[(0, 4, 69)])


@pytest.fixture
def made(session: Path, delivered: Deliver) -> Rendered:
    return delivered(session, str(session.with_name("own.yaml")))


def ffprobe(path: Path) -> dict[str, str]:
    """The tags that ffmpeg finds in a file, by lower-case names."""
    needed(shutil.which("ffprobe"), "ffprobe", "apt-get install ffmpeg")
    shown = "format_tags:stream_tags"
    command = ["ffprobe", "-v", "error", "-show_entries", shown, "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    streams = [stream.get("tags", {}) for stream in found["streams"]]
    tags = {
        name: text
        for one in (*streams, found["format"].get("tags", {}))
        for name, text in one.items()
    }
    return {name.lower(): text for name, text in tags.items()}


def test_a_mix_says_what_it_is(made: Rendered):
    """The tempo of a ramp is that of its start. Names have tempo and key, and no blank field."""
    full = made.folder / made.manifest.mixes["full"].file.path
    assert full.relative_to(made.folder) == Path("Priboy_-_Tide_92bpm_F#m/full.wav")
    info = WavInfoReader(str(full), info_encoding="utf-8").info
    assert (info.title, info.artist, info.album) == (TAGS.title, TAGS.composer, TAGS.album)
    assert (info.genre, info.keywords) == (TAGS.genre, TAGS.keywords)
    comment = (
        "wide, slow strings; publisher Hafen & Söhne; bpm 92; key F# minor; "
        "ISRC USRC17607839; ISWC T-034.524.680-1"
    )
    assert info.comment == comment == ffprobe(full)["comment"]
    file = File(full, "mix", "full", {})
    aswg = ElementTree.fromstring(file.chunk(b"iXML") or b"").find("ASWG")
    assert {one.tag: one.text for one in aswg if aswg is not None} == {
        "contentType": "music",
        "songTitle": TAGS.title,
        "composer": TAGS.composer,
        "musicPublisher": TAGS.publisher,
        "genre": TAGS.genre,
        "tempo": "92",
        "inKey": "F# minor",
        "notes": TAGS.description,
        "isrcId": TAGS.isrc,
    }
    codes = ElementTree.fromstring(file.chunk(b"axml") or b"").itertext()
    assert "".join(codes).split() == [f"ISRC:{TAGS.isrc}ISWC:{TAGS.iswc}"]
    header = read_header(full)
    assert header.metadata is not None
    assert header.metadata.tags == TAGS  # a ducked copy keeps them
    stem = WavInfoReader(str(made.folder / made.manifest.stems["bass"].file.path)).info
    assert "ISRC" not in stem.comment
    assert stem.title.endswith("(bass)")


@pytest.mark.parametrize(("codec", "kbps"), [("mp3", 320), ("opus", 160)])
def test_a_lossy_copy_is_tagged_as_long_and_the_same_twice(codec: str, kbps: int, tmp_path: Path):
    """At 44.1 kHz Opus is converted. The tone comes back: the error is 40 dB under it."""
    rate, frames = 44_100, 44_100 + 1234
    tone = 0.25 * np.sin(2 * np.pi * 441 / rate * np.arange(frames))
    source = tmp_path / "tone.wav"
    with open_writer(source, rate, layout_of(2), PCM24) as writer:
        writer.write(np.tile(tone, (2, 1)).astype(np.float32))
    paths = [tmp_path / f"{name}.{codec}" for name in "ab"]
    told: list[int] = []
    for path in paths:
        lossy = write_lossy(path, source, codec, kbps, TAGS, told.append)  # type: ignore[arg-type]  # codecs by name
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in paths}) == 1
    heard, at = soundfile.read(paths[0])
    assert (lossy.sample_rate, lossy.frames, lossy.expected_frames) == (at, len(heard), len(heard))
    assert len(heard) == round(frames * at / rate)
    assert max(told) == pytest.approx(frames, abs=1)
    meant = 0.25 * np.sin(2 * np.pi * 441 / at * np.arange(len(heard)))
    middle = slice(at // 10, -at // 10)
    error = heard[middle, 0] - meant[middle]
    assert np.sqrt(np.mean(error**2)) < np.sqrt(np.mean(meant[middle] ** 2)) / 100
    read = TinyTag.get(paths[0])
    assert (read.title, read.composer, read.album, read.genre, read.comment) == (
        TAGS.title, TAGS.composer, TAGS.album, TAGS.genre, TAGS.description
    )  # fmt: skip
    other = {name: values[0] for name, values in read.other.items()}
    assert (other["bpm"], other["initial_key"], other["isrc"]) == ("92", "F#m", TAGS.isrc)
    assert (other["publisher"], other["iswc"]) == (TAGS.publisher, TAGS.iswc)
    assert ffprobe(paths[0])["iswc"] == TAGS.iswc


def test_flac_has_comments_and_the_same_samples(tmp_path: Path):
    samples = np.arange(2000, dtype=np.int32).reshape(2, 1000)
    path = tmp_path / "a.flac"
    with open_writer(path, 48_000, layout_of(2), PCM24, Bwf("1m02", tags=TAGS)) as writer:
        writer.write_int_samples(samples)
    found = {name.lower(): text for name, text in mutagen.File(path).tags}
    assert (found["title"], found["composer"], found["key"]) == (TAGS.title, TAGS.composer, "F#m")
    assert (found["isrc"], found["bpm"], found["comment"]) == (TAGS.isrc, "92", "time_reference=0")
    assert np.array_equal(soundfile.read(path, dtype="int32")[0].T >> 8, samples)


def test_previews_are_listed_as_what_they_are_and_kept(
    session: Path, made: Rendered, delivered: Deliver
):
    entry = made.manifest.previews["underscore"]
    manifest = json.loads((made.folder / "manifest.json").read_text())
    assert manifest["previews"]["underscore"] == {
        "path": "mp3/underscore.mp3",
        "key": entry.key,
        "sha256": hashlib.sha256((made.folder / "mp3/underscore.mp3").read_bytes()).hexdigest(),
        "of": made.manifest.mixes["underscore"].file.path,
        "codec": "mp3",
        "kbps": 320,
        "lossy": True,
        "sample_rate": 48_000,
        "frames": made.manifest.frames,
        "expected_frames": made.manifest.frames,
    }
    told = json.loads((made.folder / "certificate.json").read_text())
    assert [one["of"] for one in told["previews"]] == [
        m.file.path for m in made.manifest.mixes.values()
    ]
    assert "Lossy copies" in (made.folder / "certificate.md").read_text()
    full, underscore = (made.folder / f"mp3/{name}.mp3" for name in ("full", "underscore"))
    was = full.stat().st_mtime_ns, underscore.read_bytes()
    underscore.write_bytes(full.read_bytes())  # somebody's, though a good one
    with LocalExecutor(1) as executor:
        (finding,) = [f for f in verify(made.folder, executor).findings if f.verdict == "fail"]
    assert (finding.path, finding.check) == ("mp3/underscore.mp3", "altered")
    again = delivered(session, str(session.with_name("own.yaml")))
    assert (full.stat().st_mtime_ns, underscore.read_bytes()) == was
    assert again.manifest.previews == made.manifest.previews


def test_a_sheet_is_the_profiles_own_table(made: Rendered):
    """Cells are quoted, on one line, cut, blank where nothing is known, and no formulas."""
    document = made.folder / made.manifest.documents["metadata_sheet"].path
    assert document.name == "metadata.csv"
    with document.open(newline="", encoding="utf-8") as file:
        full, underscore = csv.DictReader(file)
    assert full == {
        "Title, as it is": TAGS.title,
        "Genre": "'=Dra",
        "Notes": "WIDE, SLOW STRINGS",
        "Mood": "",
        "Released": "",
        "LUFS": f"{made.manifest.mixes['full'].file.measures.loudness.integrated_lufs:.1f}",
        "Main": "yes",
        "Of": "",
        "People": "Ada B & van Beethoven, Ludwig",
        "Episode": "",
        "Writer 1": "B|Ada|50|00123456790",
        "Writer 2": "van Beethoven|Ludwig|50|",
        "Writer 3": "",
        "Code": "USRC17607839",
        "File": "full.wav/full.mp3/0:02/92/F#m/4/4",
    }
    assert (underscore["Main"], underscore["Of"], underscore["Code"]) == (
        "no",
        "01",
        "USRC17607840",
    )
    told = [text for text in made.warnings if text.startswith("metadata sheet")]
    assert told == [
        "metadata sheet: Genre is cut to 4 of 6 characters; shorten it",
        "metadata sheet: Genre begins with '='; it has a ' before it, or a spreadsheet would take "
        "it for a formula",
        "metadata sheet: Released stays blank; add credits: {release_date: …}",
    ]


def test_three_libraries_have_their_tables(session: Path):
    """Harvest's headers are fixed, and in a fixed order; a key that nobody gave is told."""
    harvest, source, soundminer = (
        load_profile(f"library-{name}").metadata_sheet
        for name in ("harvest", "sourceaudio", "soundminer")
    )
    assert harvest
    assert source
    assert soundminer
    headers = [column.header for column in harvest.columns]
    assert (harvest.separator, headers[0], headers[-1]) == ("tab", "LIBRARY: Name", "CODE: ISRC")
    track = headers.index("TRACK: Title")
    assert headers[track + 5 : track + 9] == [
        "TRACK: Is Main", "TRACK: Main Track Number", "TRACK: Version", "TRACK: Duration"
    ]  # fmt: skip
    assert source.separator == "comma"
    assert "Writer {n} First Name" in [column.header for column in source.columns]
    assert soundminer.rows == "files"
    plain = session.with_name("plain.yaml")
    plain.write_text(session.read_text().replace("  key: F#m\n", ""))
    order = order_of(load_session(plain), "library-sourceaudio")
    assert "metadata sheet: Key stays blank; add credits: {key: …}" in [*sheet_notes(order)]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("t0345246801", "T-034.524.680-2", ":13:9: the check digit of the ISWC T-034.524.680-2 "),
        ("us-rc1-76-07839", "USRC1760783", ":14:16: 'USRC1760783' is no ISRC"),
        ("USRC17607840", "USRC17607839", ":14:9: the ISRC USRC17607839 is given to two mixes"),
        ("F#m", "H minor", ":15:8: 'H minor' is no key"),
    ],
)  # fmt: skip
def test_codes_that_are_none_are_refused_at_their_place(
    was: str, becomes: str, said: str, session: Path
):
    wrong = session.with_name("wrong.yaml")
    wrong.write_text(session.read_text().replace(was, becomes))
    with pytest.raises(InvalidInput) as raised:
        load_session(wrong)
    assert f"{wrong}{said}" in str(raised.value)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("{isrc}", "{isr}", "there is no field {isr}; did you mean 'isrc'?"),
        ("{isrc}", "{society}", "{society} is of one composer or publisher"),
        ("{lufs:.1}", "{lufs:upper}", "{lufs:upper}: that is no format of it"),
        ("Writer {n}", "Writer", "'Writer': {n} belongs in headers of columns for each person"),
        ("{isrc}", "{isrc", "is no column; write fields as {title}"),
        ("previews: mp3", "previews: aac", "should be 'mp3' or 'opus'"),
        ("previews: mp3", "previews: 3", "'previews' should be 'mp3' or 'opus', or a map; it is 3"),
        ("previews: mp3", "previews: true", "'mp3' or 'opus', or a map; it is true"),
        ("previews: mp3", "previews: [mp3, opus]", "should be 'mp3' or 'opus', or a map"),
        ("[_{key}]", "[_key]", "[_key] in"),
        ("\nmetadata_sheet:", "\nx:", "nothing says what is in it"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told(was: str, becomes: str, said: str, tmp_path: Path):
    path = tmp_path / "wrong.yaml"
    path.write_text(PROFILE.replace(was, becomes))
    with pytest.raises(InvalidInput) as raised:
        load_profile(str(path))
    assert said in str(raised.value)
