"""`hostkit` and `python -m hostkit`."""

from __future__ import annotations

import atexit

from hostkit.ground.process.interrupts import hear_no_more, leave_at_once
from hostkit.ground.process.memory import collect_seldom
from hostkit.ground.process.streams import hold_streams


def main() -> None:
    """The `hostkit` command; a signal is no traceback from the very first import on."""
    hold_streams()
    leave_at_once()
    collect_seldom()
    atexit.register(hear_no_more)  # registered first it is called last, when no thread is left
    from hostkit.cli import main as run

    run()


if __name__ == "__main__":
    main()
