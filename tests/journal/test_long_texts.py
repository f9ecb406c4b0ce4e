"""Long texts on their way in: each part safe before it is acknowledged, all of them one message, once."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.journal.conftest import DEDUPE_S
from tests.journal.kit.answers import sent, take
from tests.journal.kit.long_texts import WITHIN_S, counts, hand_on, keep, part
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, events, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, Ending, InboxState, Journal, LongText, Ticket
from workers.journal.sweep import Sweep

WHOLE = "part 1 part 2 part 3 "
SWEEP = Sweep(10.0, 3, "sweeper", lambda *_: "dead")


async def due(journal: Journal, *binds: str) -> list[LongText]:
    return await journal.long_texts_due(binds or ("smsc",))


async def answered_and_sent(journal: Journal) -> None:
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "done"),)))
    (text,) = await take(journal)
    await sent(journal, text)


async def test_a_part_is_committed_before_its_future_resolves(journal: Journal) -> None:
    """Promise 1: a part is acknowledged only once it is safe."""
    await journal.keep_part(part())
    with Journal(journal.database.url.render_as_string(hide_password=False)) as other_door:
        assert (1, 1) == counts(other_door)


@pytest.mark.parametrize("order", [*permutations((1, 2, 3))])
async def test_parts_in_any_order_are_one_text_with_the_last(journal: Journal, order: tuple[int, ...]) -> None:
    assert await keep(journal, *order[:2]) is None
    whole = await keep(journal, order[2], session="session-2")
    assert whole
    assert ("smsc", "session-2", NUMBER, "10086", "", [1, 2, 3]) == (
        whole.bind, whole.session, whole.number, whole.short_code, whole.incomplete,
        [one.number for one in whole.parts],
    )  # fmt: skip
    assert not (await hand_on(journal, whole)).duplicate
    assert [(WHOLE, "")] == [(row["text"], row["incomplete"]) for row in rows(journal)]


async def test_a_part_is_kept_octet_by_octet(journal: Journal) -> None:
    octets, header = bytes(range(256))[:140], b"\x05\x04\x00\x00\x23\xf0\x00\x03\x07\x01\x01"
    whole = await journal.keep_part(part(1, 1, octets=octets, header=header, data_coding=0xF5))
    assert whole
    assert [(octets, header, 0xF5)] == [(one.octets, one.header, one.data_coding) for one in whole.parts]


APART: dict[str, dict[str, Any]] = {
    "senders": {"number": OTHER},
    "short codes": {"short_code": "10010"},
    "binds": {"bind": "other"},
    "references": {"reference": 8},
    "kinds of reference": {"kind": "udh16"},
    "totals": {"total": 2},
}


@pytest.mark.parametrize("what", APART)
async def test_parts_of_different_texts_may_come_between_each_other(journal: Journal, what: str) -> None:
    assert await keep(journal, 1) is None
    assert await keep(journal, 2, **APART[what]) is None
    assert await keep(journal, 3) is None
    first = await keep(journal, 2)
    assert first
    assert ([1, 2, 3], "") == ([one.number for one in first.parts], first.incomplete)


async def test_parts_over_binds_of_one_smsc_are_of_one_text_which_stays_with_the_first_ones(
    journal: Journal, clock: TurnedClock
) -> None:
    """Also where a bind with the same SMSC was added in between."""
    assert await keep(journal, 1) is None
    assert await keep(journal, 2, bind="another", binds=("another", "smsc")) is None
    clock.turn(WITHIN_S + 1)
    assert [] == await due(journal, "another")
    assert [("smsc", "2 of 3")] == [(text.bind, text.incomplete) for text in await due(journal)]
    whole = await keep(journal, 3, bind="another", binds=("another", "smsc"))
    assert whole
    assert ("another", "") == (whole.bind, whole.incomplete)


async def test_parts_of_one_batch_find_each_other(journal: Journal) -> None:
    kept = await asyncio.gather(*(journal.keep_part(part(number)) for number in (3, 1, 2, 1)))
    assert [None, None] == kept[:2]
    assert kept[2] is not None
    assert kept[2] == kept[3]
    assert (1, 3) == counts(journal)


async def test_a_part_that_comes_twice_is_kept_once(journal: Journal) -> None:
    assert await keep(journal, 1, 1, 2, 1, 2) is None
    assert (1, 2) == counts(journal)


async def test_a_last_part_that_comes_again_before_its_text_is_handed_on_gives_the_text_again(
    journal: Journal,
) -> None:
    """Promise 1: the redelivery of a part whose message was not committed in time brings that message about."""
    assert await keep(journal, 1, 2, 3)
    again = await keep(journal, 3)
    assert not (await hand_on(journal, again)).duplicate
    assert 1 == len(rows(journal))


async def test_a_reference_that_is_used_again_is_another_text(journal: Journal) -> None:
    await keep(journal, 1, 2)
    assert await keep(journal, 1, octets=b"new 1 ") is None
    assert await keep(journal, 2, octets=b"new 2 ") is None
    whole = await keep(journal, 3, octets=b"new 3 ")
    await hand_on(journal, whole)
    assert ["new 1 new 2 new 3 "] == [row["text"] for row in rows(journal)]
    assert (2, 5) == counts(journal)  # and the other still waits for its third part


async def test_a_long_text_becomes_one_message_however_many_hand_it_on(journal: Journal) -> None:
    """Promise 2: two listeners that were both given a whole text bring about one order."""
    whole = await keep(journal, 1, 2, 3)
    first = await hand_on(journal, whole)
    second = await hand_on(journal, whole)
    assert (False, True, first.transaction_id) == (first.duplicate, second.duplicate, second.transaction_id)
    assert 1 == len(rows(journal))


async def test_two_who_hand_it_on_in_one_batch_make_one_message(journal: Journal) -> None:
    whole = await keep(journal, 1, 2, 3)
    assert whole
    accepted = await accept(journal, *(message(WHOLE, long_text=whole.id) for _ in range(2)))
    assert [False, True] == [one.duplicate for one in accepted]
    assert 1 == len(rows(journal))


async def test_a_text_and_its_message_are_written_together_or_not_at_all(journal: Journal) -> None:
    """Promise 1: a message that could not be kept leaves its long text to be handed on again."""
    whole = await keep(journal, 1, 2, 3)
    assert whole
    spoilt = message(WHOLE, long_text=whole.id, bind=None)
    with pytest.raises(IntegrityError):
        await journal.accept(Ticket(spoilt))
    assert not (await hand_on(journal, whole)).duplicate


REDELIVERED: dict[str, tuple[int, ...]] = {"its last part": (3,), "its first part": (1,), "all of it": (1, 2, 3)}


@pytest.mark.parametrize("case", REDELIVERED)
async def test_a_text_that_comes_again_after_its_bind_ended_gets_its_answer_again_and_once(
    journal: Journal, case: str
) -> None:
    """Promises 2 and 4: no second order, and no silence."""
    session = await journal.session_opened("smsc")
    await hand_on(journal, await keep(journal, 1, 2, 3, session=session))
    await answered_and_sent(journal)
    await journal.session_closed(session)
    assert await keep(journal, *REDELIVERED[case], session=await journal.session_opened("smsc")) is None
    assert (1, ["redelivered"]) == (len(rows(journal)), events(journal))
    assert [(1, "sent"), (2, "queued")] == [(row["answer_no"], row["state"]) for row in answers(journal)]
    (text,) = await take(journal)
    await sent(journal, text)
    await keep(journal, 2, session=(await journal.session_opened("another")))
    assert 2 == len(answers(journal))


async def test_a_text_that_was_acknowledged_too_late_gets_its_answer_again_with_the_part_that_comes_again(
    journal: Journal,
) -> None:
    whole = await keep(journal, 1, 2, 3)
    accepted = await hand_on(journal, whole)
    await answered_and_sent(journal)
    await journal.mark_late(accepted.transaction_id)
    await keep(journal, 3)
    assert (1, [1, 2]) == (len(rows(journal)), [row["answer_no"] for row in answers(journal)])


async def test_a_part_that_the_smsc_repeats_though_we_were_heard_changes_nothing(journal: Journal) -> None:
    session = await journal.session_opened("smsc")
    await hand_on(journal, await keep(journal, 1, 2, 3, session=session))
    await answered_and_sent(journal)
    assert await keep(journal, 1, 2, 3, session=session) is None
    assert (1, 1, []) == (len(rows(journal)), len(answers(journal)), events(journal))


async def test_the_same_text_under_another_reference_is_meant(journal: Journal) -> None:
    """A second order after a top-up: even where the first one's bind has ended, its parts are not these."""
    session = await journal.session_opened("smsc")
    await hand_on(journal, await keep(journal, 1, 2, 3, session=session))
    await journal.session_closed(session)
    await hand_on(journal, await keep(journal, 1, 2, 3, reference=8))
    await accept(journal, message(WHOLE))  # and in one
    assert 3 == len(rows(journal))


@pytest.mark.parametrize(("after_s", "messages"), [(DEDUPE_S - 1, 1), (DEDUPE_S + 1, 2)])
async def test_a_redelivered_text_is_known_as_long_as_set(
    journal: Journal, clock: TurnedClock, after_s: float, messages: int
) -> None:
    await hand_on(journal, await keep(journal, 1, 2, 3))
    clock.turn(after_s)
    again = await keep(journal, 1, 2, 3)
    if again:
        await hand_on(journal, again)
    assert messages == len(rows(journal))


async def test_a_text_whose_bind_is_nobodys_any_more_is_handed_on_by_another(
    journal: Journal, clock: TurnedClock
) -> None:
    """Promise 4: a bind that was taken out of the settings leaves no half text unanswered."""
    await keep(journal, 1)
    clock.turn(WITHIN_S + 299)
    assert [] == await due(journal, "other")
    clock.turn(1)
    assert ["1 of 3"] == [text.incomplete for text in await due(journal, "other")]


async def test_a_text_with_a_part_missing_is_handed_on_marked_when_its_time_is_over(
    journal: Journal, clock: TurnedClock
) -> None:
    await keep(journal, 1)
    clock.turn(WITHIN_S - 1)
    await keep(journal, 3, session="session-2")  # each part gives the missing ones as long again
    clock.turn(WITHIN_S - 1)
    assert [] == await due(journal)
    clock.turn(1)
    assert [] == await due(journal, "other")
    (text,) = await due(journal, "other", "smsc")
    assert ("2 of 3", "session-2", [1, 3]) == (text.incomplete, text.session, [one.number for one in text.parts])
    await hand_on(journal, text)
    assert [("part 1 part 3 ", "2 of 3")] == [(row["text"], row["incomplete"]) for row in rows(journal)]
    assert ["2 of 3"] == [row.incomplete for row in await claim(journal)]
    clock.turn(3600)
    assert [] == await due(journal)


async def test_a_whole_text_that_nobody_handed_on_is_due_after_a_moment(journal: Journal, clock: TurnedClock) -> None:
    """Promise 1: a listener that dies between the last part and the message loses no text."""
    await keep(journal, 1, 2, 3)
    assert [] == await due(journal)  # whoever brought the last part is about to
    clock.turn(10)
    (text,) = await due(journal)
    assert "" == text.incomplete
    assert [] == await due(journal)  # another host asks, too
    clock.turn(10)
    assert [text] == await due(journal)  # and this one has died as well
    assert not (await hand_on(journal, text)).duplicate


async def test_a_part_that_comes_too_late_is_kept_with_its_text_and_answered_once(
    journal: Journal, clock: TurnedClock
) -> None:
    await keep(journal, 1, 2)
    clock.turn(WITHIN_S)
    (text,) = await due(journal)
    await hand_on(journal, text)
    assert await keep(journal, 3, 3) is None
    assert (1, (1, 3), ["part_too_late"]) == (len(rows(journal)), counts(journal), events(journal))


async def test_a_part_that_comes_while_its_text_is_handed_on_makes_it_whole(
    journal: Journal, clock: TurnedClock
) -> None:
    await keep(journal, 1, 2)
    clock.turn(WITHIN_S)
    assert await due(journal)
    assert not (await hand_on(journal, await keep(journal, 3))).duplicate
    assert [WHOLE] == [row["text"] for row in rows(journal)]


async def test_what_was_handed_on_is_forgotten_by_and_by_and_what_is_open_stays(
    journal: Journal, clock: TurnedClock
) -> None:
    for reference in range(150):
        await hand_on(journal, await keep(journal, 1, total=1, reference=reference))
    await keep(journal, 1, reference=200)
    clock.turn(DEDUPE_S - 1)
    await journal.sweep(SWEEP)
    assert (151, 151) == counts(journal)
    clock.turn(2)
    await journal.sweep(SWEEP)
    assert (51, 51) == counts(journal)
    await journal.sweep(SWEEP)
    assert (1, 1) == counts(journal)
    assert 150 == len(rows(journal))


async def test_a_message_whose_text_is_forgotten_is_not_made_again(journal: Journal, clock: TurnedClock) -> None:
    whole = await keep(journal, 1, 2, 3)
    await hand_on(journal, whole)
    clock.turn(DEDUPE_S + 1)
    await journal.sweep(SWEEP)
    assert (await hand_on(journal, whole)).duplicate
    assert 1 == len(rows(journal))


async def test_ports_of_applications_are_kept_with_the_message(journal: Journal) -> None:
    await hand_on(journal, await keep(journal, 1, 2, 3), source_port=5001, destination_port=9200)
    assert [(5001, 9200)] == [(row["source_port"], row["destination_port"]) for row in rows(journal)]


async def test_neither_a_number_nor_octets_show_where_a_part_is_printed() -> None:
    shown = repr(part()) + repr(LongText(1, "smsc", "s", NUMBER, "10086", 1, ()))
    assert NUMBER not in shown
    assert "part 1 " not in shown


@pytest.mark.parametrize("died_after", [0, 1, 2, 3])
async def test_a_listener_that_dies_after_any_part_leaves_what_the_next_needs(
    journal: Journal, clock: TurnedClock, died_after: int
) -> None:
    """kill9_at_each_line: the SMSC repeats what was not acknowledged, and all of it becomes one message."""
    url = journal.database.url.render_as_string(hide_password=False)
    with Journal(url, dedupe_s=DEDUPE_S, clock=clock) as dead:
        await keep(dead, *range(1, died_after + 1), session=await dead.session_opened("smsc"))
    session = await journal.session_opened("smsc")
    whole = None
    for number in range(max(died_after, 1), 4):  # the last it kept may not have been acknowledged
        whole = await keep(journal, number, session=session) or whole
    await hand_on(journal, whole)
    clock.turn(3600)
    assert [] == await due(journal)
    assert [WHOLE] == [row["text"] for row in rows(journal)]
