"""Scanning real files: good ones, and ones that crash, hang or are none."""

from __future__ import annotations

import json
from functools import partial
from threading import Event, Timer

import pytest
from typer.testing import CliRunner

from hostkit.cli.plugins import app
from hostkit.plugins.cache import PluginCache
from hostkit.plugins.find import Catalogue
from hostkit.plugins.scan import scan_file


def test_a_file_that_is_no_plugin(tmp_path) -> None:
    path = tmp_path / "Text.vst3"
    path.write_text("hello")
    scanned = scan_file(path, Event())
    assert scanned.plugins == ()
    assert "Text.vst3" in scanned.failure


@pytest.mark.plugins
class TestReal:
    def test_crash_and_hang_are_survived_and_remembered(self, bad_plugins, tmp_path) -> None:
        cache = PluginCache(tmp_path)
        scanner = partial(scan_file, timeout_seconds=1.5)
        crash, hang = Catalogue([bad_plugins], cache, scanner).scan()
        assert crash.failure == "crashed while loading (SIGABRT)"
        assert hang.failure == "did not load within 1.5 s"

        def never(path, given_up):
            raise AssertionError(f"{path} was scanned again")

        assert Catalogue([bad_plugins], PluginCache(tmp_path), never).scan() == (crash, hang)

    def test_giving_up_ends_a_worker_that_hangs(self, bad_plugins) -> None:
        given_up = Event()
        Timer(0.5, given_up.set).start()
        scanned = scan_file(bad_plugins / "HostkitProbeHangOnLoad.vst3", given_up)
        assert scanned.failure == "was given up"

    def test_kars(self, plugin) -> None:
        kars = plugin("Kars")
        assert (kars.kind, kars.format, kars.channels) == ("instrument", "VST3", (1,))
        assert len(kars.class_id) == 32
        assert kars.class_id in kars.identity
        assert kars.version in kars.identity
        ranges = {param.key: (param.minimum, param.maximum) for param in kars.params}
        assert ranges == {"sustain": (None, None), "release_s": (0, 5), "volume": (0, 100)}

    def test_effects(self, plugin) -> None:
        assert plugin("ZaMaximX2").latency_frames == 480
        assert plugin("ZamComp").channels == (1,)
        assert plugin("ZamCompX2").channels == (2,)
        assert plugin("ZamDelay").tempo_synced
        assert not plugin("ZamCompX2").tempo_synced

    def test_the_probe(self, plugin) -> None:
        assert plugin("HostkitProbe").latency_frames == 96
        assert plugin("HostkitProbeEffect").latency_frames == 64


@pytest.mark.plugins
class TestCommands:
    @pytest.fixture(autouse=True)
    def _folders(self, plugin, monkeypatch) -> None:
        monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(plugin("Kars").path.parent))

    def test_list(self) -> None:
        result = CliRunner().invoke(app, ["list"])
        assert result.exit_code == 0
        assert "Kars" in result.stdout
        assert "instrument" in result.stdout

    def test_list_as_json(self) -> None:
        result = CliRunner().invoke(app, ["list", "--json"])
        names = {plugin["name"] for plugin in json.loads(result.stdout)["plugins"]}
        assert {"Kars", "ZamCompX2"} <= names

    def test_show(self) -> None:
        result = CliRunner().invoke(app, ["show", "nekobi"])
        assert "0 … 95 %" in result.stdout
        assert "Square, Triangle" in result.stdout
        assert "MIDI" not in result.stdout

    def test_show_as_json(self) -> None:
        result = CliRunner().invoke(app, ["show", "kars", "--json"])
        (plugin,) = json.loads(result.stdout)["plugins"]
        assert [param["key"] for param in plugin["params"]] == ["sustain", "release_s", "volume"]

    def test_scan_tells_what_it_left_out(self, tmp_path) -> None:
        (tmp_path / "Text.vst3").write_text("hello")
        result = CliRunner().invoke(app, ["scan", "--plugin-dir", str(tmp_path)])
        assert result.exit_code == 0
        assert "Text.vst3: left out" in result.stderr
        assert str(tmp_path) in result.stdout
