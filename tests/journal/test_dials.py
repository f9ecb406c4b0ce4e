"""Orders by dial in the journal: kept once under an id of their own, and told by a screen or by text, never by none."""

from __future__ import annotations

import asyncio

import pytest

from tests.house.until import PATIENCE_S
from tests.journal.conftest import DEDUPE_S
from tests.journal.kit.answers import LEASE_S
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, message, rows, stop
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Accepted, Answer, Ending, InboxState, Journal, NewMessage, OutgoingText, Ticket
from workers.journal.dials import Dials, Told

DIAL = "0123456789abcdef0123450a"
HELD_S = 6.0


def dialled(transaction_id: str = DIAL, number: str = NUMBER, text: str = "order") -> NewMessage:
    return message(text, number, transaction_id=transaction_id, channel="ussd", session=transaction_id[:22], once=True)


async def done(journal: Journal, *answers: Answer, number: str = NUMBER) -> None:
    """Have an order by dial answered so."""
    await accept(journal, dialled(number=number))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=answers))


async def due(journal: Journal) -> list[OutgoingText]:
    return await journal.claim_answers(("smsc",), 10, LEASE_S)


@pytest.mark.parametrize("later_s", [0.0, DEDUPE_S * 1000])
async def test_the_same_id_again_is_the_same_order_however_late(
    journal: Journal, clock: TurnedClock, later_s: float
) -> None:
    """Promise 2: a confirmation that a gateway repeats orders nothing new."""
    assert [Accepted(DIAL, duplicate=False)] == await accept(journal, dialled())
    clock.turn(later_s)
    assert [Accepted(DIAL, duplicate=True)] == await accept(journal, dialled())
    assert 1 == len(rows(journal))


async def test_the_same_id_twice_in_one_batch_is_one_order(journal: Journal) -> None:
    """Promise 2."""
    accepted = await accept(journal, dialled(), message(number=OTHER), dialled())
    assert [False, False, True] == [one.duplicate for one in accepted]
    assert [NUMBER, OTHER] == [row["number"] for row in rows(journal)]


async def test_two_dials_that_confirm_the_same_are_two_orders(journal: Journal) -> None:
    session = await journal.session_opened("smsc")
    await journal.session_closed(session)
    first = dialled("a" * 24)
    await accept(journal, first, dialled("b" * 24))
    assert ["a" * 24, "b" * 24] == [row["transaction_id"] for row in rows(journal)]


async def test_what_was_given_up_before_it_was_kept_is_never_kept(journal: Journal) -> None:
    """He was told that it was not taken, and no gateway brings it again."""
    ticket = Ticket(dialled(), late=True)
    await asyncio.wait_for(journal.accept(ticket), PATIENCE_S)
    assert [] == rows(journal)
    assert [Accepted(DIAL, duplicate=False)] == await accept(journal, dialled())


async def test_a_close_by_dial_stops_what_waits(journal: Journal) -> None:
    await accept(journal, message())
    closing = dialled(text="close")
    await accept(journal, NewMessage(**{name: getattr(closing, name) for name in closing.__slots__} | {"stops": True}))
    assert [True, False] == [row["stop_requested"] for row in rows(journal)]


async def test_a_text_and_a_dial_of_one_number_keep_their_order(journal: Journal) -> None:
    """Promise 5."""
    await accept(journal, dialled(), stop())
    (first,) = await claim(journal)
    assert "ussd" == first.channel


async def test_nothing_is_told_before_it_is_answered(journal: Journal) -> None:
    dials = Dials(journal.database)
    assert None is dials.told(DIAL)
    await accept(journal, dialled())
    assert None is dials.told(DIAL)


async def test_a_screen_is_told_what_its_own_number_is_told(journal: Journal) -> None:
    await done(journal, Answer(OTHER, "a gift for you"), Answer(NUMBER, "given"), Answer(OTHER, "another"))
    assert Told("given", on_screen=False) == Dials(journal.database).told(DIAL)


async def test_what_a_screen_has_shown_does_not_go_by_text_as_well(journal: Journal, clock: TurnedClock) -> None:
    await done(journal, Answer(NUMBER, "paused", held_s=HELD_S))
    assert Told("paused", on_screen=True) == Dials(journal.database).told(DIAL)
    assert [True, False] == await asyncio.gather(journal.shown(DIAL), journal.shown("f" * 24))
    clock.turn(HELD_S + 1)
    assert [] == await due(journal)
    assert [("shown", clock() - HELD_S - 1)] == [(row["state"], row["sent_at"]) for row in answers(journal)]


async def test_what_no_screen_has_shown_goes_by_text(journal: Journal, clock: TurnedClock) -> None:
    """Promise 4: a door that died between result and screen leaves no silence."""
    await done(journal, Answer(NUMBER, "paused", held_s=HELD_S))
    assert [] == await due(journal)
    clock.turn(HELD_S)
    assert ["paused"] == [text.text for text in await due(journal)]
    assert [False] == [await journal.shown(DIAL)]
    assert ["sending"] == [row["state"] for row in answers(journal)]


async def test_what_is_to_go_by_text_goes_by_text_whoever_shows_it(journal: Journal) -> None:
    await done(journal, Answer(NUMBER, "yours for 2.00"))
    assert [False] == [await journal.shown(DIAL)]
    assert ["yours for 2.00"] == [text.text for text in await due(journal)]


async def test_an_answer_behind_one_that_was_shown_goes_out_at_once(journal: Journal) -> None:
    await done(journal, Answer(NUMBER, "paused", held_s=HELD_S))
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "by text"),)))
    assert [] == await due(journal)
    await journal.shown(DIAL)
    assert ["by text"] == [text.text for text in await due(journal)]
