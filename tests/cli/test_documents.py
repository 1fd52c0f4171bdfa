"""`--json`: real documents hold what is documented, no more and no less; errors are objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import hostkit
from scores import write_score

from hostkit.cli.documents import DOCUMENTS, ERROR

SESSION = """\
hostkit: 1
midi: cue.mid
length: 1s
tracks:
  low: {instrument: {soundfont: gm}, effects: [{reverb: {}}]}
"""


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every path that ends in a value, as they are written in the tables."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    write_score(folder / "cue.mid", {"low": [(0, 1, 60)]})
    (folder / "cue.yaml").write_text(SESSION)
    (folder / "broken").mkdir()
    (folder / "broken" / "bad.yaml").write_text(SESSION.replace("length", "lenght"))
    ran = hostkit("render", folder / "cue.yaml", "-o", folder / "out", cache=folder / "cache")
    assert ran.code == 0, ran.err
    return folder


ARGUMENTS = {
    "check": ["cue.yaml", "broken"],
    "plan": ["cue.yaml"],
    "status": ["cue.yaml", "-o", "out"],
    "render": ["cue.yaml", "-o", "out"],
    "verify": ["out"],
    "loudness": ["out"],
    "profile list": [],
    "cache info": [],
}


@pytest.mark.parametrize("command", DOCUMENTS)
def test_a_document_holds_what_is_documented(work: Path, command: str):
    named = [a if a.startswith("-") else work / a for a in ARGUMENTS[command]]
    document = hostkit(*command.split(), *named, "--json", cache=work / "cache").json
    assert document.pop("format") == 1
    found, fields = set(paths(document)), DOCUMENTS[command]
    listed = {path for path in fields if not path.endswith("…")}
    more = tuple(path.removesuffix("…") for path in fields if path.endswith("…"))
    undocumented = {path for path in found - listed if not (more and path.startswith(more))}
    assert not undocumented
    empty = {"sessions[].lacking[]", "sessions[].warnings[]", "sessions[].written[]"}
    assert listed - found <= empty
    assert all(fields.values())


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["render", "--json"], "hostkit render --help shows what there is"),
        (["check", "--jsn", "--json"], "hostkit check --help shows what there is"),
        (["profile", "show", "film-scor", "--json"], "did you mean 'film-score'?"),
        (["loudness", "nowhere.wav", "--json"], None),
    ],
)
def test_errors_of_every_kind_are_one_document(tmp_path: Path, arguments: list[str], cure: str):
    ran = hostkit(*arguments, cache=tmp_path)
    assert ran.code == 2
    if arguments[0] == "loudness":  # it has a document of its own, of what could be measured
        assert ran.json == {"format": 1, "files": []}
        return
    assert set(paths(ran.json)) == {"format", *ERROR}
    assert ran.json["problems"][0]["cure"] == cure


def test_a_problem_says_where(work: Path):
    ran = hostkit("check", work / "broken" / "bad.yaml", "--json", cache=work / "cache")
    problems = ran.json["sessions"][0]["problems"]
    (problem,) = (p for p in problems if "lenght" in p["message"])
    assert (problem["line"], problem["column"]) == (3, 1)
    assert problem["cure"] == "did you mean 'length'?"
    assert ran.code == 2
