"""Answers of several parts: none is lost and none goes out a third time, whoever dies in the middle."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from tests.journal.kit.answers import (
    LEASE_S,
    PLAN,
    answered,
    in_parts,
    parts,
    postponed,
    sent,
    states,
    take,
    unanswered,
)
from tests.journal.kit.messages import answers
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Journal, OutboxState, OutgoingPart, OutgoingText
from workers.journal.outbox import Sent

QUEUED, SENT = OutboxState.QUEUED, OutboxState.SENT


async def split(journal: Journal, count: int = 3) -> OutgoingText:
    """An answer in hand, about to be sent in parts."""
    await answered(journal, "a long text", "and another")
    (text,) = await take(journal)
    await journal.begin(text.id, PLAN, count)
    return text


def of(text: OutgoingText) -> list[tuple[OutboxState, int]]:
    return [(part.state, part.resends) for part in text.parts]


async def test_a_text_in_one_has_neither_plan_nor_parts(journal: Journal) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    assert ("", ()) == (text.plan, text.parts)
    await sent(journal, text)
    assert [] == parts(journal, "number")


async def test_each_part_keeps_its_id_its_time_and_the_bind_that_it_left_by(
    journal: Journal, clock: TurnedClock
) -> None:
    text = await split(journal, 2)
    await sent(journal, text, "0A1B", 1, via="main")
    clock.turn(2.0)
    await sent(journal, text, "0A1C", 2, via="spare")
    assert [
        (1, "sent", "0A1B", "a1b", "main", clock() - 2.0),
        (2, "sent", "0A1C", "a1c", "spare", clock()),
    ] == parts(journal, "number", "state", "message_id", "message_key", "sent_via", "sent_at")
    assert ["sending", "queued"] == states(journal)
    await sent(journal, text, "", via="spare")
    first, _ = answers(journal)
    assert ("sent", "spare", clock()) == (first["state"], first["sent_via"], first["sent_at"])
    assert ["and another"] == [text.text for text in await take(journal)]  # the line goes on


async def test_a_plan_once_written_stays_from_try_to_try(journal: Journal) -> None:
    text = await split(journal)
    await journal.begin(text.id, "udh 8", 4)
    await sent(journal, text, "m1", 1)
    await postponed(journal, text)
    (again,) = await take(journal)
    await journal.begin(again.id, "udh 9", 2)
    assert (PLAN, [(SENT, 0), (QUEUED, 0), (QUEUED, 0)]) == (again.plan, of(again))
    assert (OutgoingPart(1, SENT, 0), [1, 2, 3]) == (again.parts[0], parts(journal, "number"))


@pytest.mark.parametrize("dies", ["before it begins", "after it began", "after a part", "after all parts"])
async def test_a_sender_that_died_is_followed_by_one_that_goes_on_at_the_first_part_not_sent(
    journal: Journal, clock: TurnedClock, dies: str
) -> None:
    """kill9_at_each_line, of promise 1: what is recorded as sent is not sent again, the rest is."""
    await answered(journal, "a long text")
    (text,) = await take(journal)
    if dies != "before it begins":
        await journal.begin(text.id, PLAN, 2)
    for number in {"after a part": [1], "after all parts": [1, 2]}.get(dies, []):
        await sent(journal, text, f"m{number}", number)
    clock.turn(LEASE_S + 1)
    assert 1 == await journal.expire_answers()
    (again,) = await take(journal)
    assert {
        "before it begins": ("", []),
        "after it began": (PLAN, [(QUEUED, 0), (QUEUED, 0)]),
        "after a part": (PLAN, [(SENT, 0), (QUEUED, 0)]),
        "after all parts": (PLAN, [(SENT, 0), (SENT, 0)]),
    }[dies] == (again.plan, of(again))
    await journal.begin(again.id, PLAN, 2)
    for number in (1, 2):
        await sent(journal, again, f"n{number}", number)
    await sent(journal, again, "")
    assert (["sent"], ["sent"] * 2) == (states(journal), parts(journal, "state"))
    assert {"after a part": ["m1", "n2"], "after all parts": ["m1", "m2"]}.get(dies, ["n1", "n2"]) == parts(
        journal, "message_id"
    )


async def test_a_part_without_response_is_sent_once_more_and_no_third_time(journal: Journal) -> None:
    """resp_never_comes: at most one resend of each part, and none is stuck."""
    text = await split(journal)
    await unanswered(journal, text, 1)
    (again,) = await take(journal)
    assert [(QUEUED, 1), (QUEUED, 0), (QUEUED, 0)] == of(again)
    await sent(journal, again, "m1", 1)
    await unanswered(journal, again, 2)
    (again,) = await take(journal)
    assert [(SENT, 1), (QUEUED, 1), (QUEUED, 0)] == of(again)
    await unanswered(journal, again, 2)
    assert (["failed", "queued"], ["sent", "failed", "queued"]) == (states(journal), parts(journal, "state"))
    assert "no response" == answers(journal)[0]["error"]
    assert ["and another"] == [text.text for text in await take(journal)]


async def test_a_part_that_is_refused_for_good_fails_with_its_answer(journal: Journal) -> None:
    text = await split(journal)
    await sent(journal, text, "m1", 1)
    await journal.tried(Sent(text.id, journal.owner, OutboxState.FAILED, error="ESME_RINVDSTADR", number=2))
    assert [("sent", ""), ("failed", "ESME_RINVDSTADR"), ("queued", "")] == parts(journal, "state", "error")
    assert ("failed", "ESME_RINVDSTADR") == tuple(answers(journal)[0][name] for name in ("state", "error"))


async def test_what_somebody_else_has_in_hand_is_neither_split_nor_sent(journal: Journal, clock: TurnedClock) -> None:
    text = await split(journal, 2)
    await journal.tried(Sent(text.id, "another/1/1", SENT, message_id="m1", number=1, via="smsc"))
    assert ["queued", "queued"] == parts(journal, "state")
    clock.turn(LEASE_S + 1)
    await journal.expire_answers()
    await sent(journal, text, "m1", 1)  # too late: nobody has it in hand
    assert ["queued", "queued"] == parts(journal, "state")


async def test_parts_and_their_end_in_one_batch_are_written_in_their_order(journal: Journal) -> None:
    text = await split(journal, 2)
    told = [
        Sent(text.id, journal.owner, SENT, message_id="m1", number=1, via="smsc"),
        Sent(text.id, journal.owner, SENT, message_id="m2", number=2, via="smsc"),
        Sent(text.id, journal.owner, SENT, message_id="", via="smsc"),
    ]
    for future in [journal.tried(one) for one in told]:
        await future
    assert (["sent", "queued"], ["sent", "sent"]) == (states(journal), parts(journal, "state"))


async def test_a_part_told_twice_is_written_once(journal: Journal) -> None:
    text = await in_parts(journal, "m1", "m2", end=False)
    await sent(journal, text, "another", 1)
    assert ["m1", "m2"] == parts(journal, "message_id")


async def test_a_text_in_one_costs_what_it_cost_without_parts(journal: Journal) -> None:
    await answered(journal, "1")
    seen: list[str] = []

    def before(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(" ".join(statement.split()[:2]))

    event.listen(journal.database.engine, "before_cursor_execute", before)
    try:
        (text,) = await take(journal)
        # The last one, by its keys, is what whoever watches the answer wants to know of its message.
        assert ["SELECT outbox.id,", "UPDATE outbox", "SELECT inbox.id,"] == seen
        seen.clear()
        await sent(journal, text)
    finally:
        event.remove(journal.database.engine, "before_cursor_execute", before)
    assert ["UPDATE outbox", "SELECT receipts.id,", "SELECT outbox.destination", "UPDATE outbox"] == seen
