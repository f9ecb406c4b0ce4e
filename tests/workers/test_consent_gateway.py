"""The operator's consent gateway: a real server on loopback, believed only where it signs what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.house.until import PATIENCE_S
from tests.ports import free_port
from tests.workers.kit.office import NUMBER, TRANSACTION, Office, row_of, said
from workers.consent_gateway import HttpGateway
from workers.consent_outside import GatewayAnswer, GatewayAway
from workers.dialogue import Action, Result, ToneFacts, Verdict, Way
from workers.signing import SIGNATURE, TIMESTAMP, signature

SECRET, NOW = "shared", 1_800_000_000.0
TONE = ToneFacts("600902000001", "Rain ملك", "Lin", 200, 30)
ASKED = [Result(Action.ORDER, Verdict.ASKED, tone_code=TONE.code, tone=TONE)]
ROW = row_of("GET 600902000001")
GRANTED = {"id": TRANSACTION, "answer": "granted", "reference": "r-1"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def signed(body: object, *, secret: str = SECRET, at: float = NOW, status: int = 200) -> web.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int(at))
    headers = {TIMESTAMP: timestamp, SIGNATURE: signature(secret, timestamp, raw)}
    return web.Response(body=raw, status=status, headers=headers)


class Server:
    """A gateway that answers as told and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[], web.Response] = lambda: signed(GRANTED)
        self.asked: list[tuple[dict[str, Any], str, str]] = []
        self.in_pieces = False
        self.held = asyncio.Event()
        self.held.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.asked.append((json.loads(raw), request.headers[TIMESTAMP], request.headers[SIGNATURE]))
        assert self.asked[-1][2] == signature(SECRET, self.asked[-1][1], raw)
        await self.held.wait()
        answer = self.answer()
        if not self.in_pieces:
            return answer
        pieces = web.StreamResponse(headers=answer.headers)
        await pieces.prepare(request)
        assert isinstance(answer.body, bytes)
        for octet in answer.body:
            await pieces.write(bytes([octet]))
        return pieces


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    one = Server()
    app = web.Application()
    app.router.add_post("/ask", one.handle)
    async with TestServer(app) as running:
        yield one, str(running.make_url("/ask"))


@pytest.fixture
async def gateway(server: tuple[Server, str]) -> AsyncIterator[HttpGateway]:
    one = HttpGateway(server[1], SECRET, timeout_s=PATIENCE_S, clock=lambda: NOW)
    yield one
    await one.close()


async def test_it_is_told_what_would_be_charged_signed_and_its_answer_is_taken(
    server: tuple[Server, str], gateway: HttpGateway
) -> None:
    assert GatewayAnswer("granted", "r-1") == await gateway.ask(ROW, ASKED)
    ((told, timestamp, _),) = server[0].asked
    assert str(int(NOW)) == timestamp
    assert {
        "id": TRANSACTION,
        "number": NUMBER,
        "short_code": "10086",
        "channel": "sms",
        "action": "order",
        "recipient": "",
        "asked": [{"tone": TONE.code, "name": TONE.name, "price": 200}],
    } == told


@pytest.mark.parametrize("verdict", ["granted", "refused", "pending"])
async def test_each_answer_is_understood(server: tuple[Server, str], gateway: HttpGateway, verdict: str) -> None:
    server[0].answer = lambda: signed({"id": TRANSACTION, "answer": verdict})
    assert verdict == (await gateway.ask(ROW, ASKED)).verdict


async def test_an_answer_in_pieces_is_read_whole(server: tuple[Server, str], gateway: HttpGateway) -> None:
    server[0].in_pieces = True
    assert "granted" == (await gateway.ask(ROW, ASKED)).verdict


@pytest.mark.parametrize(
    ("why", "answer"),
    [
        ("HTTP 500", lambda: signed(GRANTED, status=500)),
        ("HTTP 302", lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})),
        ("no time stamp", lambda: web.json_response(GRANTED)),
        ("wrong signature", lambda: signed(GRANTED, secret="guessed")),
        ("stale answer", lambda: signed(GRANTED, at=NOW - 301)),
        ("stale answer", lambda: signed(GRANTED, at=NOW + 302)),
        ("answer to something else", lambda: signed(GRANTED | {"id": "f" * 24})),
        ("answer to something else", lambda: signed([])),
        ("no answer in it", lambda: signed({"id": TRANSACTION, "answer": "yes"})),
        ("no answer in it", lambda: signed({"id": TRANSACTION, "answer": ["granted"]})),
        ("no answer in it", lambda: signed(GRANTED | {"reference": 7})),
        ("not JSON", lambda: signed(b"granted")),
        ("not JSON", lambda: signed(b'{"id": "\xff"}')),
        ("not JSON", lambda: signed(b"[" * 9_000)),
        ("too long", lambda: signed(b" " * 20_000 + json.dumps(GRANTED).encode())),
    ],
)
async def test_whatever_can_not_be_believed_is_no_grant(
    server: tuple[Server, str], gateway: HttpGateway, why: str, answer: Callable[[], web.Response]
) -> None:
    """Promise 3: nobody but who has the secret can say yes for a subscriber, and only to what was asked."""
    server[0].answer = answer
    with pytest.raises(GatewayAway, match=why):
        await gateway.ask(ROW, ASKED)


async def test_an_answer_that_does_not_come_in_time_is_no_grant(server: tuple[Server, str]) -> None:
    server[0].held.clear()
    gateway = HttpGateway(server[1], SECRET, timeout_s=0.05, clock=lambda: NOW)
    with pytest.raises(GatewayAway, match="Timeout"):
        await gateway.ask(ROW, ASKED)
    server[0].held.set()
    await gateway.close()


async def test_a_gateway_that_is_not_there_costs_nothing_and_is_told_as_such() -> None:
    gateway = HttpGateway(f"http://127.0.0.1:{free_port()}/ask", SECRET, timeout_s=PATIENCE_S, clock=lambda: NOW)
    office = Office(way=Way.EXTERNAL, gateway=gateway)
    ending = await office.run(ROW)
    assert [] == office.core.ledger
    assert "Nothing was charged" in said(ending)
    assert NUMBER not in json.dumps(ending.events)
    await gateway.close()


async def test_what_it_refuses_is_not_called(server: tuple[Server, str], gateway: HttpGateway) -> None:
    server[0].answer = lambda: signed({"id": TRANSACTION, "answer": "refused"})
    office = Office(way=Way.EXTERNAL, gateway=gateway)
    ending = await office.run(ROW)
    assert ([], [], "no_consent") == (office.core.ledger, office.core.transactions("orderTone"), ending.outcome)
