"""The fields of every command that takes `--json`."""

from __future__ import annotations

from hostkit.cli.show.documents import deliveries, library, picture, sessions, tempo, themes

DOCUMENTS: dict[str, dict[str, str]] = {
    name: fields
    for about in (sessions, deliveries, picture, tempo, themes, library)
    for name, fields in about.DOCUMENTS.items()
}
"""By command."""
