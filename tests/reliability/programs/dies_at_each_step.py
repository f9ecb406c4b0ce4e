"""Any process of a host, but it ends at once, as kill -9 would end it, at named steps: once at each.

The sender's number says at which step: 8613800000001 dies at the first of STEPS, 8613800000101 at the first of
STEPS_OF_LONG_TEXTS, and so on.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import Any

from channels.smpp.session.session import Session
from core_client import CoreClient
from workers.errand import Errand
from workers.journal import Journal
from workers.postbox import Postbox
from workers.reception import Reception

NUMBER = "86138000000{:02d}"
NUMBER_OF_LONG_TEXT = "86138000001{:02d}"


STEPS: tuple[tuple[str, type, str, bool], ...] = (
    ("received, not committed", Reception, "accept", False),
    ("committed, not acknowledged", Reception, "accept", True),
    ("claimed, not looked at", Errand, "run", False),
    ("decided, the core not called", CoreClient, "order_tone", False),
    ("called, the answer not used", CoreClient, "order_tone", True),
    ("ended, not committed", Journal, "finish", False),
    ("ended and committed", Journal, "finish", True),
    ("claimed for sending", Postbox, "claim", True),
    ("submit_sm answered, not recorded", Session, "submit", True),
)

STEPS_OF_LONG_TEXTS: tuple[tuple[str, type, str, bool], ...] = (
    ("a part received, not committed", Reception, "keep_part", False),
    ("a part committed, not acknowledged", Reception, "keep_part", True),
    ("all parts committed, the whole not accepted", Reception, "accept", False),
    ("the whole accepted, its last part not acknowledged", Reception, "accept", True),
    ("a part of the answer taken, not recorded", Session, "submit", True),
)


def numbers_of(*values: Any) -> set[str]:
    """The subscriber's numbers that a call or its result is about."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            found.add(str(value.get("destination_addr")))
        elif isinstance(value, list):
            found |= numbers_of(*value)
        else:
            row = getattr(value, "row", value)
            found |= {str(getattr(row, name)) for name in ("number", "destination") if hasattr(row, name)}
    return found


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
    async def armed(self: Any, *args: Any, **named: Any) -> Any:
        if not after and number in numbers_of(*args):
            _die_once(number)
        result = await real(self, *args, **named)
        if after and number in numbers_of(*args, result):
            _die_once(number)
        return result

    setattr(of, method, armed)


if __name__ == "__main__":
    for name, steps in ((NUMBER, STEPS), (NUMBER_OF_LONG_TEXT, STEPS_OF_LONG_TEXTS)):
        for no, (_, of, method, after) in enumerate(steps, start=1):
            _arm(name.format(no), of, method, after)

    from tonegate import main

    main()
