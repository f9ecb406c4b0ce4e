"""The line to Redis: each reads the answer to what he asked, whatever becomes of the connection and of who waits.

An answer that went to another's screen would be another's dial: promises 1 and 6 hang on the order here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import hiredis
import pytest
import redis
import trustme

from channels.ussd.sessions.line import Line, Script, StoreGone
from tests.house.until import PATIENCE_S

Answering = Callable[[list[str]], bytes | None]
"""From a command to what is sent back; None ends the connection."""
_ECHO = Script("return ARGV[1]")
_PONG = b"+PONG\r\n"


class Server:
    """Speaks Redis as far as a test needs it; each connection is answered by the next of `answering`, then the last."""

    def __init__(self, *answering: Answering) -> None:
        self.heard: list[list[str]] = []
        self.connections = 0
        self._answering = answering

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = self._answering[min(self.connections, len(self._answering) - 1)]
        self.connections += 1
        words = hiredis.Reader(encoding="utf-8")
        while data := await reader.read(65_536):
            words.feed(data)
            while command := words.gets():
                self.heard.append(command)
                said = answer(command)
                if said is None:
                    writer.close()
                    return
                writer.write(said)
        writer.close()

    @asynccontextmanager
    async def at(self, path: Path) -> AsyncIterator[str]:
        """Its URL, while it listens."""
        server = await asyncio.start_unix_server(self.serve, path)
        try:
            yield f"unix://{path}"
        finally:
            server.close()


@pytest.fixture
def tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has gone wrong is not tried again until the time is over."""
    monkeypatch.setattr("channels.ussd.sessions.line._AGAIN_S", 2 * PATIENCE_S)


@pytest.fixture
async def line(redis_url: str) -> AsyncIterator[Line]:
    line = Line(redis_url, within_s=PATIENCE_S)
    yield line
    line.close()


async def test_many_who_ask_at_once_read_each_his_own(line: Line) -> None:
    assert [str(number) for number in range(300)] == await asyncio.gather(
        *(line.run(_ECHO, (), number) for number in range(300))
    )


async def test_who_waits_no_longer_leaves_the_others_their_answers(line: Line) -> None:
    await line.ask("PING")
    asked = [asyncio.create_task(line.run(_ECHO, (), number)) for number in range(9)]
    await asyncio.sleep(0)
    for one in asked[::2]:
        one.cancel()
    assert ["1", "3", "5", "7"] == [await one for one in asked[1::2]]
    assert "after" == await line.run(_ECHO, (), "after")


@pytest.mark.parametrize("value", ["月亮", "a\r\nb", "", "x" * 100_000], ids=["chinese", "lines", "nothing", "long"])
async def test_a_text_comes_back_as_it_was(line: Line, value: str) -> None:
    await line.ask("SET", "k", value, "PX", 10_000)
    assert (value, None) == (await line.ask("GET", "k"), await line.ask("GET", "other"))


async def test_a_script_that_the_server_has_forgotten_is_sent_again(line: Line, redis_url: str) -> None:
    assert "1" == await line.run(_ECHO, (), 1)
    with redis.Redis.from_url(redis_url) as client:
        client.script_flush()
    assert ["2", "3"] == await asyncio.gather(line.run(_ECHO, (), 2), line.run(_ECHO, (), 3))


async def test_a_connection_that_the_server_ends_is_made_anew(line: Line, redis_url: str) -> None:
    number = await line.ask("CLIENT", "ID")
    with redis.Redis.from_url(redis_url) as client:
        client.client_kill_filter(_id=number)
    assert "PONG" == await line.ask("PING")
    assert number != await line.ask("CLIENT", "ID")


async def test_what_a_lost_connection_took_along_is_asked_again(tmp_path: Path) -> None:
    server = Server(lambda _: None, lambda command: f"+{command[1]}\r\n".encode())
    async with server.at(tmp_path / "s") as url:
        line = Line(url, within_s=PATIENCE_S)
        assert ["a", "b"] == await asyncio.gather(line.ask("ECHO", "a"), line.ask("ECHO", "b"))
        line.close()
    assert 2 == server.connections


@pytest.mark.parametrize("said", ["LOADING it is being read", "READONLY a replica", "MASTERDOWN no master"])
async def test_a_server_that_is_not_there_yet_is_waited_for(tmp_path: Path, said: str) -> None:
    async with Server(lambda _: f"-{said}\r\n".encode(), lambda _: _PONG).at(tmp_path / "s") as url:
        line = Line(url, within_s=PATIENCE_S)
        assert "PONG" == await line.ask("PING")
        line.close()


@pytest.mark.parametrize("again", [b":7\r\n", _PONG], ids=["an answer too many", "one of them"])
async def test_who_answers_what_nobody_asked_is_believed_nothing_more(tmp_path: Path, again: bytes) -> None:
    """The next who asks would read what was for somebody else."""
    server = Server(lambda _: _PONG + again, lambda _: b"+right\r\n")
    async with server.at(tmp_path / "s") as url:
        line = Line(url, within_s=PATIENCE_S)
        assert ["PONG", "right"] == [await line.ask("PING"), await line.ask("PING")]
        line.close()
    assert 2 == server.connections


@pytest.mark.usefixtures("tried_once")
async def test_who_speaks_no_redis_is_no_server(tmp_path: Path) -> None:
    async with Server(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n").at(tmp_path / "s") as url:
        with pytest.raises(StoreGone, match="ConnectionResetError"):
            await Line(url, within_s=PATIENCE_S).ask("PING")


async def test_who_says_no_is_told_by_his_first_word_alone(tmp_path: Path) -> None:
    """Promise 6: behind it may stand a key, and in that a number."""
    async with Server(lambda _: b"-OOM no room for tonegate:dial:8613800138000\r\n").at(tmp_path / "s") as url:
        with pytest.raises(StoreGone, match=r"^OOM$"):
            await Line(url, within_s=PATIENCE_S).ask("SET", "k", "v")


async def test_who_answers_nothing_is_given_up_and_asked_anew(tmp_path: Path) -> None:
    server = Server(lambda _: b"", lambda _: _PONG)
    async with server.at(tmp_path / "s") as url:
        line = Line(url, within_s=0.05)
        with pytest.raises(StoreGone, match="TimeoutError"):
            await line.ask("PING")
        line._within_s = PATIENCE_S
        assert "PONG" == await line.ask("PING")
        line.close()


async def late(path: Path, answers: bytes) -> Any:
    """What comes of a question whose time is over five seconds before the loop looks at its timers and at sockets."""
    async with Server(lambda _: answers).at(path) as url:
        wire = await Line(url, within_s=PATIENCE_S)._connect(asyncio.get_running_loop().time() + PATIENCE_S)
        try:
            return await wire.ask(("PING",), asyncio.get_running_loop().time() - 5.0)
        finally:
            wire.close()


async def test_an_answer_that_came_while_this_process_stood_still_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: for want of a processor, and "something went wrong on our side" was read by whoever pressed a key."""
    monkeypatch.setattr("channels.ussd.sessions.line._GRACE_S", PATIENCE_S)  # of the machine that runs the test
    assert "PONG" == await late(tmp_path / "s", _PONG)


async def test_who_has_answered_nothing_even_then_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        await late(tmp_path / "s", b"")


@pytest.mark.usefixtures("tried_once")
async def test_nobody_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreGone, match="FileNotFoundError"):
        await Line(f"unix://{tmp_path / 'nobody'}", within_s=PATIENCE_S).ask("PING")


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ([], "unix://{path}"),
        ([["SELECT", "3"]], "unix://{path}?db=3"),
        ([["AUTH", "secret"], ["SELECT", "2"]], "unix://:secret@{path}?db=2"),
        ([["AUTH", "door", "secret"]], "unix://door:secret@{path}"),
    ],
)
async def test_a_connection_begins_as_the_url_says(expected: list[list[str]], url: str, tmp_path: Path) -> None:
    server = Server(lambda _: b"+OK\r\n")
    async with server.at(tmp_path / "s"):
        line = Line(url.format(path=tmp_path / "s"), within_s=PATIENCE_S)
        await asyncio.gather(line.ask("PING"), line.ask("PING"))
        line.close()
    assert [*expected, ["PING"], ["PING"]] == server.heard


async def test_a_password_that_is_wrong_is_told_as_such(redis_url: str) -> None:
    with pytest.raises(StoreGone, match="WRONGPASS"):
        await Line(redis_url.replace("unix://", "unix://nobody:wrong@"), within_s=PATIENCE_S).ask("PING")


@pytest.mark.usefixtures("tried_once")
@pytest.mark.parametrize("known", [True, False])
async def test_rediss_is_spoken_under_tls_with_who_is_known(tmp_path: Path, known: bool) -> None:
    ca, other = trustme.CA(), trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    (ca if known else other).cert_pem.write_to_path(tmp_path / "ca.pem")
    server = await asyncio.start_server(Server(lambda _: _PONG).serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    line = Line(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={tmp_path / 'ca.pem'}", within_s=PATIENCE_S)
    said: Any
    try:
        said = await line.ask("PING")
    except StoreGone as error:
        said = str(error)
    finally:
        line.close()
        server.close()
    assert ("PONG" if known else "SSLCertVerificationError") == said
