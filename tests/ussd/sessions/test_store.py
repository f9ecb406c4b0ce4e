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


async def begun(store: SessionStore) -> str:
    """A dial at its first screen, as it is written."""
    async with store.held(NUMBER, within_s=0.0) as held:
        written = await held.put(kept(0))
    assert written is not None
    return written


async def now_kept(store: SessionStore) -> Kept | None:
    async with store.held(NUMBER, within_s=0.0) as held:
        return held.kept


async def test_a_dial_that_stands_as_one_knows_is_led_on_at_once_though_that_was_asked_twice(
    store: SessionStore,
) -> None:
    written = await begun(store)
    for step in (1, 2):
        after = await store.swap(NUMBER, written, kept(step), None)
        assert after is not None
        written = after
    assert kept(2) == await now_kept(store)


@pytest.mark.parametrize("known", ["a step behind", "over"])
async def test_a_dial_that_stands_otherwise_is_left_alone(store: SessionStore, known: str) -> None:
    """Promise 3: what another door has shown since is what the next key answers."""
    written = await begun(store)
    if known == "over":
        await store.run(Script("return redis.call('DEL', KEYS[2])"), NUMBER)
        expected = None
    else:
        expected = kept(1)
        assert await store.swap(NUMBER, written, expected, None)
    assert await store.swap(NUMBER, written, kept(7), None) is None
    assert expected == await now_kept(store)


async def test_a_dial_that_somebody_is_at_work_on_is_left_alone(store: SessionStore, redis_url: str) -> None:
    """Promise 2: an order is under way by what stands there."""
    written, other = await begun(store), SessionStore(redis_url, 180.0)
    async with other.held(NUMBER, within_s=0.0) as held:
        assert await store.swap(NUMBER, written, kept(7), None) is None
        assert await held.put(kept(1))
    assert kept(1) == await now_kept(store)
    await other.close()
