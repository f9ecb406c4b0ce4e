"""`tonegate check`: settings and connections, a line each: well, or what is wrong and how to mend it.

It answers within seconds, whatever hangs: of who is stopped or waits for his disk it says so, and where to look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import redis.asyncio
from rich.filesize import decimal

from core_client import AccountRefused, CoreError, ResultCodeError
from workers.composing import core_client_of
from workers.dialogue import SHIPPED_TEMPLATES, check_templates
from workers.embedded import is_embedded, redis_url
from workers.journal import Database, JournalUnavailable, NotMigrated
from workers.journal.schema import require_newest
from workers.ops.apart import SingleFlight, apart
from workers.ops.bind_states import State, best, bind_states, in_words
from workers.ops.hanging import further_at_journal, further_at_redis, is_held_up
from workers.ops.line import Line
from workers.ops.room import Room, room_beside
from workers.ops.verdict import scarce
from workers.settings import BindSettings, Settings

_CONNECT_S = 3.0

Problems = Callable[[BindSettings], Iterable[str]]
"""What can be said against a bind's settings by whoever knows SMSCs: sentences, each with its key and its cure."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each is waited for, seconds."""

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
        self._named = Database(settings.journal.url)
        """Never opened: for what can be said of it."""
        self._journal = SingleFlight(lambda: apart(lambda: _journal(settings.journal.url)))
        self._room = SingleFlight(lambda: apart(lambda: room(self._named)))

    async def look(self) -> list[Line]:
        """Everything at once."""
        settings, patience = self._settings, self._patience
        told = asyncio.ensure_future(_ask_redis(settings, patience.redis_s))
        looks: list[Awaitable[list[Line]]] = [
            asyncio.to_thread(_settings, settings),
            asyncio.to_thread(_templates, settings),
            self._ask_journal(),
            asyncio.to_thread(_statistics, settings),
            _redis(told),
            _core(settings, min(settings.core.timeout_s, patience.core_s)),
        ]
        if not self._beside:
            looks.insert(3, self._disk())
            looks += [_bind(bind, told, self._problems) for bind in settings.smpp.binds]
        return [line for lines in await asyncio.gather(*looks) for line in lines]

    async def _ask_journal(self) -> list[Line]:
        try:
            return await self._journal.within(self._patience.journal_s)
        except TimeoutError:
            found = f"{self._named.url.render_as_string()} does not answer within {self._patience.journal_s:g} s"
            return [Line("journal", False, found, further_at_journal(self._named))]

    async def _disk(self) -> list[Line]:
        try:
            room = await self._room.within(self._patience.disk_s)
        except TimeoutError:
            found = f"the disk of {self._named.path} does not answer within {self._patience.disk_s:g} s"
            return [Line("disk", False, found, "see what it is on, and whether that is mounted and can be reached")]
        if room is None:
            return []
        if concern := scarce(room):
            return [Line("disk", not concern.urgent, concern.what, concern.mend)]
        return [Line("disk", True, f"{decimal(room.free)} of {decimal(room.whole)} are left beside the journal")]


def _settings(settings: Settings) -> list[Line]:
    binds = len(settings.smpp.binds)
    lines = [Line("settings", True, f"{settings.file or 'defaults'}, {binds} bind{'' if binds == 1 else 's'}")]
    if not binds:
        lines.append(Line("binds", False, "none: no text can arrive", "add a [[smpp.binds]] with name and system_id"))
    return lines


def _templates(settings: Settings) -> list[Line]:
    dialogue = settings.dialogue
    folder = dialogue.templates or SHIPPED_TEMPLATES
    findings = check_templates(folder, dialogue.languages, dialogue.default_language)
    if findings:
        return [Line("templates", False, str(finding), "correct that line") for finding in findings]
    return [Line("templates", True, f"{', '.join(dialogue.languages)} in {folder}")]


def _journal(url: str) -> list[Line]:
    try:
        database = Database(url)
        try:
            require_newest(database)
            database.write(lambda _: None)
        finally:
            database.close()
    except NotMigrated as error:
        return [Line("journal", False, str(error))]  # it says how it is mended
    except JournalUnavailable as error:
        if is_held_up(error):
            return [Line("journal", False, str(error), further_at_journal(database))]
        mend = "run `tonegate migrate`" if database.path and not database.path.exists() else ""
        return [Line("journal", False, str(error), mend or "see that the database runs and [journal] url is right")]
    return [Line("journal", True, f"{database.url.render_as_string()} is migrated and can be written")]


def _statistics(settings: Settings) -> list[Line]:
    """Well even without people: all else is counted, and no message waits for it."""
    key = settings.retention.key
    if settings.journal.url.startswith("sqlite:") or (key and key.get_secret_value()):
        return []
    found = "users and paying users are not counted: without a key nobody is told apart but by number"
    return [Line("statistics", True, found, 'set [retention] key = "file:/etc/tonegate/retention"')]


_Told = asyncio.Future[tuple[Line, Sequence[State] | None]]
"""What is to be said of Redis, and what listeners tell through it of their binds; None where that can't be seen."""


async def _ask_redis(settings: Settings, patience_s: float) -> tuple[Line, Sequence[State] | None]:
    where = "embedded" if is_embedded(settings) else "redis"
    try:
        async with asyncio.timeout(patience_s), redis.asyncio.Redis.from_url(redis_url(settings)) as client:
            return await _redis_line(where, client), await bind_states(client)
    except TimeoutError:
        found = f"{where} does not answer within {patience_s:g} s"
        return Line("redis", False, found, further_at_redis(settings)), None
    except (redis.RedisError, OSError) as error:
        mend = "start `tonegate up`" if is_embedded(settings) else "see that it runs and [redis] url is right"
        return Line("redis", False, f"{where} can't be reached: {error}", mend), None


async def _redis_line(where: str, client: redis.asyncio.Redis) -> Line:
    try:
        policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy", "unknown")
    except redis.ResponseError:  # a hosted server may forbid CONFIG: it answered, that is enough
        return Line("redis", True, f"{where} answers")
    if policy != "noeviction":
        found = f"maxmemory-policy is {policy}: a full server would drop bells in silence (kombu#1063)"
        return Line("redis", False, found, "CONFIG SET maxmemory-policy noeviction, and in its configuration")
    return Line("redis", True, f"{where} answers and evicts nothing")


async def _redis(told: _Told) -> list[Line]:
    line, _ = await told
    return [line]


async def _core(settings: Settings, patience_s: float) -> list[Line]:
    core = settings.core
    try:
        client = core_client_of(settings)
    except (ResultCodeError, OSError) as error:
        return [Line("core", False, f"result codes: {error}", "correct the file that core.codes names")]
    mend = "see that the core runs and core.url is right"
    try:
        async with asyncio.timeout(patience_s):
            await client.ping()
    except AccountRefused as error:
        found = f"the core refuses account {core.account} ({error.reason})"
        return [Line("core", False, found, "check core.account and core.password")]
    except CoreError as error:
        # Its own time limit may be the first to run out.
        found = f"does not answer within {patience_s:g} s" if error.reason == "timeout" else str(error)
        return [Line("core", False, f"{core.url}: {found}", mend)]
    except TimeoutError:
        return [Line("core", False, f"{core.url}: does not answer within {patience_s:g} s", mend)]
    finally:
        await client.close()
    return [Line("core", True, f"{core.url} answers account {core.account}")]


def bind_lines(binds: Iterable[BindSettings], problems: Problems) -> list[Line]:
    """What is wrong with the settings of binds; nothing is asked of their SMSCs."""
    return [
        Line(_named(bind), False, one, f"correct that key of [[smpp.binds]] {bind.name}")
        for bind in binds
        for one in problems(bind)
    ]


def _named(bind: BindSettings) -> str:
    return f"bind {bind.name}"


_UNSEEN = "whether it is bound can't be seen without Redis"


async def _bind(bind: BindSettings, told: _Told, problems: Problems) -> list[Line]:
    return bind_lines([bind], problems) or [await _smsc(bind, told)]


async def _smsc(bind: BindSettings, told: _Told) -> Line:
    what, where = _named(bind), f"{bind.host}:{bind.port}"
    _, states = await told
    state = best(one for one in states or () if one["name"] == bind.name)
    if state is not None and state["status"] == "switched off":
        return Line(what, True, f"{in_words(state)}; `tonegate binds start {bind.name}` binds it again")
    if bind.outbind_listen is not None:  # the SMSC calls us
        return _called_back(what, bind, state, unseen=states is None)
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(bind.host, bind.port)
    except (OSError, TimeoutError) as error:
        mend = f"see that the SMSC listens, and host and port of [[smpp.binds]] {bind.name}"
        return Line(what, False, f"{where} can't be reached: {error.strerror or 'no answer'}", mend)
    writer.close()
    if states is None:
        return Line(what, True, f"{where} accepts connections; {_UNSEEN}")
    if state is None:
        return Line(what, True, f"{where} accepts connections; no listener is up")
    if state["status"] != "bound":
        mend = f"see system_id, password and mode of [[smpp.binds]] {bind.name}"
        found = f"{where} accepts connections, but it is {state['status']}: {state['last_error']}"
        return Line(what, False, found, mend)
    return Line(what, True, f"{where} is bound")


def _called_back(what: str, bind: BindSettings, state: State | None, *, unseen: bool) -> Line:
    at = bind.outbind_listen
    if unseen:
        return Line(what, True, f"waits at {at} for the SMSC's outbind where a listener is up; {_UNSEEN}")
    if state is None:
        return Line(what, True, f"waits at {at} for the SMSC's outbind once a listener is up")
    if state["status"] == "bound":
        return Line(what, True, f"at {at}: {in_words(state)}")
    mend = f"see that the SMSC calls {at}, and outbind_system_id and outbind_password"
    return Line(what, False, f"at {at}: {in_words(state)}", mend)
