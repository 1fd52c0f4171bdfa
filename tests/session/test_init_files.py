"""What `init` reads and writes: nothing of anybody's is overwritten, damage is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from new_scores import ORCHESTRA, save, started, track
from takes import noise, write_take

from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.errors import RequestError
from hostkit.exchange.arriving.start import start_any
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session
from hostkit.session.starting.start import start_session


def test_nothing_is_overwritten_unasked(tmp_path):
    score = save(tmp_path / "a.mid", *ORCHESTRA)
    (tmp_path / "a.yaml").write_text("mine")
    with pytest.raises(RequestError, match="--force"):
        start_session(score)
    assert (tmp_path / "a.yaml").read_text() == "mine"
    assert start_session(score, force=True).tracks == 6


@pytest.mark.parametrize("source", [".", "stems", "stems/bass.mid"])
def test_nothing_is_written_into_a_delivery(tmp_path, monkeypatch, source):
    """What lies in one is a source like any other; its session goes beside the delivery."""
    delivery = tmp_path / "cue"
    (delivery / "stems").mkdir(parents=True)
    for name in ("mix.wav", "stems/bass.wav"):
        write_take(delivery / name, noise(480))
    save(delivery / "stems/bass.mid", *ORCHESTRA)
    (delivery / MANIFEST).write_text(Manifest("cue", 48_000, "pcm24", 0, {}, {}, {}).text)
    before = sorted(delivery.rglob("*"))
    monkeypatch.chdir(delivery)
    said = r"lies in .*cue, which holds the delivery of cue; choose a folder beside it \(-o\)"
    with pytest.raises(RequestError, match=said):
        start_any(Path(source), force=True)
    assert sorted(delivery.rglob("*")) == before
    begun = start_any(Path(source), Path("../new.yaml"))
    assert begun.started.tracks
    assert sorted(delivery.rglob("*")) == before


def test_the_midi_file_is_never_overwritten(tmp_path):
    score = save(tmp_path / "a.mid", *ORCHESTRA)
    before = score.read_bytes()
    with pytest.raises(RequestError, match="MIDI file itself"):
        start_session(score, score, force=True)
    assert score.read_bytes() == before


def test_a_folder_is_no_session(tmp_path):
    score = save(tmp_path / "a.mid", *ORCHESTRA)
    with pytest.raises(RequestError, match="folder"):
        start_session(score, tmp_path, force=True)


def test_a_file_without_notes_is_refused(tmp_path):
    with pytest.raises(RequestError, match="plays a note"):
        start_session(save(tmp_path / "a.mid", track("Empty")))
    assert not (tmp_path / "a.yaml").exists()


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (14, "this MIDI file breaks off after its header and has no track; export it again"),
        (25, r"plays a note; export it again with notes \(the file is damaged: track 1: the file"),
        (-30, None),
    ],
)
def test_a_file_that_breaks_off_is_said_to_be_damaged(tmp_path, kept, said):
    score = save(tmp_path / "a.mid", *ORCHESTRA)
    score.write_bytes(score.read_bytes()[:kept])
    if said:
        with pytest.raises(RequestError, match=said):
            start_session(score)
    else:
        damaged, first, *_ = start_session(score).warnings
        assert (
            damaged == "a.mid: the file is damaged, and some of its music is lost; export it again"
        )
        assert "the file ends inside it" in first


def test_the_midi_is_named_from_the_session(tmp_path):
    (tmp_path / "midi").mkdir()
    (tmp_path / "cues").mkdir()
    score = save(tmp_path / "midi" / "a b.mid", *ORCHESTRA)
    made = start_session(score, tmp_path / "cues" / "a.yaml")
    assert load_session(made.path).session.midi == "../midi/a b.mid"
    plan_session(made.path, Environment())


def test_a_file_from_elsewhere(tmp_path):
    """The sample that ships with pygame-ce: a jazz trio with two drum tracks."""
    from importlib import metadata

    files = metadata.files("pygame-ce") or []
    sample = next(f.locate() for f in files if f.name == "MIDI_sample.mid")
    score = tmp_path / "trio.mid"
    score.write_bytes(Path(str(sample)).read_bytes())
    session = started(score)
    assert list(session.tracks) == ["Bass", "Piano", "Hi-hat only", "Drums", "Jazz Guitar"]


@pytest.mark.parametrize(
    ("name", "message", "cure"),
    [
        ("README.md", "this is not a MIDI file", r"a MIDI file, a \.dawproject, .*or a folder"),
        ("cue", "this is not a MIDI file", r"a MIDI file, a \.dawproject, .*or a folder"),
        ("cue.mid", "this is not a MIDI file", "export it again as a Standard MIDI File"),
        ("cue.CPR", "a project of Cubase or Nuendo", "export it as a DAWproject, or as a MIDI"),
        ("cue.als", "a set of Live", "export it as a MIDI file, or its tracks as audio"),
        ("cue.musicxml", "a score", "export it as a MIDI file"),
        ("reel 1.edl", "a list for the picture", r"spot import '.*/reel 1\.edl' --into SESSION"),
        ("marks.txt", "text, not music", "if it lists markers, begin one from the music"),
        ("reel.mov", "video", r"picture: \{file: reel\.mov\}"),
        ("cue.yaml", "text; a session begins from music", r"hostkit check .*cue\.yaml"),
    ],
)
def test_what_no_session_is_begun_from_says_what_to_do(tmp_path, name, message, cure):
    source = tmp_path / name
    source.write_text("TITLE: REEL 1\n")
    with pytest.raises(RequestError, match=cure) as caught:
        start_any(source, tmp_path / "new.yaml")
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.file == str(source)
    source.unlink()
    with pytest.raises(RequestError, match="no such file"):
        start_any(source, tmp_path / "new.yaml")


def test_a_projects_folder_of_logic_says_what_to_export(tmp_path):
    (tmp_path / "cue.logicx").mkdir()
    with pytest.raises(RequestError, match="a project of Logic; export it as a MIDI file"):
        start_any(tmp_path / "cue.logicx")


def test_midi_under_another_name_is_midi(tmp_path):
    score = save(tmp_path / "a.mid", *ORCHESTRA).rename(tmp_path / "a.bin")
    assert start_any(score).started.tracks == 6


def test_at_the_command_line(tmp_path, monkeypatch, capsys):
    import typer

    from hostkit.cli.commands.init import init
    from hostkit.cli.running import run_app

    app = typer.Typer()
    app.command()(init)
    score = save(tmp_path / "a.mid", *ORCHESTRA)
    monkeypatch.setattr(sys, "argv", ["init", str(score)])
    with pytest.raises(SystemExit) as left:
        run_app(app)
    assert left.value.code == 0
    assert "6 tracks, 4 stems" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        run_app(app)
    assert left.value.code == 2
    assert "--force" in capsys.readouterr().err
