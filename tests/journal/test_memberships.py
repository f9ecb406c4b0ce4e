"""Who is remembered to be in the music club: written when the core has said so, read with each claim of a message."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.journal.kit.messages import message
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from workers.journal import Journal, Queue, Ticket
from workers.journal.memberships import Membership, Memberships
from workers.journal.tables import memberships

NUMBER, OTHER = "8613800138001", "8613800138002"
GOLD = Membership(NUMBER, "gold", "202", 1_802_592_000.0)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def journal(journal_url: str, clock: TurnedClock) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url, clock=clock) as journal:
        yield journal


async def _claimed_member(journal: Journal, number: str) -> str:
    ticket = Ticket(message("LIST", number, network_reference=number))
    accepted = journal.accept(ticket)
    await accepted
    ticket.settled = True
    (row,) = (await journal.claim(Queue.ORDERS, 1, lease_s=30.0)).rows
    return row.member_of


async def test_a_member_is_known_with_his_message_and_nobody_else_is(journal: Journal) -> None:
    await journal.remember_member(GOLD)
    assert "" == await _claimed_member(journal, OTHER)
    assert "gold" == await _claimed_member(journal, NUMBER)
    assert (GOLD, None) == tuple(map(Memberships(journal.database).of, (NUMBER, OTHER)))


async def test_what_the_core_says_later_takes_the_place_and_since_is_of_the_level(
    journal: Journal, clock: TurnedClock
) -> None:
    def since() -> float:
        with journal.database.read() as connection:
            return float(connection.execute(select(memberships.c.since)).scalar_one())

    await journal.remember_member(GOLD)
    joined = clock()
    clock.turn(100)
    await journal.remember_member(Membership(NUMBER, "gold", "202", None))
    assert (joined, None) == (since(), Memberships(journal.database).of(NUMBER).valid_until)  # type: ignore[union-attr]
    await journal.remember_member(Membership(NUMBER, "silver", "201", None))
    assert joined + 100 == since()


async def test_whoever_is_a_member_no_more_is_forgotten(journal: Journal) -> None:
    await journal.remember_member(GOLD)
    await journal.remember_member(Membership(NUMBER, ""))
    await journal.remember_member(Membership(OTHER, ""))
    assert (None, None) == tuple(map(Memberships(journal.database).of, (NUMBER, OTHER)))
