"""An SMSC that calls us: who proves himself gets the bind, everybody else is hung up on (SMPP 3.4 §2.2.1)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.smpp.clock import SystemClock
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.connecting import connecting
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.outbind import outbind
from channels.smpp.session.session import Session
from channels.smpp.session.terms import State, terms_of
from tests.ports import free_port
from tests.smpp.kit.near_smsc import made
from tests.smpp.kit.until import until
from tests.smpp.session.calling_smsc import PATIENCE_S, Caller, said
from workers.settings import BindSettings


def settings(port: int, **more: Any) -> BindSettings:
    return BindSettings(
        name="main",
        system_id="tonegate",
        password="secret",
        mode="receiver",
        outbind_listen=f"127.0.0.1:{port}",
        **{"outbind_system_id": "smsc", "outbind_password": "theirs"} | more,
    )


@asynccontextmanager
async def waiting(
    port: int, hooks: Hooks | None = None, **more: Any
) -> AsyncIterator[tuple[Session, asyncio.Task[None]]]:
    """A session that waits for its SMSC; what it was given is closed at the end."""
    wanted = settings(port, **more)
    session = Session(terms_of(wanted), SystemClock(), hooks)
    opening = asyncio.create_task(session.open(connecting(wanted, hooks)))
    try:
        yield session, opening
    finally:
        opening.cancel()
        await asyncio.wait({opening})
        session.close("over")


async def test_an_smsc_that_says_outbind_is_bound_on_its_own_connection() -> None:
    port, texts = free_port(), []

    async def take(pdu: Pdu) -> int:
        texts.append(pdu.fields["short_message"])
        return 0

    async with waiting(port) as (session, opening):
        smsc = await Caller.call(port, said())
        await opening
        binding = asyncio.create_task(session.bind("tonegate", "secret", "", take))
        bind = await smsc.hears()
        assert ("bind_receiver", b"tonegate", b"secret") == (bind.command, bind.system_id, bind.password)
        smsc.say(made("bind_receiver_resp", bind.sequence, system_id="smsc"))
        await binding
        smsc.say(made("deliver_sm", 9, source_addr="861", destination_addr="8888", short_message=b"LIST"))
        answer = await smsc.hears()
        assert ("deliver_sm_resp", 9, 0, [b"LIST"]) == (answer.command, answer.sequence, answer.status, texts)
        smsc.hang_up()
        assert "connection lost" == await session.ended


async def test_an_outbind_may_come_in_slices_and_with_what_follows_it() -> None:
    port = free_port()
    async with waiting(port) as (session, opening):
        whole = said() + made("enquire_link", 7)
        smsc = await Caller.call(port)
        for octet in whole[:20]:
            smsc.say(bytes([octet]))
            await asyncio.sleep(0)
        smsc.say(whole[20:])
        await opening
        assert ("enquire_link_resp", 7) == ((answer := await smsc.hears()).command, answer.sequence)
        assert State.OPEN is session.state


@pytest.mark.parametrize(
    "frame",
    [
        said(password=b"guess"),
        said(password=b""),
        said(system_id=b"other"),
        said(system_id=b"smsc theirs"),
        said(command_id=0x09),
        said(command_id=0x777),
        made("enquire_link", 1),
        made("bind_transceiver", 1, system_id="smsc", password="theirs"),
        said()[:4] + struct.pack(">LLL", 0x0B, 0, 1) + b"no end here!",
        struct.pack(">L", 4),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
async def test_whoever_says_anything_else_is_hung_up_on_and_the_smsc_still_gets_in(frame: bytes) -> None:
    port = free_port()
    async with waiting(port) as (_, opening):
        stranger = await Caller.call(port, frame)
        assert await stranger.hears() is None
        assert not opening.done()
        await Caller.call(port, said())
        await asyncio.wait_for(opening, PATIENCE_S)


async def test_nothing_of_who_called_but_where_from_is_logged() -> None:
    port = free_port()
    with capture_logs() as lines:
        async with waiting(port):
            stranger = await Caller.call(port, said(b"smsc", b"guess"))
            assert await stranger.hears() is None
    assert [("its outbind has another system_id or password", "127.0.0.1")] == [(x["why"], x["caller"]) for x in lines]
    assert not [secret for secret in ("guess", "theirs", "secret") if secret in repr(lines)]


async def test_who_says_nothing_is_hung_up_on_in_time() -> None:
    port = free_port()
    opening = asyncio.ensure_future(outbind(settings(port), within_s=0.05)(asyncio.Protocol))
    assert await (await Caller.call(port)).hears() is None
    assert not opening.done()
    opening.cancel()
    await asyncio.wait({opening})


async def test_who_says_nothing_keeps_nobody_out() -> None:
    port = free_port()
    async with waiting(port) as (_, opening):
        silent = await Caller.call(port)
        await Caller.call(port, said())
        await asyncio.wait_for(opening, PATIENCE_S)
        assert await silent.hears() is None


async def test_of_many_who_say_nothing_some_are_hung_up_on_at_once() -> None:
    port = free_port()
    async with waiting(port):
        callers = [await Caller.call(port) for _ in range(9)]
        done, rest = await asyncio.wait(
            [asyncio.create_task(caller.hears()) for caller in callers], return_when=asyncio.FIRST_COMPLETED
        )
        assert {None} == {task.result() for task in done}
        assert rest
    await asyncio.wait(rest)


async def test_while_one_is_bound_another_is_hung_up_on_and_then_nobody_listens() -> None:
    port = free_port()
    async with waiting(port) as (session, opening):
        first = await Caller.call(port, said())
        await opening
        second = await Caller.call(port, said())
        assert await second.hears() is None
        assert not session.ended.done()
        first.hang_up()
        await session.ended
        await until(lambda: is_refused(port))


async def test_after_the_connection_is_lost_the_smsc_may_call_again() -> None:
    port = free_port()
    for _ in range(3):
        async with waiting(port) as (session, opening):
            smsc = await Caller.call(port, said())
            await opening
            smsc.hang_up()
            await session.ended


async def test_a_bind_that_stops_while_it_waits_listens_no_more() -> None:
    port = free_port()
    async with waiting(port) as (_, opening):
        stranger = await Caller.call(port)
        opening.cancel()
        assert await stranger.hears() is None
    assert is_refused(port)


async def test_an_address_that_is_taken_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"outbind_listen: can't listen at 127.0.0.1:{port}: Address already in use"):
            await outbind(settings(port))(asyncio.Protocol)


async def test_without_a_system_id_or_password_nobody_is_waited_for() -> None:
    port = free_port()
    with pytest.raises(OSError, match="set outbind_system_id and outbind_password"):
        await outbind(settings(port, outbind_system_id="", outbind_password=""))(asyncio.Protocol)
    assert is_refused(port)


async def test_the_outbind_is_told_to_the_hooks() -> None:
    port, heard = free_port(), []
    async with waiting(port, Hooks(on_heard=heard.append)) as (_, opening):
        await Caller.call(port, said())
        await opening
    assert [said()] == heard


def is_refused(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0
