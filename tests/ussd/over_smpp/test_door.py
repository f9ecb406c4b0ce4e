"""Dials over a bind with a real gateway, smpp34's server, to a desk that is told what to show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.smpp.listener import run
from channels.smpp.text import Habits
from channels.ussd.over_smpp import VARIANTS, DialDoor
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.kit.until import until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import PATIENCE_S
from tests.ussd.over_smpp.gateway import INFO, MANNERS, OPERATION, Handset
from workers.dials.pushes import PushedScreen
from workers.settings import BindSettings

NUMBER = "8613800000001"


@dataclass
class ToldDesk:
    """Shows its screens one after another, the last of them as an end, and remembers what it was asked."""

    screens: list[str]
    asked: list[DialRequest] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    """Screens that the gateway has."""

    async def answer(self, request: DialRequest) -> ScreenReply:
        self.asked.append(request)
        await asyncio.sleep(0)
        if request.kind in (Kind.ABORT, Kind.TIMEOUT):
            return ScreenReply("", True)
        text = self.screens.pop(0)
        return ScreenReply(text, not self.screens, lambda: self.arrived.append(text))

    async def push(self, request: DialRequest, pushed: PushedScreen) -> ScreenReply | None:
        self.asked.append(request)
        return ScreenReply(f"{pushed.screen} {pushed.variables['name']}", False) if self.screens else None

    async def dropped(self, request: DialRequest) -> None:
        self.asked.append(replace(request, kind=Kind.ABORT))


@asynccontextmanager
async def at_gateway(
    variant: str, *screens: str, reception: MemoryReception | None = None, **bind: Any
) -> AsyncIterator[tuple[Smpp34Smsc, ToldDesk]]:
    desk, stop = ToldDesk(list(screens)), asyncio.Event()
    async with Smpp34Smsc() as smsc:
        settings = BindSettings(
            name="main", system_id="tonegate", password="secret", port=smsc.port, ussd_dialect=variant, **bind
        )

        def dials(one: BindSettings, addresses: Addresses, habits: Habits, clock: Clock) -> DialDoor:
            return DialDoor(one, VARIANTS[variant], addresses, habits, desk, clock)

        running = asyncio.create_task(
            run([settings], reception or MemoryReception(), MemoryPostbox(), stop=stop, dials=dials)
        )
        try:
            await smsc.bound()
            yield smsc, desk
        finally:
            stop.set()
            await asyncio.wait_for(running, PATIENCE_S)


@pytest.mark.parametrize("variant", MANNERS)
async def test_a_dial_goes_from_its_first_screen_to_its_last(variant: str) -> None:
    async with at_gateway(variant, "1 Top\n2 Enter a code", "Code?", "Done") as (smsc, desk):
        handset = Handset(smsc, variant, NUMBER)
        first = await handset.dial("*123*2#")
        second, third = await handset.press("2"), await handset.press("600902000001")
    assert ["1 Top\n2 Enter a code", "Code?", "Done"] == [first.text, second.text, third.text]
    assert [False, False, True] == [first.ends, second.ends, third.ends]
    assert [
        (Kind.BEGIN, "*123#", "2"),
        (Kind.INPUT, "", "2"),
        (Kind.INPUT, "", "600902000001"),
    ] == [(one.kind, one.service_code, one.text) for one in desk.asked]
    assert {NUMBER} == {one.number for one in desk.asked}
    assert 1 == len({one.gateway_session for one in desk.asked})


@pytest.mark.parametrize("variant", MANNERS)
async def test_who_hangs_up_is_told_to_the_desk_and_answered_nothing(variant: str) -> None:
    async with at_gateway(variant, "1 Top", "never shown") as (smsc, desk):
        handset = Handset(smsc, variant, NUMBER)
        await handset.dial("*123#")
        await handset.hang_up()
        await until(lambda: len(desk.asked) == 2)
        assert smsc.nothing_submitted()
    assert [Kind.BEGIN, Kind.ABORT] == [one.kind for one in desk.asked]
    assert desk.asked[0].gateway_session == desk.asked[1].gateway_session


async def test_a_gateway_that_calls_the_session_another_at_each_step_is_followed_by_its_number() -> None:
    async with at_gateway("generic", "1 Top", "Code?", "Done") as (smsc, desk):
        await Handset(smsc, "generic", NUMBER, session=5).dial("*123#")
        await Handset(smsc, "generic", NUMBER, session=6).press("2")
    assert 1 == len({one.gateway_session for one in desk.asked})


@pytest.mark.parametrize(
    ("variant", "counts", "ids"),
    [
        ("generic", [0, 1, 2], ["", "2a02", "2a04"]),
        ("tata", [0, 2, 4], ["", "2a04", "2a08"]),
        ("generic", [0, 0, 0], ["", "", ""]),  # it sends the same all along: it does not count
        ("sixdee", [0, 1, 2], ["", "", ""]),  # there it is one number of 15 bits
        ("echo", [0, 1, 2], ["", "", ""]),
    ],
)
async def test_a_gateway_that_counts_tells_the_same_key_twice_from_the_same_message_twice(
    variant: str, counts: list[int], ids: list[str]
) -> None:
    manner, keys = MANNERS[variant], ("*123#", "1", "1")
    async with at_gateway(variant, "1 Top", "1 One", "Done") as (smsc, desk):
        for key, count in zip(keys, counts, strict=True):
            operation = manner.goes_on if key == "1" else manner.begin
            tlvs = {OPERATION: bytes([operation]), INFO: bytes([42, count << 1])}
            await smsc.deliver_dial(NUMBER, "123", key, tlvs, service_type=manner.service_type)
            await smsc.next_submit()
    assert ids == [one.request_id for one in desk.asked]


async def test_the_end_of_an_old_session_is_not_taken_for_the_one_begun_since() -> None:
    async with at_gateway("echo", "1 Top", "1 Top", "never shown") as (smsc, desk):
        old, new = Handset(smsc, "echo", NUMBER, session=5), Handset(smsc, "echo", NUMBER, session=6)
        await old.dial("*123#")
        await new.dial("*123#")
        await old.hang_up()
        await until(lambda: len(desk.asked) == 3)
    begun_again, ended = desk.asked[1:]
    assert begun_again.gateway_session != ended.gateway_session


@pytest.mark.parametrize(
    ("service_code", "rest", "bind", "destination", "text"),
    [
        ("*123#", "2*600902000001", {}, "123", "*123*2*600902000001#"),
        ("*123*7#", "2", {"ussd_service_codes": ["*123*7#"]}, "123", "*123*7*2#"),
        ("*123#", "", {"ussd_dialled_in": "destination_addr"}, "*123#", ""),
        ("*123#", "2", {"ussd_dialled_in": "destination_addr"}, "*123*2#", "x"),
        ("*123#", "", {}, "123", ""),
        ("", "", {}, "123", "hello"),
    ],
)
async def test_what_was_dialled_stands_where_the_setting_says(
    service_code: str, rest: str, bind: dict[str, Any], destination: str, text: str
) -> None:
    async with at_gateway("generic", "1 Top", "never shown", **bind) as (smsc, desk):
        await smsc.deliver_dial(NUMBER, destination, text, {OPERATION: b"\1"})
        await smsc.next_submit()
    assert (service_code, rest) == (desk.asked[0].service_code, desk.asked[0].text)


async def test_texts_go_their_own_way_on_the_same_bind() -> None:
    reception = MemoryReception()
    async with at_gateway("generic", "1 Top", "x", reception=reception) as (smsc, desk):
        assert await smsc.deliver(NUMBER, "8888", "LIST") == 0
        await Handset(smsc, "generic", NUMBER).dial("*123#")
    assert ["LIST"] == [one.text for one in reception.texts]
    assert 1 == len(desk.asked)


async def test_a_screen_in_chinese_goes_and_comes_in_ucs2() -> None:
    async with at_gateway("generic", "1 热门", "完成") as (smsc, desk):
        screen = await Handset(smsc, "generic", NUMBER).dial("*123#")
        tlvs = {OPERATION: bytes([18]), INFO: (42 << 1).to_bytes(2, "big")}
        await smsc.deliver_dial(NUMBER, "123", "热", tlvs, data_coding=72)
        await smsc.next_submit()
    assert ("1 热门", 72) == (screen.text, screen.submitted.data_coding)
    assert "热" == desk.asked[1].text


async def test_a_gateway_that_wants_less_for_the_moment_gets_the_screen_again() -> None:
    async with at_gateway("generic", "1 Top", "x") as (smsc, desk):
        await smsc.answer_next(0x58, 0x14)
        await smsc.deliver_dial(NUMBER, "123", "*123#", {OPERATION: b"\1"})
        assert ["1 Top"] * 3 == [(await smsc.next_submit()).text for _ in range(3)]
    assert [Kind.BEGIN] == [one.kind for one in desk.asked]
    assert ["1 Top"] == desk.arrived


async def test_a_screen_that_the_gateway_refuses_ends_the_session() -> None:
    async with at_gateway("generic", "1 Top", "x") as (smsc, desk):
        await smsc.answer_next(0x08)
        await smsc.deliver_dial(NUMBER, "123", "*123#", {OPERATION: b"\1"})
        await until(lambda: len(desk.asked) == 2)
    assert [Kind.BEGIN, Kind.ABORT] == [one.kind for one in desk.asked]
    assert [] == desk.arrived


async def test_a_dial_whose_number_cannot_be_read_is_refused_for_good() -> None:
    async with at_gateway("generic", "never shown") as (smsc, desk):
        assert 0x65 == await smsc.deliver_dial("Operator", "123", "*123#", {OPERATION: b"\1"})
    assert not desk.asked
