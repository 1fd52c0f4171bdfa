"""What the documents show is what happens: their commands are run, their sessions checked."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import ready
from console import Block, Reader, blocks
from ruamel.yaml import YAML

from hostkit.devices.description import PluginDescription

ROOT = Path(__file__).parents[2]
ASK_READY = ROOT / "tests" / "support" / "ask_ready.py"
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): tuple(blocks(path.read_text(encoding="utf-8")))
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
BY_MAKE = "    make demo     # installs into .venv, renders the example sessions to renders/"
"""The only commands of a page that are not run here: they install hostkit and run its tests."""

Follow = Callable[[Block], None]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """A reader in an empty folder, with an empty store and this environment's commands."""
    commands = tmp_path / "bin"
    commands.mkdir()
    called = {"hostkit": f'-IS "{ASK_READY}" "{ready().address}" "$0"', "python": ""}
    for name, what in called.items():
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {what} "$@"\n')
        script.chmod(0o755)
    folder = tmp_path / "film"
    folder.mkdir()
    more = {
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "HOSTKIT_CACHE": str(tmp_path / "store"),
        "EXAMPLES": str(ROOT / "sessions"),
        "MATERIAL": str(Path(__file__).parent),
        "COLUMNS": "120",
    }
    return Reader(folder, {**os.environ, **more})


def follow(reader: Reader, wanted: Callable[[Block], bool], document: str) -> None:
    for block in DOCUMENTS[document]:
        if wanted(block):
            reader.follow(block)
    assert not reader.differences, f"{document}, " + f"\n{document}, ".join(reader.differences)


def with_console(needs_plugins: bool) -> list[str]:
    return [
        name
        for name, found in DOCUMENTS.items()
        if any(
            block.language == "console" and block.needs_plugins == needs_plugins for block in found
        )
    ]


@pytest.mark.timeout(900)  # a page is many commands
@pytest.mark.parametrize("document", with_console(needs_plugins=False))
def test_commands_print_what_the_page_shows(document: str, reader: Reader):
    follow(reader, lambda block: not block.needs_plugins, document)


@pytest.mark.plugins
@pytest.mark.parametrize("document", with_console(needs_plugins=True))
def test_commands_with_plugins_too(
    document: str, reader: Reader, plugin: Callable[[str], PluginDescription]
):
    """Those blocks by themselves, after the files and preparations of the page."""
    folders = {plugin(name).path.parent for name in ("Nekobi", "ZamCompX2")}
    paths = os.pathsep.join(map(str, sorted(folders)))
    alone = Reader(reader.folder, {**reader.environment, "HOSTKIT_PLUGIN_PATH": paths})
    follow(alone, lambda block: block.needs_plugins or block.language != "console", document)


def test_the_image_of_a_duck_is_of_the_pass_beside_it():
    """What hostkit drew then: the same phrases, in their order, and the same verdict."""
    (block,) = (b for b in DOCUMENTS["README.md"] if "hostkit duck --dialogue" in b.text)
    heads, *rows = (re.split(r"\s{2,}", line.strip()) for line in block.text.splitlines()[1:6])
    worst = [f"{row[heads.index('worst 3 s')]} LU" for row in rows]
    drawn = (ROOT / "sessions" / "kitchen-light-ducked.svg").read_text(encoding="utf-8")
    labels = re.findall(r">([^<]+)</text>", drawn)
    assert len(rows) == 4
    assert [label for label in labels if re.fullmatch(r"[\d.]+\.\d LU", label)] == worst
    assert "4 of 4 phrases at 12 LU or more" in labels
    assert "4 of 4 phrases at 12 LU or more" in block.text


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_yaml_block_is_yaml_and_every_whole_session_is_checked(document: str):
    """A whole session has a file's name, and a command of the page, or a session, takes it."""
    found = DOCUMENTS[document]
    lines = [c.line for block in found if block.language == "console" for c in block.commands]
    lines += [line for block in found for line in block.text.split("\n") if "extends: " in line]
    for block in found:
        if block.language != "yaml":
            continue
        session = YAML(typ="safe").load(block.text)
        assert session is not None, f"{document}, line {block.line}"
        if "hostkit" in session:
            assert block.file, f"{document}, line {block.line}: a whole session names its file"
            assert any(block.file in line for line in lines), f"{document}: {block.file}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_block_escapes(document: str):
    """Each has a language that is known here, and stands at the margin, where it is read.

    An indented one would be run by nobody. There is one, of commands that install hostkit.
    """
    known = {"console", "yaml", "python", "prepare"}
    found = DOCUMENTS[document]
    assert {block.language for block in found} <= known
    text = (ROOT / document).read_text(encoding="utf-8")
    fences = sum(line.lstrip().startswith("```") for line in text.splitlines())
    assert fences == 2 * sum(block.language != "prepare" for block in found)
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    indented = re.findall(r"(?<=\n\n)    \S.*", outside)
    assert [line for line in indented if line != BY_MAKE] == []
