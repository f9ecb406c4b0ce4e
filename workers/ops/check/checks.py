"""Everything that the settings name, looked at at once, and how long each is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from workers.journal import Database
from workers.ops.check.binds import Problems, look_at_bind
from workers.ops.check.core import core_lines
from workers.ops.check.journal import Disk, Journal
from workers.ops.check.redis_server import ask_redis, redis_lines
from workers.ops.check.written import settings_lines, statistics_lines, template_lines
from workers.ops.line import Line
from workers.ops.names import Names
from workers.ops.room import Room, room_beside
from workers.settings import Settings


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each is waited for, seconds."""

    name_s: float = 3.0
    """For each host's name, before whoever has it is asked."""
    journal_s: float = 5.0
    """As long as `/health` waits for it."""
    disk_s: float = 5.0
    redis_s: float = 3.0
    core_s: float = 10.0
    """At most, where `core.timeout_s` is longer still."""


class Checks:
    """Looks at everything that the settings name, once or again and again: a journal that hangs is asked once."""

    def __init__(
        self,
        settings: Settings,
        problems: Problems = lambda _: (),
        *,
        beside: bool = False,
        room: Callable[[Database], Room | None] = room_beside,
        patience: Patience = Patience(),
    ) -> None:
        """`beside` is for who looks for days, beside other looks: he leaves out what those see, the disk, and the
        SMSCs, where he would be seen to come and go."""
        self._settings = settings
        self._problems = problems
        self._beside = beside
        self._patience = patience
        self.names = Names(patience.name_s)
        """For who looks beside it, too: each name is looked up once at a time."""
        self._journal = Journal(settings.journal.url, self.names, patience.journal_s)
        self._disk = Disk(settings.journal.url, room, patience.disk_s)

    async def look(self) -> list[Line]:
        """Everything at once."""
        settings, names, patience = self._settings, self.names, self._patience
        told = asyncio.ensure_future(ask_redis(settings, names, patience.redis_s))
        looks: list[Awaitable[list[Line]]] = [
            asyncio.to_thread(settings_lines, settings),
            asyncio.to_thread(template_lines, settings),
            self._journal.look(),
            asyncio.to_thread(statistics_lines, settings),
            redis_lines(told),
            core_lines(settings, names, min(settings.core.timeout_s, patience.core_s)),
        ]
        if not self._beside:
            looks.insert(3, self._disk.look())
            looks += [look_at_bind(bind, names, told, self._problems) for bind in settings.smpp.binds]
        return [line for lines in await asyncio.gather(*looks) for line in lines]
