"""How each bind is, told by its listener through Redis to whoever asks, on any host.

A state lives a few seconds and is told anew every two, so that a dead listener's binds don't look bound.  Which
binds of which hosts there are to ask for stands in a set, from which those that tell no more are taken out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import redis
import redis.asyncio

from workers.ops.shown import age

_KEY = "tonegate:bind:"
_KNOWN = "tonegate:binds"
_LIVES_S = 7

UNTOLD = "no listener is up"
UNSEEN = "can't be seen: Redis can't be asked"

State: TypeAlias = dict[str, object]
"""As `channels.smpp.BindState`, with the host that tells it."""


class BindBoard:
    """A listener's side: `post` returns at once, the latest state of each bind is written by a task."""

    def __init__(self, url: str, host: str = "") -> None:
        """`host` by default this machine's name."""
        self._client = redis.asyncio.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0)
        self._host = host or socket.gethostname()
        self._latest: dict[str, Mapping[str, object]] = {}
        self._wake = asyncio.Event()
        self._writing = asyncio.create_task(self._write())

    def post(self, name: str, state: Mapping[str, object]) -> None:
        """Tell how the bind `name` is; never blocks, and a Redis that is gone is nobody's trouble."""
        self._latest[name] = state
        self._wake.set()

    async def close(self) -> None:
        """Tell no more."""
        self._writing.cancel()
        await asyncio.gather(self._writing, return_exceptions=True)
        await self._client.aclose()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            latest, self._latest = self._latest, {}
            with contextlib.suppress(redis.RedisError, OSError):
                async with self._client.pipeline(transaction=False) as pipe:
                    for name, state in latest.items():
                        told = json.dumps({**state, "host": self._host})
                        pipe.set(f"{_KEY}{name}@{self._host}", told, ex=_LIVES_S)
                        pipe.sadd(_KNOWN, f"{name}@{self._host}")
                    await pipe.execute()


async def bind_states(client: redis.asyncio.Redis) -> list[State] | None:
    """What listeners told within the last seconds, by bind and host; None where Redis can't be asked.

    A bind that nobody tells of is gone only where it can.
    """
    try:
        known = sorted(_text(member) for member in await client.smembers(_KNOWN))
        told = await client.mget([_KEY + member for member in known]) if known else []
        if silent := [member for member, state in zip(known, told, strict=True) if state is None]:
            await client.srem(_KNOWN, *silent)  # whoever tells again comes in again
    except (redis.RedisError, OSError):
        return None
    return [dict(json.loads(state)) for state in told if state is not None]


async def bind_state(client: redis.asyncio.Redis, name: str) -> State | None:
    """How this bind is where it is best: bound on any host, switched off, or otherwise; None where nobody tells."""
    return best(state for state in await bind_states(client) or () if state["name"] == name)


def _text(member: str | bytes) -> str:
    return member.decode() if isinstance(member, bytes) else member


_BEST_FIRST = ("bound", "switched off", "unbinding", "connecting", "waiting", "stopped")


def best(states: Iterable[State]) -> State | None:
    """Of one bind's states on several hosts."""
    return min(states, key=lambda state: _BEST_FIRST.index(str(state["status"])), default=None)


def in_words(state: State) -> str:
    """The status as an operator says it: who has switched it off and why, and how long it is throttled."""
    words, by, why = str(state["status"]), state.get("switched_by"), state.get("switched_why")
    if by:
        words = f"{'' if words == 'switched off' else f'{words}, '}switched off by {by}{f': {why}' if why else ''}"
    paused_s = state.get("paused_s")
    if isinstance(paused_s, float | int) and paused_s > 0:
        words += f", throttled for {age(paused_s)}"
    return words
