"""What to listen to, as it was typed: --solo, --mute, --from and --to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hostkit.errors import RequestError

if TYPE_CHECKING:
    from hostkit.cli.take.options import RenderOptions
    from hostkit.preview import PreviewRequest


def is_listening(
    solo: list[str] | None, mute: list[str] | None, start: str | None, end: str | None
) -> bool:
    """Whether any of them makes it a quick listen."""
    return bool(solo or mute or start is not None or end is not None)


def listen_to(
    solo: list[str] | None,
    mute: list[str] | None,
    start: str | None,
    end: str | None,
    options: RenderOptions,
) -> PreviewRequest:
    """The request for a quick listen. Raises RequestError for a name that is empty."""
    from hostkit.preview import PreviewRequest

    return PreviewRequest(
        _names(solo), _names(mute), start, end, trim_db=options.trim_db, locked=options.locked
    )


def _names(typed: list[str] | None) -> tuple[str, ...]:
    """Names typed one by one, or with commas between, each once."""
    names = [name.strip() for text in typed or () for name in text.split(",")]
    if not all(names):
        raise RequestError(
            "a name is empty", cure="give a track, stem or tag after --solo and --mute"
        )
    return tuple(dict.fromkeys(names))
