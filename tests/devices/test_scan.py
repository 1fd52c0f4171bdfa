"""Scanning real files: good ones, and ones that crash, hang or are none."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest
from typer.testing import CliRunner

from hostkit.cli.commands.plugins import app
from hostkit.devices.minihost.describing import PluginPlace
from hostkit.devices.plugins.scanning.cache import PluginCache
from hostkit.devices.plugins.scanning.describe import FORKS, describe_in_minihost
from hostkit.devices.plugins.scanning.find import Catalogue
from hostkit.devices.plugins.scanning.scan import HostMissing, Scanned, scan_file
from hostkit.devices.plugins.scanning.workers import Workers
from hostkit.errors import RequestError


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
        crash, hang = Catalogue([bad_plugins], cache, timeout_seconds=5).scan()
        assert crash.failure == "crashed while loading (SIGABRT)"
        assert hang.failure == "did not load within 5 s"

        def never(path, cancelled):
            raise AssertionError(f"{path} was scanned again")

        again = Catalogue([bad_plugins], PluginCache(tmp_path), never, timeout_seconds=5)
        assert again.scan() == (crash, hang)

    def test_what_hung_is_tried_again_with_another_limit(self, bad_plugins, tmp_path) -> None:
        hanging = [bad_plugins / "HostkitProbeHangOnLoad.vst3"]
        cache = PluginCache(tmp_path)
        cache.put([Scanned(hanging[0], failure="did not load within 1 s", timeout_seconds=1.0)])
        asked = []

        def scanner(path, cancelled):
            asked.append(path)
            return Scanned(path, timeout_seconds=5.0)

        catalogue = Catalogue([bad_plugins], cache, scanner, timeout_seconds=5.0)
        catalogue.files = tuple(hanging)
        catalogue.scan()
        assert asked == hanging

    def test_each_plugin_of_a_file_stands_for_itself(self, odd_plugins) -> None:
        scanned = scan_file(odd_plugins / "HostkitBundle.vst3", Event(), timeout_seconds=3)
        assert scanned.failure == ""
        assert [plugin.name for plugin in scanned.plugins] == ["HostkitProbe", "HostkitProbeEffect"]
        assert all(plugin.shares_file for plugin in scanned.plugins)
        failures = {broken.name: broken.failure for broken in scanned.broken}
        assert failures.keys() == {
            "HostkitBundleCrash",
            "HostkitBundleHang",
            "HostkitBundleRefuse",
        }
        assert failures["HostkitBundleCrash"] == "crashed while loading (SIGABRT)"
        assert failures["HostkitBundleHang"] == "did not load within 3 s"
        assert failures["HostkitBundleRefuse"].startswith("cannot be loaded")

    @pytest.mark.parametrize(
        ("name", "kind", "layout", "hosts"),
        [
            ("HostkitProbeMonoToStereo", "effect", "mono to stereo", ("minihost",)),
            ("HostkitProbeOctaves", "midi effect", "notes", ("minihost",)),
            (
                "HostkitProbeKeyed",
                "effect",
                "stereo, side-chain, 2 outputs",
                ("pedalboard", "minihost"),
            ),
            ("HostkitProbeDrums", "instrument", "stereo, 3 outputs", ("pedalboard", "minihost")),
        ],
    )
    def test_what_is_heard_of_buses(self, odd_plugins, name, kind, layout, hosts) -> None:
        (found,) = scan_file(odd_plugins / f"{name}.vst3", Event()).plugins
        assert (found.kind, found.layout, found.hosts) == (kind, layout, hosts)

    def test_a_key_that_a_plugin_ignores_is_found(self, plugin) -> None:
        """Debian's VST3 ignores its key; its LV2 hears it, once a switch is on."""
        vst3 = plugin("ZamCompX2")
        (lv2,) = scan_file(Path("/usr/lib/lv2/ZamCompX2.lv2"), Event()).plugins
        assert (vst3.key, lv2.key, lv2.key_switch) == ("ignored", "heard", "sidechain")
        assert (lv2.format, lv2.layout) == ("LV2", "stereo, side-chain")

    def test_a_broken_one_of_several_is_named_with_its_failure(self, odd_plugins, tmp_path) -> None:
        catalogue = Catalogue([odd_plugins], PluginCache(tmp_path), timeout_seconds=3)
        with pytest.raises(RequestError, match=r"it crashed while loading \(SIGABRT\); update"):
            catalogue.find("HostkitBundleCrash")
        assert catalogue.find("hostkitprobeeffect").path.name == "HostkitBundle.vst3"

    def test_an_instrument_that_loses_notes_gets_shorter_blocks(self, odd_plugins) -> None:
        (deaf,) = scan_file(odd_plugins / "HostkitProbeDeaf.vst3", Event()).plugins
        assert deaf.buffer_frames == 128
        assert deaf.remarks == ("loses notes in blocks of 512; played in blocks of 128",)

    def test_an_instrument_that_loads_in_the_background_gets_time(self, odd_plugins) -> None:
        (slow,) = scan_file(odd_plugins / "HostkitProbeSlow.vst3", Event()).plugins
        assert (slow.warm_up_s, slow.buffer_frames) == (0.5, 512)
        assert slow.remarks == ("is silent right after loading; it is given 0.5 s",)

    @pytest.mark.parametrize(
        ("name", "buffer_frames", "warm_up_s"),
        [("HostkitProbeDeaf", 128, 0.0), ("HostkitProbeSlow", 512, 0.5)],
    )
    def test_what_only_minihost_hosts_is_listened_to_alike(
        self, odd_plugins, name, buffer_frames, warm_up_s
    ) -> None:
        place = PluginPlace(odd_plugins / f"{name}.vst3", name, "", shares_file=False)
        said: list[dict[str, Any]] = []
        describe_in_minihost(place, "0" * 64, lambda **what: said.append(what))
        heard = next(what["heard"] for what in said if "heard" in what)
        assert (heard["buffer_frames"], heard["warm_up_s"]) == (buffer_frames, warm_up_s)
        assert "plugin" in said[0]

    def test_what_is_out_of_tune_is_remarked(self, plugin) -> None:
        assert plugin("Kars").remarks == ("its A4 is 30 cents flat at 48000 Hz",)
        assert plugin("Nekobi").remarks == ()

    @pytest.mark.skipif(not FORKS, reason="without forks each file has a worker of its own")
    def test_a_worker_describes_file_after_file_also_behind_a_crash(
        self, plugin, bad_plugins, odd_plugins
    ) -> None:
        files = (
            plugin("ZamCompX2").path,
            bad_plugins / "HostkitProbeCrashOnLoad.vst3",
            odd_plugins / "HostkitProbeMonoToStereo.vst3",
        )
        with Workers() as workers:
            kept = workers.take()
            workers.give(kept)
            scans = [scan_file(path, Event(), workers=workers) for path in files]
            assert workers.take() is kept
            kept.end()
        assert [len(scan.plugins) for scan in scans] == [1, 0, 1]
        assert [scan.failure for scan in scans] == ["", "crashed while loading (SIGABRT)", ""]

    def test_behind_one_that_hangs_another_worker_goes_on(self, bad_plugins, odd_plugins) -> None:
        with Workers() as workers:
            hanging = bad_plugins / "HostkitProbeHangOnLoad.vst3"
            assert scan_file(hanging, Event(), 1.5, workers).failure == "did not load within 1.5 s"
            (found,) = scan_file(
                odd_plugins / "HostkitProbeMonoToStereo.vst3", Event(), workers=workers
            ).plugins
        assert found.name == "HostkitProbeMonoToStereo"

    def test_giving_up_ends_a_worker_that_hangs(self, bad_plugins) -> None:
        cancelled = Event()
        Timer(0.5, cancelled.set).start()
        scanned = scan_file(bad_plugins / "HostkitProbeHangOnLoad.vst3", cancelled)
        assert scanned.failure == "was cancelled"

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
@pytest.mark.usefixtures("scanned")
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


class TestHostMissing:
    def test_is_one_message_and_is_not_remembered(self, tmp_path, monkeypatch) -> None:
        broken = tmp_path / "site" / "pedalboard"
        broken.mkdir(parents=True)
        (broken / "__init__.py").write_text(
            "raise ImportError('libatomic.so.1: cannot open shared object file')\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
        folder = tmp_path / "plugins"
        for name in ("A", "B"):
            (folder / f"{name}.vst3").mkdir(parents=True)
        cache = PluginCache(tmp_path)
        with pytest.raises(HostMissing, match=r"pedalboard does not load: libatomic\.so\.1"):
            Catalogue([folder], cache).scan()
        assert not cache.path.exists()

    def test_what_the_loader_says_is_passed_on(self, tmp_path) -> None:
        path = tmp_path / "New.vst3"
        path.write_bytes(b"\x7fELF not a library")
        scanned = scan_file(path, Event())
        assert scanned.failure.startswith("cannot be loaded: ")
        assert str(path) in scanned.failure


@pytest.mark.plugins
def test_the_limit_of_a_scan_is_an_option(bad_plugins, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(
        "hostkit.devices.plugins.scanning.find.plugin_files",
        lambda _folders: (bad_plugins / "HostkitProbeHangOnLoad.vst3",),
    )
    done = CliRunner().invoke(app, ["scan", "--timeout", "1.5", "--json"])
    assert [f["reason"] for f in json.loads(done.stdout)["failures"]] == [
        "did not load within 1.5 s"
    ]
