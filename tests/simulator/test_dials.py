"""USSD sessions of handsets, with Tonegate's own door at the other end and with an ESME that says what it likes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from channels.simulator import Smsc
from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.smpp.listener import run
from channels.smpp.state import BindState
from channels.smpp.text import Habits
from channels.ussd.over_smpp import VARIANTS, DialDoor
from channels.ussd.ports import Kind
from tests.simulator.conftest import Start
from tests.simulator.wire import PATIENCE_S, until
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.ussd.over_smpp.test_door import ToldDesk
from workers.settings import BindSettings

NUMBER = "8613800000001"


@asynccontextmanager
async def answered_by(port: int, desk: ToldDesk) -> AsyncIterator[None]:
    """Have the desk answer dials over a bind of Tonegate's with the SMSC at a port."""
    stop, bound = asyncio.Event(), asyncio.Event()
    settings = BindSettings(name="main", system_id="tonegate", password="secret", port=port, ussd_dialect="generic")

    def dials(one: BindSettings, addresses: Addresses, habits: Habits, clock: Clock) -> DialDoor:
        return DialDoor(one, VARIANTS["generic"], addresses, habits, desk, clock)

    def tell(state: BindState) -> None:
        if state.status == "bound":
            bound.set()

    task = asyncio.create_task(
        run([settings], MemoryReception(), MemoryPostbox(), stop=stop, on_state=tell, dials=dials)
    )
    try:
        await asyncio.wait_for(bound.wait(), PATIENCE_S)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_S)


def shown(smsc: Smsc) -> tuple[str, str]:
    (dial,) = smsc.dials()
    return dial.state, dial.text


async def test_a_handset_dials_answers_and_reads_the_last_screen(start: Start) -> None:
    running = await start()
    desk = ToldDesk(["1 Top\n2 Enter a code", "热门?", "Done"])
    async with answered_by(running.address[1], desk):
        running.smsc.dial(NUMBER, "*123*2#")
        await until(lambda: shown(running.smsc) == ("open", "1 Top\n2 Enter a code"))
        running.smsc.press(NUMBER, "2")
        await until(lambda: shown(running.smsc) == ("open", "热门?"))
        running.smsc.press(NUMBER, "热")
        await until(lambda: shown(running.smsc) == ("ended", "Done"))
    assert [("*123#", "2"), ("", "2"), ("", "热")] == [(one.service_code, one.text) for one in desk.asked]
    assert 3 == running.counts("dials")["screens"]


async def test_a_handset_that_hangs_up_is_told_to_the_service_and_takes_no_screen_after_it(start: Start) -> None:
    running = await start()
    desk = ToldDesk(["1 Top", "never shown"])
    async with answered_by(running.address[1], desk):
        running.smsc.dial(NUMBER, "*123#")
        await until(lambda: shown(running.smsc) == ("open", "1 Top"))
        running.smsc.hang_up(NUMBER)
        await until(lambda: len(desk.asked) == 2)
    assert Kind.ABORT is desk.asked[1].kind
    assert "ended" == shown(running.smsc)[0]


async def test_a_handset_whose_service_is_not_there_is_cut_off(start: Start) -> None:
    running = await start(dial_s=0.05)
    running.smsc.dial(NUMBER, "*123#")
    await until(lambda: shown(running.smsc)[0] == "lost")


@pytest.mark.parametrize("code", ["123", "*#", "hello#", "*123", "#"])
async def test_what_is_no_code_is_refused_and_says_what_one_is(start: Start, code: str) -> None:
    running = await start()
    with pytest.raises(ValueError, match=r"write one such as \*123#"):
        running.smsc.dial(NUMBER, code)


async def test_keys_are_for_a_screen_that_asks(start: Start) -> None:
    running = await start()
    with pytest.raises(ValueError, match="dial first"):
        running.smsc.press(NUMBER, "1")


@pytest.mark.parametrize(("path", "body"), [("/api/dials", {"number": NUMBER, "code": "123"}), ("/api/dials/keys", {})])
async def test_a_request_that_cannot_be_done_says_why(serve: Any, path: str, body: dict[str, str]) -> None:
    served = await serve()
    async with served.http.post(path, json=body) as response:
        assert 422 == response.status
        assert (await response.json())["error"]


async def test_a_session_can_be_driven_over_http(serve: Any) -> None:
    served = await serve(dial_s=30.0)
    async with served.http.post("/api/dials", json={"number": NUMBER, "code": "*123#"}) as response:
        assert 202 == response.status
    assert ["waiting"] == [dial["state"] for dial in await served.get("/api/dials")]
    async with served.http.post("/api/dials/end", json={"number": NUMBER}) as response:
        assert 200 == response.status
    assert ["ended"] == [dial["state"] for dial in await served.get("/api/dials")]
