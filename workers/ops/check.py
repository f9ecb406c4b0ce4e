"""`tonegate check`: settings and connections, a line each: well, or what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import redis.asyncio

from core_client import AccountRefused, CoreError, ResultCodeError
from workers.composing import core_client_of
from workers.dialogue import SHIPPED_TEMPLATES, check_templates
from workers.embedded import is_embedded, redis_url
from workers.journal import Database, JournalUnavailable, NotMigrated
from workers.journal.schema import require_newest
from workers.ops.bind_states import bind_state, in_words
from workers.ops.line import Line
from workers.settings import BindSettings, Settings

_CONNECT_S = 3.0

Problems = Callable[[BindSettings], Iterable[str]]
"""What can be said against a bind's settings by whoever knows SMSCs: sentences, each with its key and its cure."""


async def check(settings: Settings, problems: Problems = lambda _: (), *, binds: bool = True) -> list[Line]:
    """Look at everything that the settings name, all at once, within a few seconds.

    `binds` false leaves the SMSCs alone: whoever looks again and again would be seen there to come and go.
    """
    async with redis.asyncio.Redis.from_url(
        redis_url(settings), socket_timeout=_CONNECT_S, socket_connect_timeout=_CONNECT_S
    ) as client:
        looks: list[Awaitable[list[Line]]] = [
            asyncio.to_thread(_settings, settings),
            asyncio.to_thread(_templates, settings),
            asyncio.to_thread(_journal, settings),
            asyncio.to_thread(_statistics, settings),
            _redis(settings, client),
            _core(settings),
            *(_bind(bind, client, problems) for bind in settings.smpp.binds if binds),
        ]
        return [line for lines in await asyncio.gather(*looks) for line in lines]


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


def _journal(settings: Settings) -> list[Line]:
    url = settings.journal.url
    try:
        database = Database(url)
        try:
            require_newest(database)
            database.write(lambda _: None)
        finally:
            database.close()
    except NotMigrated as error:
        return [Line("journal", False, str(error), "tonegate migrate")]
    except JournalUnavailable as error:
        mend = "tonegate migrate" if database.path and not database.path.exists() else ""
        return [Line("journal", False, str(error), mend or "see that the database runs and [journal] url is right")]
    return [Line("journal", True, f"{database.url.render_as_string()} is migrated and can be written")]


def _statistics(settings: Settings) -> list[Line]:
    """Well even without people: all else is counted, and no message waits for it."""
    key = settings.retention.key
    if settings.journal.url.startswith("sqlite:") or (key and key.get_secret_value()):
        return []
    found = "users and paying users are not counted: without a key nobody is told apart but by number"
    return [Line("statistics", True, found, 'set [retention] key = "file:/etc/tonegate/retention"')]


async def _redis(settings: Settings, client: redis.asyncio.Redis) -> list[Line]:
    where = "embedded" if is_embedded(settings) else "redis"
    try:
        policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy", "unknown")
    except redis.ResponseError:  # a hosted server may forbid CONFIG: it answered, that is enough
        return [Line("redis", True, f"{where} answers")]
    except (redis.RedisError, OSError) as error:
        mend = "start `tonegate up`" if is_embedded(settings) else "see that it runs and [redis] url is right"
        return [Line("redis", False, f"{where} can't be reached: {error}", mend)]
    if policy != "noeviction":
        found = f"maxmemory-policy is {policy}: a full server would drop bells in silence (kombu#1063)"
        return [Line("redis", False, found, "CONFIG SET maxmemory-policy noeviction, and in its configuration")]
    return [Line("redis", True, f"{where} answers and evicts nothing")]


async def _core(settings: Settings) -> list[Line]:
    core = settings.core
    try:
        client = core_client_of(settings)
    except (ResultCodeError, OSError) as error:
        return [Line("core", False, f"result codes: {error}", "correct the file that core.codes names")]
    try:
        await client.ping()
    except AccountRefused as error:
        found = f"the core refuses account {core.account} ({error.reason})"
        return [Line("core", False, found, "check core.account and core.password")]
    except CoreError as error:
        return [Line("core", False, f"{core.url}: {error}", "see that the core runs and core.url is right")]
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


async def _bind(bind: BindSettings, client: redis.asyncio.Redis, problems: Problems) -> list[Line]:
    return bind_lines([bind], problems) or await _smsc(_named(bind), bind, client)


async def _smsc(what: str, bind: BindSettings, client: redis.asyncio.Redis) -> list[Line]:
    where = f"{bind.host}:{bind.port}"
    state = await bind_state(client, bind.name)
    if state is not None and state["status"] == "switched off":
        return [Line(what, True, f"{in_words(state)}; `tonegate binds start {bind.name}` binds it again")]
    if bind.outbind_listen is not None:  # the SMSC calls us
        if state is None:
            return [Line(what, True, f"waits at {bind.outbind_listen} for the SMSC's outbind once a listener is up")]
        mend = f"see that the SMSC calls {bind.outbind_listen}, and outbind_system_id and outbind_password"
        return [Line(what, state["status"] == "bound", f"at {bind.outbind_listen}: {in_words(state)}", mend)]
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(bind.host, bind.port)
    except (OSError, TimeoutError) as error:
        mend = f"see that the SMSC listens, and host and port of [[smpp.binds]] {bind.name}"
        return [Line(what, False, f"{where} can't be reached: {error.strerror or 'no answer'}", mend)]
    writer.close()
    if state is None:
        return [Line(what, True, f"{where} accepts connections; no listener is up")]
    if state["status"] != "bound":
        mend = f"see system_id, password and mode of [[smpp.binds]] {bind.name}"
        return [
            Line(
                what,
                False,
                f"{where} accepts connections, but it is {state['status']}: {state['last_error']}",
                mend,
            )
        ]
    return [Line(what, True, f"{where} is bound")]
