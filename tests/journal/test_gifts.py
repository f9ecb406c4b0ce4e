"""Gifts in the journal, on both databases: opened before their call, ended once, never left without an end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.journal.kit.gifts import (
    DEADLINE_S,
    GRACE_S,
    KEY,
    TONE,
    gift_of,
    kept,
    present,
    presented,
    states,
    stay,
)
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, ClaimedRow, Desk, Ending, GiftChange, InboxState, Journal, Queue
from workers.journal.gift_deadlines import CHANNEL
from workers.journal.gifts import ACCEPTED, CONFIRMED, EXPIRED, FAILED, PRESENTED, REFUSED, GiftBook
from workers.journal.sweep import Sweep

THIRD = "8613800138003"
WISH = Sweep(10.0, 3, "sweeper", lambda *_: "we look into it")


async def end(journal: Journal, row: ClaimedRow, state: str, gift_id: int, told: str = "it came to this") -> None:
    change = GiftChange(state, id=gift_id, charged=200, told=Answer(NUMBER, told))
    await journal.finish(Ending(row, InboxState.DONE, gifts=(change,)))


async def due_after(journal: Journal, clock: TurnedClock, seconds: float) -> list[dict[str, Any]]:
    """Our own messages after a sweep that comes so much later."""
    clock.turn(seconds)
    await journal.sweep(WISH)
    return [row for row in rows(journal) if row["channel"] == CHANNEL]


# Before the call


async def test_a_gift_is_open_before_its_call_and_the_same_step_finds_it_so(journal: Journal) -> None:
    row = await stay(journal)
    assert ["", ""] == [await journal.confirm_gift(gift_of(row)) for _ in range(2)]
    (gift,) = kept(journal)
    assert (CONFIRMED, row.id, "10086") == (gift["state"], gift["inbox_id"], gift["short_code"])


@pytest.mark.parametrize(
    ("reason", "recipient", "tone"),
    [("gift_repeated", OTHER, TONE), ("", THIRD, TONE), ("", OTHER, "600902000002")],
    ids=["the same", "another recipient", "another tone"],
)
async def test_the_same_tone_to_the_same_number_is_not_given_while_it_is_open(
    journal: Journal, reason: str, recipient: str, tone: str
) -> None:
    await present(journal)
    row = await stay(journal)
    assert reason == GiftBook(journal.database).refusal(gift_of(row, recipient, tone))
    assert reason == await journal.confirm_gift(gift_of(row, recipient, tone))


async def test_of_two_at_once_one_is_opened(journal: Journal) -> None:
    first, second = await stay(journal), await stay(journal, THIRD)
    wanted = [gift_of(first), gift_of(second)]
    same = [wanted[0], type(wanted[1])(wanted[1].transaction_id, NUMBER, OTHER, TONE)]
    assert ["", "gift_repeated"] == sorted(await asyncio.gather(*map(journal.confirm_gift, same)))


async def test_a_number_that_wants_to_be_left_alone_is_offered_nothing_until_it_wants_it_again(
    journal: Journal,
) -> None:
    book, row = GiftBook(journal.database), await stay(journal)
    await asyncio.to_thread(book.leave_alone, [OTHER], "operations")
    await asyncio.to_thread(book.leave_alone, [OTHER], "operations")
    assert "gift_unwanted" == await journal.confirm_gift(gift_of(row))
    assert ([OTHER], []) == ([one.number for one in book.undisturbed()], kept(journal))
    assert (True, False) == (book.disturb(OTHER), book.disturb(OTHER))
    assert "" == await journal.confirm_gift(gift_of(row))


async def test_a_gift_that_failed_is_opened_again_by_a_replay_of_its_message(journal: Journal) -> None:
    row = await stay(journal)
    await journal.confirm_gift(gift_of(row))
    change = GiftChange(FAILED, gift_of(row).transaction_id)
    await journal.finish(Ending(row, InboxState.DEAD, gifts=(change,)))
    assert [FAILED] == states(journal)
    assert ("", [CONFIRMED]) == (await journal.confirm_gift(gift_of(row)), states(journal))


@pytest.mark.parametrize("end", [InboxState.DEAD, InboxState.UNKNOWN])
async def test_a_gift_given_up_that_the_core_had_presented_is_open_once_a_replay_finds_its_key(
    journal: Journal, clock: TurnedClock, end: InboxState
) -> None:
    """Promise 4: its giver hears what becomes of it, and it has an end, though the call's worker had died."""
    row = await stay(journal)
    await journal.confirm_gift(gift_of(row))
    await journal.finish(Ending(row, end, "attempts", doubtful=True))
    desk, who = Desk(journal.database), {"author": "asha", "reason": "ticket 7"}
    if end is InboxState.UNKNOWN:
        desk.bury([row.id], **who)
    await journal.sweep(WISH)
    assert [FAILED] == states(journal)
    desk.replay([row.id], **who)
    (again,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(again, InboxState.DONE, gifts=(presented(again),)))
    (gift,) = kept(journal)
    assert (PRESENTED, KEY, None) == (gift["state"], gift["key"], gift["ended_at"])
    (ours,) = await due_after(journal, clock, DEADLINE_S + GRACE_S + 1)
    assert OTHER == ours["number"]


async def test_a_gift_given_up_that_was_given_anew_stays_given_up_and_its_message_ends(journal: Journal) -> None:
    """Promise 4: the core has it twice, one of the two is open here, and whoever gave it hears so."""
    row = await stay(journal)
    await journal.confirm_gift(gift_of(row))
    await journal.finish(Ending(row, InboxState.DEAD, "attempts", doubtful=True))
    await journal.sweep(WISH)
    await present(journal, key="654321")
    Desk(journal.database).replay([row.id], author="asha", reason="ticket 7")
    (again,) = await claim(journal, Queue.BULK)
    told = (Answer(NUMBER, "offered"),)
    assert (await journal.finish(Ending(again, InboxState.DONE, answers=told, gifts=(presented(again),)))).mine
    assert [(FAILED, ""), (PRESENTED, "654321")] == [(gift["state"], gift["key"]) for gift in kept(journal)]


# Its answer


async def test_a_gift_comes_with_the_claim_of_what_may_answer_it_and_of_nothing_else(journal: Journal) -> None:
    await present(journal)
    recipient, third = await stay(journal, OTHER, "YES"), await stay(journal, THIRD, "YES")
    assert [(KEY, NUMBER, PRESENTED)] == [(one.key, one.giver, one.state) for one in recipient.gifts]
    assert () == third.gifts


@pytest.mark.parametrize("state", [ACCEPTED, REFUSED, EXPIRED, FAILED])
async def test_a_gift_ends_once_and_its_giver_is_told_once_the_way_his_message_came(
    journal: Journal, state: str
) -> None:
    """Promise 4: both hear what it came to."""
    giver = await present(journal)
    (gift,) = kept(journal)
    for again in range(2):
        row = await stay(journal, OTHER, f"YES {again}")
        await end(journal, row, state if again == 0 else FAILED, gift["id"])
    assert [state] == states(journal)
    told = [one for one in answers(journal) if one["text"] == "it came to this"]
    assert [(giver.id, NUMBER, "10086", "smsc")] == [
        (one["inbox_id"], one["destination"], one["source"], one["bind"]) for one in told
    ]


async def test_a_gift_that_ended_a_while_ago_is_still_known_to_its_recipients_messages(
    journal: Journal, clock: TurnedClock
) -> None:
    await present(journal)
    row = await stay(journal, OTHER, "NO")
    await end(journal, row, REFUSED, row.gifts[0].id)
    clock.turn(3600)
    late = await stay(journal, OTHER, f"YES {KEY}")
    assert [REFUSED] == [one.state for one in late.gifts]
    await journal.finish(Ending(late, InboxState.REFUSED))
    clock.turn(86400)
    assert () == (await stay(journal, OTHER, f"YES {KEY}")).gifts


async def test_an_ending_under_a_lost_claim_changes_no_gift(journal: Journal, clock: TurnedClock) -> None:
    """Promise 2: what another worker has in hand now is not ended by the one that lost it."""
    await present(journal)
    row = await stay(journal, OTHER, "YES")
    clock.turn(31)
    await journal.sweep(WISH)
    await end(journal, row, ACCEPTED, row.gifts[0].id)
    assert [PRESENTED] == states(journal)


async def test_a_giver_is_told_once_that_he_could_not_pay(journal: Journal) -> None:
    await present(journal)
    for again in range(2):
        row = await stay(journal, OTHER, f"YES {again}")
        change = GiftChange(PRESENTED, id=row.gifts[0].id, unpaid=True, told=Answer(NUMBER, "top up"))
        await journal.finish(Ending(row, InboxState.REFUSED, gifts=(change,)))
    assert (1, [(PRESENTED, True)]) == (
        sum(one["text"] == "top up" for one in answers(journal)),
        [(one["state"], one["unpaid"]) for one in kept(journal)],
    )


# Its time


async def test_after_the_deadline_a_message_of_ours_stands_in_the_recipients_line(
    journal: Journal, clock: TurnedClock
) -> None:
    giver = await present(journal)
    assert [] == await due_after(journal, clock, DEADLINE_S + GRACE_S)
    (own,) = await due_after(journal, clock, 1)
    assert (OTHER, "10086", giver.bind, str(kept(journal)[0]["id"]), Queue.BULK) == (
        own["number"], own["short_code"], own["bind"], own["text"], own["queue"],
    )  # fmt: skip
    assert 1 == len(await due_after(journal, clock, 5))
    (claimed,) = await claim(journal, Queue.BULK)
    assert [KEY] == [one.key for one in claimed.gifts]


async def test_a_yes_that_came_in_time_is_worked_on_before_the_end(journal: Journal, clock: TurnedClock) -> None:
    """Promise 5: what one subscriber sends takes effect in the order it was sent."""
    await present(journal)
    clock.turn(DEADLINE_S - 1)
    await accept(journal, message(f"YES {KEY}", OTHER))
    assert [] == await due_after(journal, clock, 3600)
    (row,) = await claim(journal)
    await end(journal, row, ACCEPTED, row.gifts[0].id)
    assert ([], [ACCEPTED]) == (await due_after(journal, clock, 3600), states(journal))


async def test_an_end_that_came_to_nothing_is_begun_again_an_hour_later(journal: Journal, clock: TurnedClock) -> None:
    await present(journal)
    await due_after(journal, clock, DEADLINE_S + GRACE_S + 1)
    (own,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(own, InboxState.DEAD))
    assert 1 == len(await due_after(journal, clock, 3599))
    assert 2 == len(await due_after(journal, clock, 2))


@pytest.mark.parametrize("state", [InboxState.DONE, InboxState.REFUSED, InboxState.DEAD])
async def test_a_gift_whose_message_ended_without_it_is_found_by_the_sweep(journal: Journal, state: InboxState) -> None:
    row = await stay(journal)
    await journal.confirm_gift(gift_of(row))
    await journal.sweep(WISH)
    assert [CONFIRMED] == states(journal)
    await journal.finish(Ending(row, state))
    await journal.sweep(WISH)
    assert [FAILED] == states(journal)


async def test_a_gift_whose_outcome_nobody_knows_stays_open(journal: Journal) -> None:
    """Promise 2: until operations know, the same gift is not given again."""
    row = await stay(journal)
    await journal.confirm_gift(gift_of(row))
    await journal.finish(Ending(row, InboxState.UNKNOWN, doubtful=True))
    await journal.sweep(WISH)
    assert ([CONFIRMED], "gift_repeated") == (states(journal), await journal.confirm_gift(gift_of(await stay(journal))))


@pytest.mark.parametrize(("heard", "left_alone"), [(1, False), (0, True)], ids=["reminded", "left alone"])
async def test_a_recipient_is_reminded_once_unless_he_is_to_be_left_alone(
    journal: Journal, clock: TurnedClock, heard: int, left_alone: bool
) -> None:
    await present(journal, remind_in_s=3000.0, text_of_reminder="soon over")
    if left_alone:
        await asyncio.to_thread(GiftBook(journal.database).leave_alone, [OTHER], "operations")
    for seconds in (2999, 2, 2):
        clock.turn(seconds)
        await journal.sweep(WISH)
    told = [one["destination"] for one in answers(journal) if one["text"] == "soon over"]
    assert [OTHER] * heard == told


async def test_nobody_is_reminded_of_what_is_over(journal: Journal, clock: TurnedClock) -> None:
    await present(journal, remind_in_s=3000.0, text_of_reminder="soon over")
    row = await stay(journal, OTHER, "NO")
    await end(journal, row, REFUSED, row.gifts[0].id)
    clock.turn(3001)
    await journal.sweep(WISH)
    assert [] == [one for one in answers(journal) if one["text"] == "soon over"]


async def test_a_presentation_needs_its_confirmation(journal: Journal) -> None:
    row = await stay(journal)
    await journal.finish(Ending(row, InboxState.DONE, gifts=(presented(row),)))
    assert [] == kept(journal)
