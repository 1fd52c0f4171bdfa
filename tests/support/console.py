"""The documents' code blocks: read from Markdown, run as a reader would, compared.

A document is run in a folder that is empty to begin with. In the order of the document:

- `<!-- prepare: COMMAND -->` runs a shell command, which the page does not show;
- a yaml or python block whose first line is `# NAME` is saved as that file;
- a console block's `$ ` lines are run (a `\\` at the end goes on), and what follows is what they
  print, on standard output and error. A command ends with 0 unless its line says `# exit 1`.

Every console block is run; `<!-- needs plug-ins -->` right before one runs it where plug-ins are.

Outputs are the same but for numbers that are measured: those with a unit (s, LU, dBTP …) and
those of tables and of lines with many. `…` stands for anything, on a line of its own for any
lines. Lines of progress (✓ and ·) come in any order; those that the page shows are printed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TIMEOUT_SECONDS = 200  # of a machine that has much else to do
ROW_NUMBERS = 7
"""A line with so many is a row of measures."""

_PART = re.compile(
    r"<!-- (?P<word>prepare|needs plug-ins):?(?P<said>.*?)-->"
    r"|^```(?P<language>[a-z]+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_FILE = re.compile(r"# (?P<name>[\w./-]+\.(?:yaml|py))(?: .*)?")
_EXIT = re.compile(r"# exit (\d+)\s*$")
_NUMBER = r"[-−+]?(?:\d+(?::\d+)*(?:\.\d+)?|inf)"
_MEASURED = re.compile(rf"{_NUMBER}(?= ?(?:s|LU|LUFS|dB|dBTP|dBFS|dB/s|MB|GB)\b)")
_ANY_NUMBER = re.compile(_NUMBER)


@dataclass(frozen=True)
class Command:
    line: str
    printed: tuple[str, ...]
    exit_code: int = 0


@dataclass(frozen=True)
class Block:
    """A code block, or a `prepare`, in which `language` is "prepare"."""

    language: str
    text: str
    line: int
    needs_plugins: bool = False

    @property
    def file(self) -> str | None:
        """The file it is saved as."""
        found = _FILE.fullmatch(self.text.partition("\n")[0])
        return found["name"] if found and self.language in ("yaml", "python") else None

    @property
    def commands(self) -> tuple[Command, ...]:
        found: list[tuple[str, list[str]]] = []
        for line in self.text.rstrip("\n").split("\n"):
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found and found[-1][0].endswith("\\") and not found[-1][1]:
                found[-1] = (f"{found[-1][0]}\n{line}", [])
            else:
                found[-1][1].append(line)
        return tuple(
            Command(line, tuple(printed), int(code[1]) if (code := _EXIT.search(line)) else 0)
            for line, printed in found
        )


def blocks(document: str) -> Iterator[Block]:
    """What a document's text holds to be run or looked at, in its order."""
    marked_until = -1
    for part in _PART.finditer(document):
        line = document.count("\n", 0, part.start()) + 1
        if part["word"] == "prepare":
            yield Block("prepare", part["said"].strip(), line)
        elif part["word"]:
            marked_until = part.end()
        else:
            marked = marked_until >= 0 and not document[marked_until : part.start()].strip()
            yield Block(part["language"], part["text"], line, needs_plugins=marked)
            marked_until = -1


@dataclass(frozen=True)
class Reader:
    """Somebody at a shell, who types what a document says."""

    folder: Path
    environment: Mapping[str, str]
    differences: list[str] = field(default_factory=list)

    def follow(self, block: Block) -> None:
        """Does what a block says; what came otherwise is kept in `differences`."""
        if block.file:
            path = self.folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "prepare":
            code, printed = self._run(block.text)
            assert code == 0, f"line {block.line}: {block.text}\n{printed}"
        elif block.language == "console":
            for command in block.commands:
                code, printed = self._run(command.line)
                if code != command.exit_code or not alike(command.printed, printed):
                    self.differences.append(
                        f"line {block.line}: $ {command.line}\n"
                        + "".join(f"  page: {line}\n" for line in command.printed)
                        + "".join(f"  here: {line}\n" for line in printed.splitlines())
                        + f"  exit {code}, the page says {command.exit_code}"
                    )

    def _run(self, line: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", f"{line}\nexit"],  # so that bash stays, for what asks for its shell
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout


def alike(page: tuple[str, ...], printed: str) -> bool:
    """Whether a page shows what was printed.

    >>> alike(("a.wav  -20.1 LUFS", "…", "done in 2 s"), "a.wav -19 LUFS\\nmore\\ndone in 9.1 s\\n")
    True
    >>> alike(("3 stems",), "4 stems\\n")
    False
    """
    said = [line for line in printed.splitlines() if line.strip()]
    progress = [_plain(line) for line in said if _is_progress(line)]
    rest = "".join(f"{_plain(line)}\n" for line in said if not _is_progress(line))
    wanted = [line for line in page if line.strip()]
    shown = all(
        any(re.fullmatch(_pattern(line), there) for there in progress)
        for line in wanted
        if _is_progress(line)
    )
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "…" else rf"{_pattern(line)}\n"
        for line in wanted
        if not _is_progress(line)
    )
    return shown and re.fullmatch(pattern, rest) is not None


def _is_progress(line: str) -> bool:
    return line.startswith(("✓ ", "· "))


def _plain(line: str) -> str:
    return " ".join(line.split())


def _pattern(line: str) -> str:
    """A line as a regular expression, measured numbers as any number."""
    is_row = line.startswith("|") or len(_ANY_NUMBER.findall(line)) >= ROW_NUMBERS
    measured = _ANY_NUMBER if is_row else _MEASURED
    kept = measured.split(_plain(line))
    return _NUMBER.join(".*".join(map(re.escape, part.split("…"))) for part in kept)
