"""What an LV2 bundle holds, by its own text: RDF, written as Turtle.

Source: the LV2 book, "Bundles"; W3C, "RDF 1.1 Turtle", without lists.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from hostkit.ground.named_file import read_named
from hostkit.ground.places import real_path

MOST_BYTES = 4 * 2**20
MOST_PLUGINS = 2_000
MANIFEST = "manifest.ttl"
FOUND_BY_MINIHOST = ("~/.lv2", "/usr/local/lib/lv2", "/usr/lib/lv2", "~/Library/Audio/Plug-Ins/LV2")

LV2 = "http://lv2plug.in/ns/lv2core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
_BINARY = f"{LV2}binary"
_INSTRUMENT = f"{LV2}InstrumentPlugin"
_NAME = "http://usefulinc.com/ns/doap#name"
_MAIN_INPUT = "http://lv2plug.in/ns/ext/port-groups#mainInput"

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
    """A plug-in of a bundle: its URI, what it is called, and whether it says it plays notes."""

    uri: str
    name: str
    is_instrument: bool = False


def plugins_in(bundle: Path) -> tuple[BundledPlugin, ...]:
    """All plug-ins of a bundle that have a name, in its order. Raises OSError."""
    return _read_once(bundle, bundle.joinpath(MANIFEST).stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_once(bundle: Path, _changed: int) -> tuple[BundledPlugin, ...]:
    """Kept, as the text of 200 plug-ins takes seconds, and each of them asks for it."""
    return tuple(_plugins_in(bundle))


def _plugins_in(bundle: Path) -> Iterator[BundledPlugin]:
    for uri, about in islice(_said(bundle).items(), MOST_PLUGINS):
        further = about[_SEE_ALSO]
        names = chain(about[_NAME], _values(bundle, further, uri, _NAME))
        for name in islice(names, 1):  # no file is read further
            kinds = chain(about[_TYPE], _values(bundle, further, uri, _TYPE))
            yield BundledPlugin(uri, name, _INSTRUMENT in kinds)


def texts_of(bundle: Path, name: str) -> tuple[str, tuple[Iterator[tuple[str, str, str]], ...]]:
    """The URI of the plug-in of that name, and what each file that tells of it says.

    Raises OSError.
    """
    uri = next((plugin.uri for plugin in plugins_in(bundle) if plugin.name == name), "")
    files = _said(bundle)[uri][_SEE_ALSO] if uri else []
    return uri, tuple(
        _read(bundle / file) for file in (MANIFEST, *files) if file == Path(file).name
    )


def manifest_of(bundle: Path, name: str, see_also: str, main_input: str = "") -> str | None:
    """A manifest of nothing but the plug-in of that name; None where the bundle has none.

    `main_input` is the group of its ports that it has to call so.

    It points at `see_also` for all else. Its version is higher than any, or what was found
    elsewhere under the same URI would be opened instead; the space sorts it before the
    plug-in's own. Raises OSError.
    """
    uri = next((plugin.uri for plugin in plugins_in(bundle) if plugin.name == name), None)
    if uri is None:
        return None
    about = _said(bundle)[uri]
    said = [(_TYPE, f"<{LV2}Plugin>"), (_SEE_ALSO, f"<{see_also}>")]
    said += [(_BINARY, f"<{file}>") for file in about[_BINARY]]
    said += [(_SEE_ALSO, f"<{file}>") for file in about[_SEE_ALSO]]
    said += [(f"{LV2}{part}Version", '" 9999"') for part in ("minor", "micro")]
    said += [(_MAIN_INPUT, f"<{main_input}>")] if main_input else []
    return "".join(f"<{uri}> <{predicate}> {value} .\n" for predicate, value in said)


def path_to_open(file: Path) -> str:
    """A plug-in's file as minihost takes it: where links lead, but for bundles that it found."""
    found = file.suffix.lower() == ".lv2" and _is_found(file)
    return str(file.absolute() if found else real_path(file))


def _is_found(bundle: Path) -> bool:
    return bundle.absolute().parent in {Path(folder).expanduser() for folder in FOUND_BY_MINIHOST}


def _said(bundle: Path) -> dict[str, dict[str, list[str]]]:
    """What the manifest says of each plug-in, by its URI."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in _read(bundle / MANIFEST):
        said[subject][predicate].append(value)
    return {uri: about for uri, about in said.items() if f"{LV2}Plugin" in about[_TYPE]}


def _values(bundle: Path, files: Iterable[str], uri: str, wanted: str) -> Iterator[str]:
    """What the files of a bundle say of a plug-in."""
    for name in files:
        if name == Path(name).name:
            for subject, predicate, value in _read(bundle / name):
                if (subject, predicate) == (uri, wanted) and value:
                    yield value


def _read(path: Path) -> Iterator[tuple[str, str, str]]:
    return statements(read_named(path, MOST_BYTES).decode("utf-8", "replace"))


def statements(text: str) -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and object of what Turtle says; what stands in brackets has a number.

    Lists in round brackets are left out.

    >>> list(statements('@prefix a: <urn:a#> . <urn:b> a:is "x", [ a:has 1 ; a:no 3 ] , ( 4 ) .'))
    ... # doctest: +NORMALIZE_WHITESPACE
    [('urn:b', 'urn:a#is', 'x'), ('_:1', 'urn:a#has', '1'), ('_:1', 'urn:a#no', '3'),
     ('urn:b', 'urn:a#is', '_:1')]
    """
    prefixes: dict[str, str] = {}
    so_far: list[str] = []
    around: list[list[str]] = []
    depth = numbered = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind is None:
            continue  # a comment
        if kind == "open":
            return  # a text without an end: nothing behind it can be told apart
        mark = token[0] if kind == "mark" else ""
        depth = max(depth + (mark == "(") - (mark == ")"), 0)
        if depth or mark == ")":
            continue
        if mark == "[":
            numbered += 1
            around.append(so_far)
            so_far = [f"_:{numbered}"]
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
        if mark == "]":
            inside, so_far = so_far, around.pop() if around else []
            so_far = [*so_far, *inside[:1]]
        elif mark:
            keep = {",": 2, ";": 1}.get(mark, 0)
            around = around if keep else []
            so_far = so_far[:keep]


def _meant(kind: str, written: str, prefixes: Mapping[str, str]) -> str:
    """A word as the IRI that it is short for, a text without its escapes."""
    if kind in ("text", "long"):
        return _ESCAPED.sub(r"\1", written)
    if kind == "iri" or written == "a":
        return _TYPE if kind == "word" else written
    prefix, colon, rest = written.partition(":")
    return prefixes[prefix + colon] + rest if colon and prefix + colon in prefixes else written
