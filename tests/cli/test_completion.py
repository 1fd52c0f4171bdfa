"""What the Tab key offers, asked as the shells ask, and typed into those that are here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import tree_sitter_powershell
from commands import HOSTKIT, environment
from shell import Shell
from tree_sitter import Language, Node, Parser

from hostkit.cli.take import shells
from hostkit.cli.take.shells import SCRIPTS
from hostkit.errors import RequestError

SESSION = """\
hostkit: 1
tracks:
  high strings: {stem: strings, tags: [melody]}
mixes:
  tv: {}
  Trailer (30 s): {}
"""


def offered(line: str, folder: Path) -> list[str]:
    """What hostkit answers where the line ends, each name without what it is."""
    asked = {
        "_HOSTKIT_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": line,
    }
    done = subprocess.run(
        HOSTKIT,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder / "cache", **asked),
        check=False,
    )
    assert not done.stderr, done.stderr
    return [line.partition("\t")[0] for line in done.stdout.splitlines() if line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cue.yaml", "my cue.yaml"):
        (tmp_path / name).write_text(SESSION)
    (tmp_path / "cue.mid").touch()
    (tmp_path / "cue-notes.yaml").write_text("a: 1\n")
    (tmp_path / "reel").mkdir()
    (tmp_path / "reel" / "1m01.yaml").write_text(SESSION)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ren", ["render"]),
        ("render --plug", ["--plugin-dir"]),
        ("check --profile film", ["film-score"]),
        ("preset show strings/warm", ["strings/warm-ensemble"]),
        ("sounds show g", ["gm"]),
        ("render cue.yaml --mix no_d", ["no_drums"]),
        ("render 'my cue.yaml' --mix t", ["tv"]),
        ("render my\\ cue.yaml --mix 'Trailer (", ["Trailer (30 s)"]),
        ("render cue.yaml --mix=no_d", ["no_drums"]),
        ("preset new a --session cue.yaml --track hi", ["high strings"]),
        ("render gone.yaml --mix tv", []),
        ("render cu", ["cue.yaml"]),
        ("render cue.yaml re", ["reel"]),
        ("render reel/", ["reel/1m01.yaml"]),
        ("render cue.yaml --solo mel", ["melody"]),
        ("render cue.yaml --mute strings,mel", ["strings,melody"]),
        ("render cue.yaml --solo 'strings,high strings,", ["strings,high strings,melody"]),
    ],
)
def test_what_is_offered(typed: str, expected: list[str], folder: Path):
    assert offered(f"hostkit {typed}", folder) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_names_and_quotes_them(shell: str, folder: Path):
    """Installed as the help says; what the shell then hands over are whole names."""
    here = Shell(shell, folder, environment(folder / "cache", PYTHONDONTWRITEBYTECODE="1"))
    here.installs()
    given = here.type("hostkit rend\t 'my cue.yaml' --mix Tr\t")
    assert given == ["render", "my cue.yaml", "--mix", "Trailer (30 s)"]
    given = here.type("hostkit render cu\t --solo strings,mel\t")
    assert given == ["render", "cue.yaml", "--solo", "strings,melody"]


def below(node: Node, *kinds: str) -> list[Node]:
    """The nodes of these kinds, in the order of the text."""
    found = [node] if node.type in kinds else []
    return found + [inner for child in node.children for inner in below(child, *kinds)]


def texts(nodes: list[Node]) -> list[str]:
    return [node.text.decode() for node in nodes if node.text is not None]


def test_powershells_script_asks_as_the_others_do_and_quotes(folder: Path):
    """No PowerShell can be had where this is tested, so none runs the script here.

    What is checked: it is PowerShell (tree-sitter's grammar), sets the three variables that are
    asked by above before it calls hostkit, and takes them back; its pattern, as the regular
    expression that it is, tells names to be quoted from others. What is not: that PowerShell
    hands over the line, and takes the results, as its manual says.
    """
    parser = Parser(Language(tree_sitter_powershell.language()))
    script = SCRIPTS["powershell"]
    tree = parser.parse(script.encode()).root_node
    assert not tree.has_error
    assert parser.parse(script.replace("}", "", 1).encode()).root_node.has_error
    (block,) = below(tree, "param_block")
    assert texts(below(block, "variable")) == ["$wordToComplete", "$commandAst", "$cursorPosition"]
    steps = texts(below(tree, "left_assignment_expression", "command_name"))
    asked = ["LINE_IN", "ACTION", "ASKED"]
    names = {
        "$Env:_TYPER_COMPLETE_ARGS": "LINE_IN",
        "$Env:_TYPER_COMPLETE_FISH_ACTION": "ACTION",
        "$Env:_HOSTKIT_COMPLETE": "ASKED",
        "hostkit": "hostkit",
    }
    assert [names[step] for step in steps if step in names] == [*asked, "hostkit", *asked[::-1]]
    assert {"'get-args'", "'complete_fish'"} <= set(
        texts(below(tree, "verbatim_string_characters"))
    )
    (pattern,) = (n for n in below(tree, "expandable_string_literal") if b"\\s" in (n.text or b""))
    assert not below(pattern, "variable", "sub_expression")
    (written,) = texts([pattern])
    special = re.compile(written.strip('"').replace("``", "`"))
    for name in ("Trailer (30 s)", "it's", "a`b", "$x", "a;b", "{a}", "a|b", "a&b"):
        assert special.search(name), name
    for name in ("strings/warm-ensemble", "no_drums", "1m02.yaml"):
        assert not special.search(name), name
    assert offered("hostkit render cue.yaml --mix ", folder)[:2] == ["tv", "Trailer (30 s)"]


def test_where_no_shell_is_seen_nothing_is_installed(monkeypatch):
    monkeypatch.setattr(shells, "this_shell", lambda: "")
    with pytest.raises(RequestError, match="known are bash, zsh, fish and PowerShell; type it at"):
        shells.install()
