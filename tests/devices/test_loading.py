"""What hostkit relies on inside pedalboard, and quick loading."""

from __future__ import annotations

import pedalboard
import pytest
from pedalboard import _pedalboard as private

from hostkit.devices.plugins.loading import (
    PRIVATE_NAMES,
    first_supported,
    quick_load,
    raw_params,
    renew,
)
from hostkit.devices.plugins.probing import param_handles


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_pedalboard_still_has_the_private_names(name: str) -> None:
    owner, _, attribute = name.rpartition(".")
    holder = getattr(private, owner) if owner else private
    assert hasattr(holder, attribute)


@pytest.mark.plugins
class TestQuickLoad:
    @pytest.fixture
    def scans(self, monkeypatch):
        """Counts the parameters that pedalboard would ask 1001 times."""
        asked = []
        original = private.AudioProcessorParameter.__init__

        def count(self, plugin, name, *rest):
            asked.append(name)
            original(self, plugin, name, *rest)

        monkeypatch.setattr(private.AudioProcessorParameter, "__init__", count)
        return asked

    def test_no_parameter_is_scanned(self, plugin, scans) -> None:
        found = plugin("Kars")
        kars = quick_load(found.path, found.name)
        assert first_supported(kars, (2, 1), 48_000) == 1
        assert [handle.name for handle in raw_params(kars)] == ["Sustain", "Release", "Volume"]
        renew(kars)
        assert scans == []

    def test_pedalboard_itself_scans_as_before_afterwards(self, plugin, scans) -> None:
        found = plugin("ZamPhono")
        quick_load(found.path, found.name)
        assert scans == []
        pedalboard.VST3Plugin(str(found.path))
        assert scans

    def test_keys_are_pedalboards(self, plugin) -> None:
        found = plugin("ZamCompX2")
        keys = set(param_handles(quick_load(found.path, found.name)))
        own = set(pedalboard.VST3Plugin(str(found.path)).parameters)
        assert keys == own - {"buffer_size_frames", "sample_rate_frames"}

    def test_renewing_keeps_parameters(self, plugin) -> None:
        found = plugin("ZamCompX2")
        compressor = quick_load(found.path, found.name)
        param_handles(compressor)["threshold_db"].raw_value = 0.25
        renew(compressor)
        assert param_handles(compressor)["threshold_db"].raw_value == pytest.approx(0.25)
