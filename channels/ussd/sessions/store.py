"""The store: each request has its number's dial for itself, under a lock that ends by itself.

Two scripts, so that a screen costs two round trips: `TAKE` sets the lock and reads, `PUT` writes, notes until when a
key is awaited, and lets go, both only for who holds the lock; run again with the same, each answers as it did.  A door
that dies holds up its number for as long as the lock lives; one that was held up itself for longer finds the lock
gone, and writes nothing over what another has written since.

Who knows how a dial stands and has but a screen to write needs neither lock nor reading: `SWAP` writes where the dial
still stands so and nobody holds it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.ussd.sessions.kept import Awaited, Kept
from channels.ussd.sessions.line import Line, Script, StoreGone, Word

_TAKE = Script("""
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then
  return {1, redis.call('GET', KEYS[2]) or ''}
end
return {0, ''}
""")
_WRITE = """
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[4], ARGV[5])
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[4])
else
  redis.call('HDEL', KEYS[3], ARGV[4])
  redis.call('ZREM', KEYS[4], ARGV[4])
end
if ARGV[7] ~= '' then
  redis.call('HDEL', KEYS[3], ARGV[7])
  redis.call('ZREM', KEYS[4], ARGV[7])
end
return 1
"""
_PUT = Script(f"""
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.call('GET', KEYS[2]) == ARGV[2] and 1 or 0
end
redis.call('DEL', KEYS[1])
{_WRITE}""")
_SWAP = Script(f"""
local stands = redis.call('GET', KEYS[2])
if stands == ARGV[2] then return 1 end
if stands ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
{_WRITE}""")
_LAPSED = Script("""
local dials = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
local found = {}
for i, dial in ipairs(dials) do
  found[i] = redis.call('HGET', KEYS[1], dial) or ''
  redis.call('HDEL', KEYS[1], dial)
  redis.call('ZREM', KEYS[2], dial)
end
return found
""")
_PROLONG = Script("""
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
""")
_LET_GO = Script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
""")

_AWAITED = ("tonegate:dials:awaited", "tonegate:dials:until")
"""A hash of screens by dial, and a sorted set of dials by the moment until which a key is awaited."""
_LAPSED_AT_ONCE = 500
LOCK_S = 2.0
"""How long a lock lives that nobody prolongs: a screen that asks nothing takes milliseconds."""
_AGAIN_S = 0.02
_TIMEOUT_S = 1.0


class Busy(Exception):
    """Another request of the number did not come to its end in time."""


class Held:
    """A number's dial, in the hands of one request."""

    def __init__(self, store: SessionStore, number: str, token: str, kept: Kept | None) -> None:
        self._store = store
        self._number = number
        self._token = token
        self._let_go = False
        self.kept = kept

    async def prolong(self, seconds: float) -> None:
        """Keep it for so long from now: something is asked that takes its time.  Raises `StoreGone`."""
        await self._store.run(_PROLONG, self._number, self._token, int(seconds * 1000))

    async def put(self, kept: Kept, awaited: Awaited | None = None, *, instead_of: str = "") -> str | None:
        """Write it, for a session's life from now, and let go; what was written, None where another has it by now.

        `awaited` is the screen that it goes on from, None where it is over; `instead_of` is the dial that it has taken
        the place of.  Raises `StoreGone`.
        """
        self._let_go = True
        written = kept.to_json()
        values = self._store.written(written, kept, awaited, instead_of)
        return written if await self._store.run(_PUT, self._number, self._token, *values) else None

    async def let_go(self) -> None:
        """Leave it as it was; where Redis can't be told, the lock ends by itself."""
        if not self._let_go:
            self._let_go = True
            with contextlib.suppress(StoreGone):
                await self._store.run(_LET_GO, self._number, self._token)


class SessionStore:
    """One process's way to the dials; `session_s` is how long one lives without a key pressed."""

    def __init__(self, url: str, session_s: float) -> None:
        self.lives_ms = int(session_s * 1000)
        self._line = Line(url, within_s=_TIMEOUT_S)

    async def close(self) -> None:
        """Let the connection go."""
        self._line.close()

    async def name(self, gateway: str, session: str, number: str) -> None:
        """Remember whose a gateway's session is, for as long as a dial lives.  Raises `StoreGone`."""
        await self._line.ask("SET", _whose(gateway, session), number, "PX", self.lives_ms)

    async def whose(self, gateway: str, session: str) -> str:
        """Return whose it is, and remember that for as long again; empty where nobody knows.  Raises `StoreGone`."""
        return await self._line.ask("GETEX", _whose(gateway, session), "PX", self.lives_ms) or ""

    @asynccontextmanager
    async def held(self, number: str, *, within_s: float) -> AsyncIterator[Held]:
        """Have a number's dial for oneself; raises `Busy` where another has it for too long, and `StoreGone`."""
        held = await self._take(number, within_s)
        try:
            yield held
        finally:
            await held.let_go()

    async def _take(self, number: str, within_s: float) -> Held:
        token, loop = secrets.token_hex(8), asyncio.get_running_loop()
        until = loop.time() + within_s
        while True:
            taken, text = await self.run(_TAKE, number, token, int(LOCK_S * 1000))
            if taken:
                return Held(self, number, token, _read(text))
            if loop.time() >= until:
                raise Busy
            await asyncio.sleep(_AGAIN_S)

    async def swap(self, number: str, before: str, kept: Kept, awaited: Awaited | None) -> str | None:
        """Write a number's dial where it stands as `before` and nobody holds it; otherwise as `Held.put`."""
        written = kept.to_json()
        return written if await self.run(_SWAP, number, before, *self.written(written, kept, awaited)) else None

    def written(self, written: str, kept: Kept, awaited: Awaited | None, instead_of: str = "") -> tuple[Word, ...]:
        """What the scripts that write are given behind the lock's token, or what the dial was before."""
        line, until = (awaited.written(), awaited.until) if awaited else ("", 0.0)
        return (written, self.lives_ms, kept.dial, line, until, instead_of)

    async def run(self, script: Script, number: str, *values: Word) -> Any:
        """Run one of the scripts on a number's lock and dial; raises `StoreGone`."""
        keys = (f"tonegate:dial:{number}:lock", f"tonegate:dial:{number}", *_AWAITED)
        return await self._line.run(script, keys, *values)

    async def lapsed(self, before: float) -> list[Awaited]:
        """Take out the screens whose key should have come before then; to one process each.  Raises `StoreGone`."""
        found: list[Awaited] = []
        while True:
            lines = await self._line.run(_LAPSED, _AWAITED, before, _LAPSED_AT_ONCE)
            for line in lines:
                with contextlib.suppress(ValueError):  # by a version that wrote it otherwise
                    found.append(Awaited.read(line))
            if len(lines) < _LAPSED_AT_ONCE:
                return found


def _whose(gateway: str, session: str) -> str:
    return f"tonegate:dial-of:{gateway}:{session}"


def _read(text: str) -> Kept | None:
    try:
        return Kept.from_json(text) if text else None
    except ValueError:  # by a version that wrote it otherwise: then the dial is over
        return None
