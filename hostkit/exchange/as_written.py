"""A plug-in's note of the `params:` that a session set, beside the state that came of them.

Some plug-ins do not sound to the sample as they did once a state is loaded: an oscillator begins
elsewhere. So the note goes along with the device, and while its state is still the one that the
values gave, a session takes these and leaves the state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from hostkit.devices.description import ParamValue

_MARK = "hostkit "
_DIGITS = 16
_MOST_CHARACTERS = 20_000


def note_of(params: Mapping[str, ParamValue], state: bytes) -> str:
    """The note; "" where nothing is set.

    >>> note_of({"cutoff": 33}, b"state")
    'hostkit {"state": "4ba69735ca53765e", "params": {"cutoff": 33}}'
    """
    if not params:
        return ""
    return _MARK + json.dumps({"state": _sum(state), "params": dict(params)}, ensure_ascii=False)


def params_of(note: str, state: bytes) -> dict[str, ParamValue] | None:
    """The values in a note; None where there is none, or for another state than this.

    >>> params_of(note_of({"cutoff": 33}, b"state"), b"state"), params_of("mine", b"state")
    ({'cutoff': 33}, None)
    """
    _, mark, text = note.partition(_MARK)
    if not mark or len(text) > _MOST_CHARACTERS:
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    params = said.get("params") if isinstance(said, dict) else None
    if not isinstance(params, dict) or said.get("state") != _sum(state):
        return None
    kept = {key: one for key, one in params.items() if isinstance(one, bool | int | float | str)}
    return kept if kept == params else None


def _sum(state: bytes) -> str:
    return hashlib.sha256(state).hexdigest()[:_DIGITS]
