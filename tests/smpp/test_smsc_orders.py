"""query_sm, cancel_sm and replace_sm: asked by the bind that sent the answer, with the addresses it was sent with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import Any

import pytest
from smpplib import consts

from channels.smpp.listener import run
from channels.smpp.operations import Operations
from channels.smpp.protocol.codec import decode, encode
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.smsc_orders import CannotAsk, JournalOrderBook, request, told
from channels.smpp.text import Habits
from tests.journal.kit.answers import answered
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.kit.near_smsc import NearSmsc, made
from tests.smpp.kit.turned_clock import TurnedClock
from tests.smpp.kit.until import until
from tests.smpp.peers.npm_smpp import NpmSmsc
from tests.smpp.peers.smsc import PATIENCE_S
from workers.journal import Journal, Reader
from workers.journal.orders import Kind, NewOrder, Orders, SmscOrder
from workers.postbox import Postbox
from workers.settings import BindSettings

NUMBER = "8613800000001"
UNREPLACEABLE = "only an answer in one short_message can be replaced, and it was sent otherwise"
UNFIT = "the new text does not fit into one message in the alphabet of the old one, which replace_sm can't change"


def setting(**more: Any) -> BindSettings:
    return BindSettings(name="main", system_id="tonegate", **more)


def order(kind: Kind, **more: Any) -> SmscOrder:
    values: dict[str, Any] = {
        "id": 1,
        "bind": "main",
        "message_id": "0a1b",
        "source": "8888",
        "destination": NUMBER,
        "sent_text": "You have it.",
        "plan": "",
        "registered_delivery": "",
        "text": "",
    }
    return SmscOrder(kind=kind, **values | more)


# what is asked

SOURCE = {"message_id": "0a1b", "source_addr_ton": 0, "source_addr_npi": 0, "source_addr": "8888"}
DESTINATION = {"dest_addr_ton": 1, "dest_addr_npi": 1, "destination_addr": NUMBER}


@pytest.mark.parametrize(
    ("command", "fields", "asked", "settings"),
    [
        pytest.param("query_sm", SOURCE, order(Kind.QUERY), setting(), id="query"),
        pytest.param("cancel_sm", SOURCE | DESTINATION, order(Kind.CANCEL), setting(), id="cancel"),
        pytest.param(
            "cancel_sm",
            SOURCE
            | {"source_addr_ton": 3, "source_addr_npi": 1}
            | {"dest_addr_ton": 2, "dest_addr_npi": 1, "destination_addr": "13800000001"},
            order(Kind.CANCEL),
            setting(country="CN", number_format="national", source_ton=3, source_npi=1),
            id="with the addresses as the bind writes them",
        ),
        pytest.param(
            "replace_sm",
            SOURCE | {"registered_delivery": 1, "short_message": b"You have n\x07t."},
            order(Kind.REPLACE, text="You have nìt."),
            setting(),
            id="replace in the GSM alphabet",
        ),
        pytest.param(
            "replace_sm",
            SOURCE | {"registered_delivery": 0, "short_message": "有".encode("utf-16-be")},
            order(Kind.REPLACE, sent_text="没有", text="有", registered_delivery="never"),
            setting(),
            id="replace in UCS2, and with the receipt that was asked for",
        ),
    ],
)
def test_the_smsc_is_asked_with_what_it_was_told(
    command: str, fields: dict[str, Any], asked: SmscOrder, settings: BindSettings
) -> None:
    assert (command, fields) == request(asked, settings, Habits())
    read = decode(encode(Pdu(command, 7, fields=fields)))
    assert isinstance(read, Pdu)
    assert fields == {name: value for name, value in read.fields.items() if name in fields}


@pytest.mark.parametrize(
    ("why", "asked", "settings"),
    [
        pytest.param("the SMSC gave it no message id", order(Kind.QUERY, message_id=""), setting(), id="no id"),
        pytest.param(UNREPLACEABLE, order(Kind.REPLACE, text="x", plan="gsm/udh/7/2"), setting(), id="a part"),
        pytest.param(UNREPLACEABLE, order(Kind.REPLACE, text="x"), setting(submit_with="data_sm"), id="a data_sm"),
        pytest.param(UNFIT, order(Kind.REPLACE, text="有"), setting(), id="another alphabet"),
        pytest.param(UNFIT, order(Kind.REPLACE, text="x" * 161), setting(), id="too long"),
    ],
)
def test_what_the_smsc_could_not_do_is_not_asked_for(why: str, asked: SmscOrder, settings: BindSettings) -> None:
    with pytest.raises(CannotAsk, match=why):
        request(asked, settings, Habits())


# what it says


@pytest.mark.parametrize(
    ("succeeded", "words", "kind", "status", "fields"),
    [
        (True, "en route", Kind.QUERY, 0, {"message_state": 1}),
        (
            True,
            "delivered, final date 2026-01-23T09:31:02+08:00",
            Kind.QUERY,
            0,
            {"message_state": 2, "final_date": "260123093102032+"},
        ),
        (
            True,
            "undeliverable, final date tomorrow, error 27",
            Kind.QUERY,
            0,
            {"message_state": 5, "final_date": "tomorrow", "error_code": 27},
        ),
        (True, "message_state 77", Kind.QUERY, 0, {"message_state": 77}),
        (False, "the SMSC refused: ESME_RQUERYFAIL", Kind.QUERY, consts.SMPP_ESME_RQUERYFAIL, {}),
        (True, "cancelled", Kind.CANCEL, 0, {}),
        (False, "the SMSC refused: ESME_RCANCELFAIL", Kind.CANCEL, consts.SMPP_ESME_RCANCELFAIL, {}),
        (True, "replaced", Kind.REPLACE, 0, {}),
        (False, "the SMSC refused: 0x00000400", Kind.REPLACE, 0x400, {}),
    ],
)
def test_what_the_smsc_says_is_told_in_words(
    succeeded: bool, words: str, kind: Kind, status: int, fields: dict[str, Any]
) -> None:
    assert (succeeded, words) == told(order(kind), Pdu(f"{kind}_sm_resp", 1, status, fields))


# who asks, and when


class MemoryOrderBook:
    """Hands out each order once, to who has its bind."""

    def __init__(self, *orders: SmscOrder) -> None:
        self.open = list(orders)
        self.ends: list[tuple[int, bool, str]] = []
        self.broken = 0

    async def take(self, binds: Sequence[str]) -> list[SmscOrder]:
        mine = [one for one in self.open if one.bind in binds]
        self.open = [one for one in self.open if one.bind not in binds]
        return mine

    async def done(self, order: SmscOrder, *, succeeded: bool, result: str) -> None:
        if self.broken:
            self.broken -= 1
            raise RuntimeError("journal gone")
        self.ends.append((order.id, succeeded, result))


class House:
    """A bind at work over a near SMSC, on a turned clock."""

    def __init__(self, *orders: SmscOrder) -> None:
        self.clock = TurnedClock()
        self.smsc = NearSmsc()
        self.book = MemoryOrderBook(*orders)
        self.stop = asyncio.Event()
        self.running = asyncio.create_task(
            run(
                [setting(response_s=10)],
                MemoryReception(),
                MemoryPostbox(),
                stop=self.stop,
                clock=self.clock,
                random=Random(1),
                connecting=lambda _: self.smsc.connect,
                operations=Operations(orders=self.book),
            )
        )

    async def end(self) -> None:
        self.stop.set()
        for pipe in self.smsc.pipes:
            pipe.close()
        await self.clock.turn(30)
        await asyncio.wait_for(self.running, PATIENCE_S)


async def test_an_order_waits_until_its_bind_is_bound_and_others_orders_stay_where_they_are() -> None:
    one = House(order(Kind.QUERY), order(Kind.QUERY, id=2, bind="another"))
    one.smsc.refuse = ConnectionRefusedError("refused")
    await one.clock.turn(5)
    assert (2, []) == (len(one.book.open), one.smsc.heard)
    one.smsc.refuse = None
    while not one.smsc.of("query_sm"):
        await one.clock.turn(0.5)
    (asked,) = one.smsc.of("query_sm")
    assert (b"0a1b", b"8888") == (asked.message_id, asked.source_addr)
    answer = Pdu("query_sm_resp", asked.sequence, fields={"message_id": "0a1b", "message_state": 2})
    one.smsc.say(encode(answer))
    await one.clock.turn(0.1)
    assert ([(1, True, "delivered")], [2]) == (one.book.ends, [left.id for left in one.book.open])
    await one.end()


async def test_an_smsc_that_does_not_answer_is_told_and_the_bind_goes_on() -> None:
    one = House(order(Kind.QUERY))
    await one.clock.turn(12)
    assert [(1, False, "the SMSC did not answer")] == one.book.ends
    assert 1 == len(one.smsc.pipes)
    await one.end()


async def test_a_bind_that_is_lost_while_the_smsc_is_asked_leaves_no_order_open() -> None:
    one = House(order(Kind.QUERY))
    await one.clock.turn(1.1)
    assert 1 == len(one.smsc.of("query_sm"))
    one.smsc.hang_up()
    await one.clock.turn(0.1)
    assert [(1, False, "the SMSC did not answer")] == one.book.ends
    await one.end()


async def test_a_result_is_recorded_once_the_journal_is_there_again() -> None:
    one = House(order(Kind.QUERY))
    one.book.broken = 2
    await one.clock.turn(1.1)
    one.smsc.say(made("query_sm_resp", one.smsc.of("query_sm")[0].sequence, 0x67))
    await one.clock.turn(3)
    assert [(1, False, "the SMSC refused: ESME_RQUERYFAIL")] == one.book.ends
    await one.end()


# over the journal, with an SMSC that nobody here wrote


class Door:
    """A bind of npm's SMSC over a real journal."""

    def __init__(self, url: str, port: int) -> None:
        self.journal = Journal(url)
        self.postbox = Postbox(self.journal)
        self.stop = asyncio.Event()
        book = JournalOrderBook(self.journal.database, self.journal.owner)
        self.running = asyncio.create_task(
            run(
                [setting(port=port, password="secret", response_s=60.0)],
                MemoryReception(),
                self.postbox,
                stop=self.stop,
                operations=Operations(orders=book),
            )
        )

    async def sent(self, text: str) -> dict[str, Any]:
        """An answer, with the SMSC."""
        await answered(self.journal, text, number=NUMBER, bind="main")
        self.postbox.wake()
        await until(lambda: self.answer()["state"] == "sent")
        return self.answer()

    async def ask(self, kind: Kind, text: str = "") -> tuple[bool | None, str]:
        """Have operations ask, and wait for the result."""
        orders = Orders(self.journal.database)
        new = NewOrder(kind, "main", self.answer()["id"], 0, text)
        ids = orders.ask([new], author="anna@host", reason="")
        await until(lambda: orders.states(ids)[0].succeeded is not None)
        return orders.states(ids)[0].succeeded, orders.states(ids)[0].result

    def answer(self) -> dict[str, Any]:
        reader = Reader(self.journal.database)
        life = reader.life("1")
        assert life
        return life.answers[-1]


@pytest.fixture
async def npm() -> AsyncIterator[NpmSmsc]:
    async with NpmSmsc("tonegate", "secret") as peer:
        yield peer


@pytest.fixture
async def door(sqlite_url: str, npm: NpmSmsc) -> AsyncIterator[Door]:  # noqa: F811
    one = Door(sqlite_url, npm.port)
    await npm.bound()
    yield one
    one.stop.set()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait_for(one.running, PATIENCE_S)
    one.journal.close()


@pytest.mark.node
async def test_an_answer_is_queried_replaced_and_cancelled_at_npms_smsc(npm: NpmSmsc, door: Door) -> None:
    answer = await door.sent("You have it.")
    await npm.answer_operations({"message_state": 1})
    assert (True, "en route") == await door.ask(Kind.QUERY)
    assert (True, "replaced") == await door.ask(Kind.REPLACE, "You have another.")
    assert (True, "cancelled") == await door.ask(Kind.CANCEL)
    asked = {one.command: one for one in npm.queries}
    assert {answer["message_id"]} == {one.message_id for one in npm.queries}
    assert {"10086"} == {one.source for one in npm.queries}
    assert (NUMBER, "You have another.") == (asked["cancel_sm"].destination, asked["replace_sm"].text)
    assert "undelivered" == door.answer()["state"]


@pytest.mark.node
async def test_what_npms_smsc_refuses_is_told_and_changes_nothing(npm: NpmSmsc, door: Door) -> None:
    await door.sent("You have it.")
    await npm.answer_operations(cancel_sm=consts.SMPP_ESME_RCANCELFAIL)
    assert (False, "the SMSC refused: ESME_RCANCELFAIL") == await door.ask(Kind.CANCEL)
    assert "sent" == door.answer()["state"]
