"""An answer's way out: in order to each destination, sent once, and once more for want of a response."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests.journal.kit.answers import LEASE_S, answered, postponed, sent, states, take, unanswered
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, Ending, InboxState, Journal, OutboxState, Queue
from workers.journal import outbox as operations
from workers.journal.outbox import Sending, Sent


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
    assert ["interactive", "order"] == [text.text for text in await take(journal, 2)]
    assert ["bulk"] == [text.text for text in await take(journal)]


async def test_a_sender_takes_from_its_own_bind_alone(journal: Journal) -> None:
    await answered(journal, "1")
    assert [] == await take(journal, 10, "another")
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


async def test_the_most_urgent_of_all_binds_goes_out_first(journal: Journal) -> None:
    for no, (bind, queue) in enumerate(
        [("a", Queue.BULK), ("a", Queue.ORDERS), ("b", Queue.ORDERS), ("b", Queue.INTERACTIVE), ("c", Queue.ORDERS)]
    ):
        await answered(journal, f"{bind} {queue}", number=f"86{no}", queue=queue, bind=bind)
    texts = await take(journal, 3, "a", "b", "c", "a")
    assert ["b interactive", "a orders", "b orders"] == [text.text for text in texts]
    assert ["c orders", "a bulk"] == [text.text for text in await take(journal, 3, "a", "b", "c")]


@pytest.mark.parametrize(("expected", "channel", "urgent"), [(1, "sms", False), (0, "sms", True), (0, "ussd", False)])
async def test_what_somebody_waits_for_goes_before_the_rest(
    journal: Journal, expected: int, channel: str, urgent: bool
) -> None:
    await accept(journal, message(channel=channel))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "done", urgent=urgent),)))
    assert [expected] == [text.priority for text in await take(journal)]


async def test_how_an_answer_is_to_be_submitted_goes_with_it(journal: Journal) -> None:
    await accept(journal, message(source_port=5001, destination_port=9200))
    (row,) = await claim(journal)
    mine = Answer(NUMBER, "done", registered_delivery="never", validity_s=3600)
    await journal.finish(Ending(row, InboxState.DONE, answers=(mine, Answer(OTHER, "a gift"))))
    to_sender, to_other = await take(journal)
    assert ("never", 3600, 9200, 5001) == (
        to_sender.registered_delivery, to_sender.validity_s, to_sender.source_port, to_sender.destination_port,
    )  # fmt: skip
    assert ("", None, None, None) == (
        to_other.registered_delivery, to_other.validity_s, to_other.source_port, to_other.destination_port,
    )  # fmt: skip


async def test_an_answer_said_again_is_submitted_as_the_first(journal: Journal) -> None:
    first = message(source_port=5001)
    await accept(journal, first)
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "done", "never", 60),)))
    await sent(journal, (await take(journal))[0])
    await journal.mark_late(first.transaction_id)
    await accept(journal, message())
    (again,) = await take(journal)
    assert ("done", "never", 60, 5001) == (
        again.text, again.registered_delivery, again.validity_s, again.destination_port,
    )  # fmt: skip


async def test_what_waits_for_a_handset_is_due_once_it_is_there(journal: Journal) -> None:
    await answered(journal, "mine")
    await answered(journal, "another's", number=OTHER)
    for text in await take(journal):
        await postponed(journal, text, delay_s=60.0)
    assert 1 == await journal.reachable(NUMBER)
    assert ["mine"] == [text.text for text in await take(journal)]
    assert 0 == await journal.reachable(NUMBER)  # it is being sent


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


async def test_an_answer_in_hand_longer_than_a_lease_stays_there_while_it_is_renewed(
    journal: Journal, clock: TurnedClock
) -> None:
    await answered(journal, "1")
    await answered(journal, "2", number=OTHER)
    first, second = await take(journal)
    clock.turn(LEASE_S - 1)
    await sent(journal, second)
    assert {first.id} == await journal.renew_answers([first.id, second.id], LEASE_S)
    clock.turn(LEASE_S - 1)
    assert 0 == await journal.expire_answers()
    clock.turn(2)
    assert 1 == await journal.expire_answers()
    assert set() == await journal.renew_answers([first.id], LEASE_S)


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
