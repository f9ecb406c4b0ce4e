"""The wire, against real sockets on loopback that behave as badly as cores do."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from core_client import AnswerLost, CoreClient, Doubtful, Tone, Unreachable
from core_client.contract import operations
from core_client.envelope import write_answer
from tests.core_client.calls import CALLS, TONE

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SHORT_S, LONG_S = 2.0, 60.0
"""Time limits that are to run out, though a busy machine has connected by then; and those that are not to."""
DONE = write_answer(operations()["orderTone"], {"returnCode": "000000", "resultCode": "000000"})


@asynccontextmanager
async def core(behaviour: Behaviour, listener: socket.socket | None = None) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that reads whole requests and leaves the rest to `behaviour`; counts its connections."""
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            await behaviour(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(serve, sock=listener or socket.create_server(("127.0.0.1", 0)))
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/usdp", connections
    finally:
        server.close()


async def take(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)


def http(body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/xml", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def saying(answer: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await take(reader)
            writer.write(answer)
            await writer.drain()

    return behave


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take(reader)
    await reader.read()


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take(reader)
    writer.write(http(b"", length=100_000))
    while not reader.at_eof():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)  # the drip itself


async def endless_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"a" * 4000 + b"\r\n")
        await writer.drain()


async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take(reader)
    writer.write(http(DONE)[:-20])
    await writer.drain()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take(reader)
    writer.transport.abort()


def client_at(url: str, timeout_s: float = LONG_S, connections: int = 10) -> CoreClient:
    return CoreClient(url, "portal", "s3cret", timeout_s=timeout_s, connections=connections)


@pytest.mark.parametrize(
    ("reason", "timeout_s", "behaviour"),
    [
        ("timeout", SHORT_S, hang),
        ("timeout", SHORT_S, trickle),
        ("reset", LONG_S, reset),
        ("reset", LONG_S, cut_short),
        ("timeout", SHORT_S, saying(http(DONE)[:-20])),
        ("malformed", LONG_S, endless_headers),
        ("malformed", LONG_S, saying(b"\x15\x03\x01 this is no HTTP\r\n\r\n")),
        ("malformed", LONG_S, saying(http(b"not xml"))),
        ("malformed", LONG_S, saying(http(gzip.compress(DONE), "Content-Encoding: gzip"))),
        ("oversized", LONG_S, saying(http(b" " * 1_100_000))),
        ("oversized", LONG_S, saying(http(b" " * 3_000_000, length=4_000_000_000))),
    ],
)
async def test_an_answer_that_never_comes_whole_is_a_doubt(reason: str, timeout_s: float, behaviour: Behaviour) -> None:
    async with core(behaviour) as (url, _):
        client = client_at(url, timeout_s)
        try:
            with pytest.raises(Doubtful) as caught:
                async with asyncio.timeout(2 * LONG_S):
                    await CALLS["orderTone"](client)
        finally:
            await client.close()
    assert (caught.value.reason, caught.value.attempt) == (reason, False)


async def test_a_read_whose_answer_is_cut_off_is_only_lost() -> None:
    async with core(reset) as (url, _):
        client = client_at(url)
        with pytest.raises(AnswerLost, match="reset"):
            await client.find_tone(TONE)
        await client.close()


async def test_a_call_that_is_cut_off_is_sent_once_and_not_again() -> None:
    """aiohttp repeats idempotent requests over a fresh connection by itself (its #7363); a POST must not be."""
    async with core(reset) as (url, connections):
        client = client_at(url)
        with pytest.raises(Doubtful):
            await CALLS["orderTone"](client)
        await client.close()
        assert len(connections) == 1


async def test_a_kept_connection_that_the_core_has_closed_is_a_doubt_and_sent_once() -> None:
    calls = 0

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        await take(reader)
        calls += 1
        writer.write(http(DONE))
        await writer.drain()
        await take(reader)  # the second call arrives, and with it the end
        calls += 1
        writer.transport.abort()

    async with core(once) as (url, connections):
        client = client_at(url)
        assert (await CALLS["orderTone"](client)).outcome == "done"
        with pytest.raises(Doubtful, match="reset"):
            await CALLS["orderTone"](client)
        await client.close()
        assert (len(connections), calls) == (1, 2)


async def test_a_refused_connection_is_known_to_have_sent_nothing() -> None:
    async with core(hang) as (url, _):
        pass
    client = client_at(url)
    with pytest.raises(Unreachable, match="refused_connection") as caught:
        await CALLS["orderTone"](client)
    await client.close()
    assert type(caught.value) is Unreachable


async def test_a_name_that_does_not_resolve_is_known_to_have_sent_nothing() -> None:
    client = client_at("http://core.invalid/usdp")
    with pytest.raises(Unreachable):
        await CALLS["orderTone"](client)
    await client.close()


async def test_a_call_that_waits_in_vain_for_a_free_connection_has_sent_nothing() -> None:
    async with core(hang) as (url, _):
        client = client_at(url, timeout_s=SHORT_S, connections=1)
        first = asyncio.create_task(CALLS["orderTone"](client))
        second = asyncio.create_task(CALLS["delInboxTone"](client))
        results = await asyncio.gather(first, second, return_exceptions=True)
        await client.close()
    assert [type(result) for result in results] == [Doubtful, Unreachable]


async def test_tls_to_a_core_that_has_none_has_sent_nothing() -> None:
    async with core(saying(http(DONE))) as (url, _):
        client = client_at(url.replace("http:", "https:"), timeout_s=2.0)
        with pytest.raises(Unreachable):
            await CALLS["orderTone"](client)
        await client.close()


async def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    async with core(saying(moved)) as (url, connections):
        client = client_at(url)
        with pytest.raises(Unreachable, match="moved"):
            await CALLS["orderTone"](client)
        await client.close()
        assert len(connections) == 1


async def test_a_hundred_calls_after_one_another_share_one_connection() -> None:
    async with core(saying(http(DONE))) as (url, connections):
        client = client_at(url)
        for _ in range(100):
            await CALLS["orderTone"](client)
        await client.close()
        assert len(connections) == 1


async def test_an_answer_in_a_chinese_encoding_is_read() -> None:
    row = {"resourceCode": TONE, "toneName": "纸船", "singerName": "云朵", "price": "200", "validityDays": "30"}
    answer = write_answer(operations()["queryTone"], {"returnCode": "000000"}, {"toneInfos": [row]})
    gbk = answer.decode().replace('encoding="UTF-8"', 'encoding="GBK"').encode("gbk")
    async with core(saying(http(gbk))) as (url, _):
        client = client_at(url)
        assert await client.find_tone(TONE) == Tone(TONE, "纸船", "云朵", 200, 30)
        await client.close()


def test_one_client_made_beforehand_serves_one_event_loop_after_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = client_at(f"http://127.0.0.1:{listener.getsockname()[1]}/usdp")

        async def use() -> None:
            async with core(saying(http(DONE)), listener.dup()):
                assert (await CALLS["orderTone"](client)).outcome == "done"
                await client.close()

        asyncio.run(use())
        asyncio.run(use())
