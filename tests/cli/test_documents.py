"""`--json`: real documents hold what is documented, no more and no less; errors are objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from commands import hostkit
from every_command import every_command
from scores import RATE, write_score
from sfzs import sfz

from hostkit.cli.show.documents.every import DOCUMENTS
from hostkit.cli.show.documents.problems import ERROR
from hostkit.devices.description import PluginDescription

SESSION = """\
hostkit: 1
midi: cue.mid
length: 1s
tracks:
  low: {instrument: strings/warm}
"""
HITS = "hits: [{at: 4s, name: door}, {at: 4.25s, name: lamp}, {at: 9s, name: sea}]"
SCENE = SESSION + "picture: {frame_rate: 24, start: 01:00:00:00}\nhits: [{at: 0.5s, name: a}]\n"
EDL = "001  A001  V  C  00:00:00:00 00:00:{0}:00 01:00:00:00 01:00:{0}:00\n"
THEMED = """hostkit: 1
themes: {ada: {key: D minor, notes: "d'4 f' a'2"}, ben: {notes: c'1}}
tracks:
  v: {instrument: {tone: {}}, score: [{at: 1, theme: ada, transpose: 3}, {at: 2, theme: ada}]}
"""
WARM = "preset: 1\ntags: [soft]\ninstrument: {soundfont: gm, program: 48}\n"
COOL = "preset: 1\ncategory: strings/beds\ninstrument: {soundfont: gm, program: 49}\ngain_db: 6\n"


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every path that ends in a value, as they are written in the tables; also of empty lists."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        if not value:
            yield f"{path}[]"
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path


def write_material(folder: Path) -> None:
    write_score(folder / "cue.mid", {"low": [(0, 1, 60)]})
    for name, text in {
        "cue.yaml": SESSION,
        "hits.csv": "seconds,name\n0.5,door\n",
        "hits.yaml": SESSION.replace("length: 1s", HITS),
        "scene.yaml": SCENE,
        "old.edl": EDL.format("05"),
        "new.edl": EDL.format("04"),
        "broken/bad.yaml": SESSION.replace("length", "lenght"),
        "themed.yaml": THEMED,
        "presets/strings/warm.yaml": WARM,
        "presets/strings/cool.yaml": COOL,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    silence, speech = np.zeros(RATE, np.float32), np.random.default_rng(7).normal(0, 0.1, RATE)
    soundfile.write(folder / "dx.wav", np.concatenate([silence, speech, silence]), RATE)
    hum = 0.1 * np.sin(2 * np.pi * 220 * np.arange(3 * RATE) / RATE)
    soundfile.write(folder / "music.wav", hum.astype(np.float32), RATE)


IN_ORDER = {
    "init": "cue.mid -o made.yaml",
    "check": "cue.yaml broken",
    "render": "cue.yaml -o out",
    "render --solo": "low cue.yaml -o out",
    "mixes": "cue.yaml -o mixes",
    "plan": "cue.yaml -o out",
    "status": "cue.yaml -o out",
    "verify": "out",
    "review": "out",
    "loudness": "out",
    "duck": "music.wav --dialogue dx.wav -o ducked",
    "lock": "cue.yaml",
    "time": "cue.yaml 1|1 0.5s",
    "click": "cue.yaml",
    "export": "cue.yaml --to rpp",
    "themes show": "themed.yaml",
    "themes take": "cue.mid --bars 1 --as ada",
    "conform": "scene.yaml --old old.edl --new new.edl",
    "spot import": "hits.csv --into cue.yaml",
    "spot list": "cue.yaml",
    "spot report": "cue.yaml",
    "spot export": "cue.yaml -o out.csv",
    "tempo show": "hits.yaml",
    "tempo solve": "hits.yaml",
    "profile list": "",
    "profile show": "film-score",
    "plugins scan": "--plugin-dir .",
    "sounds list": "",
    "sounds show": "made",
    "preset list": "",
    "preset search": "warm",
    "preset show": "strings/warm",
    "preset tree": "",
    "preset audition": "strings/warm -o heard",
    "preset compare": "strings/warm strings/cool",
    "preset new": "strings/mine --session cue.yaml --track low",
    "preset level": "strings/cool",
    "preset verify": "strings/warm",
    "preset where-used": "strings/warm cue.yaml broken",
    "preset rename": "strings/warm strings/warmer cue.yaml",
    "preset undo": "",
    "preset pack": "all.zip",
    "preset unpack": "all.zip --to other",
    "preset import": "cue.mid",
    "cache info": "",
    "cache prune": "",
}
WITH_PLUGINS = {
    "plugins scan": "",
    "plugins list": "",
    "plugins show": "Nekobi",
    "preset new": "my/acid --plugin Nekobi",
    "preset export": "my/acid -o acid.vstpreset",
}
NOT_HERE = {"demo", "preset capture", "streamers"}
"""`demo` renders the examples (tests/packaging); a plug-in's editor waits for somebody; streamers
need ffmpeg (tests/picture)."""


@pytest.fixture
def work(tmp_path: Path, knowing_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the commands; in it the cache, in which what is installed is known."""
    write_material(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOSTKIT_USER_PRESETS", str(tmp_path / "user"))
    sfz(tmp_path / "sounds", "<region> sample=a.wav", {"a": 0.5})
    (tmp_path / "sounds" / "broken.sfz").write_text("<region> sample=b.wav")
    monkeypatch.setenv("HOSTKIT_SAMPLES", str(tmp_path / "sounds"))
    return tmp_path


@pytest.fixture
def document(knowing_cache: Path) -> Callable[[str, str], Any]:
    def of(command: str, arguments: str) -> Any:
        ran = hostkit(*command.split(), *arguments.split(), "--json", cache=knowing_cache)
        assert ran.out, ran.err
        return ran.json

    return of


def test_every_command_that_takes_json_is_documented():
    options = {
        " ".join(path): {option for param in command.params for option in param.opts}
        for path, command in every_command()
    }
    assert {path for path, taken in options.items() if "--json" in taken} == {
        command.partition(" --")[0] for command in DOCUMENTS
    }
    assert set(DOCUMENTS) == {*IN_ORDER, *WITH_PLUGINS, *NOT_HERE}
    assert all(all(fields.values()) for fields in DOCUMENTS.values())


def assert_documented(command: str, document: dict[str, Any]) -> None:
    assert document.pop("format") == 1
    found, fields = set(paths(document)), DOCUMENTS[command]
    listed = {path for path in fields if not path.endswith("…")}
    more = tuple(path.removesuffix("…") for path in fields if path.endswith("…"))
    empty = tuple(path for path in found if path.endswith("[]"))
    undocumented = {
        path
        for path in found - listed
        if not (more and path.startswith(more))
        and not (path in empty and any(known.startswith(path) for known in listed))
    }
    assert not undocumented, command
    assert not {path for path in listed - found if not path.startswith(empty)}, command


def test_documents_hold_what_is_documented(work: Path, document: Callable[[str, str], Any]):
    for command, arguments in IN_ORDER.items():
        assert_documented(command, document(command, arguments))
    assert document("lock", "cue.yaml --check")["sessions"][0]["drifted"] == []


@pytest.mark.plugins
def test_documents_of_plugins_too(
    work: Path,
    document: Callable[[str, str], Any],
    plugin: Callable[[str], PluginDescription],
    monkeypatch: pytest.MonkeyPatch,
):
    (work / "one").mkdir()
    (work / "one" / "Nekobi.vst3").symlink_to(plugin("Nekobi").path)
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(work / "one"))
    for command, arguments in WITH_PLUGINS.items():
        assert_documented(command, document(command, arguments))


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["render", "--json"], "hostkit render --help shows what there is"),
        (["check", "--jsn", "--json"], "did you mean --json?"),
        (["profile", "show", "film-scor", "--json"], "did you mean 'film-score'?"),
        (["verify", "nowhere", "--json"], "give the folder of a delivery"),
        (["loudness", "nowhere.wav", "--json"], None),
    ],
)
def test_errors_of_every_kind_are_one_document(tmp_path: Path, arguments: list[str], cure: str):
    ran = hostkit(*arguments, cache=tmp_path)
    assert ran.code == 2
    if arguments[0] == "loudness":  # it has a document of its own, of what could be measured
        assert ran.json["files"] == []
        (problem,) = ran.json["problems"]
        assert (problem["file"], problem["cure"]) == ("nowhere.wav", "check its name and folder")
        assert problem["message"].startswith("there is no such file")
        return
    assert set(paths(ran.json)) == {"format", *ERROR}
    assert ran.json["problems"][0]["cure"] == cure
    assert ran.json["problems"][0]["file"] == ("nowhere" if arguments[0] == "verify" else None)


def test_a_problem_says_where(work: Path, document: Callable[[str, str], Any]):
    problems = document("check", "broken/bad.yaml")["sessions"][0]["problems"]
    (problem,) = (p for p in problems if "lenght" in p["message"])
    assert (problem["line"], problem["column"]) == (3, 1)
    assert problem["cure"] == "did you mean 'length'?"
