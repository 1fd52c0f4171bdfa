"""The page of auditions: one HTML file beside its sounds, without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from hostkit.audition.measure import SoundMeasures
from hostkit.ground.counted import counted
from hostkit.library.load import LoadedPreset
from hostkit.looks.colours import css

_STYLE = """
body { font: 15px/1.45 var(--font); color: var(--ink); background: var(--paper);
  max-width: 1120px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--edge);
  border-radius: 6px; padding: .45rem .7rem; width: 22rem; max-width: 100%; }
label { display: flex; gap: .5rem; align-items: center; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul { list-style: none; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); }
li { border: 1px solid var(--grid); border-radius: 8px; padding: .7rem .8rem; }
li img { width: 100%; border-radius: 4px; display: block; }
audio { width: 100%; margin-top: .4rem; }
b { display: block; } p { margin: .15rem 0 .5rem; color: var(--faint); font-size: .9rem; }
[hidden] { display: none !important; }
"""

_SCRIPT = """
const cards = [...document.querySelectorAll('li')];
document.querySelector('input').addEventListener('input', event => {
  const words = event.target.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const card of cards)
    card.hidden = !words.every(word => card.dataset.words.includes(word));
  for (const section of document.querySelectorAll('section'))
    section.hidden = !section.querySelector('li:not([hidden])');
});
document.addEventListener('play', event => {
  for (const other of document.querySelectorAll('audio'))
    if (other !== event.target) other.pause();
}, true);
"""


@dataclass(frozen=True, eq=False)
class AuditionFiles:
    """A preset, what was measured of it, and the files it can be heard and seen in."""

    loaded: LoadedPreset
    heard: SoundMeasures
    audio: Path
    image: Path


def page(files: Sequence[AuditionFiles], folder: Path, failures: Iterable[str] = ()) -> str:
    """The text of the page. Only one preset plays at a time; the field narrows them down."""
    by_family = sorted(files, key=lambda f: (f.loaded.preset.family or "other", f.loaded.name))
    sections = "".join(
        f"<section><h2>{escape(family)}</h2><ul>{''.join(_card(f, folder) for f in group)}"
        "</ul></section>\n"
        for family, group in groupby(by_family, key=lambda f: f.loaded.preset.family or "other")
    )
    failed = "".join(f"<li>{escape(text)}</li>" for text in failures)
    missing = f"<h2>not rendered</h2><ol>{failed}</ol>" if failed else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Presets</title><style>{css()}{_STYLE}</style></head><body>\n"
        f"<h1>{counted(len(files), 'preset')}</h1>"
        '<label>Find <input type="search" placeholder="warm strings …"></label>\n'
        f"{sections}{missing}<script>{_SCRIPT}</script></body></html>\n"
    )


def _card(files: AuditionFiles, folder: Path) -> str:
    preset, name = files.loaded.preset, files.loaded.name
    words = " ".join((name, preset.description, *preset.tags, *preset.character)).lower()
    facts = [*preset.character]
    facts += [f"range {preset.range}"] if preset.range else []
    facts += [f"needs {', '.join(preset.needs)}"] if preset.needs else []
    about = "".join(
        f"<p>{escape(text)}</p>" for text in (preset.description, " · ".join(facts)) if text
    )
    return (
        f'<li data-words="{escape(words)}"><b>{escape(name)}</b>{about}'
        f'<img loading="lazy" alt="{_seen(files.heard)}" src="{_link(files.image, folder)}">'
        f'<audio controls preload="none" src="{_link(files.audio, folder)}"></audio></li>\n'
    )


def _seen(heard: SoundMeasures) -> str:
    """What the image shows, for who does not see it."""
    return (
        f"Envelope and spectrum, {heard.loudness.integrated_lufs:.1f} LUFS, {heard.seconds:.1f} s"
    )


def _link(path: Path, folder: Path) -> str:
    return quote(path.relative_to(folder).as_posix())
