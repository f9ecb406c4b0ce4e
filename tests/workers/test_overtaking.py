"""A wish to stop that was lost on its way: not done after what its number has asked for since.

Promise 5: one subscriber's messages take effect in the order they were sent.  What is unknown, dead or given up holds
up nobody, so done late it would undo what came after it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.workers.kit.office import NUMBER, Office, row_of, said
from tests.workers.kit.small_core import Lost
from workers.dialogue import Action, Result, Verdict
from workers.journal import Ending, InboxState, Queue
from workers.overtaking import is_overtaken
from workers.steps import Step, write_results

CODE, OTHER_CODE = "600902000001", "600902000002"
ON, ORDERED = Result(Action.OPEN, Verdict.DONE), Result(Action.ORDER, Verdict.DONE, tone_code=CODE)
POOR = Result(Action.ORDER, Verdict.REFUSED, "balance", tone_code=CODE)
ASKED = Result(Action.ORDER, Verdict.ASKED, tone_code=CODE)
OWNED = Result(Action.ORDER, Verdict.REFUSED, "owned", tone_code=CODE)
CLOSED, LISTED = Result(Action.CLOSE, Verdict.DONE), Result(Action.LIST, Verdict.DONE)
JOINED = Result(Action.JOIN, Verdict.DONE)
DELETED = Result(Action.DELETE, Verdict.DONE, tone_code=CODE)


class Sent:
    """What its number has sent since, the newest first."""

    def __init__(self, *later: Result) -> None:
        self.written = [write_results({1: one}) for one in later]
        self.asked = 0

    async def __call__(self, number: str, after: int) -> Sequence[str]:
        assert (NUMBER, 1) == (number, after)
        self.asked += 1
        return self.written


TABLE: list[tuple[Action, tuple[Result, ...], bool]] = [
    (Action.CLOSE, (), False),
    (Action.CLOSE, (LISTED, POOR, ASKED), False),
    (Action.CLOSE, (LISTED, ON), True),
    (Action.CLOSE, (ORDERED,), True),
    (Action.CLOSE, (Result(Action.OPEN, Verdict.ALREADY),), True),
    (Action.CLOSE, (CLOSED, ON), False),
    (Action.CLOSE, (ON, CLOSED), True),
    (Action.DELETE, (ORDERED,), True),
    (Action.DELETE, (OWNED,), True),
    (Action.DELETE, (Result(Action.ORDER, Verdict.DONE, tone_code=OTHER_CODE),), False),
    (Action.DELETE, (DELETED, ORDERED), False),
    (Action.DELETE, (ON,), False),
    (Action.LEAVE, (JOINED,), True),
    (Action.LEAVE, (ORDERED,), False),
    (Action.ORDER, (CLOSED,), False),
]


@pytest.mark.parametrize(("action", "later", "overtaken"), TABLE, ids=str)
async def test_the_newest_of_what_came_since_says_what_is_wanted(
    action: Action, later: tuple[Result, ...], overtaken: bool
) -> None:
    step = Step(1, action, NUMBER, "0" * 26, CODE)
    assert overtaken == await is_overtaken(step, row_of("", doubtful=True), Sent(*later))


@pytest.mark.parametrize("queue", [Queue.INTERACTIVE, Queue.ORDERS])
async def test_nothing_is_looked_for_where_nothing_can_have_come_before_it(queue: Queue) -> None:
    sent = Sent(ON)
    assert not await is_overtaken(Step(1, Action.CLOSE, NUMBER, "0" * 26), row_of("STOP", queue=queue), sent)
    assert 0 == sent.asked


async def test_a_lost_stop_does_not_close_what_was_opened_since_and_says_so() -> None:
    """Promise 4: he is told, and how to stop all the same."""
    office = Office(later=Sent(ON))
    office.core.open.add(NUMBER)
    ending = await office.run(row_of("STOP", doubtful=True, queue=Queue.BULK))
    assert (InboxState.REFUSED, "overtaken") == (ending.state, ending.outcome)
    assert ([], {NUMBER}) == (office.core.ledger, office.core.open)
    assert "asked for it again since" in said(ending)
    assert "send STOP again" in said(ending)


async def test_a_lost_stop_that_closed_it_before_that_is_told_as_done() -> None:
    office = Office(later=Sent(ON))
    office.core.open.add(NUMBER)
    office.core.faults["unSubscribe"] = [Lost(done=True)]
    lost: Ending = await office.run(row_of("STOP"))
    office.core.open.add(NUMBER)
    ending = await office.finish(lost)
    assert (InboxState.DONE, {NUMBER}) == (ending.state, office.core.open)
