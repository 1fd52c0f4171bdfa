"""Tracks that sound alike share a print, and are all named where it is told of."""

from __future__ import annotations

from hostkit.plan.reasons import Reasons

TRACKS = "\n".join(
    f"  {name}: {{instrument: {{tone: {{}}}}, midi: {{track: {midi}}}, stem: {stem}}}"
    for name, midi, stem in (("low", "a", "s"), ("double", "a", "t"), ("other", "b", "t"))
)
NOTES = {"a": [(0, 1, 57)], "b": [(0, 1, 69)]}


def test_all_tracks_of_a_print_are_named(make):
    before = Reasons({"low": {"notes": "others"}})
    made = make(f"tracks:\n{TRACKS}", reasons=before, **NOTES)
    low, double, other = made.plan.whole.tracks
    assert low.fingerprint == double.fingerprint != other.fingerprint
    outcomes = made.production.outcomes
    assert outcomes[low.fingerprint].name == "low, double"
    assert outcomes[other.fingerprint].name == "other"
    stems = made.plan.whole.stems_by_name
    assert outcomes[stems["s"].fingerprint].reason == "low, double changed"
    assert outcomes[stems["t"].fingerprint].reason == "low, double, other changed"
