"""Links that the SMSC opens itself, to an ESME that waits for it at a port (SMPP 3.4 §2.2.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from channels.simulator.conduct import Conduct, host_and_port
from channels.simulator.session import Session


class Outbind:
    """Keeps one link to an ESME: says outbind, and again when the link has ended."""

    def __init__(
        self,
        address: str,
        *,
        connect: Callable[[str, int], Awaitable[Session]],
        conduct: Conduct,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`connect` opens a link and says outbind.  Raises ValueError for an address that is none."""
        self._host, self._port = host_and_port(address)
        self._connect = connect
        self._conduct = conduct
        self._sleep = sleep

    async def run(self) -> None:
        """Run until cancelled; pauses grow while nobody listens."""
        failures = 0
        while True:
            try:
                session = await self._connect(self._host, self._port)
                await session.ended.wait()
                failures = 0 if session.system_id else failures
            except OSError:
                pass
            failures += 1
            await self._sleep(self._conduct.pause_s(failures))
