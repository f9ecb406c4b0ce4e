"""A worker that ends at once, as kill -9 would end it, at each step of an order at an offer's price: once at each.

The sender's number says at which step: 8613800000001 dies at the first of STEPS, and so on.
"""

from __future__ import annotations

from typing import Any

from core_client import CoreClient
from tests.reliability.programs import dies_with_a_yes as deaths
from workers.journal import Ending, Journal
from workers.journal.quotas import Charge

STEPS: tuple[tuple[str, type, str, bool], ...] = (
    ("the price quoted, nothing reserved", Journal, "reserve", False),
    ("reserved, nothing called", Journal, "reserve", True),
    ("the core not called", CoreClient, "order_tone", False),
    ("charged, the answer not used", CoreClient, "order_tone", True),
    ("the settlement not committed", Journal, "finish", False),
    ("the settlement committed", Journal, "finish", True),
)
"""What it is, where, and whether afterwards."""


def _is_meant(number: str, _: str, argument: Any) -> bool:
    if isinstance(argument, Ending):
        return bool(argument.row.number == number and argument.outcome == "done")
    return bool((argument.number if isinstance(argument, Charge) else argument) == number)


if __name__ == "__main__":
    deaths._is_meant = _is_meant
    for no, (_, of, method, after) in enumerate(STEPS, start=1):
        deaths._arm(deaths.NUMBER.format(no), of, method, "", after)

    from tonegate import main

    main()
