"""A worker that ends at once, as kill -9 would end it, at each step between the price and the charge: once at each.

The sender's number says at which step: 8613800000001 dies at the first of STEPS, and so on.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import Any

from core_client import CoreClient
from workers.journal import Ending, Journal

NUMBER = "86138000000{:02d}"

STEPS: tuple[tuple[str, type, str, str, bool], ...] = (
    ("the price read, the question not committed", Journal, "finish", "asked", False),
    ("the question committed", Journal, "finish", "asked", True),
    ("the yes read, the record not committed", Journal, "finish", "agreed", False),
    ("the record committed", Journal, "finish", "agreed", True),
    ("the core not called", CoreClient, "order_tone", "", False),
    ("called, the answer not used", CoreClient, "order_tone", "", True),
    ("charged, the answer not committed", Journal, "finish", "done", False),
)
"""What it is, where, at which outcome of the message, and whether afterwards."""


def _is_meant(number: str, outcome: str, argument: Any) -> bool:
    if isinstance(argument, Ending):
        return argument.row.number == number and argument.outcome == outcome
    return bool(argument == number)


def _die_once(number: str) -> None:
    folder = Path(sys.argv[sys.argv.index("--config") + 1]).parent
    try:
        (folder / f"died-{number}").open("x").close()
    except FileExistsError:
        return
    os._exit(9)


def _arm(number: str, of: type, method: str, outcome: str, after: bool) -> None:
    real = getattr(of, method)

    @functools.wraps(real)
    async def armed(self: Any, argument: Any, *more: Any, **named: Any) -> Any:
        if not after and _is_meant(number, outcome, argument):
            _die_once(number)
        result = await real(self, argument, *more, **named)
        if after and _is_meant(number, outcome, argument):
            _die_once(number)
        return result

    setattr(of, method, armed)


if __name__ == "__main__":
    for no, (_, of, method, outcome, after) in enumerate(STEPS, start=1):
        _arm(NUMBER.format(no), of, method, outcome, after)

    from tonegate import main

    main()
