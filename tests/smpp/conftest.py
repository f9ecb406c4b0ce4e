"""What every test of the binds may use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from channels.smpp.session.session import Session
from channels.smpp.session.terms import Handle, Mode, Terms
from tests.smpp.kit.listener import Listener
from tests.smpp.kit.near_smsc import NearSmsc
from tests.smpp.kit.turned_clock import TurnedClock
from tests.smpp.peers.npm_smpp import NpmSmsc
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import Smsc

Bound = Callable[..., Awaitable[tuple[Session, NearSmsc]]]


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def bound(clock: TurnedClock) -> Bound:
    """Makes a bound session and the SMSC at its other end."""

    async def make(
        handle: Handle | None = None, mode: Mode = "transceiver", window: int = 10, in_work: int = 1000
    ) -> tuple[Session, NearSmsc]:
        smsc = NearSmsc()
        session = Session(Terms("main", mode, window=window, in_work=in_work), clock)
        await session.open(smsc.connect)
        await session.bind("tonegate", "secret", "", handle or _take)
        smsc.heard.clear()
        return session, smsc

    async def _take(_: object) -> int:
        await asyncio.sleep(0)
        return 0

    return make


_PEERS = [pytest.param(NpmSmsc, id="npm", marks=pytest.mark.node), pytest.param(Smpp34Smsc, id="smpp34")]


@pytest.fixture(params=_PEERS)
async def smsc(request: pytest.FixtureRequest) -> AsyncIterator[Smsc]:
    async with request.param() as peer:
        yield peer


@pytest.fixture
async def npm() -> AsyncIterator[NpmSmsc]:
    async with NpmSmsc("tonegate", "secret") as peer:
        yield peer


@pytest.fixture
async def listen() -> AsyncIterator[Callable[..., Listener]]:
    all_of_them: list[Listener] = []

    def make(**bind: Any) -> Listener:
        all_of_them.append(Listener(**bind))
        return all_of_them[-1]

    yield make
    for one in all_of_them:
        await one.end()
