"""What a page draws under the stems: loudness, true peaks, and how music stands under speech."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from hostkit.ducking.dialogue import HeardPhrase
from hostkit.ducking.phrase import Phrase
from hostkit.errors import HostkitError
from hostkit.ground.levels import gain_to_db
from hostkit.jobs.store import Store
from hostkit.listening.live.shown.measures import Meters, MixMeasures
from hostkit.listening.live.version import SessionVersion
from hostkit.plan.density import Fader, density
from hostkit.render.kept_plan import read_curves

STEP_HOPS = 20
"""Loudness is drawn five times a second."""


def curves_of(
    version: SessionVersion, mix: str, frames: int, meters: Meters, store: Store
) -> dict[str, Any]:
    """All that is measured of a mix whose stems are made. Raises HostkitError."""
    plan = version.plan
    sources = tuple(stem.whole.source for stem in version.mixes[mix])
    found = meters.sum_of(sources, plan.sample_rate, plan.layout, plan.sample_format)
    made: dict[str, Any] = {
        "integrated_lufs": _finite(found.energies.integrated_lufs()),
        "true_peak_dbtp": _finite(gain_to_db(max(found.true_peaks, default=0.0))),
        "short_term": list(_short_term(found)),
        "true_peaks": list(_true_peaks(found, plan.sample_rate)),
    }
    if plan.spoken is not None:
        made["speech"] = _speech(version, found, frames, meters)
        made["duck"] = _duck(version, mix, store)
        made["target_lu"] = plan.spoken.settings.target_lu
    return made


def _short_term(found: MixMeasures) -> Iterator[tuple[float, float | None]]:
    for hop, lufs in enumerate(found.energies.short_term_lufs()[::STEP_HOPS].tolist()):
        yield round(hop * STEP_HOPS / 100, 2), _finite(lufs)


def _true_peaks(found: MixMeasures, rate: int) -> Iterator[tuple[float, float | None]]:
    for number, peak in enumerate(found.true_peaks.tolist()):
        yield round(number * found.chunk_frames / rate, 3), _finite(gain_to_db(peak))


def _speech(
    version: SessionVersion, found: MixMeasures, frames: int, meters: Meters
) -> dict[str, Any]:
    """The phrases, what plays under them, and by how much they stand out of this mix."""
    plan, session = version.plan, version.loaded.session
    assert plan.spoken is not None
    try:
        heard = meters.speech(plan.spoken, plan.sample_rate, frames, plan.layout)
    except HostkitError as error:
        return {"phrases": [], "why_not": str(error)}
    faders = {
        name: Fader(session.stem_of(name), track.gain_db) for name, track in session.tracks.items()
    }
    under = density(plan.whole, faders, heard.spans)
    return {
        "phrases": [
            {
                "from": one.phrase.onset_seconds,
                "to": one.phrase.offset_seconds,
                "speech_over_music_lu": _over_music(one, found, plan.sample_rate),
                "tracks": len(what.tracks),
                "registers": list(what.registers),
                "masking": [[stem, round(share, 2)] for stem, share in what.masking],
            }
            for one, what in zip(heard.phrases, under, strict=True)
        ],
        "why_not": heard.doubt,
    }


def _over_music(heard: HeardPhrase, found: MixMeasures, rate: int) -> float | None:
    return _finite(heard.speech_lufs - _lufs_during(heard.phrase, found, rate))


def _lufs_during(phrase: Phrase, found: MixMeasures, rate: int) -> float:
    start, end = round(phrase.onset_seconds * rate), round(phrase.offset_seconds * rate)
    return found.energies.span(start, end).phrase_lufs()


def _duck(version: SessionVersion, mix: str, store: Store) -> list[tuple[float, float]]:
    """By how much the mix is lowered, in dB: the rest, not the speech band."""
    planned = next(one for one in version.form.mixes if one.name == mix)
    if planned.curve is None:
        return []
    node = next(one for one in version.form.nodes if one.plan == planned.curve)
    curve = read_curves(store.take(node.fingerprint), version.plan.sample_rate).rest
    seconds: Sequence[float] = (curve.frames / version.plan.sample_rate).tolist()
    return [
        (round(at, 3), round(gain, 2))
        for at, gain in zip(seconds, curve.gain_db.tolist(), strict=True)
    ]


def _finite(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
