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

WITHIN_S = 10.0


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
