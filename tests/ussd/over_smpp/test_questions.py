"""Questions that we begin with a screen, at a real gateway: shown, answered, refused, hung up on, or told by text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.smpp.listener import run
from channels.smpp.text import Habits
from channels.ussd.over_smpp import VARIANTS, DialDoor
from channels.ussd.ports import Kind
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.kit.until import until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import PATIENCE_S
from tests.ussd.over_smpp.gateway import INFO, MANNERS, OPERATION
from tests.ussd.over_smpp.test_door import NUMBER, ToldDesk
from workers.dials.pushes import GIFT_OFFER, PushedScreen
from workers.journal.pushes import Push
from workers.settings import BindSettings


@dataclass
class MemoryBox:
    """Questions that wait, and what came of those given out."""

    waiting: list[Push] = field(default_factory=list)
    ends: dict[int, bool] = field(default_factory=dict)

    async def claim(self, binds: Sequence[str], limit: int) -> Sequence[Push]:
        given = [push for push in self.waiting if push.bind in binds][:limit]
        self.waiting = [push for push in self.waiting if push not in given]
        return given

    async def ended(self, id_: int, *, answered: bool) -> None:
        self.ends[id_] = answered


def gift(id_: int = 1, bind: str = "main") -> Push:
    screen = PushedScreen(GIFT_OFFER, "en", {"name": "Moonlight"})
    return Push(id_, bind, NUMBER, "8888", "A gift: …", screen.written())


@asynccontextmanager
async def asking(
    variant: str, desk: ToldDesk, *pushes: Push, **bind: Any
) -> AsyncIterator[tuple[Smpp34Smsc, MemoryBox]]:
    box, stop = MemoryBox(list(pushes)), asyncio.Event()
    async with Smpp34Smsc() as smsc:
        settings = BindSettings(
            name="main", system_id="tonegate", password="secret", port=smsc.port, ussd_dialect=variant, **bind
        )

        def dials(one: BindSettings, addresses: Addresses, habits: Habits, clock: Clock) -> DialDoor:
            return DialDoor(one, VARIANTS[variant], addresses, habits, desk, clock, box)

        running = asyncio.create_task(run([settings], MemoryReception(), MemoryPostbox(), stop=stop, dials=dials))
        try:
            await smsc.bound()
            yield smsc, box
        finally:
            stop.set()
            await asyncio.wait_for(running, PATIENCE_S)


@pytest.mark.parametrize("variant", MANNERS)
async def test_a_question_is_shown_and_its_answer_keeps_the_text_back(variant: str) -> None:
    desk = ToldDesk(["Done"])
    async with asking(variant, desk, gift()) as (smsc, box):
        asked = await smsc.next_submit()
        assert ("gift_offer_screen Moonlight", b"\2") == (asked.text, asked.tlvs[OPERATION])
        assert (NUMBER, "8888") == (asked.destination, asked.source)
        session = {tag: value for tag, value in asked.tlvs.items() if tag != OPERATION}
        assert session
        tlvs = {OPERATION: bytes([MANNERS[variant].goes_on]), **session}
        await smsc.deliver_dial(NUMBER, "8888", "1", tlvs, service_type=MANNERS[variant].service_type)
        assert "Done" == (await smsc.next_submit()).text
        await until(lambda: bool(box.ends))
    assert {1: True} == box.ends
    assert [Kind.PUSHED, Kind.INPUT] == [one.kind for one in desk.asked]
    assert 1 == len({one.gateway_session for one in desk.asked})


@pytest.mark.parametrize("variant", MANNERS)
async def test_who_hangs_up_on_a_question_gets_it_by_text(variant: str) -> None:
    """Promise 4: silence is never an answer."""
    desk = ToldDesk(["never shown"])
    async with asking(variant, desk, gift()) as (smsc, box):
        asked = await smsc.next_submit()
        tlvs = {**asked.tlvs, OPERATION: bytes([MANNERS[variant].abort])}
        await smsc.deliver_dial(NUMBER, "8888", "", tlvs, service_type=MANNERS[variant].service_type)
        await until(lambda: bool(box.ends))
    assert {1: False} == box.ends


async def test_a_gateway_that_counts_the_messages_of_a_session_is_followed() -> None:
    desk = ToldDesk(["Done"])
    async with asking("generic", desk, gift()) as (smsc, box):
        session = (await smsc.next_submit()).tlvs[INFO]
        counted = bytes([session[0], session[1] | 1 << 1])
        await smsc.deliver_dial(NUMBER, "8888", "1", {OPERATION: bytes([18]), INFO: counted})
        await smsc.next_submit()
        await until(lambda: bool(box.ends))
    assert {1: True} == box.ends
    assert 1 == len({one.gateway_session for one in desk.asked})


async def test_a_gateway_that_refuses_the_screen_leaves_it_to_the_text() -> None:
    desk = ToldDesk(["never shown"])
    async with asking("generic", desk) as (smsc, box):
        await smsc.answer_next(0x45)
        box.waiting.append(gift())
        await until(lambda: bool(box.ends))
    assert {1: False} == box.ends
    assert [Kind.PUSHED, Kind.ABORT] == [one.kind for one in desk.asked]


async def test_who_is_in_a_dial_already_is_asked_by_text() -> None:
    desk = ToldDesk([])
    async with asking("generic", desk, gift()) as (smsc, box):
        await until(lambda: bool(box.ends))
        assert smsc.nothing_submitted()
    assert {1: False} == box.ends


async def test_a_screen_that_can_not_be_read_is_left_to_the_text() -> None:
    broken = Push(1, "main", NUMBER, "8888", "A gift: …", "{}")
    async with asking("generic", ToldDesk(["x"]), broken) as (_, box):
        await until(lambda: bool(box.ends))
    assert {1: False} == box.ends


async def test_questions_about_other_binds_texts_are_shown_where_the_setting_names_them() -> None:
    pushes = gift(1, "main"), gift(2, "texts"), gift(3, "elsewhere")
    async with asking("generic", ToldDesk(["x"]), *pushes, ussd_push_for=["texts"]) as (smsc, box):
        await smsc.next_submit()
        await smsc.next_submit()
    assert [3] == [push.id for push in box.waiting]


async def test_a_question_comes_from_the_first_service_code() -> None:
    async with asking("generic", ToldDesk(["x"]), gift(), ussd_service_codes=["*123*7#"]) as (smsc, _):
        assert "123" == (await smsc.next_submit()).source
