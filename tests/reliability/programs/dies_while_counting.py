"""A worker whose child ends at once, as kill -9 would end it, at each step of counting: once at each of STEPS.

Nobody dies before there are messages to count, so that each death is in the midst of some.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import Any

from workers.journal.statistics import counting, ended
from workers.journal.statistics.adding import Sums
from workers.journal.statistics.sightings import People

STEPS: tuple[tuple[str, Any, str], ...] = (
    ("looked at, the turn not taken", ended, "look"),
    ("locked, nothing written", ended, "lock"),
    ("the sums written", Sums, "write"),
    ("the people written", People, "write"),
    ("the messages marked, nothing committed", counting.Counting, "_add"),
    ("committed", counting.Counting, "batch"),
)
"""What has just been done, and where."""
_NOTHING: tuple[Any, ...] = ([], set(), 0)


def _die_once(step: int) -> None:
    folder = Path(sys.argv[sys.argv.index("--config") + 1]).parent
    try:
        (folder / f"died-{step}").open("x").close()
    except FileExistsError:
        return
    os._exit(9)


def _arm(step: int, of: Any, name: str) -> None:
    real = getattr(of, name)

    @functools.wraps(real)
    def armed(*arguments: Any) -> Any:
        result = real(*arguments)
        if result is None or result not in _NOTHING:
            _die_once(step)
        return result

    setattr(of, name, armed)


if __name__ == "__main__":
    for step, (_, of, name) in enumerate(STEPS):
        _arm(step, of, name)

    from tonegate import main

    main()
