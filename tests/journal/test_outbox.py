"""An answer's way out: in order to each destination, sent once, and once more for want of a response."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, Ending, InboxState, Journal, OutboxState, OutgoingText, Queue, Reader
from workers.journal import outbox as operations
from workers.journal.outbox import Sending, Sent
from workers.journal.receipts import Receipt

LEASE_S = 60.0


async def answered(journal: Journal, *texts: str, number: str = NUMBER, queue: Queue = Queue.ORDERS) -> None:
    """Have one message answered with these texts."""
    await accept(journal, message(number=number, queue=queue))
    (row,) = await claim(journal, queue)
    await journal.finish(Ending(row, InboxState.DONE, answers=tuple(Answer(number, text) for text in texts)))


async def take(journal: Journal, limit: int = 10, bind: str = "smsc") -> list[OutgoingText]:
    return await journal.claim_answers([bind], limit, LEASE_S)


async def sent(journal: Journal, text: OutgoingText, message_id: str = "m1") -> None:
    await journal.tried(Sent(text.id, journal.owner, OutboxState.SENT, message_id=message_id, via="smsc"))


async def postponed(journal: Journal, text: OutgoingText, delay_s: float = 0.0) -> None:
    await journal.tried(Sent(text.id, journal.owner, OutboxState.QUEUED, error="throttled", due_in_s=delay_s))


async def unanswered(journal: Journal, text: OutgoingText) -> None:
    await journal.tried(Sent(text.id, journal.owner, OutboxState.QUEUED, error="no response", unanswered=True))


def states(journal: Journal) -> list[str]:
    return [row["state"] for row in answers(journal)]


async def test_one_answer_to_a_destination_is_in_flight_and_they_go_out_in_order(journal: Journal) -> None:
    await answered(journal, "1", "2")
    await answered(journal, "3")
    went = []
    while taken := await take(journal):
        (text,) = taken
        assert [] == await take(journal)
        await sent(journal, text)
        went.append(text.text)
    assert ["1", "2", "3"] == went


async def test_the_most_urgent_goes_out_first(journal: Journal) -> None:
    await answered(journal, "bulk", number="861", queue=Queue.BULK)
    await answered(journal, "order", number="862", queue=Queue.ORDERS)
    await answered(journal, "interactive", number="863", queue=Queue.INTERACTIVE)
    assert ["interactive", "order"] == [text.text for text in await take(journal, limit=2)]
    assert ["bulk"] == [text.text for text in await take(journal)]


async def test_a_sender_takes_from_its_own_bind_alone(journal: Journal) -> None:
    await answered(journal, "1")
    assert [] == await take(journal, bind="another")
    (text,) = await take(journal)
    assert ("smsc", "10086", NUMBER) == (text.bind, text.source, text.destination)


async def test_what_the_smsc_took_keeps_its_id_and_time(journal: Journal, clock: TurnedClock) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    clock.turn(2.0)
    await sent(journal, text, "abc")
    (row,) = answers(journal)
    assert ("sent", "abc", clock(), None, None) == (
        row["state"], row["message_id"], row["sent_at"], row["owner"], row["lease_until"],
    )  # fmt: skip


async def test_no_response_is_sent_once_more_and_no_third_time(journal: Journal) -> None:
    await answered(journal, "1", "2")
    (first,) = await take(journal)
    await unanswered(journal, first)
    (again,) = await take(journal)
    assert (first.id, 0, 1) == (again.id, first.resends, again.resends)
    await unanswered(journal, again)
    assert ["failed", "queued"] == states(journal)
    assert ["2"] == [text.text for text in await take(journal)]  # the line goes on


async def test_what_certainly_did_not_go_out_uses_no_resend_and_keeps_its_place(
    journal: Journal, clock: TurnedClock
) -> None:
    await answered(journal, "1", "2")
    for _ in range(5):
        (text,) = await take(journal)
        assert ("1", 0) == (text.text, text.resends)
        await postponed(journal, text, delay_s=1.0)
        assert [] == await take(journal)
        clock.turn(1.0)
    (text,) = await take(journal)
    assert "1" == text.text


async def test_what_the_smsc_refuses_for_good_fails_with_its_reason(journal: Journal) -> None:
    await answered(journal, "1", "2")
    (text,) = await take(journal)
    await journal.tried(Sent(text.id, journal.owner, OutboxState.FAILED, error="ESME_RINVDSTADR"))
    assert [("failed", "ESME_RINVDSTADR"), ("queued", "")] == [(r["state"], r["error"]) for r in answers(journal)]
    assert len(await take(journal)) == 1


async def test_what_somebody_else_has_in_hand_is_not_ended(journal: Journal) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    await journal.tried(Sent(text.id, "another/1/1", OutboxState.SENT, message_id="m1", via="smsc"))
    assert ["sending"] == states(journal)


@pytest.mark.parametrize("state", ["delivered", "undelivered"])
async def test_a_receipt_ends_the_answer_it_names(journal: Journal, state: str) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    await sent(journal, text, "m7")
    assert await journal.receive(Receipt("smsc", "m7", state, "000"))
    assert [state] == states(journal)


async def test_a_receipt_before_its_response_is_applied_when_the_response_comes(journal: Journal) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    assert not await journal.receive(Receipt("smsc", "m7", "delivered", "000"))
    await sent(journal, text, "m7")
    assert ["delivered"] == states(journal)
    assert 0 == Reader(journal.database).orphan_receipts()


async def test_an_old_receipt_is_not_taken_for_that_of_an_id_used_again(journal: Journal, clock: TurnedClock) -> None:
    await journal.receive(Receipt("smsc", "m7", "delivered", "000"))
    clock.turn(24 * 3600.0)
    await answered(journal, "1")
    (text,) = await take(journal)
    await sent(journal, text, "m7")
    assert ["sent"] == states(journal)


async def test_a_receipt_that_names_nothing_of_ours_is_kept(journal: Journal) -> None:
    assert not await journal.receive(Receipt("smsc", "unknown", "delivered", "000"))
    assert not await journal.receive(Receipt("smsc", "", "undelivered", "001"))
    assert 2 == Reader(journal.database).orphan_receipts()


async def test_a_receipt_that_says_nothing_final_leaves_the_state(journal: Journal) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    await sent(journal, text, "m7")
    assert await journal.receive(Receipt("smsc", "m7", "enroute", "000"))
    assert ["sent"] == states(journal)


async def test_an_answer_whose_sender_hangs_goes_back_when_its_lease_runs_out(
    journal: Journal, clock: TurnedClock
) -> None:
    await answered(journal, "1")
    (text,) = await take(journal)
    assert 0 == await journal.expire_answers()
    clock.turn(LEASE_S + 1)
    assert 1 == await journal.expire_answers()
    (again,) = await take(journal)
    assert (text.id, 0) == (again.id, again.resends)


async def test_an_answer_whose_sender_died_goes_back_at_once(journal: Journal) -> None:
    await answered(journal, "1")
    host = journal.owner.rsplit("/", 2)[0]
    wish = Sending(("smsc",), 1, f"{host}/{2**22 + 1}/1", LEASE_S)  # beyond the largest process id of Linux
    journal.database.write(lambda connection: operations.claim(connection, [wish], journal.database.now()))
    assert ["sending"] == states(journal)
    assert 1 == await journal.expire_answers()
    assert ["queued"] == states(journal)


async def test_an_answers_number_is_unique_for_its_message(journal: Journal) -> None:
    await answered(journal, "1")

    def again(connection: object) -> None:
        connection.exec_driver_sql(  # type: ignore[attr-defined]
            "INSERT INTO outbox (inbox_id, answer_no, bind, source, destination, text, priority, state, head, resends,"
            " error, created_at) SELECT inbox_id, answer_no, bind, source, destination, text, priority, state, head,"
            " resends, error, created_at FROM outbox"
        )

    with pytest.raises(IntegrityError):
        journal.database.write(again)


async def test_answers_to_two_people_go_out_beside_each_other(journal: Journal) -> None:
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "given"), Answer(OTHER, "a gift"))))
    assert [(1, NUMBER), (2, OTHER)] == [(row["answer_no"], row["destination"]) for row in answers(journal)]
    assert len(await take(journal)) == 2
