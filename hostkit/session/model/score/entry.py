"""What every entry of a score has."""

from __future__ import annotations

from hostkit.session.model.fields import PositionField, YamlMap


class ScoreEntry(YamlMap):
    """Something that begins `at` a position."""

    at: PositionField
