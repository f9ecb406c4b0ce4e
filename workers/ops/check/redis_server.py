"""Whether Redis answers and keeps what it is given, and what listeners tell through it of their binds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

import redis.asyncio

from workers.embedded import is_embedded, redis_url
from workers.ops.bind_states import State, bind_states
from workers.ops.hanging import further_at_redis
from workers.ops.line import Line
from workers.ops.names import Names, host_in
from workers.settings import Settings

Told: TypeAlias = asyncio.Future[tuple[Line, Sequence[State] | None]]
"""What is to be said of Redis, and what listeners tell through it of their binds; None where that can't be seen."""


async def ask_redis(settings: Settings, names: Names, patience_s: float) -> tuple[Line, Sequence[State] | None]:
    """Ask it for both; what a `Told` comes to."""
    if unnamed := await names.trouble(host_in(redis_url(settings)), "[redis] url"):
        return Line("redis", False, unnamed.found, unnamed.mend), None
    where = "embedded" if is_embedded(settings) else "redis"
    try:
        async with asyncio.timeout(patience_s), redis.asyncio.Redis.from_url(redis_url(settings)) as client:
            return await _line(where, client), await bind_states(client)
    except TimeoutError:
        found = f"{where} does not answer within {patience_s:g} s"
        return Line("redis", False, found, further_at_redis(settings)), None
    except (redis.RedisError, OSError) as error:
        mend = "start `tonegate up`" if is_embedded(settings) else "see that it runs and [redis] url is right"
        return Line("redis", False, f"{where} can't be reached: {error}", mend), None


async def redis_lines(told: Told) -> list[Line]:
    """What is to be said of it."""
    line, _ = await told
    return [line]


async def _line(where: str, client: redis.asyncio.Redis) -> Line:
    try:
        policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy", "unknown")
    except redis.ResponseError:  # a hosted server may forbid CONFIG: it answered, that is enough
        return Line("redis", True, f"{where} answers")
    if policy != "noeviction":
        found = f"maxmemory-policy is {policy}: a full server would drop bells in silence (kombu#1063)"
        return Line("redis", False, found, "CONFIG SET maxmemory-policy noeviction, and in its configuration")
    return Line("redis", True, f"{where} answers and evicts nothing")
