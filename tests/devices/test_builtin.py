"""The table of built-in effects against the installed pedalboard."""

from __future__ import annotations

import re

import numpy as np
import pedalboard
import pytest

from hostkit.devices.builtin import BUILTINS, REFUSED, BuiltinEffect

NOT_EFFECTS = {"Plugin", "ExternalPlugin", "VST3Plugin", "AudioUnitPlugin", "IIRFilter"}
NOT_EFFECTS |= {"PluginContainer", "Pedalboard"}


def snake_case(name: str) -> str:
    name = name.replace("MP3C", "Mp3C").replace("GSMF", "GsmF")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def signature(class_name: str) -> dict[str, str]:
    """Parameter names of a constructor, with their defaults as written in its docstring."""
    text = getattr(pedalboard, class_name).__init__.__doc__.splitlines()[0]
    return dict(re.findall(r"(\w+): [^=,]+(?:\[[^=]*\])? = (<[^>]*>|[^,)]+)", text))


def test_every_effect_of_pedalboard_is_offered_or_refused_with_a_reason() -> None:
    classes = {
        name
        for name, value in vars(pedalboard).items()
        if isinstance(value, type)
        and issubclass(value, pedalboard.Plugin)
        and not name.startswith("_")
    }
    names = {snake_case(name) for name in classes - NOT_EFFECTS}
    assert names == set(BUILTINS) | set(REFUSED)


@pytest.mark.parametrize("builtin", BUILTINS.values(), ids=lambda builtin: builtin.name)
class TestBuiltin:
    def test_has_pedalboards_parameters_and_defaults(self, builtin: BuiltinEffect) -> None:
        assert snake_case(builtin.class_name) == builtin.name
        written = signature(builtin.class_name)
        written.pop("sample_rate", None)  # of an impulse response; hostkit gives it
        assert set(written) == {param.key for param in builtin.params}
        for param in builtin.params:
            if param.type == "number":
                assert float(written[param.key]) == pytest.approx(param.default)
            else:
                assert str(param.default) in written[param.key]

    def test_both_ends_of_every_range_work(self, builtin: BuiltinEffect) -> None:
        audio = np.random.default_rng(1).standard_normal((2, 4096)).astype(np.float32) * 0.1
        impulse = {"impulse_response_filename": np.ones((1, 8), np.float32), "sample_rate": 48_000}
        files = impulse if builtin.files else {}
        for param in builtin.params:
            for value in (param.minimum, param.maximum):
                if value is None:
                    continue
                effect = getattr(pedalboard, builtin.class_name)(**{param.key: value}, **files)
                assert np.isfinite(effect(audio, 48_000)).all(), f"{param.key} = {value}"

    def test_linear_means_linear(self, builtin: BuiltinEffect) -> None:
        rng = np.random.default_rng(2)
        one, other = (rng.standard_normal((2, 20_000)).astype(np.float32) * 0.2 for _ in range(2))
        settings = {"threshold_db": -40.0, "ratio": 8.0, "gain_db": 6.0, "feedback": 0.5}
        settings = {k: v for k, v in settings.items() if k in {p.key for p in builtin.params}}
        if builtin.files:
            response = rng.standard_normal((1, 100)).astype(np.float32)
            settings |= {"impulse_response_filename": response, "sample_rate": 48_000}

        def run(audio):
            return getattr(pedalboard, builtin.class_name)(**settings)(audio, 48_000)

        error = np.abs(run(one + other) - run(one) - run(other)).max()
        if builtin.linear:
            assert error < 1e-4
        elif builtin.name not in {"chorus", "phaser", "brickwall_limiter", "clipping"}:
            assert error > 1e-3
