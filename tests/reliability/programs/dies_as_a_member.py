"""A worker that ends at once, as kill -9 would end it, at each step of a change of level in the club: once at each.

The sender's number says at which step: 8613800000001 dies at the first of STEPS, and so on.
"""

from __future__ import annotations

from typing import Any

from core_client import CoreClient
from tests.reliability.programs import dies_with_a_yes as deaths
from workers.journal import Ending, Journal
from workers.journal.memberships import Membership

STEPS: tuple[tuple[str, type, str, str, bool], ...] = (
    ("the price read, the question not committed", Journal, "finish", "asked", False),
    ("the question committed", Journal, "finish", "asked", True),
    ("the yes read, the record not committed", Journal, "finish", "agreed", False),
    ("the record committed", Journal, "finish", "agreed", True),
    ("the core not called", CoreClient, "order_bundle", "", False),
    ("charged, the answer not used", CoreClient, "order_bundle", "", True),
    ("in both levels, the old one not taken out", CoreClient, "delete_box", "", False),
    ("the old one taken out, the answer not used", CoreClient, "delete_box", "", True),
    ("the new one not remembered", Journal, "remember_member", "", False),
    ("the new one remembered", Journal, "remember_member", "", True),
    ("the answer not committed", Journal, "finish", "done", False),
    ("the answer committed", Journal, "finish", "done", True),
)
"""What it is, where, at which outcome of the message, and whether afterwards."""


def _is_meant(number: str, outcome: str, argument: Any) -> bool:
    if isinstance(argument, Ending):
        return bool(argument.row.number == number and argument.outcome == outcome)
    return bool((argument.number if isinstance(argument, Membership) else argument) == number)


if __name__ == "__main__":
    deaths._is_meant = _is_meant
    for no, (_, of, method, outcome, after) in enumerate(STEPS, start=1):
        deaths._arm(deaths.NUMBER.format(no), of, method, outcome, after)

    from tonegate import main

    main()
