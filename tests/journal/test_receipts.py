"""What the SMSC says became of an answer: written to the one it speaks of, and kept where it speaks of none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.journal.kit.answers import answered, in_parts, parts, sent, states, take
from tests.journal.kit.messages import NUMBER, OTHER, answers
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Journal, Reader
from workers.journal.receipts import Receipt
from workers.journal.tables import receipts as kept_receipts


def kept(journal: Journal) -> int:
    return Reader(journal.database).orphan_receipts()


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


async def test_what_went_out_by_another_smsc_under_the_same_id_is_left_alone(journal: Journal) -> None:
    await answered(journal, "1")
    await answered(journal, "2", number=OTHER)
    for text, via in zip(await take(journal), ("north", "south"), strict=True):
        await sent(journal, text, "77", via=via)
    assert await journal.receive(Receipt("south", "77", "delivered", "000", binds=("south", "south-spare")))
    assert ["sent", "delivered"] == states(journal)
    assert not await journal.receive(Receipt("east", "77", "delivered", "000"))
    assert 1 == kept(journal)


async def test_a_receipt_by_a_partner_bind_finds_what_the_first_has_sent(journal: Journal) -> None:
    await answered(journal, "1")
    await sent(journal, (await take(journal))[0], "77", via="main")
    assert await journal.receive(Receipt("spare", "77", "delivered", "000", binds=("main", "spare")))
    assert ["delivered"] == states(journal)


async def test_a_wrong_base_is_no_match_unless_the_number_is_right(journal: Journal) -> None:
    await answered(journal, "1")
    await sent(journal, (await take(journal))[0], "0A1B")
    assert not await journal.receive(Receipt("smsc", "2587", "delivered", "000", number=OTHER))
    assert ["sent"] == states(journal)
    assert await journal.receive(Receipt("smsc", "2587", "delivered", "000", number=NUMBER))
    assert ["delivered"] == states(journal)


async def test_many_receipts_at_once_each_find_their_own(journal: Journal) -> None:
    for no in range(5):
        await answered(journal, "1", number=f"86{no}")
    for no, text in enumerate(await take(journal)):
        await sent(journal, text, f"{no:04x}")
    given = [Receipt("smsc", f"{no:X}", ("delivered", "undelivered")[no % 2], f"{no}") for no in range(6)]
    known = [bool(await future) for future in [journal.receive(one) for one in given]]
    assert [True] * 5 + [False] == known
    assert [("delivered", "0"), ("undelivered", "1"), ("delivered", "2"), ("undelivered", "3"), ("delivered", "4")] == [
        (row["state"], row["error"]) for row in answers(journal)
    ]


async def test_an_end_stays_where_the_way_there_is_told_later(journal: Journal, clock: TurnedClock) -> None:
    await answered(journal, "1")
    await sent(journal, (await take(journal))[0], "m7")
    await journal.receive(Receipt("smsc", "m7", "delivered", "000"))
    told_at = clock()
    clock.turn(5.0)
    assert await journal.receive(Receipt("smsc", "m7", "enroute", "001"))
    (row,) = answers(journal)
    assert ("delivered", "000", told_at) == (row["state"], row["error"], row["receipt_at"])


async def test_receipts_of_one_text_in_one_batch_are_read_in_their_order(journal: Journal) -> None:
    await answered(journal, "1")
    await sent(journal, (await take(journal))[0], "m7")
    futures = [journal.receive(Receipt("smsc", "m7", state, "000")) for state in ("enroute", "delivered", "accepted")]
    assert [True] * 3 == [bool(await future) for future in futures]
    assert ["delivered"] == states(journal)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("all", ["sent", "sent", "delivered"]), ("first", ["delivered"] * 3), ("last", ["sent", "sent", "delivered"])],
)
async def test_the_parts_that_the_bind_names_decide_for_an_answer(
    journal: Journal, rule: str, expected: list[str]
) -> None:
    await in_parts(journal, "m1", "m2", "m3")
    found = []
    for message_id in ("m1", "m2", "m3"):
        assert await journal.receive(Receipt("smsc", message_id, "delivered", "000", part=rule))
        found += states(journal)
    assert expected == found
    assert ["delivered"] * 3 == parts(journal, "state")


async def test_one_part_that_does_not_arrive_spoils_the_answer(journal: Journal) -> None:
    await in_parts(journal, "m1", "m2")
    await journal.receive(Receipt("smsc", "m2", "undelivered", "3:27"))
    await journal.receive(Receipt("smsc", "m1", "delivered", "000"))
    (row,) = answers(journal)
    assert ("undelivered", "3:27", ["delivered", "undelivered"]) == (
        row["state"], row["error"], parts(journal, "state"),
    )  # fmt: skip


async def test_receipts_of_parts_count_that_come_before_all_is_sent(journal: Journal) -> None:
    text = await in_parts(journal, "m1", "m2", end=False)
    for message_id in ("m1", "m2"):
        assert await journal.receive(Receipt("smsc", message_id, "delivered", "000"))
    assert (["sending"], ["delivered"] * 2) == (states(journal), parts(journal, "state"))
    await sent(journal, text, "")
    assert ["delivered"] == states(journal)


async def test_a_parts_receipt_before_its_response_is_applied_when_the_response_comes(journal: Journal) -> None:
    assert not await journal.receive(
        Receipt("spare", "2587", "delivered", "000", number=NUMBER, binds=("smsc", "spare"), ids="auto", part="first")
    )
    await in_parts(journal, "0A1B", "0A1C")
    assert (["delivered"], ["delivered", "sent"], 0) == (states(journal), parts(journal, "state"), kept(journal))


async def test_an_early_receipt_of_another_smsc_is_kept_as_it_came(journal: Journal, clock: TurnedClock) -> None:
    await journal.receive(Receipt("north", "77", "delivered", "000"))
    came_at = clock()
    clock.turn(5.0)
    await answered(journal, "1")
    await sent(journal, (await take(journal))[0], "77", via="south")
    assert (["sent"], 1) == (states(journal), kept(journal))
    with journal.database.read() as connection:
        assert came_at == connection.scalar(select(kept_receipts.c.received_at))


@pytest.mark.parametrize("message_id", ["a\0b", "x" * 300, "9" * 5000, "\ud800", ""])
async def test_a_receipt_with_what_no_database_keeps_is_kept_all_the_same(journal: Journal, message_id: str) -> None:
    assert not await journal.receive(Receipt("smsc", message_id, "state" * 20, "\0" * 99, number="8" * 99))
    assert 1 == kept(journal)
