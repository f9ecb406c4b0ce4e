"""What the front page shows, looked at in the background: a page costs no question to anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import redis.asyncio
import structlog

from workers.embedded import redis_url
from workers.journal import Database, Depth, JournalUnavailable, Reader
from workers.journal.lately import Lately
from workers.ops.bind_states import State, bind_states
from workers.ops.check import Line, check
from workers.ops.console.pulse import Pulse
from workers.settings import Settings

LOOK_EVERY_S = 3.0
_CHECK_EVERY = 5
"""Looks to one check, which asks the core and writes to the journal."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """How everything was at one moment."""

    at: float
    """Seconds since the epoch; 0: nobody has looked yet."""
    lines: Sequence[Line] = ()
    """What `check` found, binds apart."""
    wanted: Sequence[str] = ()
    """The binds that the settings name."""
    binds: Sequence[State] = field(default=(), repr=False)
    """What listeners tell of theirs."""
    depths: Sequence[Depth] = ()


class Watch:
    """Looks again and again; `latest` is how it was last."""

    def __init__(self, settings: Settings, database: Database, every_s: float = LOOK_EVERY_S) -> None:
        self._settings = settings
        self._database = database
        self._every_s = every_s
        self.pulse = Pulse(Lately(database), database.now)
        self.latest = Look(0.0)
        self.looked = asyncio.Event()
        """Set once `latest` is worth a look."""

    async def run(self) -> None:
        """Until cancelled."""
        turn = 0
        lines: Sequence[Line] = ()
        while True:
            try:
                if turn % _CHECK_EVERY == 0:
                    lines = await check(self._settings, binds=False)
                self.latest = await self._look(lines)
                self.looked.set()
            except Exception:
                log.exception("console_cannot_look")  # whatever it was: operations must not go blind for good
            turn += 1
            await asyncio.sleep(self._every_s)

    async def _look(self, lines: Sequence[Line]) -> Look:
        depths: Sequence[Depth] = ()
        try:
            depths = await asyncio.to_thread(self._depths)
        except JournalUnavailable as error:
            mend = "see that the database runs and [journal] url is right"
            lines = [*(line for line in lines if line.what != "journal"), Line("journal", False, str(error), mend)]
        async with redis.asyncio.Redis.from_url(
            redis_url(self._settings), socket_timeout=2.0, socket_connect_timeout=2.0
        ) as client:
            wanted = [bind.name for bind in self._settings.smpp.binds]
            return Look(self._database.now(), lines, wanted, await bind_states(client), depths)

    def _depths(self) -> list[Depth]:
        self.pulse.refresh()
        return Reader(self._database).depths()
