"""The binds over the real journal: nothing is acknowledged that isn't a row, and answers are rows that end."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest
from smpplib import consts

from channels.smpp.listener import run
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from tests.smpp.kit.near_smsc import NearSmsc, deliver_sm, made
from tests.smpp.kit.until import until
from tests.smpp.peers.smsc import PATIENCE_S
from workers.dialogue import SHIPPED_TEMPLATES, Words
from workers.journal import Answer, Ending, InboxState, Journal, Queue
from workers.postbox import Postbox
from workers.reception import Reception
from workers.settings import BindSettings

_WORDS = Words.load(SHIPPED_TEMPLATES, ["en"], "en")
_TOO_SOON_S = 0.3
"""No commit comes in so short a time while somebody else has the journal."""


class SilentBell:
    """Nobody is rung for: the test claims by itself."""

    def ring(self, *queues: Queue) -> None: ...


class Door:
    """A bound bind over a real journal."""

    def __init__(self, url: str, ack_within_s: float = PATIENCE_S) -> None:
        self.journal = Journal(url)
        self.postbox = Postbox(self.journal)
        self.smsc = NearSmsc()
        self.stop = asyncio.Event()
        reception = Reception(self.journal, SilentBell(), lambda: _WORDS)  # type: ignore[arg-type]
        settings = BindSettings(name="main", system_id="tonegate", ack_within_s=ack_within_s)
        self.running = asyncio.create_task(
            run([settings], reception, self.postbox, stop=self.stop, connecting=lambda _: self.smsc.connect)
        )

    async def end(self) -> None:
        self.stop.set()
        self.smsc.hang_up()
        await asyncio.wait_for(self.running, PATIENCE_S)
        self.journal.close()

    async def statuses(self, count: int) -> list[int]:
        """The statuses of our deliver_sm_resp, once there are so many."""
        await until(lambda: len(self.smsc.of("deliver_sm_resp")) >= count)
        return [pdu.status for pdu in self.smsc.of("deliver_sm_resp")]


@asynccontextmanager
async def opened(url: str, **patience: float) -> AsyncIterator[Door]:
    one = Door(url, **patience)
    await until(lambda: len(one.smsc.of("bind_transceiver")) > 0)
    yield one
    await one.end()


@pytest.fixture
async def door(sqlite_url: str) -> AsyncIterator[Door]:  # noqa: F811
    async with opened(sqlite_url) as one:
        yield one


async def rows(door: Door) -> list[str]:
    claimed = await door.journal.claim(Queue.ORDERS, 100, lease_s=30)
    return [row.text for row in claimed.rows]


async def test_a_text_is_a_row_before_it_is_acknowledged(door: Door) -> None:
    door.smsc.say(*(deliver_sm(b"GET 600902000001", n, source=f"86138000000{n:02}") for n in range(1, 51)))
    assert await door.statuses(50) == [0] * 50
    assert await rows(door) == ["GET 600902000001"] * 50


async def test_with_the_journal_locked_nothing_is_acknowledged_and_the_redelivery_is_no_second_order(
    sqlite_url: str,  # noqa: F811
) -> None:
    async with opened(sqlite_url, ack_within_s=_TOO_SOON_S) as door:
        locker = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        door.smsc.say(deliver_sm(b"GET 600902000001", 1))
        assert await door.statuses(1) == [consts.SMPP_ESME_RX_T_APPN]
        locker.execute("ROLLBACK")
        locker.close()
        for sequence in count(2):  # as an SMSC brings it: until it is acknowledged, be the disk as slow as it may
            door.smsc.say(deliver_sm(b"GET 600902000001", sequence))
            if (await door.statuses(sequence))[-1] == 0:
                break
        assert await rows(door) == ["GET 600902000001"]


async def test_an_answer_leaves_once_and_its_receipt_finds_it(
    door: Door,
    sqlite_url: str,  # noqa: F811
) -> None:
    door.smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id="0a1b")
    door.smsc.say(deliver_sm(b"GET 600902000001", 1))
    await door.statuses(1)
    row = (await door.journal.claim(Queue.ORDERS, 1, lease_s=30)).rows[0]
    await door.journal.finish(Ending(row, InboxState.DONE, answers=(Answer(row.number, "You have it."),)))
    door.postbox.wake()
    await until(lambda: len(door.smsc.of("submit_sm")) == 1)
    sent = door.smsc.of("submit_sm")[0]
    assert (sent.source_addr, sent.destination_addr, sent.short_message) == (b"8888", b"8613800000001", b"You have it.")
    door.smsc.say(deliver_sm(b"id:0a1b stat:DELIVRD err:000", 2, esm_class=4))
    assert await door.statuses(2) == [0, 0]
    await until(lambda: _outbox(sqlite_url) == [("delivered", "0a1b", 0)])


def _outbox(url: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as look:
        return look.execute("SELECT state, message_id, resends FROM outbox").fetchall()
