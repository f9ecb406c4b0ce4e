"""A worker that ends at once, as kill -9 would end it, at each step between a gift's call and its end: once at each.

The giver's number says at which step: 8613800000001 dies at the first of STEPS, and so on; his recipient's ends with
the same two digits.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import Any

from core_client import CoreClient
from workers.journal import Ending, Journal, NewGift

GIVER, RECIPIENT = "86138000000{:02d}", "86138000001{:02d}"

STEPS: tuple[tuple[str, type, str, str, bool], ...] = (
    ("not confirmed in the journal", Journal, "confirm_gift", GIVER, False),
    ("confirmed, the core not called", Journal, "confirm_gift", GIVER, True),
    ("called, its key not used", CoreClient, "present_tone", GIVER, True),
    ("presented, not committed", Journal, "finish", GIVER, False),
    ("presented and committed", Journal, "finish", GIVER, True),
    ("answered, the core not called", CoreClient, "affirm_present", RECIPIENT, False),
    ("answered at the core, not committed", CoreClient, "affirm_present", RECIPIENT, True),
    ("ended, not committed", Journal, "finish", RECIPIENT, False),
    ("ended and committed", Journal, "finish", RECIPIENT, True),
)
"""What it is, where, whose message, and whether afterwards."""


def _number_of(argument: Any) -> str:
    if isinstance(argument, Ending):
        return argument.row.number
    return argument.giver if isinstance(argument, NewGift) else str(argument)


def _die_once(number: str) -> None:
    folder = Path(sys.argv[sys.argv.index("--config") + 1]).parent
    try:
        (folder / f"died-{number}").open("x").close()
    except FileExistsError:
        return
    os._exit(9)


def _arm(number: str, of: type, method: str, after: bool) -> None:
    real = getattr(of, method)

    @functools.wraps(real)
    async def armed(self: Any, argument: Any, *more: Any, **named: Any) -> Any:
        meant = _number_of(argument) == number
        if not after and meant:
            _die_once(number)
        result = await real(self, argument, *more, **named)
        if after and meant:
            _die_once(number)
        return result

    setattr(of, method, armed)


if __name__ == "__main__":
    for no, (_, of, method, whose, after) in enumerate(STEPS, start=1):
        _arm(whose.format(no), of, method, after)

    from tonegate import main

    main()
