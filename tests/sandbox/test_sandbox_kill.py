"""kill -9 of the sandbox: what it answered is there when it comes back, and nothing twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from core_client import CoreClient, CoreError
from core_client.sandbox import PATH
from tests.house.until import PATIENCE_S
from tests.ports import free_port
from tests.sandbox.words import TONE

RUN = "import sys; from core_client.sandbox import serve; serve('127.0.0.1', int(sys.argv[1]), sys.argv[2])"


@asynccontextmanager
async def process(port: int, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A sandbox in a process of its own, listening."""
    started = await asyncio.create_subprocess_exec(sys.executable, "-c", RUN, str(port), url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while started.returncode is None:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    break
        assert started.returncode is None
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_killed_sandbox_has_lost_no_order_it_answered_and_repeats_none(database_url: str, seed: int) -> None:
    port = free_port()
    core = CoreClient(f"http://127.0.0.1:{port}{PATH}", "tonegate", "tonegate", timeout_s=PATIENCE_S)
    answered: set[str] = set()
    enough = asyncio.Event()
    numbers = [f"86138{seed:03d}{n:05d}" for n in range(200)]

    async def order(number: str) -> None:
        given = await core.order_tone(number, TONE, transaction_id=f"t{number}", expected_price=200)
        assert given.outcome == "done"
        answered.add(number)
        if len(answered) == 40 * seed:
            enough.set()

    async with process(port, database_url) as sandbox:
        await core.ping()
        crowd = [asyncio.create_task(order(number)) for number in numbers]
        await asyncio.wait_for(enough.wait(), PATIENCE_S)
        os.kill(sandbox.pid, signal.SIGKILL)
        results = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(result) for result in results} - {type(None)} <= set(CoreError.__subclasses__())
    assert len(answered) < len(numbers)

    async with process(port, database_url):
        before = await ledger(port)
        assert answered <= {str(charge["number"]) for charge in before}
        for number in numbers:  # the same calls once more: the same ids
            await order(number)
        after = Counter(str(charge["number"]) for charge in await ledger(port))
        assert after == Counter(numbers)
    await core.close()


async def ledger(port: int) -> list[dict[str, object]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/admin/ledger") as response,
    ):
        return list((await response.json())["charges"])


async def test_a_database_that_will_not_open_is_told_before_anything_listens(tmp_path: Path) -> None:
    port = free_port()
    url = f"sqlite:///{tmp_path}/no/such/folder/sandbox.db"
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, str(port), url, stderr=asyncio.subprocess.PIPE
    )
    _, told = await asyncio.wait_for(started.communicate(), PATIENCE_S)
    assert (started.returncode, b"unable to open database file" in told) == (1, True)
