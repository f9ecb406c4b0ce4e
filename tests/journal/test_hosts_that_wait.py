"""Hosts that wait for each other's rows on PostgreSQL: what a statement saw before it waited may be so no more.

Under READ COMMITTED only the row that was locked is looked at again, in its own columns; whatever else a condition
asks is answered as it was when the statement began.  Each test holds a lock in one connection until another waits.
"""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from tests.journal.conftest import DEDUPE_S
from tests.journal.kit.answers import LEASE_S, answered, take
from tests.journal.kit.charges import charge, reserved, used
from tests.journal.kit.lock_waits import until_one_waits
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, message, rows, stop
from tests.journal.kit.purging import purge_of
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import (
    Answer,
    ConsentChange,
    Desk,
    Ending,
    InboxState,
    Journal,
    NewConsent,
    NewQuestion,
    Ticket,
    outbox,
    questions,
)
from workers.journal.consents import Record
from workers.journal.memberships import Membership, Memberships, remember
from workers.journal.quotas import reserve
from workers.journal.tables import inbox

pytestmark = pytest.mark.postgresql
DAY_S = 86_400.0
WHO = {"author": "ops", "reason": "retention"}


async def test_what_goes_in_late_after_another_host_took_it_is_no_second_order(postgresql_url: str) -> None:
    """Promise 2: a batch waits behind a line that is held; the SMSC, told to keep a text, goes to another host."""
    with Journal(postgresql_url, dedupe_s=DEDUPE_S) as one, Journal(postgresql_url, dedupe_s=DEDUPE_S) as two:
        await accept(one, message(number=OTHER))
        late = Ticket(message())
        with one.database.engine.begin() as held:
            held.execute(select(inbox.c.id).with_for_update())
            batch = [one.accept(late), one.accept(Ticket(message("second", OTHER)))]
            await until_one_waits(two.database, "the batch")
            late.late = True  # its channel has said so, and the SMSC comes again
            (again,) = await accept(two, message())
        first, _ = await asyncio.gather(*batch)
        assert (False, again.transaction_id, True) == (again.duplicate, first.transaction_id, first.duplicate)
        assert 1 == [row["number"] for row in rows(one)].count(NUMBER)


async def test_an_order_by_dial_that_comes_to_two_hosts_at_once_is_one_and_neither_hears_an_error(
    postgresql_url: str,
) -> None:
    """Promise 2: a gateway repeats itself to another listener while the first is just committing."""
    order = message(channel="ussd", once=True)
    with Journal(postgresql_url) as one, Journal(postgresql_url) as two:
        with one.database.engine.begin() as first:
            one._intake.accept(first, [Ticket(order)], one.database.now())
            again = two.accept(Ticket(order))
            await until_one_waits(one.database, "the second host")
        accepted = await again
        assert (order.transaction_id, True) == (accepted.transaction_id, accepted.duplicate)
        assert 1 == len(rows(one))


async def test_a_purge_that_waits_for_whoever_has_an_offer_forgets_none_that_he_had(
    postgresql_url: str, clock: TurnedClock
) -> None:
    """Promise 3: an offer is sold no more often than it may be: what was had meanwhile is still counted."""
    with Journal(postgresql_url, clock=clock) as journal:
        reserved(journal.database, charge())
        clock.turn(100 * DAY_S)
        with journal.database.engine.begin() as live:
            assert reserve(live, [charge()], clock()) != [None]
            purging = asyncio.create_task(asyncio.to_thread(purge_of(journal.database).run, clock() - DAY_S, **WHO))
            await until_one_waits(journal.database, "the purge")
        await purging
        assert {("spring", ""): 2, ("spring", NUMBER): 2} == used(journal)


async def test_a_purge_that_waits_for_the_core_to_name_a_member_keeps_him_one(
    postgresql_url: str, clock: TurnedClock
) -> None:
    """Promise 3: a member who is heard of again after long is not asked for the full price."""
    member = Membership(NUMBER, "gold", "600902000009")
    with Journal(postgresql_url, clock=clock) as journal:
        await journal.remember_member(member)
        clock.turn(100 * DAY_S)
        with journal.database.engine.begin() as live:
            remember(live, [member], clock())
            purging = asyncio.create_task(asyncio.to_thread(purge_of(journal.database).run, clock() - DAY_S, **WHO))
            await until_one_waits(journal.database, "the purge")
        await purging
        assert member == Memberships(journal.database).of(NUMBER)


async def test_a_sweep_that_waits_for_a_sender_leaves_it_what_it_has_kept(
    postgresql_url: str, clock: TurnedClock
) -> None:
    """Promise 4: a text whose sender has just prolonged its lease is not taken from it, and sent by two."""
    with Journal(postgresql_url, clock=clock) as one, Journal(postgresql_url, clock=clock) as two:
        await answered(one, "done")
        (text,) = await take(one)
        clock.turn(LEASE_S)
        with one.database.engine.begin() as sender:
            assert [{text.id}] == outbox.renew(sender, [outbox.Renewal((text.id,), one.owner, LEASE_S)], clock())
            sweeping = asyncio.create_task(two.expire_answers())
            await until_one_waits(one.database, "the sweep")
        assert (0, [("sending", one.owner)]) == (await sweeping, [(row["state"], row["owner"]) for row in answers(one)])


async def _refused(journal: Journal) -> int:
    """An order that was refused for a cause that may have passed."""
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.REFUSED, "balance", answers=(Answer(NUMBER, "no balance"),)))
    return row.id


async def test_a_stop_that_waits_for_a_replay_of_an_older_order_holds_against_it(postgresql_url: str) -> None:
    """Promise 3: the order is open again when the STOP is at it, and is not called for."""
    with Journal(postgresql_url) as one, Journal(postgresql_url) as two:
        order = await _refused(one)
        with one.database.engine.begin() as operations:
            assert ["again"] == [plan.deed for plan in Desk(one.database).do(operations, [order], **WHO)]
            stopping = asyncio.create_task(accept(two, stop()))
            await until_one_waits(one.database, "the STOP")
        await stopping
        assert ("waiting", True) == (rows(one)[0]["state"], rows(one)[0]["stop_requested"])


async def test_a_replay_that_waits_for_a_stop_calls_for_nothing(postgresql_url: str) -> None:
    """Promise 3: whether it was stopped is asked once the order is held."""
    with Journal(postgresql_url) as one, Journal(postgresql_url) as two:
        order = await _refused(one)
        with one.database.engine.begin() as listener:
            one._intake.accept(listener, [Ticket(stop())], one.database.now())
            replaying = asyncio.create_task(asyncio.to_thread(Desk(two.database).replay, [order], **WHO))
            await until_one_waits(one.database, "the replay")
        (plan,) = await replaying
        assert ("again" != plan.deed, "refused") == (True, rows(one)[0]["state"])


async def test_a_yes_whose_question_is_run_out_meanwhile_is_not_taken_for_one(
    postgresql_url: str, clock: TurnedClock
) -> None:
    """Promise 3: who closes a question that a sweep has just closed hears so, and puts nothing on the record."""
    with Journal(postgresql_url, clock=clock) as journal:
        await accept(journal, message())
        (row,) = await claim(journal)
        asked = NewQuestion(1, "reply", "order", "[]", "", "en", expires_in_s=60.0)
        await journal.finish(Ending(row, InboxState.DONE, "asked", consent=ConsentChange(ask=asked)))
        clock.turn(DAY_S)
        await accept(journal, message("YES"))
        (yes,) = await claim(journal)
        (question,) = yes.questions
        said = NewConsent("granted", "reply", "order", "10086", "[]", "", "en", question_id=question.id)
        change = ConsentChange(close=((question.id, "granted"),), record=(said,))
        with journal.database.engine.begin() as sweeper:
            questions.expire(sweeper, clock())
            ending = journal.finish(Ending(yes, InboxState.DONE, consent=change))
            await until_one_waits(journal.database, "the ending")
        assert (await ending).mine
        assert [] == Record(journal.database).of(NUMBER)
