"""What the front page shows, looked at in the background: a page costs no question to anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import redis.asyncio
import structlog

from workers.embedded import redis_url
from workers.journal import Database, Depth, JournalUnavailable, Reader
from workers.journal.holds import Hold, Holds
from workers.journal.lately import Lately
from workers.journal.progress import Progress, progress
from workers.ops.bind_states import State, bind_states
from workers.ops.check import Checks
from workers.ops.console.pulse import Pulse
from workers.ops.line import Line
from workers.ops.names import host_in
from workers.ops.room import room_beside
from workers.ops.verdict import Look
from workers.settings import Settings

LOOK_EVERY_S = 3.0
_CHECK_EVERY = 5
"""Looks to one check, which asks the core and writes to the journal."""

log = structlog.get_logger(__name__)


class Watch:
    """Looks again and again; `latest` is how it was last."""

    def __init__(self, settings: Settings, database: Database, every_s: float = LOOK_EVERY_S) -> None:
        self._settings = settings
        self._database = database
        self._every_s = every_s
        self.pulse = Pulse(Lately(database), database.now)
        self.latest = Look(0.0)
        self._checks = Checks(settings, beside=True)
        self._lines: Sequence[Line] = ()
        self.looked = asyncio.Event()
        """Set once `latest` is worth a look."""

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:  # a core that lets its callers wait holds up no look at the rest
            tasks.create_task(self._again_and_again(self._check, self._every_s * _CHECK_EVERY))
            tasks.create_task(self._again_and_again(self._look, self._every_s))

    async def _again_and_again(self, look: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            try:
                await look()
            except Exception:
                log.exception("console_cannot_look")  # whatever it was: operations must not go blind for good
            await asyncio.sleep(every_s)

    async def _check(self) -> None:
        self._lines = await self._checks.look()

    async def _look(self) -> None:
        depths: Sequence[Depth] = ()
        holds: Sequence[Hold] = ()
        moves: Sequence[Progress] = ()
        lines: Sequence[Line] = self._lines
        room = await asyncio.to_thread(room_beside, self._database)
        try:
            depths, holds, moves = await asyncio.to_thread(self._journal)
        except JournalUnavailable as error:
            mend = "see that the database runs and [journal] url is right"
            lines = [*(line for line in lines if line.what != "journal"), Line("journal", False, str(error), mend)]
        wanted, binds = [bind.name for bind in self._settings.smpp.binds], await self._binds()
        self.latest = Look(self._database.now(), lines, wanted, binds, depths, holds, moves, room)
        self.looked.set()

    async def _binds(self) -> Sequence[State] | None:
        url = redis_url(self._settings)
        if await self._checks.names.trouble(host_in(url), "[redis] url"):
            return None  # the check says why
        async with redis.asyncio.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0) as client:
            return await bind_states(client)

    def _journal(self) -> tuple[Sequence[Depth], Sequence[Hold], Sequence[Progress]]:
        self.pulse.refresh()
        database = self._database
        return Reader(database).depths(), [*Holds(database).read().values()], progress(database)
