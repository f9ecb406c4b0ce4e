"""A wish to stop that its own number has overtaken: what he asked for since is what he wants now.

A STOP whose call was lost, that died or was given up holds up none of its number's later messages.  Settled, or done
again by operations, it would close the service that was opened again meanwhile, and all that was paid for with it.

wish       is overtaken by
STOP       ON, and whatever needs the service
DEL code   the same tone ordered, copied, renewed or set
LEAVE      JOIN

The newest of them counts: after a STOP, an ON and a second STOP the first may still be done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from workers.dialogue import Action, Result, Verdict
from workers.journal import ClaimedRow, Queue
from workers.steps import Step, read_results

OVERTAKEN = "overtaken"
"""Why it is not done; its words tell how to send it again."""

Later = Callable[[str, int], Awaitable[Sequence[str]]]
"""The results of what a number has sent after a message (E.164 digits, the message's id), the newest first; raises
`Busy` where the journal can't be asked."""

_KEEPS_TONE = (Action.ORDER, Action.COPY, Action.RENEW, Action.SET)
_OVERTAKEN_BY: Mapping[Action, tuple[Action, ...]] = {
    Action.CLOSE: (
        *(Action.OPEN, Action.ORDER, Action.COPY, Action.RENEW),
        *(Action.PACK, Action.JOIN, Action.GIFT, Action.ACCEPT),
    ),
    Action.DELETE: _KEEPS_TONE,
    Action.LEAVE: (Action.JOIN,),
}
_WANTED = (Verdict.DONE, Verdict.ALREADY)
_HAS_IT = ("owned", "subscribed")


async def is_overtaken(step: Step, row: ClaimedRow, later: Later | None) -> bool:
    """Tell whether the step is a wish to stop that is no longer wanted; only of what others may have overtaken."""
    by = _OVERTAKEN_BY.get(step.action)
    if not by or later is None or not (row.doubtful or row.queue is Queue.BULK):
        return False
    for written in await later(row.number, row.id):
        for result in reversed(read_results(written).values()):
            if result.action in (*by, step.action) and _is_about(result, step) and _took_effect(result):
                return result.action is not step.action
    return False


def _is_about(result: Result, step: Step) -> bool:
    return step.action is not Action.DELETE or result.tone_code == step.tone_code


def _took_effect(result: Result) -> bool:
    return result.verdict in _WANTED or result.reason in _HAS_IT
