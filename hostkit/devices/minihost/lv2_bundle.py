"""What an LV2 bundle holds, by its own text: RDF, written as Turtle.

minihost opens the first plug-in of a bundle by its path, and every one by its URI, but those only
where the LV2s of a machine are looked for.

Source: the LV2 book, "Bundles"; W3C, "RDF 1.1 Turtle", as far as statements without brackets go.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from hostkit.ground.named_file import read_named

MOST_BYTES = 4 * 2**20
MOST_PLUGINS = 2_000
FOUND_BY_URI = ("~/.lv2", "/usr/local/lib/lv2", "/usr/lib/lv2", "~/Library/Audio/Plug-Ins/LV2")

_LV2 = "http://lv2plug.in/ns/lv2core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
_NAME = "http://usefulinc.com/ns/doap#name"

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TOKEN = re.compile(
    r"#[^\n]*"
    r"|<(?P<iri>[^<>\x00-\x20]*)>"
    r'|"""(?P<long>(?:[^"\\]|\\.|"(?!""))*)"""'
    r'|"(?P<text>(?:[^"\\\n]|\\.)*)"'
    r'|(?P<open>")'
    r"|(?P<mark>[;,\[\]()]|\.(?=[\s<@#\"\[(]|$))"
    r"|(?P<word>[^\s<>\";,\[\]()]+?(?=\.?(?:[\s<>\";,\[\]()]|$)))",
    re.DOTALL,
)


@dataclass(frozen=True)
class BundledPlugin:
    """A plug-in of a bundle: its URI, and what it is called."""

    uri: str
    name: str


def plugins_in(bundle: Path) -> Iterator[BundledPlugin]:
    """All plug-ins of a bundle that have a name, in its order. Raises OSError."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in _read(bundle / "manifest.ttl"):
        said[subject][predicate].append(value)
    plugins = {uri: about for uri, about in said.items() if f"{_LV2}Plugin" in about[_TYPE]}
    for uri, about in islice(plugins.items(), MOST_PLUGINS):
        names = chain(about[_NAME], _names(bundle, about[_SEE_ALSO], uri))
        yield from (BundledPlugin(uri, name) for name in islice(names, 1))  # no file read further


def uri_of(bundle: Path, name: str) -> str | None:
    """The URI by which a plug-in of a bundle is opened; None where that cannot be."""
    if not _is_found_by_uri(bundle):
        return None
    return next((plugin.uri for plugin in plugins_in(bundle) if plugin.name == name), None)


def path_to_open(file: Path) -> str:
    """A plug-in's file as minihost takes it: where links lead, but for bundles that it found."""
    found = file.suffix.lower() == ".lv2" and _is_found_by_uri(file)
    return str(file.absolute() if found else file.resolve())


def _is_found_by_uri(bundle: Path) -> bool:
    return bundle.absolute().parent in {Path(folder).expanduser() for folder in FOUND_BY_URI}


def _names(bundle: Path, files: Iterable[str], uri: str) -> Iterator[str]:
    """What the files of a bundle call a plug-in."""
    for name in files:
        if name == Path(name).name:
            for subject, predicate, value in _read(bundle / name):
                if (subject, predicate) == (uri, _NAME) and value:
                    yield value


def _read(path: Path) -> Iterator[tuple[str, str, str]]:
    return statements(read_named(path, MOST_BYTES).decode("utf-8", "replace"))


def statements(text: str) -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and object of what Turtle says, without what stands in brackets.

    >>> list(statements('@prefix a: <urn:a#> . <urn:b> a a:Thing ; a:is "x", [ a:no 1 ] , 2 .'))[1:]
    [('urn:b', 'urn:a#is', 'x'), ('urn:b', 'urn:a#is', '2')]
    """
    prefixes: dict[str, str] = {}
    so_far: list[str] = []
    depth = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind is None:
            continue  # a comment
        if kind == "open":
            return  # a text without an end: nothing behind it can be told apart
        mark = token[0] if kind == "mark" else ""
        depth += (mark in ("[", "(")) - (mark in ("]", ")"))
        if depth or mark in ("]", ")"):
            continue
        if not mark:
            so_far.append(_meant(kind, token[kind], prefixes))
        if so_far and so_far[0].casefold() in ("@prefix", "prefix"):
            if len(so_far) == 3:
                prefixes[so_far[1]] = so_far[2]
                so_far = []
            continue
        if mark and len(so_far) > 2:
            subject, predicate, value, *_ = so_far
            yield subject, predicate, value
        if mark:
            so_far = so_far[: {",": 2, ";": 1}.get(mark, 0)]


def _meant(kind: str, written: str, prefixes: Mapping[str, str]) -> str:
    """A word as the IRI that it is short for, a text without its escapes."""
    if kind in ("text", "long"):
        return _ESCAPED.sub(r"\1", written)
    if kind == "iri" or written == "a":
        return _TYPE if kind == "word" else written
    prefix, colon, rest = written.partition(":")
    return prefixes[prefix + colon] + rest if colon and prefix + colon in prefixes else written
