"""The door under a desk that is slow, fails or says nothing, and under clients that are slow, large or lost.

Whatever happens, the gateway has an answer in time, and what was confirmed is not taken back (promises 1 and 4).
"""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from channels.ussd.dialects import HttpRequest
from channels.ussd.http import create_app
from channels.ussd.http.body import MOST_BYTES
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from tests.house.until import until
from tests.ussd.dialects.kit.gateway import AWAY, NUMBER, NotingDesk, gateway, posted, sent, serving

FIRST = {"session": "s-1", "msisdn": NUMBER, "code": "*123#"}


class SlowDesk:
    """Answers when it is told to, and says whether it came to its end."""

    def __init__(self) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        self.ended = False

    async def answer(self, request: DialRequest) -> ScreenReply:
        self.asked.set()
        await self.go.wait()
        self.ended = True
        return ScreenReply("late", ends=True)


class BrokenDesk:
    """Breaks its word."""

    async def answer(self, request: DialRequest) -> ScreenReply:
        raise RuntimeError(f"about {request.number} and {request.text}")


class TellingDesk:
    """Hears what became of its screens."""

    def __init__(self) -> None:
        self.arrived: list[str] = []

    async def answer(self, request: DialRequest) -> ScreenReply:
        return ScreenReply("Done", True, lambda: self.arrived.append(request.number))


async def test_a_screen_that_has_gone_out_is_told_to_the_desk() -> None:
    desk = TellingDesk()
    async with (
        serving(create_app([gateway("plain")], desk, lambda _: AWAY)) as base,
        aiohttp.ClientSession() as session,
    ):
        await sent(session, base, posted(FIRST))
        await until(lambda: bool(desk.arrived), "the desk is told")
    assert [NUMBER] == desk.arrived


async def test_a_desk_that_is_too_slow_is_answered_for_and_left_to_its_work() -> None:
    desk, asked_for = SlowDesk(), []

    def ending(number: str) -> str:
        asked_for.append(number)
        return AWAY

    app = create_app([gateway("plain")], desk, ending, within_s=0.2)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        answer = await sent(session, base, posted(FIRST))
        assert {"text": AWAY, "end": True} == json.loads(answer.body)
        assert [NUMBER] == asked_for
        assert not desk.ended, "it must not have been cut off"
        desk.go.set()
        await until(lambda: desk.ended, "the desk's end")


async def test_a_door_that_stops_waits_for_a_desk_at_work() -> None:
    desk = SlowDesk()
    app = create_app([gateway("plain")], desk, lambda _: AWAY, within_s=0.05)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        await sent(session, base, posted(FIRST))
        asyncio.get_running_loop().call_later(0.2, desk.go.set)
    assert desk.ended


@pytest.mark.parametrize(
    ("dialect", "request_", "expected"),
    [
        ("plain", posted(FIRST), json.dumps({"text": AWAY, "end": True}, separators=(",", ":")).encode()),
        (
            "africas_talking",
            HttpRequest(body=f"sessionId=s-1&phoneNumber={NUMBER}&text=".encode()),
            f"END {AWAY}".encode(),
        ),
        ("plain", posted(FIRST | {"event": "abort"}), b'{"text":"","end":true}'),
    ],
)
async def test_a_desk_that_fails_is_a_polite_end_in_the_gateways_own_form(
    dialect: str, request_: HttpRequest, expected: bytes
) -> None:
    app = create_app([gateway(dialect)], BrokenDesk(), lambda _: AWAY)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        answer = await sent(session, base, request_)
    assert (200, expected) == (answer.status, answer.body)


async def test_an_end_without_words_is_still_an_end_and_a_long_one_fits_the_screen() -> None:
    def wordless(_: str) -> str:
        raise KeyError("screen_away")

    chinese = "抱歉，现在无法显示。如您已确认，结果将以短信告知。请稍后再拨。"
    for ending, expected in (
        (wordless, ""),
        (lambda _: "x" * 500, "x" * 40),
        (lambda _: chinese, "抱歉，现在无法显示。"),
    ):
        app = create_app([gateway("plain", screen_chars=40)], BrokenDesk(), ending)
        async with serving(app) as base, aiohttp.ClientSession() as session:
            answer = await sent(session, base, posted(FIRST))
        assert {"text": expected, "end": True} == json.loads(answer.body)


async def test_each_gateway_has_its_path_and_the_longer_one_goes_first() -> None:
    desk = NotingDesk()
    gateways = [
        gateway("infobip", path="/ussd").model_copy(update={"name": "far"}),
        gateway("plain", path="/ussd/hub"),
        gateway("plain", path="/other/").model_copy(update={"name": "other"}),
    ]
    async with serving(create_app(gateways, desk, lambda _: AWAY)) as base, aiohttp.ClientSession() as session:
        statuses = [
            (await sent(session, base, posted(FIRST), "/ussd/hub")).status,
            (await sent(session, base, posted({"msisdn": NUMBER, "text": ""}, "/s%201/start"), "/ussd")).status,
            (await sent(session, base, posted(FIRST), "/other/")).status,
            (await sent(session, base, posted(FIRST), "/nowhere")).status,
        ]
    assert [200, 200, 200, 404] == statuses
    assert [("hub", "s-1"), ("far", "s 1"), ("other", "s-1")] == [
        (one.gateway, one.gateway_session) for one in desk.asked
    ]


async def test_another_method_is_refused_with_those_that_are_spoken() -> None:
    desk = NotingDesk()
    app = create_app([gateway("plain")], desk, lambda _: AWAY)
    async with serving(app) as base, aiohttp.ClientSession() as session, session.get(f"{base}/ussd") as answer:
        assert (405, "POST") == (answer.status, answer.headers["allow"])
    assert [] == desk.asked


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_oversized_body_is_not_read_to_its_end(chunked: bool) -> None:
    desk = NotingDesk()

    async def without_end() -> object:
        for _ in range(64):
            yield b" " * 4096

    body = without_end() if chunked else b" " * (MOST_BYTES + 1)
    async with (
        serving(create_app([gateway("plain")], desk, lambda _: AWAY)) as base,
        aiohttp.ClientSession() as session,
    ):
        assert 413 == (await session.post(f"{base}/ussd", data=body)).status
    assert [] == desk.asked


async def test_a_body_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.ussd.http.body.WITHIN_S", 0.2)
    desk = NotingDesk()
    async with serving(create_app([gateway("plain")], desk, lambda _: AWAY)) as base:
        host, _, port = base.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /ussd HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        assert b"HTTP/1.1 408 " == (await reader.readline())[:13]
        writer.close()
    assert [] == desk.asked


async def test_a_client_that_leaves_does_not_take_back_what_it_sent() -> None:
    desk = SlowDesk()
    async with (
        serving(create_app([gateway("plain")], desk, lambda _: AWAY)) as base,
        aiohttp.ClientSession() as session,
    ):
        asking = asyncio.create_task(session.post(f"{base}/ussd", data=posted(FIRST).body))
        await desk.asked.wait()
        asking.cancel()
        await asyncio.wait({asking})
        desk.go.set()
        await until(lambda: desk.ended, "the desk's end")


async def test_many_at_once_each_get_their_own_answer() -> None:
    class Echo:
        async def answer(self, request: DialRequest) -> ScreenReply:
            await asyncio.sleep(0)
            return ScreenReply(request.number, ends=request.kind is not Kind.BEGIN)

    numbers = [f"86138000{index:05}" for index in range(200)]
    async with (
        serving(create_app([gateway("plain")], Echo(), lambda _: AWAY)) as base,
        aiohttp.ClientSession() as session,
    ):
        answers = await asyncio.gather(*(sent(session, base, posted(FIRST | {"msisdn": one})) for one in numbers))
    assert numbers == [json.loads(one.body)["text"] for one in answers]
