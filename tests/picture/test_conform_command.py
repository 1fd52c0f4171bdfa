"""`hostkit conform` as it is typed, with the wrong things, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Ran, hostkit

OLD = """\
TITLE: REEL 1 V1
FCM: NON-DROP FRAME
001  A001     V     C        00:10:00:00 00:10:04:00 01:00:00:00 01:00:04:00
002  B002     V     C        00:20:00:00 00:20:04:00 01:00:04:00 01:00:08:00
003  C003     V     C        00:30:00:00 00:30:12:00 01:00:08:00 01:00:20:00
"""
NEW = """\
TITLE: REEL 1 V2
FCM: NON-DROP FRAME
001  A001     V     C        00:10:00:00 00:10:04:00 01:00:00:00 01:00:04:00
002  B002     V     C        00:20:00:00 00:20:03:12 01:00:04:00 01:00:07:12
003  C003     V     C        00:30:00:00 00:30:12:00 01:00:07:12 01:00:19:12
"""
SESSION = """\
# what the director asked for
hostkit: 1
picture: {frame_rate: 24, start: 01:00:02:00}   # in the first shot
length: 16s
tempo: [{at: 1|1, bpm: 120}]
sections:
  - {name: in, at: 1}
  - {name: turn, at: "01:00:08:00"}
hits:
  - {at: 01:00:05:00, name: door}          # softly
  - {at: 01:00:07:20, name: gone, weight: 3, rise_from: 01:00:06:00}
  # the turn
  - at: 01:00:08:00    # on the cut
    rise_from: 01:00:07:00
    name: turn
  - {at: 8.5s, name: look}
  - {at: 5|1, name: chord}

tracks:
  keys:
    instrument: {tone: {}}
    midi: cue.mid
    automation: {gain_db: [[1|1, -3], [01:00:09:00, 0]]}
"""
CONFORMED = (
    SESSION.replace('at: "01:00:08:00"', "at: 01:00:07:12")
    .replace("{at: 01:00:07:20, name: gone, weight: 3, rise_from: 01:00:06:00}", "LOST")
    .replace("LOST", "{at: 01:00:07:12, name: gone, weight: 0}")
    .replace("- at: 01:00:08:00 ", "- at: 01:00:07:12 ")
    .replace("rise_from: 01:00:07:00", "rise_from: 01:00:06:12")
    .replace("at: 8.5s", "at: 8s")
    .replace("01:00:09:00", "01:00:08:12")
)
LISTS = ("--old", "reel_v1.edl", "--new", "reel_v2.edl")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "cue.yaml").write_text(SESSION)
    (tmp_path / "reel_v1.edl").write_text(OLD)
    (tmp_path / "reel_v2.edl").write_text(NEW)
    return tmp_path


@pytest.fixture
def run(work: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(work)

    def of(*words: str) -> Ran:
        return hostkit("conform", *words, cache=work / "cache")

    return of


def test_a_new_session_stands_beside_the_old_one_and_only_its_places_have_changed(run, work: Path):
    ran = run("cue.yaml", *LISTS)
    assert ran.code == 0
    assert (work / "cue.yaml").read_text() == SESSION
    assert (work / "cue-conformed.yaml").read_text() == CONFORMED
    assert ran.out.splitlines()[-3:] == [
        "01:00:07:12 (3|4): 12 frames lifted; from 01:00:08:00 on everything is 12 frames earlier",
        "warning: 1 hit lost to the cue: gone (01:00:07:20); weight 0 in the new session",
        "cue-conformed.yaml: written, starts at 01:00:02:00, "
        "5 hits: 1 kept, 3 moved, 0 ambiguous, 1 lost",
    ]
    assert "keeps its bar; its picture is 12 frames earlier now" in ran.out
    again = run("cue.yaml", *LISTS)
    assert (again.code, again.err) == (
        2,
        "hostkit: cue-conformed.yaml: is there already; --force replaces it\n",
    )


def test_the_document_of_a_recut(run, work: Path):
    document = run("cue.yaml", *LISTS, "--json", "--dry-run").json
    assert not (work / "cue-conformed.yaml").exists()
    assert document["picture"]["old_start"] == document["picture"]["new_start"] == "01:00:02:00"
    hits = {
        hit["name"]: (hit["new"], hit["moved_frames"], hit["state"]) for hit in document["hits"]
    }
    assert hits == {
        "door": ("01:00:05:00", 0, "kept"),
        "gone": (None, None, "lost"),
        "turn": ("01:00:07:12", -12, "moved"),
        "look": ("8s", -12, "moved"),
        "chord": ("5|1", -12, "moved"),
    }
    ranges = [(one["state"], one["old_in"], one["new_in"]) for one in document["ranges"]]
    assert ranges == [
        ("kept", "01:00:00:00", "01:00:00:00"),
        ("deleted", "01:00:07:12", None),
        ("moved", "01:00:08:00", "01:00:07:12"),
    ]
    (change,) = document["changes"]
    assert (change["bar_beat"], change["frames"]) == ("3|4", -12)


def test_a_cue_that_moves_as_a_whole_starts_elsewhere(run, work: Path):
    late = SESSION.replace("start: 01:00:02:00", "start: 01:00:08:00").replace("16s", "9s")
    late = "".join(line for line in late.splitlines(True) if "door" not in line)
    late = late.replace(
        "01:00:07:20, name: gone, weight: 3, rise_from: 01:00:06:00", "4|1, name: b"
    )
    late = late.replace("rise_from: 01:00:07:00", "weight: 2").replace("5|1", "3|1")
    (work / "late.yaml").write_text(late)
    document = run("late.yaml", *LISTS, "--json", "-o", "new.yaml").json
    assert document["picture"]["new_start"] == "01:00:07:12"
    assert document["changes"] == []
    after = late.replace('"01:00:08:00"', "01:00:07:12").replace("01:00:08:00", "01:00:07:12")
    after = after.replace("01:00:09:00", "01:00:08:12")
    assert (work / "new.yaml").read_text() == after


def test_what_a_session_extends_stays_and_is_written_into_the_new_one(run, work: Path):
    (work / "top.yaml").write_text("hostkit: 1\nextends: cue.yaml\ntitle: On Top  # mine\n")
    ran = run("top.yaml", *LISTS)
    assert ran.code == 0
    assert (work / "cue.yaml").read_text() == SESSION
    assert "not changed, as they stand in what the session extends: tracks keys auto" in ran.out
    text = (work / "top-conformed.yaml").read_text()
    assert "title: On Top  # mine\n" in text
    assert "  - {at: 01:00:07:12, name: gone, weight: 0}\n" in text
    assert "  - {at: 8s, name: look}\n" in text


def test_what_runs_with_the_old_picture_is_named(run, work: Path):
    solo = "  solo: {audio: [{file: take.wav}, {file: other.wav, at: 2|1}]}\n"
    (work / "cue.yaml").write_text(f"{SESSION}{solo}dialogue: {{file: dx.wav}}\n")
    ran = run("cue.yaml", *LISTS, "--dry-run", "-q")
    assert "not changed: dx.wav, take.wav (by its time stamp)\n" in ran.out


def test_several_sessions_and_one_of_another_reel(run, work: Path):
    other = SESSION.replace("01:00:", "02:00:")
    (work / "other.yaml").write_text(other)
    ran = run("cue.yaml", "other.yaml", *LISTS, "--json")
    assert ran.code == 1
    good, bad = ran.json["sessions"]
    assert good["file"] == "cue-conformed.yaml"
    assert bad["problems"][0]["message"].startswith("other.yaml: the cue, which starts at 02:00:02")
    assert not (work / "other-conformed.yaml").exists()
    again = run(".", *LISTS, "--dry-run", "--force", "-q")
    assert "left out cue-conformed.yaml: it is cue.yaml after a recut" in again.err
    assert "cue-conformed-conformed.yaml" not in again.out


def edited(text: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        text = text.replace(old, new)
    return text


OTHER_REEL = edited(OLD, "A001", "X", "B002", "Y", "C003", "Z")
FAST = edited(NEW, "01:00:07:12", "01:00:07:29")
REFUSED = {
    "no shot in common": (
        {"reel_v2.edl": OTHER_REEL},
        "no shot of reel_v1.edl (A001, B002, C003) is in reel_v2.edl (X, Y, Z); name two lists of",
    ),
    "another rate": (
        {"reel_v2.edl": FAST},
        "reel_v2.edl:4:1: 01:00:07:29 has frame 29; export the list at the session's frame rate",
    ),
    "no events": (
        {"reel_v2.edl": "TITLE: EMPTY\n"},
        "reel_v2.edl: it has no events; there is nothing to compare; export the picture track",
    ),
    "another way to count": (
        {"cue.yaml": edited(SESSION, "24", "29.97", ":00:02:00", ":00:02;00")},
        "reel_v1.edl: counts in non-drop and the session's picture starts in drop frame timecode; "
        "export the list in drop frame, or correct the session's start",
    ),
    "no list": ({"reel_v2.edl": SESSION}, "reel_v2.edl: is not an edit decision list (CMX3600)"),
    "no picture": (
        {"cue.yaml": "hostkit: 1\ntracks: {keys: {instrument: {tone: {}}}}\n"},
        "cue.yaml: the session has no picture, so a recut does nothing to it; say in the session",
    ),
    "swapped": (
        {
            "cue.yaml": edited(SESSION, "01:00:", "01:01:"),
            "reel_v2.edl": edited(NEW, " 01:00:", " 01:01:"),
        },
        "is not in reel_v1.edl, which goes from 01:00:00:00 to 01:00:20:00; "
        "it is in reel_v2.edl: are --old and --new swapped?",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_followed_is_refused_and_nothing_is_written(run, work: Path, case: str):
    files, message = REFUSED[case]
    for name, text in files.items():
        (work / name).write_text(text)
    ran = run("cue.yaml", *LISTS)
    assert ran.code == 2
    assert message in ran.err
    assert not (work / "cue-conformed.yaml").exists()


def test_the_old_session_is_never_written_over(run, work: Path):
    for words in (("-o", "cue.yaml"), ("-o", "./cue.yaml", "--force")):
        ran = run("cue.yaml", *LISTS, *words)
        assert (ran.code, (work / "cue.yaml").read_text()) == (2, SESSION)
        assert "cue.yaml: is the old session, which stays as it is" in ran.err
    (work / "away").mkdir()
    ran = run("cue.yaml", *LISTS, "-o", "away/new.yaml")
    assert ran.code == 2
    assert "away/new.yaml: would not find the files that cue.yaml names" in ran.err


def test_lists_that_look_swapped_or_at_another_rate_are_told(run, work: Path):
    swapped = run("cue.yaml", "--old", "reel_v2.edl", "--new", "reel_v1.edl", "--dry-run", "-q")
    assert swapped.code == 0
    warning = "warning: reel_v2.edl looks newer than reel_v1.edl: are --old and --new swapped?"
    assert warning in swapped.out.splitlines()
    shots = "".join(
        f"{n:03}  C003  V  C  00:30:{n:02}:{n % 24:02} 00:30:{n + 1:02}:{(n + 1) % 24:02} "
        f"01:00:{n:02}:{n % 24:02} 01:00:{n + 1:02}:{(n + 1) % 24:02}\n"
        for n in range(58)
    )
    (work / "reel_v1.edl").write_text(shots)
    (work / "reel_v2.edl").write_text(shots + "\n")
    (work / "cue.yaml").write_text(SESSION.replace("frame_rate: 24", "frame_rate: 30"))
    ran = run("cue.yaml", *LISTS, "--dry-run", "-q")
    assert "reel_v1.edl: no timecode in it has more than 23 frames, so it may be at 24" in ran.out
