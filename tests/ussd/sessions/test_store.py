"""The store where an answer of Redis is lost on its way, and the same is asked again: it is done once (promise 2)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from channels.ussd.sessions import Kept, SessionStore
from channels.ussd.sessions.line import Line, Script, Word

NUMBER = "8613800138000"


@pytest.fixture
async def store(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SessionStore]:
    """Every script is run twice, as after a connection that was lost with the answer; the second one's counts."""
    run = Line.run

    async def twice(line: Line, script: Script, keys: tuple[str, ...], *values: Word) -> object:
        await run(line, script, keys, *values)
        return await run(line, script, keys, *values)

    monkeypatch.setattr(Line, "run", twice)
    store = SessionStore(redis_url, 180.0)
    yield store
    await store.close()


def kept(step: int) -> Kept:
    return Kept("d-1", "hub", "s-1", "{}", step=step)


async def test_a_dial_is_taken_and_put_though_both_were_asked_twice(store: SessionStore) -> None:
    for step in (1, 2):
        async with store.held(NUMBER, within_s=0.0) as held:
            assert (kept(step - 1) if step > 1 else None) == held.kept
            await held.prolong(5.0)
            assert await held.put(kept(step))


async def test_a_dial_that_is_left_alone_is_free_again(store: SessionStore) -> None:
    for _ in range(2):
        async with store.held(NUMBER, within_s=0.0) as held:
            assert held.kept is None


async def test_what_another_has_written_since_is_not_taken_for_ones_own(store: SessionStore, redis_url: str) -> None:
    other = SessionStore(redis_url, 180.0)
    async with store.held(NUMBER, within_s=0.0) as late:
        await store.run(Script("return redis.call('DEL', KEYS[1])"), NUMBER)  # its lock has ended
        async with other.held(NUMBER, within_s=0.0) as held:
            assert await held.put(kept(1))
        assert not await late.put(kept(7))
    async with other.held(NUMBER, within_s=0.0) as held:
        assert kept(1) == held.kept
    await other.close()
