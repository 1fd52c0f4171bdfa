"""hostkit's own effects: what they take, in the same terms as pedalboard's."""

from __future__ import annotations

from hostkit.devices.builtin import BuiltinEffect
from hostkit.devices.description import ParamDescription

BUS_COMPRESSOR = "bus_compressor"


def _number(key: str, default: float, low: float, high: float, units: str) -> ParamDescription:
    label = key.removesuffix("_" + units.lower()).replace("_", " ")
    return ParamDescription(key, label, default, "number", low, high, units, automatable=False)


OWN: dict[str, BuiltinEffect] = {
    BUS_COMPRESSOR: BuiltinEffect(
        BUS_COMPRESSOR,
        "",
        (
            _number("threshold_db", -18, -60, 0, "dB"),
            _number("ratio", 2, 1, 100, ""),
            _number("knee_db", 6, 0, 40, "dB"),
            _number("attack_ms", 30, 0.05, 1000, "ms"),
            _number("release_ms", 200, 1, 10_000, "ms"),
            _number("makeup_db", 0, -24, 24, "dB"),
            _number("lookahead_ms", 0, 0, 50, "ms"),
            _number("highpass_hz", 0, 0, 1000, "Hz"),
        ),
        note="For the master: one gain for every stem, from the full mix. highpass_hz 0 is off.",
    )
}
