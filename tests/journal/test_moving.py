"""Answers over a bind that is gone go over another: none is lost, none goes out twice, each number keeps its order."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from tests.house.until import PATIENCE_S
from tests.journal.kit.answers import LEASE_S, PLAN, answered, parts, postponed, sent, states, take, unanswered
from tests.journal.kit.full import full_after
from tests.journal.kit.lock_waits import until_one_waits
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, events, message
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_hosts import on_threads
from workers.journal import Answer, Ending, InboxState, Journal, JournalUnavailable, OutgoingText, Reader
from workers.journal.deeds import Deeds
from workers.journal.moving import Moving, Waiting
from workers.journal.receipts import Receipt
from workers.journal.tables import outbox

GONE, HERE = "gone", "here"
WHO = {"author": "asha@host", "reason": "ticket 7"}


def move(journal: Journal) -> int:
    return Moving(journal.database).move(GONE, HERE, **WHO)


def binds(journal: Journal) -> list[str]:
    return [row["bind"] for row in answers(journal)]


async def test_what_waits_is_counted_by_answers_and_numbers_since_the_oldest(
    journal: Journal, clock: TurnedClock
) -> None:
    moving = Moving(journal.database)
    assert (Waiting(), []) == (moving.waiting(GONE), moving.binds())
    began = clock()
    await answered(journal, "1", "2", bind=GONE)
    clock.turn(5.0)
    await answered(journal, "3", number=OTHER, bind=GONE)
    await answered(journal, "4", number="8613800138009")
    assert (Waiting(3, 2, began), [GONE, "smsc"]) == (moving.waiting(GONE), moving.binds())
    assert [GONE, GONE, GONE, "smsc"] == binds(journal)  # who counts moves nothing


async def test_what_waits_over_one_bind_leaves_by_another_from_the_code_that_was_texted(journal: Journal) -> None:
    """Promise 4: the answer comes, over whichever bind.  What was left to the bind's own setting is the new one's."""
    await answered(journal, "1", bind=GONE)
    assert 1 == move(journal)
    assert [] == await take(journal, 10, GONE)
    (text,) = await take(journal, 10, HERE)
    assert (HERE, "10086", NUMBER, "", None) == (
        text.bind, text.source, text.destination, text.registered_delivery, text.validity_s,
    )  # fmt: skip
    await sent(journal, text, "0A1B", via=HERE)
    await journal.receive(Receipt(HERE, "A1B", "delivered", "000", number=NUMBER))
    assert ["delivered"] == states(journal)


async def test_each_number_keeps_its_order_and_what_stood_behind_on_another_bind_goes_on(journal: Journal) -> None:
    """Promises 4 and 5: one answer over a bind that is gone held up all later ones to its number, for ever."""
    await answered(journal, "1", bind=GONE)
    await answered(journal, "2")
    await answered(journal, "3", bind=GONE)
    assert [] == await take(journal, 10, "smsc", HERE)
    assert 2 == move(journal)
    went = []
    while taken := await take(journal, 10, "smsc", HERE):
        (text,) = taken
        await sent(journal, text)
        went.append(text.text)
    assert ["1", "2", "3"] == went


async def test_what_a_sender_has_in_hand_stays_its_own(journal: Journal, clock: TurnedClock) -> None:
    """Promise 2 for the text: it may be on its way.  Once its sender is gone it is moved like any other."""
    await answered(journal, "1", "2", bind=GONE)
    (text,) = await take(journal, 10, GONE)
    assert Waiting(1, 1, clock(), in_hand=1) == Moving(journal.database).waiting(GONE)
    assert 1 == move(journal)
    assert [GONE, HERE] == binds(journal)
    assert [] == await take(journal, 10, HERE)  # it stands behind
    clock.turn(LEASE_S)
    await journal.expire_answers()
    assert 1 == move(journal)
    assert [text.id] == [one.id for one in await take(journal, 10, HERE)]


@pytest.mark.parametrize("tried", [sent, unanswered])
async def test_what_is_half_sent_stays(journal: Journal, clock: TurnedClock, tried: object) -> None:
    """Promise 2 for the text: a handset would have two halves that it can't join, or one half twice."""
    await answered(journal, "a long text", bind=GONE)
    (text,) = await take(journal, 10, GONE)
    await journal.begin(text.id, PLAN, 2)
    await (sent(journal, text, "m1", 1) if tried is sent else unanswered(journal, text, 1))
    await postponed(journal, text)
    assert Waiting(half_sent=1) == Moving(journal.database).waiting(GONE)
    assert 0 == move(journal)
    assert ([GONE], [PLAN], 2) == (
        binds(journal), [row["plan"] for row in answers(journal)], len(parts(journal, "number")),
    )  # fmt: skip


async def test_what_was_split_and_not_begun_is_split_as_its_new_bind_does(journal: Journal) -> None:
    await answered(journal, "a long text", bind=GONE)
    (text,) = await take(journal, 10, GONE)
    await journal.begin(text.id, PLAN, 2)
    await postponed(journal, text)
    assert 1 == move(journal)
    (text,) = await take(journal, 10, HERE)
    assert ("", ()) == (text.plan, text.parts)
    await journal.begin(text.id, "udh 8", 3)
    assert [1, 2, 3] == parts(journal, "number")


async def test_what_may_have_gone_out_is_sent_once_more_and_no_third_time(journal: Journal) -> None:
    """Promise 2 for the text: what the old bind has used up of its resends is used up over the new one."""
    await answered(journal, "1", bind=GONE)
    (text,) = await take(journal, 10, GONE)
    await unanswered(journal, text)
    assert 1 == move(journal)
    (text,) = await take(journal, 10, HERE)
    await unanswered(journal, text)
    assert ["failed"] == states(journal)


async def test_what_is_held_back_waits_its_time_over_the_new_bind_too(journal: Journal, clock: TurnedClock) -> None:
    await answered(journal, "1", bind=GONE)
    (text,) = await take(journal, 10, GONE)
    await postponed(journal, text, delay_s=30.0)
    assert 1 == move(journal)
    assert [] == await take(journal, 10, HERE)
    clock.turn(30.0)
    assert ["1"] == [one.text for one in await take(journal, 10, HERE)]


async def test_who_moved_what_and_why_stands_in_each_messages_history_and_once_in_the_deeds(journal: Journal) -> None:
    await answered(journal, "1", "2", bind=GONE)
    await answered(journal, "a long text", number=OTHER, bind=GONE)
    for text in await take(journal, 10, GONE):
        await journal.begin(text.id, PLAN, 2)
        if text.destination == OTHER:  # stays, and is not counted
            await sent(journal, text, "m1", 1)
        await postponed(journal, text)
    move(journal)
    life = Reader(journal.database).life("1")
    assert life is not None
    said = {"from": GONE, "to": HERE, "reason": "ticket 7"}
    assert [("answer_moved", "asha@host", {"answer": number} | said) for number in (1, 2)] == [
        (one["event"], one["author"], one["detail"]) for one in life.history
    ]
    (deed,) = Deeds(journal.database).page().rows
    assert ("answers moved", "asha@host", {"answers": 2} | said) == (deed["event"], deed["author"], deed["detail"])
    assert 0 == move(journal)
    assert 1 == len(Deeds(journal.database).page().rows)  # who finds nothing has done nothing


async def test_many_go_in_small_transactions_and_who_is_cut_short_says_the_same_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 1: whatever was moved is sent over the new bind, and the rest waits as before."""
    monkeypatch.setattr("workers.journal.moving._MOVED_AT_ONCE", 2)
    for no in range(5):
        await answered(journal, "1", number=f"861380013{no:04d}", bind=GONE)
    stepped: list[int] = []
    moving = Moving(journal.database)
    with full_after(2), pytest.raises(JournalUnavailable):
        moving.move(GONE, HERE, **WHO, stepped=lambda: stepped.append(1))
    assert ([HERE] * 4 + [GONE], 2) == (binds(journal), len(stepped))
    assert 1 == move(journal)
    assert ([HERE] * 5, 5) == (binds(journal), events(journal).count("answer_moved"))


def mover_and_senders(
    journal_url: str, send: Callable[[Journal, OutgoingText], Awaitable[None]], *, at_once: int
) -> Callable[[int], None]:
    """Three hosts, by their number: who moves, and a sender of each bind, until all is sent."""

    def host(index: int) -> None:
        async def work() -> None:
            with Journal(journal_url) as mine:
                while set(states(mine)) != {"sent"}:
                    if index == 0:
                        move(mine)
                    else:
                        for text in await mine.claim_answers([(GONE, HERE)[index - 1]], at_once, PATIENCE_S):
                            await send(mine, text)
                    await asyncio.sleep(0.002)  # another host has what is left

        asyncio.run(asyncio.wait_for(work(), PATIENCE_S))

    return host


async def test_senders_of_both_binds_that_are_up_meanwhile_send_each_answer_once(
    journal_url: str, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promises 1 and 2: a sender of the old bind that comes up in the middle finds an answer, or doesn't."""
    monkeypatch.setattr("workers.journal.moving._MOVED_AT_ONCE", 3)
    numbers = [f"8613{no:09d}" for no in range(30)]
    with Journal(journal_url) as journal:
        await accept(journal, *(message(number=number, bind=GONE) for number in numbers))
        for row in await claim(journal, limit=30):
            texts = tuple(Answer(row.number, f"{row.number} {no}") for no in range(2))
            await journal.finish(Ending(row, InboxState.DONE, answers=texts))
    went: list[str] = []

    async def send(mine: Journal, text: OutgoingText) -> None:
        went.append(text.text)
        await sent(mine, text, f"m{text.id}", via=text.bind)

    await asyncio.to_thread(on_threads, mover_and_senders(journal_url, send, at_once=7), 3)
    assert {f"{number} {no}": 1 for number in numbers for no in range(2)} == Counter(went)
    for number in numbers:
        theirs = [text for text in went if text.startswith(number)]
        assert sorted(theirs) == theirs


async def test_what_a_sender_splits_meanwhile_goes_wholly_over_one_bind(
    journal_url: str, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 2 for the text: what was free when it was looked for may have been begun before it is moved."""
    monkeypatch.setattr("workers.journal.moving._MOVED_AT_ONCE", 3)
    with Journal(journal_url) as journal:
        for no in range(20):
            await answered(journal, "a long text", number=f"8613{no:09d}", bind=GONE)
    to_go = {row["id"] for row in answers(journal)}

    await asyncio.to_thread(on_threads, mover_and_senders(journal_url, one_part, at_once=4), 3)
    ways: dict[int, list[str]] = defaultdict(list)
    for id_, via in parts(journal, "outbox_id", "sent_via"):
        ways[id_].append(via)
    assert to_go == set(ways)
    assert {(GONE, GONE), (HERE, HERE)} >= {tuple(ways_of_one) for ways_of_one in ways.values()}


async def one_part(journal: Journal, text: OutgoingText) -> None:
    """As a sender that comes no further in one session."""
    await journal.begin(text.id, PLAN, 2)
    number = 2 if text.parts and text.parts[0].state == "sent" else 1
    await sent(journal, text, f"m{text.id}-{number}", number, via=text.bind)
    await (sent(journal, text, "", via=text.bind) if number == 2 else postponed(journal, text))


@pytest.mark.postgresql
async def test_what_was_begun_while_a_move_waited_for_another_row_stays(postgresql_url: str) -> None:
    """Promise 2 for the text: what its statement saw before it waited is so no more (READ COMMITTED)."""
    with Journal(postgresql_url) as journal:
        await answered(journal, "1", bind=GONE)
        await answered(journal, "a long text", number=OTHER, bind=GONE)
        first, _ = (row["id"] for row in answers(journal))
        with journal.database.engine.begin() as held:
            held.execute(select(outbox.c.id).where(outbox.c.id == first).with_for_update())
            moving = asyncio.create_task(asyncio.to_thread(move, journal))
            await until_one_waits(journal.database, "the move")
            (text,) = await take(journal, 10, GONE)  # goes past what is held
            await one_part(journal, text)
        assert (1, [HERE, GONE]) == (await moving, binds(journal))


async def test_the_history_tells_neither_numbers_nor_texts(journal: Journal) -> None:
    """Promise 6."""
    await answered(journal, "a secret", bind=GONE)
    move(journal)
    life = Reader(journal.database).life("1")
    assert life is not None
    told = json.dumps([life.history, Deeds(journal.database).page().rows])
    assert (NUMBER not in told, "a secret" not in told) == (True, True)
