"""An SMSC of one's own for each test, on a port the system picks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from channels.simulator import Conduct, Faults, Listening, Smsc, run
from tests.simulator.wire import PATIENCE_S

QUICK = {"retry_s": 0.01, "retry_most_s": 0.05, "unbind_s": 1.0}
_PATIENT = dict.fromkeys(("response_s", "bind_within_s", "enquire_answer_s", "receipt_first_s", "dial_s"), PATIENCE_S)
"""What is over in time only where a test says so: a peer on a machine that does much else is late."""


@dataclass
class Running:
    """An SMSC that listens."""

    smsc: Smsc
    address: tuple[str, int]

    def counts(self, group: str) -> dict[str, int]:
        """One group of its ledger."""
        return self.smsc.ledger_now()[group]


Start = Callable[..., Any]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start an SMSC with the given faults and conduct; it is stopped at the end."""
    running: list[Smsc] = []

    async def begin(faults: str = "", **conduct: Any) -> Running:
        smsc = Smsc(faults=Faults.parse(faults), conduct=Conduct(**{**QUICK, **_PATIENT, **conduct}))
        running.append(smsc)
        return Running(smsc, await smsc.start("127.0.0.1", 0))

    yield begin
    for smsc in running:
        await smsc.stop()


@dataclass
class Served:
    """A whole simulator, page and all."""

    at: Listening
    http: aiohttp.ClientSession
    stop: asyncio.Event
    task: asyncio.Task[None]

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://{self.at.http[0]}:{self.at.http[1]}"

    async def text(self, text: str, number: str = "8613800000001", short_code: str = "5000") -> dict[str, Any]:
        """Text from a handset."""
        body = {"number": number, "short_code": short_code, "text": text}
        async with self.http.post("/api/texts", json=body) as response:
            response.raise_for_status()
            answer: dict[str, Any] = await response.json()
            return answer

    async def get(self, path: str) -> Any:
        """Read some JSON."""
        async with self.http.get(path) as response:
            response.raise_for_status()
            return await response.json()

    async def bubbles(self, number: str = "8613800000001", side: str = "service") -> list[dict[str, Any]]:
        """What one side of a handset's conversation shows."""
        return [b for b in await self.get("/api/texts") if b["number"] == number and b["side"] == side]


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Start a whole simulator; it is stopped at the end."""
    begun: list[Served] = []

    async def begin(faults: str = "", smpp_port: int = 0, **conduct: Any) -> Served:
        stop = asyncio.Event()
        ready: asyncio.Future[Listening] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(
            run(
                ("127.0.0.1", smpp_port),
                ("127.0.0.1", 0),
                stop=stop,
                faults=Faults.parse(faults),
                conduct=Conduct(**{**QUICK, **_PATIENT, **conduct}),
                ready=ready.set_result,
            )
        )
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        at = ready.result()
        http = aiohttp.ClientSession(f"http://127.0.0.1:{at.http[1]}")
        served = Served(at, http, stop, task)
        begun.append(served)
        return served

    yield begin
    for served in begun:
        await served.http.close()
        served.stop.set()
        await asyncio.wait_for(served.task, PATIENCE_S)
