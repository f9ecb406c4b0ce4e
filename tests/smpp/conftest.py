"""What every test of the binds may use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from channels.smpp.session.session import Session
from channels.smpp.session.terms import Handle, Mode, Terms
from tests.smpp.kit.near_smsc import NearSmsc
from tests.smpp.kit.turned_clock import TurnedClock

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
