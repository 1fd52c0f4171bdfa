"""`--dry-run`: everything is checked and told as it would be, and not a byte is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import hostkit, sums
from scores import RATE, write_session

from hostkit.cli import app
from hostkit.cli.running import run_app

TEXT = """\
length: 1s
tracks:
  low: {instrument: {tone: {gain: 0.2}}, midi: {track: a}}
  high: {instrument: {tone: {gain: 0.2}}, midi: {track: b}}
mixes: {no_high: {mute: [high]}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that was rendered once; one that cannot be; a MIDI file."""
    folder = tmp_path_factory.mktemp("dry")
    write_session(folder / "cue.yaml", TEXT, a=[(0, 2, 45)], b=[(0, 2, 69)])
    write_session(folder / "other.yaml", TEXT, a=[(0, 2, 45)], b=[(0, 2, 69)])
    (folder / "bad.yaml").write_text((folder / "cue.yaml").read_text().replace("length", "lenght"))
    assert hostkit("render", folder / "cue.yaml", cache=folder / "cache").code == 0
    (folder / "renders" / "cue" / "stems" / "low.wav").unlink()
    write_duck_material(folder)
    library, track = folder / "presets", ["--session", folder / "cue.yaml", "--track", "low"]
    for command in (
        ["new", "mine", *track, "--to", library],
        ["pack", folder / "packed.zip", "--of", library],
        ["new", "other", *track, "--to", library],
    ):
        assert hostkit("preset", *command, cache=folder / "cache").code == 0
    (library / "mine.yaml").write_text((library / "mine.yaml").read_text() + "# by hand\n")
    return folder


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("render cue.yaml", 0, "stems/low.wav: deleted since it was delivered"),
        ("render cue.yaml", 0, "1 audio file would be written"),
        ("mixes cue.yaml", 0, "mixes/no_high.wav: not delivered yet"),
        ("render cue.yaml -o other", 0, "low: cached"),
        ("render bad.yaml", 2, "unknown key 'lenght'; did you mean 'length'?"),
        ("mixes cue.yaml --profile film-score", 2, "the profile film-score needs"),
        ("render other.yaml -o renders/cue", 2, "holds the delivery of cue"),
        ("render cue.yaml --locked", 2, "has no lock to keep to"),
        ("render cue.yaml --solo low", 0, "cue - preview - low.wav: would be written"),
        ("render cue.yaml --solo lwo", 2, "did you mean 'low'?"),
        ("init cue.mid -o new.yaml", 0, "would be written, with 2 tracks"),
        ("init cue.mid", 2, "there is such a file already"),
        ("lock cue.yaml", 0, "cue.yaml.lock: would be written"),
        ("render other.yaml bad.yaml", 1, "renders/other: 3 audio files would be written"),
        ("mixes bad.yaml other.yaml", 1, "unknown key 'lenght'"),
        ("duck music.wav --dialogue dx.wav", 0, "ducked/music_ducked.wav: would be written"),
        ("duck music.wav --dialogue dx.wav --max-depth-db 1", 1, "ducked/duck.svg: would be"),
        ("preset rename mine new cue.yaml", 0, "presets/mine.yaml: would be removed"),
        (
            "preset new third --session cue.yaml --track low",
            0,
            "presets/third.yaml: would be written",
        ),
        ("preset pack mine.zip", 0, "mine.zip: would be written, with 2 presets"),
        ("preset unpack packed.zip --force", 0, "presets/mine.yaml: would be replaced"),
        ("preset unpack packed.zip", 2, "is there already"),
        ("preset undo", 0, "presets/other.yaml: would be removed"),
        ("cache prune --all", 0, "would remove 4 prints"),
        ("demo -o demo", 0, "cue: cue.yaml would be rendered to it"),
    ],
)
def test_it_says_what_would_be_written_and_writes_nothing(
    folder: Path,
    command: str,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOSTKIT_CACHE", str(folder / "cache"))
    examples = {"sessions": folder}  # for `demo`
    monkeypatch.setattr("hostkit.ground.installed.shipped_folder", examples.get)
    monkeypatch.setattr("sys.argv", ["hostkit", *command.split(), "--dry-run"])
    before = files_in(folder)
    with pytest.raises(SystemExit) as ended:
        run_app(app)
    out, err = capsys.readouterr()
    assert (ended.value.code or 0) == code, err
    assert said in out + err
    assert files_in(folder) == before


def write_duck_material(folder: Path) -> None:
    """Three seconds of hum, and noise in the second one for dialogue."""
    seconds = np.arange(3 * RATE) / RATE
    hum = 0.1 * np.sin(2 * np.pi * 220 * seconds)
    speech = np.random.default_rng(7).normal(0, 0.1, seconds.size) * (seconds // 1 == 1)
    for name, samples in {"music.wav": hum, "dx.wav": speech}.items():
        soundfile.write(folder / name, samples.astype(np.float32), RATE)


def files_in(folder: Path) -> dict[str, str]:
    """All but what is known of the machine's plug-ins, which any command may look up."""
    return {path: known for path, known in sums(folder).items() if "plugins.json" not in path}
