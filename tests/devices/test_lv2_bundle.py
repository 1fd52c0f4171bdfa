"""LV2 bundles of several plug-ins: what their text says, and which of them can be had."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from needed import needed

from hostkit.devices.minihost.lv2_bundle import MOST_BYTES, manifest_of, plugins_in, statements
from hostkit.devices.plugins.scanning.scan import scan_file
from hostkit.devices.spec import PluginSpec

SYSTEM = Path("/usr/lib/lv2")
NAMES = ("ZamAutoSat", "ZamDelay")


@given(st.text(st.sampled_from('<>"\\;,.[]()#@ab: \n'), max_size=60))
def test_any_text_gives_statements_or_none(text: str) -> None:
    for statement in statements(text):
        assert [type(part) for part in statement] == [str] * 3


@pytest.mark.parametrize("end", ['"', '"""', "<", "[", '"\\"'])
def test_what_does_not_end_takes_no_long(end: str) -> None:
    """Twice as much takes twice as long: of a text that has no end, minutes else."""
    assert list(statements("<a> <b> <c> . " + end * (MOST_BYTES // 64))) == [("a", "b", "c")]


def test_names_stand_in_the_files_that_the_manifest_points_at(tmp_path) -> None:
    bundle = tmp_path / "Two.lv2"
    bundle.mkdir()
    (tmp_path / "away.ttl").write_text('<urn:c> <http://usefulinc.com/ns/doap#name> "Away" .')
    (bundle / "manifest.ttl").write_text(
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> . @prefix doap:"
        "<http://usefulinc.com/ns/doap#>.\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "<urn:a> a lv2:Plugin, lv2:Filter ; rdfs:seeAlso <a.ttl> . # <urn:x> a lv2:Plugin .\n"
        '<urn:b> doap:name "B; \\"2\\"" ; doap:maintainer [ doap:name "Us" ] ; a lv2:Plugin .\n'
        "<urn:c> a lv2:Plugin ; rdfs:seeAlso <../away.ttl> . <urn:d> a lv2:Specification ."
    )
    (bundle / "a.ttl").write_text(
        '@prefix doap: <http://usefulinc.com/ns/doap#> . <urn:a> doap:name """A "long" one""".'
    )
    found = [(plugin.uri, plugin.name) for plugin in plugins_in(bundle)]
    assert found == [("urn:a", 'A "long" one'), ("urn:b", 'B; "2"')]


@pytest.fixture
def two(tmp_path, monkeypatch) -> Path:
    """A bundle of two, made of two that are installed, under URIs of its own, in ~/.lv2."""
    needed(SYSTEM.joinpath("ZamDelay.lv2").is_dir(), "ZamDelay.lv2", "make test-plugins")
    monkeypatch.setenv("HOME", str(tmp_path))
    bundle = tmp_path / ".lv2" / "Two.lv2"
    bundle.mkdir(parents=True)
    manifests = [(SYSTEM / f"{name}.lv2" / "manifest.ttl").read_bytes() for name in NAMES]
    for name in NAMES:
        for file in (SYSTEM / f"{name}.lv2").glob(f"{name}_dsp.*"):
            shutil.copy(file, bundle)
    (bundle / "manifest.ttl").write_bytes(b"\n".join(manifests))
    for file in bundle.iterdir():
        file.write_bytes(file.read_bytes().replace(b"urn:zamaudio:", b"urn:zamaudix:"))
    return bundle


def assert_alike(play_fresh, *plugins) -> None:
    """Two delays do the same to noise, to the bit, and are heard."""
    noise = np.random.default_rng(2).standard_normal((1, 30_000)).astype(np.float32)
    job = {"audio": noise, "frames": 30_000, "cuts": [4096]}
    one, other = (
        play_fresh(effects=(replace(PluginSpec.of(plugin), host="minihost"),), **job)
        for plugin in plugins
    )
    np.testing.assert_array_equal(one, other)
    assert np.abs(one).max() > 0.1


@pytest.mark.plugins
def test_every_plugin_of_a_bundle_is_found_and_plays(two, play_fresh) -> None:
    found = scan_file(two, Event())
    assert [plugin.name for plugin in found.plugins] == list(NAMES), found
    assert len({plugin.identity for plugin in found.plugins}) == 2
    (by_itself,) = scan_file(SYSTEM / "ZamDelay.lv2", Event()).plugins
    assert_alike(play_fresh, found.plugins[1], by_itself)


@pytest.mark.plugins
def test_every_plugin_of_a_bundle_that_lies_elsewhere_plays_alike(
    two, tmp_path, play_fresh
) -> None:
    elsewhere = tmp_path / "mine" / two.name
    shutil.move(two, elsewhere)
    found = scan_file(elsewhere, Event())
    assert [plugin.name for plugin in found.plugins] == list(NAMES), found
    (by_itself,) = scan_file(SYSTEM / "ZamDelay.lv2", Event()).plugins
    assert_alike(play_fresh, found.plugins[1], by_itself)


@pytest.mark.plugins
def test_a_copy_of_what_is_installed_is_opened_where_it_lies(tmp_path, play_fresh) -> None:
    """Of two of one URI minihost knows the installed one alone; this one is played all the same."""
    needed(SYSTEM.joinpath("ZamDelay.lv2").is_dir(), "ZamDelay.lv2", "make test-plugins")
    copy = tmp_path / "mine" / "ZamDelay.lv2"
    shutil.copytree(SYSTEM / "ZamDelay.lv2", copy)
    (found,) = scan_file(copy, Event()).plugins
    (installed,) = scan_file(SYSTEM / "ZamDelay.lv2", Event()).plugins
    assert found == replace(installed, path=copy)
    assert_alike(play_fresh, found, installed)


@pytest.mark.plugins
def test_what_calls_itself_an_instrument_is_one_though_it_takes_sound(two) -> None:
    text = two / "ZamDelay_dsp.ttl"
    text.write_text(text.read_text().replace("lv2:DelayPlugin", "lv2:InstrumentPlugin"))
    found = scan_file(two, Event())
    assert [plugin.kind for plugin in found.plugins] == ["effect", "instrument"]
    assert found.plugins[1].channels == (1,)


def test_a_manifest_of_one_is_newer_than_any(tmp_path) -> None:
    """Of two of one URI the newer is opened; the lower text is read as its version."""
    (tmp_path / "manifest.ttl").write_text(
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> . @prefix doap:"
        "<http://usefulinc.com/ns/doap#>.\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        '<urn:a> a lv2:Plugin ; doap:name "A" ; lv2:binary <a.so> ; lv2:minorVersion 2 .\n'
        '<urn:b> a lv2:Plugin ; doap:name "B" ; lv2:binary <b.so> ; rdfs:seeAlso <b.ttl> .'
    )
    (tmp_path / "b.ttl").write_text("")
    made = manifest_of(tmp_path, "B", "whole.ttl")
    assert made is not None
    said = {(predicate.rpartition("#")[2], value) for _, predicate, value in statements(made)}
    assert said == {
        ("type", "http://lv2plug.in/ns/lv2core#Plugin"),
        ("binary", "b.so"),
        ("seeAlso", "b.ttl"),
        ("seeAlso", "whole.ttl"),
        ("minorVersion", " 9999"),
        ("microVersion", " 9999"),
    }
    assert {subject for subject, _, _ in statements(made)} == {"urn:b"}
    assert " 9999" < "0"
    assert manifest_of(tmp_path, "C", "whole.ttl") is None
