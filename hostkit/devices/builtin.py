"""pedalboard's own effects: names, parameters, ranges; nothing is loaded to know them.

Names are pedalboard's classes in snake case, parameters are those of their constructors.
Where pedalboard sets no limit, the range here ends where the effect ceases to make sense
or sound (a filter at 0 Hz, a feedback over 1). A test compares the table with the
installed pedalboard.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from hostkit.devices.description import ParamDescription
from hostkit.errors import Fault


@dataclass(frozen=True)
class BuiltinEffect:
    """One effect. `linear` ones keep the sum of stems when used as a master device.

    `files` are keys that take a file instead of a value.
    """

    name: str
    class_name: str
    params: tuple[ParamDescription, ...] = ()
    files: tuple[str, ...] = ()
    linear: bool = False
    note: str = ""


def _number(
    key: str,
    default: float,
    minimum: float,
    maximum: float,
    *,
    automatable: bool = True,
) -> ParamDescription:
    unit = next((u for suffix, u in _UNITS.items() if key.endswith(suffix)), "")
    label = key.removesuffix("_" + unit.lower()).replace("_", " ")
    return ParamDescription(
        key, label, default, "number", minimum, maximum, unit, automatable=automatable
    )


_UNITS = {"_db": "dB", "_hz": "Hz", "_ms": "ms", "_seconds": "s"}
_MIX = _number("mix", 0.5, 0, 1)
_THRESHOLD_NOTE = "Not stereo-linked: each channel is measured by itself."
_CUTOFF = (1.0, 24_000.0)


def _shelf(name: str, class_name: str) -> BuiltinEffect:
    params = (
        _number("cutoff_frequency_hz", 440, *_CUTOFF),
        _number("gain_db", 0, -60, 60),
        _number("q", 0.7071067690849304, 0.01, 100),
    )
    return BuiltinEffect(name, class_name, params, linear=True)


BUILTINS: dict[str, BuiltinEffect] = {
    builtin.name: builtin
    for builtin in (
        BuiltinEffect("bitcrush", "Bitcrush", (_number("bit_depth", 8, 0, 32),)),
        BuiltinEffect(
            "brickwall_limiter",
            "BrickwallLimiter",
            (
                _number("ceiling_db", -1, -60, 12),
                _number("release_ms", 100, 0.01, 10_000),
                _number("lookahead_ms", 5, 0.01, 100, automatable=False),
                ParamDescription("true_peak", "true peak", False, "switch", automatable=False),
            ),
        ),
        BuiltinEffect(
            "chorus",
            "Chorus",
            (
                _number("rate_hz", 1, 0, 100),
                _number("depth", 0.25, 0, 1),
                _number("centre_delay_ms", 7, 1, 100),
                _number("feedback", 0, -1, 1),
                _MIX,
            ),
        ),
        BuiltinEffect("clipping", "Clipping", (_number("threshold_db", -6, -100, 0),)),
        BuiltinEffect(
            "compressor",
            "Compressor",
            (
                _number("threshold_db", 0, -100, 24),
                _number("ratio", 1, 1, 1000),
                _number("attack_ms", 1, 0, 10_000),
                _number("release_ms", 100, 0, 10_000),
            ),
            note=_THRESHOLD_NOTE,
        ),
        BuiltinEffect(
            "convolution",
            "Convolution",
            (_number("mix", 1, 0, 1),),
            files=("impulse_response_filename",),
            linear=True,
        ),
        BuiltinEffect(
            "delay",
            "Delay",
            (
                _number("delay_seconds", 0.5, 0, 30),
                _number("feedback", 0, 0, 1),
                _MIX,
            ),
            linear=True,
        ),
        BuiltinEffect("distortion", "Distortion", (_number("drive_db", 25, -60, 100),)),
        BuiltinEffect("gain", "Gain", (_number("gain_db", 1, -200, 100),), linear=True),
        _shelf("high_shelf_filter", "HighShelfFilter"),
        BuiltinEffect(
            "highpass_filter",
            "HighpassFilter",
            (_number("cutoff_frequency_hz", 50, *_CUTOFF),),
            linear=True,
        ),
        BuiltinEffect("invert", "Invert", linear=True),
        BuiltinEffect(
            "ladder_filter",
            "LadderFilter",
            (
                ParamDescription(
                    "mode",
                    "mode",
                    "LPF12",
                    "choice",
                    choices=("LPF12", "HPF12", "BPF12", "LPF24", "HPF24", "BPF24"),
                    automatable=False,
                ),
                _number("cutoff_hz", 200, *_CUTOFF),
                _number("resonance", 0, 0, 1),
                _number("drive", 1, 1, 100),
            ),
        ),
        BuiltinEffect(
            "limiter",
            "Limiter",
            (_number("threshold_db", -10, -100, 24), _number("release_ms", 100, 0.01, 10_000)),
            note=_THRESHOLD_NOTE + " Adds make-up gain; brickwall_limiter holds a ceiling.",
        ),
        _shelf("low_shelf_filter", "LowShelfFilter"),
        BuiltinEffect(
            "lowpass_filter",
            "LowpassFilter",
            (_number("cutoff_frequency_hz", 50, *_CUTOFF),),
            linear=True,
        ),
        BuiltinEffect(
            "mp3_compressor",
            "MP3Compressor",
            (_number("vbr_quality", 2, 0, 9.9, automatable=False),),
        ),
        BuiltinEffect(
            "noise_gate",
            "NoiseGate",
            (
                _number("threshold_db", -100, -100, 24),
                _number("ratio", 10, 1, 1000),
                _number("attack_ms", 1, 0, 10_000),
                _number("release_ms", 100, 0, 10_000),
            ),
            note=_THRESHOLD_NOTE,
        ),
        _shelf("peak_filter", "PeakFilter"),
        BuiltinEffect(
            "phaser",
            "Phaser",
            (
                _number("rate_hz", 1, 0, 100),
                _number("depth", 0.5, 0, 1),
                _number("centre_frequency_hz", 1300, *_CUTOFF),
                _number("feedback", 0, -1, 1),
                _MIX,
            ),
        ),
        BuiltinEffect(
            "reverb",
            "Reverb",
            (
                _number("room_size", 0.5, 0, 1),
                _number("damping", 0.5, 0, 1),
                _number("wet_level", 0.33, 0, 1),
                _number("dry_level", 0.4, 0, 1),
                _number("width", 1, 0, 1),
                _number("freeze_mode", 0, 0, 1),
            ),
            linear=True,
        ),
    )
}

REFUSED: dict[str, str] = {
    "pitch_shift": "pedalboard's pitch shift cannot be streamed (its issue 415)",
    "gsm_full_rate_compressor": "pedalboard's GSM codec gives other sound when streamed",
    "resample": "it would change the sample rate of the whole chain, and drops its tail",
    "mix": "parallel paths are what buses and sends are for",
    "chain": "write its effects one after the other",
}
"""pedalboard's effects that hostkit does not run, and why."""


def unknown_builtin(name: str, others: Iterable[str] = ()) -> Fault:
    """Why there is no built-in effect of that name, and what there is instead.

    `others` are names of effects that are built in, but not pedalboard's.
    """
    if name in REFUSED:
        return Fault(f"the built-in effect '{name}' is not offered: {REFUSED[name]}")
    known = [*BUILTINS, *others]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
    return Fault(f"there is no built-in effect '{name}'", hint)
