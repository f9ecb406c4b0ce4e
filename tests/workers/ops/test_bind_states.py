"""What listeners tell of their binds is seen from any host, for as long as they tell it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import redis.asyncio

from workers.ops.bind_states import BindBoard, bind_state, bind_states

WITHIN_S = 240.0


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.flushdb()
        yield client


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not await holds():  # noqa: ASYNC110 - it is another connection's doing
            await asyncio.sleep(0.005)


async def told(client: redis.asyncio.Redis) -> list[tuple[object, object, object]]:
    return [(state["name"], state["host"], state["status"]) for state in await bind_states(client) or ()]


async def test_each_host_tells_of_its_own_and_the_latest_counts(
    redis_url: str, client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.ops.bind_states._LIVES_S", 600)  # each tells once, and all are looked at together
    boards = [BindBoard(redis_url, host) for host in ("h1", "h2")]
    try:
        boards[0].post("main", {"name": "main", "status": "connecting"})
        boards[0].post("main", {"name": "main", "status": "waiting"})
        boards[0].post("spare", {"name": "spare", "status": "bound"})
        boards[1].post("main", {"name": "main", "status": "bound"})
        expected = [("main", "h1", "waiting"), ("main", "h2", "bound"), ("spare", "h1", "bound")]

        async def all_told() -> bool:
            return await told(client) == expected

        await until(all_told)
        state = await bind_state(client, "main")
        assert state is not None
        assert "h2" == state["host"]
        assert await bind_state(client, "another") is None
    finally:
        for board in boards:
            await board.close()


async def test_who_tells_no_more_is_forgotten(client: redis.asyncio.Redis) -> None:
    await client.sadd("tonegate:binds", "main@h1", "main@h2")
    await client.set("tonegate:bind:main@h2", '{"name": "main", "host": "h2", "status": "bound"}', ex=60)
    assert [("main", "h2", "bound")] == await told(client)
    assert {b"main@h2"} == await client.smembers("tonegate:binds")


async def test_where_redis_is_gone_nobody_knows(tmp_path: Path) -> None:
    async with redis.asyncio.Redis.from_url(f"unix://{tmp_path / 'nobody'}") as client:
        assert await bind_states(client) is None
        assert await bind_state(client, "main") is None
