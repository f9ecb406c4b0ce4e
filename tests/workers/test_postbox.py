"""Where a channel fetches its answers: woken by Redis, and found without it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis

from tests.journal.kit.messages import NUMBER, accept, answers, claim, message
from workers.bell import OUTBOX_CHANNEL
from workers.journal import Answer, Ending, InboxState, Journal, OutgoingText
from workers.journal.receipts import Receipt
from workers.postbox import Postbox

WITHIN_S = 240.0


@pytest.fixture
async def journal(sqlite_url: str) -> AsyncIterator[Journal]:
    journal = Journal(sqlite_url)
    yield journal
    await asyncio.to_thread(journal.close)


async def answered(journal: Journal, bind: str = "smsc", number: str = NUMBER) -> None:
    await accept(journal, message(number=number, bind=bind))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(number, "done"),)))


async def one(postbox: Postbox) -> OutgoingText:
    (text,) = await postbox.claim(["smsc"], 5)
    return text


async def test_a_sender_is_woken_by_redis(journal: Journal, redis_url: str) -> None:
    postbox = Postbox(journal, redis_url)
    await postbox.start()
    try:
        with redis.Redis.from_url(redis_url) as client:
            async with asyncio.timeout(WITHIN_S):
                while not client.publish(OUTBOX_CHANNEL, b""):  # noqa: ASYNC110 - it subscribes without telling
                    await asyncio.sleep(0.002)  # until it has subscribed
        started = time.monotonic()
        await postbox.wait(WITHIN_S)
        assert time.monotonic() - started < WITHIN_S / 2
    finally:
        await postbox.close()


async def test_without_redis_a_sender_looks_by_itself(journal: Journal, tmp_path: Path) -> None:
    postbox = Postbox(journal, f"unix://{tmp_path / 'nobody'}")
    await postbox.start()
    try:
        await asyncio.wait_for(postbox.wait(0.02), WITHIN_S)
        await answered(journal)
        assert "done" == (await one(postbox)).text
    finally:
        await postbox.close()


async def test_a_wake_between_two_waits_is_not_lost(journal: Journal) -> None:
    postbox = Postbox(journal)
    postbox.wake()
    started = time.monotonic()
    await postbox.wait(WITHIN_S)
    assert time.monotonic() - started < WITHIN_S / 2


async def test_answers_of_several_binds_share_the_window(journal: Journal) -> None:
    for no, bind in enumerate(("a", "b", "b", "c")):
        await answered(journal, bind, f"861{no}")
    postbox = Postbox(journal)
    assert ["a", "b", "b"] == [text.bind for text in await postbox.claim(["a", "b", "c"], 3)]
    assert ["c"] == [text.bind for text in await postbox.claim(["a", "b", "c"], 3)]


async def test_each_end_of_a_try_leads_to_its_state(journal: Journal) -> None:
    postbox = Postbox(journal)
    await answered(journal)
    await postbox.postponed((await one(postbox)).id, delay_s=0.0, why="throttled")
    await postbox.unanswered((await one(postbox)).id)
    again = await one(postbox)
    await postbox.sent(again.id, "m" * 80, "smsc")
    assert ("sent", "m" * 65, 1) == tuple(answers(journal)[0][name] for name in ("state", "message_id", "resends"))
    await postbox.receipt(Receipt("smsc", "m" * 65, "delivered", "000"))
    assert "delivered" == answers(journal)[0]["state"]
    await answered(journal)
    await postbox.failed((await one(postbox)).id, "ESME_RINVDSTADR")
    assert "failed" == answers(journal)[1]["state"]


async def test_an_answer_in_parts_is_told_part_by_part_and_goes_on_where_it_was(journal: Journal) -> None:
    postbox = Postbox(journal)
    await answered(journal)
    text = await one(postbox)
    await postbox.begin(text.id, "udh 7", 3)
    await postbox.part_sent(text.id, 1, "m1", "spare")
    await postbox.unanswered(text.id, 2)
    again = await one(postbox)
    assert ("udh 7", [("sent", 0), ("queued", 1), ("queued", 0)]) == (
        again.plan,
        [(part.state, part.resends) for part in again.parts],
    )
    await postbox.part_sent(text.id, 2, "m2", "smsc")
    await postbox.part_sent(text.id, 3, "m3", "smsc")
    await postbox.sent(text.id, "", "smsc")
    for message_id in ("M1", "m2", "m3"):
        await postbox.receipt(Receipt("smsc", message_id, "delivered", "000", binds=("smsc", "spare")))
    assert ("delivered", "smsc") == tuple(answers(journal)[0][name] for name in ("state", "sent_via"))


async def test_a_part_that_is_refused_for_good_is_the_end_of_its_answer(journal: Journal) -> None:
    postbox = Postbox(journal)
    await answered(journal)
    text = await one(postbox)
    await postbox.begin(text.id, "udh 7", 2)
    await postbox.failed(text.id, "ESME_RINVDSTADR", 1)
    assert ("failed", "ESME_RINVDSTADR") == tuple(answers(journal)[0][name] for name in ("state", "error"))


async def test_a_handset_that_is_there_again_wakes_the_sender_of_what_waits_for_it(journal: Journal) -> None:
    postbox = Postbox(journal)
    await answered(journal)
    await postbox.postponed((await one(postbox)).id, delay_s=60.0, why="absent")
    assert [] == await postbox.claim(["smsc"], 5)
    started = time.monotonic()
    await postbox.reachable(NUMBER)
    await postbox.wait(WITHIN_S)
    assert time.monotonic() - started < WITHIN_S / 2
    assert "done" == (await one(postbox)).text
