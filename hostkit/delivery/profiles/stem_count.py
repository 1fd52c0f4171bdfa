"""How many stems a client counts on, in words."""

from __future__ import annotations

from collections.abc import Sequence

from hostkit.errors import Fault
from hostkit.ground.counted import counted


def stem_count_fault(
    profile: str, stems: Sequence[str], least: int | None, most: int | None
) -> Fault | None:
    """What is wrong with the number of stems, and the cure; None where nothing is.

    >>> print(stem_count_fault("film", ["all"], 6, 6))
    film has 6 stems; the session makes 1 (all); name more stems on the tracks
    """
    few, many = least is not None and len(stems) < least, most is not None and len(stems) > most
    if not few and not many:
        return None
    if least is not None and most is not None and least < most:
        wanted = f"{least} to {counted(most, 'stem')}"
    elif least is not None:
        wanted = f"{'' if least == most else 'at least '}{counted(least, 'stem')}"
    else:
        wanted = f"at most {counted(most or 0, 'stem')}"
    cure = "name more stems on the tracks" if few else "put tracks that go together in one stem"
    made = f"the session makes {len(stems)} ({', '.join(stems)})"
    return Fault(f"{profile} has {wanted}; {made}", cure)
