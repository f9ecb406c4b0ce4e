"""Who asks for what needs the service and has none: he is asked whether to open it, before he says yes to any price.

    GET code, COPY number ─▶ the library says: no service ─┐
    PACK id, GIFT … ─▶ the service of who pays: none ──────┤
    JOIN level ─▶ his boxes: no service ───────────────────┴▶ the first month's fee is told ─yes▶ open ─▶ he asks again

Promise 3: the yes is to the fee, and to nothing else.  Nobody gets here for what a core does without the service: for
an order that opens it, or for a gift where its giver needs none; there the price is asked about as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workers.calls import Calls
from workers.dialogue import Action, Result, Verdict
from workers.journal import ClaimedRow
from workers.steps import Step

_NEEDS_SERVICE = (Action.ORDER, Action.COPY, Action.PACK, Action.GIFT, Action.JOIN)
"""What can be had once the service is open; a tone that should be renewed is gone without it."""


def closed(result: Result) -> bool:
    """Whether it says that the service is not open which it needs."""
    return result.action in _NEEDS_SERVICE and result.reason == "no_service"


async def opening(calls: Calls, row: ClaimedRow, results: Mapping[int, Result]) -> dict[int, Result]:
    """Return the question whether to open the service, to stand behind results that say that it is not open.

    Empty where they don't say so, where one of them asks for another yes, and where the number can't have the
    service either: then they are told as they are.  Raises what the core's client raises where it can't be asked now.
    """
    if not any(map(closed, results.values())) or any(one.verdict is Verdict.ASKED for one in results.values()):
        return {}
    no = max(results) + 1
    asked = await calls.quote(Step(no, Action.OPEN, row.number, f"{row.transaction_id}{no:02d}"))
    return {no: replace(asked, reason="no_service")} if asked.verdict is Verdict.ASKED else {}
