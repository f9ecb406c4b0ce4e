"""Two SMSCs that nobody here wrote: answers leave by the second while the first is gone, and by the first again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from channels.smpp import BindState
from channels.smpp.listener import run
from channels.smpp.operations import Operations
from channels.smpp.switchboard import JournalSwitchboard
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from tests.smpp.kit.until import until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import PATIENCE_S
from workers.dialogue import SHIPPED_TEMPLATES, Words
from workers.journal import Answer, Ending, InboxState, Journal, Queue
from workers.journal.switches import Switches
from workers.postbox import Postbox
from workers.reception import Reception
from workers.settings import BindSettings

_WORDS = Words.load(SHIPPED_TEMPLATES, ["en"], "en")


class SilentBell:
    """Nobody is rung for: the test answers by itself."""

    def ring(self, *queues: Queue) -> None: ...


class Door:
    """A listener bound to both, over a real journal."""

    def __init__(self, url: str, *binds: BindSettings) -> None:
        self.journal = Journal(url)
        self.postbox = Postbox(self.journal)
        self.states: dict[str, BindState] = {}
        self.stop = asyncio.Event()
        reception = Reception(self.journal, SilentBell(), lambda: _WORDS)  # type: ignore[arg-type]
        self.running = asyncio.create_task(
            run(
                binds,
                reception,
                self.postbox,
                stop=self.stop,
                on_state=lambda state: self.states.update({state.name: state}),
                operations=Operations(JournalSwitchboard(self.journal.database)),
            )
        )

    async def answer_all(self, text: str) -> None:
        """Answer each message that came, as a worker would."""
        for row in (await self.journal.claim(Queue.ORDERS, 100, lease_s=30)).rows:
            await self.journal.finish(Ending(row, InboxState.DONE, answers=(Answer(row.number, text),)))
        self.postbox.wake()

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.running, PATIENCE_S)
        self.journal.close()


def setting(name: str, port: int, **more: Any) -> BindSettings:
    patient = {"ack_within_s": 60.0, "response_s": 60.0}
    return BindSettings(
        name=name, system_id="tonegate", password="secret", port=port, short_codes=["8888"], **patient, **more
    )


@pytest.fixture
async def smscs() -> AsyncIterator[tuple[Smpp34Smsc, Smpp34Smsc]]:
    async with contextlib.AsyncExitStack() as stack:
        yield await stack.enter_async_context(Smpp34Smsc()), await stack.enter_async_context(Smpp34Smsc())


@pytest.fixture
async def door(sqlite_url: str, smscs: tuple[Smpp34Smsc, Smpp34Smsc]) -> AsyncIterator[Door]:  # noqa: F811
    first, second = smscs
    one = Door(
        sqlite_url,
        setting("first", first.port, failover=["second"], failover_after_s=0.3),
        setting("second", second.port),
    )
    await first.bound()
    await second.bound()
    yield one
    await one.end()


async def text(smsc: Smpp34Smsc, number: int) -> str:
    """A subscriber's text; the number that its answer goes to."""
    source = f"86138000000{number:02}"
    assert await smsc.deliver(source, "8888", "GET 600902000001") == 0
    return source


async def test_promise_4_answers_leave_by_the_other_smsc_while_theirs_is_gone_and_by_theirs_when_it_is_back(
    door: Door, smscs: tuple[Smpp34Smsc, Smpp34Smsc]
) -> None:
    first, second = smscs
    numbers = [await text(first, number) for number in range(1, 4)]
    await door.answer_all("by the first")
    assert sorted(numbers) == sorted([(await first.next_submit()).destination for _ in numbers])
    numbers = [await text(first, number) for number in range(4, 7)]
    await first.stop()  # it takes no new connection, and hangs up on none by itself
    await first.unbind()
    await until(lambda: door.states["first"].status != "bound")
    await door.answer_all("by the second")
    assert sorted(numbers) == sorted([(await second.next_submit()).destination for _ in numbers])
    await first.start()
    await first.bound()
    await until(lambda: door.states["first"].status == "bound")
    numbers = [await text(first, number) for number in range(7, 10)]
    await door.answer_all("by the first")
    assert sorted(numbers) == sorted([(await first.next_submit()).destination for _ in numbers])
    assert second.nothing_submitted()


async def test_promise_4_answers_leave_by_the_other_smsc_while_operations_have_theirs_off(
    door: Door, smscs: tuple[Smpp34Smsc, Smpp34Smsc]
) -> None:
    first, second = smscs
    number = await text(first, 1)
    switches = Switches(door.journal.database)
    switches.turn(["first"], on=False, author="anna@host", reason="their maintenance")
    await first.gone()
    await door.answer_all("by the second")
    assert number == (await second.next_submit()).destination
    await until(lambda: door.states["first"].status == "switched off")
    switches.turn(["first"], on=True, author="anna@host", reason="")
    await first.bound()
    await until(lambda: door.states["first"].status == "bound")
    number = await text(first, 2)
    await door.answer_all("by the first")
    assert number == (await first.next_submit()).destination
    assert second.nothing_submitted()
