"""What one message asks of the core while it is in work: noted beside it, and kept with its stay's ending.

Messages are worked on in tasks of their own, so a context variable tells whose call it is; a call of nobody's message
(a screen's look, a check) is noted nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace

from core_client import ResultCodes
from core_client.codes import CodeOutcome
from core_client.door import Call
from workers import moments
from workers.journal import ClaimedRow, Ending
from workers.journal.core_calls import CoreCall, written

_BY_STATUS = {"http_refused": CodeOutcome.ACCOUNT, "busy": CodeOutcome.BUSY}
"""The class of what an HTTP status has said in a code's place."""

_noted: ContextVar[list[tuple[float, Call]] | None] = ContextVar("core_calls", default=None)


def note(call: Call, clock: Callable[[], float] = time.time) -> None:
    """Note a call that has just ended, for the message that is in work here; the client's observer."""
    noted = _noted.get()
    if noted is not None:
        noted.append((clock() - call.elapsed_s, call))


def observer(codes: ResultCodes) -> Callable[[Call], None]:
    """The client's observer: whoever watches hears of each call, with the class of its result code."""

    def observe(call: Call) -> None:
        coded = call.result.isascii() and call.result.isdigit()
        of_code = codes.meaning(call.result, call.operation).outcome if coded else "no_answer"
        moments.core_called(call, _BY_STATUS.get(call.result, of_code))
        note(call)

    return observe


class Noted:
    """Stands around the work on messages; holds nothing between them."""

    def __init__(self, work: Callable[[ClaimedRow], Awaitable[Ending]]) -> None:
        self._work = work

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the message's stay ends, with the calls that it made."""
        calls: list[tuple[float, Call]] = []
        before = _noted.set(calls)
        try:
            ending = await self._work(row)
        finally:
            _noted.reset(before)
        return replace(ending, core_calls=written([_kept(row, at, call) for at, call in calls])) if calls else ending


def _kept(row: ClaimedRow, at: float, call: Call) -> CoreCall:
    step = call.transaction_id.removeprefix(row.transaction_id) if call.transaction_id else ""
    return CoreCall(round(at, 3), call.operation, call.result, round(call.elapsed_s * 1000), step)
