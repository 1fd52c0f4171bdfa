"""Finding by name, with a scanner that counts; and the cache between runs."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from threading import Event

import pytest

from hostkit.devices.description import ParamDescription, PluginDescription
from hostkit.devices.plugins.scanning.cache import PluginCache
from hostkit.devices.plugins.scanning.find import Catalogue
from hostkit.devices.plugins.scanning.scan import Scanned
from hostkit.devices.plugins.scanning.watched import WATCH
from hostkit.errors import RequestError


def described(path: Path, name: str, vendor: str = "us") -> PluginDescription:
    params = (ParamDescription("wave", "Wave", "Sine", "choice", choices=("Sine", "Saw")),)
    kind = "LV2" if path.suffix == ".lv2" else "VST3"
    return PluginDescription(
        name, path, kind, "effect", vendor, "1.0", "Fx", f"id:{name}", "00", (1, 2), 64, params
    )


class Scanner:
    """Reads names, separated by commas, from the file itself; an empty file crashes."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, path: Path, cancelled: Event) -> Scanned:
        self.asked.append(path.stem)
        names = [name for name in path.read_text().split(",") if name]
        if not names:
            return Scanned(path, failure="crashed while loading (SIGSEGV)")
        return Scanned(path, tuple(described(path, name) for name in names))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    for file, names in {"Alpha": "Alpha", "Suite": "Beta,Gamma", "Broken": ""}.items():
        (folder / f"{file}.vst3").write_text(names)
    return folder


@pytest.fixture
def scanner() -> Scanner:
    return Scanner()


def catalogue(folder: Path, scanner: Scanner) -> Catalogue:
    return Catalogue([folder], PluginCache(folder.parent / "cache"), scanner)


def test_a_file_of_the_name_is_scanned_alone(folder, scanner) -> None:
    assert catalogue(folder, scanner).find("alpha").name == "Alpha"
    assert scanner.asked == ["Alpha"]


def test_a_look_up_that_has_to_scan_is_watched(folder, scanner) -> None:
    """Of what is new; a scan that was asked for tells of itself."""
    watched: list[list[str]] = []

    def watch(paths, scans):
        watched.append(sorted(path.stem for path in paths))
        return scans

    before = WATCH.set(watch)
    try:
        here = catalogue(folder, scanner)
        assert here.find("Alpha").name == "Alpha"
        assert here.find("Gamma").name == "Gamma"
        here.scan(rescan=True, on_scanned=lambda _: None)
    finally:
        WATCH.reset(before)
    assert [paths for paths in watched if paths] == [["Alpha"], ["Broken", "Suite"]]


def test_a_format_chooses_among_plugins_of_one_name(folder, scanner) -> None:
    (folder / "Alpha.lv2").write_text("Alpha")
    here = catalogue(folder, scanner)
    assert here.find("Alpha").format == here.find("Alpha", None, "vst3").format == "VST3"
    assert here.find("Alpha", None, "lv2").format == "LV2"
    assert [p.format for p in here.other_formats(here.find("Alpha"))] == ["LV2"]
    with pytest.raises(RequestError, match="in AU; there is one in LV2 and VST3"):
        here.find("Alpha", None, "au")
    with pytest.raises(RequestError, match="there is no plug-in 'Beta'"):
        here.find("Beta", None, "lv2")


def test_a_plugin_in_another_file_is_found_by_scanning_all(folder, scanner) -> None:
    assert catalogue(folder, scanner).find("GAMMA").path.stem == "Suite"
    assert sorted(scanner.asked) == ["Alpha", "Broken", "Suite"]


@pytest.fixture
def lv2s(folder) -> None:
    """Bundles of one or two, by what their texts say; `Itself` is told by its library."""
    doap = "@prefix doap: <http://usefulinc.com/ns/doap#> ."
    plugin = "a <http://lv2plug.in/ns/lv2core#Plugin> ; doap:name"
    for file, text in {
        "More": f'{doap} <urn:g> {plugin} "Gamma" . <urn:d> {plugin} "Delta" .',
        "Most": f'{doap} <urn:e> {plugin} "Epsilon \\u00b5" .',
        "Other": f'{doap} <urn:z> {plugin} "Zeta" .',
        "Itself": "<urn:i> a <http://lv2plug.in/ns/ext/dynmanifest#DynManifest> .",
    }.items():
        (folder / f"{file}.lv2").mkdir()
        (folder / f"{file}.lv2" / "manifest.ttl").write_text(text)


class OfTexts(Scanner):
    """Reads LV2s' names from their texts."""

    def __call__(self, path: Path, cancelled: Event) -> Scanned:
        if path.suffix != ".lv2":
            return super().__call__(path, cancelled)
        self.asked.append(path.stem)
        names = re.findall('"(.*?)"', (path / "manifest.ttl").read_text())
        return Scanned(path, tuple(described(path, name, "them") for name in names))


def test_an_lv2_whose_texts_do_not_have_the_name_is_not_scanned(folder, lv2s) -> None:
    """What may hold it is: a VST3 of that name comes first, as if all were scanned."""
    scanner = OfTexts()
    here = catalogue(folder, scanner)
    found = here.find("GAMMA")
    assert found.path.name == "Suite.vst3"
    assert sorted(scanner.asked) == ["Alpha", "Broken", "Itself", "More", "Most", "Suite"]
    assert [other.vendor for other in here.namesakes(found)] == ["them"]
    assert here.find("gamma", vendor="them").path.name == "More.lv2"
    assert here.find("zeta").path.name == "Other.lv2"


def test_with_a_format_only_the_lv2s_that_may_hold_it_are_scanned(folder, lv2s) -> None:
    scanner = OfTexts()
    assert catalogue(folder, scanner).find("Zeta", kind="lv2").path.name == "Other.lv2"
    assert sorted(scanner.asked) == ["Itself", "Most", "Other"]


def test_a_misspelt_name_is_told_from_texts_that_were_not_scanned(folder, lv2s) -> None:
    scanner = OfTexts()
    with pytest.raises(RequestError, match="did you mean 'Delta'"):
        catalogue(folder, scanner).find("Dellta")
    assert "More" not in scanner.asked


def test_nothing_is_scanned_twice_until_asked_for(folder, scanner) -> None:
    first = catalogue(folder, scanner).scan()
    scanner.asked.clear()
    assert catalogue(folder, scanner).scan() == first
    assert scanner.asked == []
    assert catalogue(folder, scanner).scan(rescan=True) == first
    assert sorted(scanner.asked) == ["Alpha", "Broken", "Suite"]


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_changed_file_is_scanned_again(folder, scanner, change) -> None:
    file = folder / "Alpha.vst3"
    catalogue(folder, scanner).scan()
    scanner.asked.clear()
    if change == "size":
        file.write_text("Alpha2")
    else:
        os.utime(file, ns=(0, 0))
    catalogue(folder, scanner).scan()
    assert scanner.asked == ["Alpha"]


def test_a_misspelt_name(folder, scanner) -> None:
    with pytest.raises(RequestError, match=r"no plug-in 'alpah'; did you mean 'Alpha'\?"):
        catalogue(folder, scanner).find("alpah")


def test_an_unknown_name_says_where_was_looked_and_what_to_do(folder, scanner) -> None:
    with pytest.raises(RequestError) as caught:
        catalogue(folder, scanner).find("Omnisphere")
    for part in (str(folder), "install it", "--plugin-dir", "HOSTKIT_PLUGIN_PATH"):
        assert part in str(caught.value)
    assert "nor any other" not in str(caught.value)


def test_where_there_is_no_plugin_at_all_that_is_said(tmp_path, scanner) -> None:
    with pytest.raises(RequestError) as caught:
        catalogue(tmp_path, scanner).find("Omnisphere")
    for part in ("nor any other", str(tmp_path), "install it", "--plugin-dir"):
        assert part in str(caught.value)
    assert "shows what there is" not in str(caught.value)


def test_a_broken_plugin_says_why(folder, scanner) -> None:
    with pytest.raises(RequestError, match=r"Broken\.vst3.*crashed while loading.*--rescan"):
        catalogue(folder, scanner).find("broken")


def test_an_earlier_folder_wins(folder, scanner, tmp_path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "Alpha.vst3").write_text("Alpha")
    both = Catalogue([own, folder], PluginCache(tmp_path / "cache"), scanner)
    assert both.find("Alpha").path.parent == own


def test_progress_is_told_of_every_file(folder, scanner) -> None:
    heard: list[str] = []
    catalogue(folder, scanner).scan(on_scanned=lambda scan: heard.append(scan.path.stem))
    assert sorted(heard) == ["Alpha", "Broken", "Suite"]


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', '{"version": 99, "plugins": {}}'])
def test_a_damaged_cache_is_an_empty_one(folder, scanner, content) -> None:
    (folder.parent / "cache").mkdir()
    (folder.parent / "cache" / "plugins.json").write_text(content)
    assert catalogue(folder, scanner).find("Alpha").name == "Alpha"


def test_damaged_entries_are_scanned_again(folder, scanner) -> None:
    catalogue(folder, scanner).scan()
    cache = folder.parent / "cache" / "plugins.json"
    document = json.loads(cache.read_text())
    document["plugins"] = {path: {"stamp": 1} for path in document["plugins"]}
    cache.write_text(json.dumps(document))
    scanner.asked.clear()
    catalogue(folder, scanner).scan()
    assert len(scanner.asked) == 3


def test_what_cannot_be_kept_is_known_all_the_same(folder, scanner) -> None:
    (folder.parent / "cache").write_text("a file where the folder should be")
    plugins = catalogue(folder, scanner)
    assert [len(scan.plugins) for scan in plugins.scan()] == [1, 0, 2]
    assert "set HOSTKIT_CACHE to a folder" in plugins.not_kept
    scanner.asked.clear()
    assert plugins.find("gamma").name == "Gamma"
    assert scanner.asked == []


def test_a_scan_that_is_cancelled_keeps_what_it_found(folder, scanner) -> None:
    told: list[Path] = []

    def scanned(scan: Scanned) -> None:
        told.append(scan.path)
        if len(told) == 2:
            raise KeyboardInterrupt

    cancelled = catalogue(folder, scanner)
    with pytest.raises(KeyboardInterrupt):
        cancelled.scan(on_scanned=scanned)
    known = PluginCache(folder.parent / "cache")
    assert {path for path in cancelled.files if known.get(path)} == {*told}


def test_descriptions_survive_json() -> None:
    one = described(Path("/plugins/Alpha.vst3"), "Alpha")
    assert PluginDescription.from_json(json.loads(json.dumps(one.as_json()))) == one


class TestTwoOfOneName:
    @pytest.fixture
    def both(self, folder) -> Catalogue:
        def scanner(path: Path, cancelled: Event) -> Scanned:
            return Scanned(path, (described(path, "Hall", vendor=path.stem),))

        for file in list(folder.iterdir()):
            file.unlink()
        for vendor in ("Acme", "Bolt"):
            (folder / f"{vendor}.vst3").write_text("")
        catalogue = Catalogue([folder], PluginCache(folder.parent / "cache"), scanner)
        catalogue.scan()
        return catalogue

    def test_the_earlier_is_meant_and_the_other_is_known(self, both) -> None:
        found = both.find("Hall")
        assert found.vendor == "Acme"
        assert [other.vendor for other in both.namesakes(found)] == ["Bolt"]

    def test_a_vendor_chooses(self, both) -> None:
        assert both.find("hall", "bolt").vendor == "Bolt"

    def test_each_is_told_once_also_one_in_a_file_of_its_name(self, folder, scanner) -> None:
        with pytest.raises(RequestError) as raised:
            catalogue(folder, scanner).find("Alpha", "Zed")
        assert str(raised.value).endswith(f"there is one by 'us' ({folder / 'Alpha.vst3'})")

    def test_a_vendor_that_has_none_is_told_who_has(self, both) -> None:
        with pytest.raises(RequestError, match=r"by 'Zed'; there is one by 'Acme' \(.*'Bolt'"):
            both.find("Hall", "Zed")
