"""Whether rows make progress, for load balancers, systemd and Prometheus: the front page's verdict, looked at now.

    200  every bind is as it is wanted, the journal can be written and has room, what waits is being done
    503  otherwise, with what is wrong in words

That a process lives says nothing: Celery has fallen silent before while its workers lived.  What can be wrong without
a row being late is left to `tonegate check`: the core is not asked, and a Redis that is gone costs no message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace

import redis.asyncio

from workers.embedded import redis_url
from workers.journal import Database, JournalUnavailable, NotMigrated, Reader
from workers.journal.holds import Holds
from workers.journal.progress import progress
from workers.journal.schema import require_newest
from workers.ops.apart import SingleFlight, apart
from workers.ops.bind_states import State, bind_states
from workers.ops.hanging import further_at_journal, further_at_redis, is_held_up
from workers.ops.line import Line
from workers.ops.names import Names, Trouble, host_in, host_of
from workers.ops.room import Room, room_beside
from workers.ops.verdict import Concern, Look, concerns, sentence
from workers.settings import Settings

_REDIS_S = 2.0
_LOOKS_HOLD_S = 1.0
"""However often it is asked, it looks once a second."""
_ANSWERS_WITHIN_S = 5.0
"""Less than Prometheus and load balancers wait by themselves."""
_START = "start `tonegate up`, and see that the database runs"


@dataclass(frozen=True, slots=True)
class Health:
    """What was found."""

    well: bool
    wrong: tuple[Concern, ...] = ()
    """What subscribers feel now."""
    waiting: tuple[Concern, ...] = ()
    """What waits for somebody's decision, what operations have decided, and what can't be seen."""

    def plain(self) -> dict[str, object]:
        """For JSON."""
        told = {name: [asdict(one) for one in found] for name, found in self._found().items()}
        return {"well": self.well, **told}

    def _found(self) -> dict[str, Sequence[Concern]]:
        return {"wrong": self.wrong, "waiting": self.waiting}


def judge(look: Look, now: float) -> Health:
    """The front page's verdict on what was seen; a pause is a decision, and no sickness.  Pure."""
    found = concerns(look, now)
    wrong = tuple(concern for concern in found if concern.urgent and not concern.meant)
    return Health(not wrong, wrong, tuple(concern for concern in found if concern not in wrong))


async def look_around(
    settings: Settings,
    database: Database,
    names: Names | None = None,
    *,
    room: Callable[[Database], Room | None] = room_beside,
) -> Health:
    """Look at journal and binds now, at both at once; raises nothing that they can cause.

    It waits for the journal alone: a Redis that hangs is given up after two seconds, and its name before.
    """
    told = _binds(settings, names or Names())
    look, (binds, unseen) = await asyncio.gather(apart(lambda: _journal(database, room)), told)
    wanted = [bind.name for bind in settings.smpp.binds] if unseen is None else ()
    health = judge(replace(look, wanted=wanted, binds=binds), look.at)
    return health if unseen is None else replace(health, waiting=(*health.waiting, unseen))


def _journal(database: Database, room: Callable[[Database], Room | None]) -> Look:
    now, left = database.now(), room(database)
    try:
        require_newest(database)
        database.write(lambda _: None)
        depths, holds = Reader(database).depths(), [*Holds(database).read().values()]
        well = Line("journal", True, "can be written")
        return Look(now, [well], depths=depths, holds=holds, progress=progress(database), room=left)
    except NotMigrated as error:
        return Look(now, [Line("journal", False, str(error))], room=left)  # it says how it is mended
    except JournalUnavailable as error:
        mend = further_at_journal(database) if is_held_up(error) else _START
        return Look(now, [Line("journal", False, str(error), mend)], room=left)


def _unanswered(database: Database, unnamed: Trouble | None) -> Health:
    told = f"The journal does not answer: {database.url.render_as_string()}"
    if unnamed:
        return Health(False, (Concern(f"{told}: {unnamed.found}.", sentence(unnamed.mend)),))
    return Health(False, (Concern(f"{told}.", further_at_journal(database)),))


async def _binds(settings: Settings, names: Names) -> tuple[Sequence[State] | None, Concern | None]:
    """What listeners tell of their binds, or why it can't be seen."""
    if unnamed := await names.trouble(host_in(redis_url(settings)), "[redis] url"):
        told = f"Redis can't be reached: {unnamed.found}; how the binds are can't be seen."
        return None, Concern(told, sentence(unnamed.mend), urgent=False)
    try:
        async with asyncio.timeout(_REDIS_S), redis.asyncio.Redis.from_url(redis_url(settings)) as client:
            states = await bind_states(client)
        if states is not None:
            return states, None
    except TimeoutError:
        told = f"Redis does not answer within {_REDIS_S:g} s: how the binds are can't be seen."
        return None, Concern(told, further_at_redis(settings), urgent=False)
    told = "Redis can't be reached: how the binds are can't be seen."
    return None, Concern(told, "Run `tonegate check`.", urgent=False)


class Nurse:
    """Looks at most once a second, whoever asks, and has one look under way at most: a journal that does not answer, be
    it that its server's network is gone or that who writes to it is stopped, costs one thread and no more."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        look: Callable[[Settings, Database, Names], Awaitable[Health]] = look_around,
        answers_within_s: float = _ANSWERS_WITHIN_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self.names = Names()
        """For who looks beside it, too: each name is looked up once at a time."""
        self._look = SingleFlight(lambda: look(settings, database, self.names))
        self._answers_within_s = answers_within_s
        self._monotonic = monotonic
        self._at = float("-inf")
        self._last = Health(well=False)

    @property
    def waits(self) -> bool:
        """Whether the journal has not answered the last look yet."""
        return self._look.waits

    async def ask(self) -> Health:
        """How it is; that it can't be seen, where a look takes too long."""
        if not self.waits and self._monotonic() - self._at < _LOOKS_HOLD_S:
            return self._last
        trouble = asyncio.ensure_future(self.names.trouble(host_of(self._database), "[journal] url"))
        try:
            found = await self._look.within(self._answers_within_s)
        except TimeoutError:
            return _unanswered(self._database, await trouble)
        self._at, self._last = self._monotonic(), found
        return found
