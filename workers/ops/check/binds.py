"""Whether each bind's settings are right, its SMSC takes connections, and a listener has it bound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from workers.ops.bind_states import State, best, in_words
from workers.ops.check.redis_server import Told
from workers.ops.line import Line
from workers.ops.names import Names
from workers.settings import BindSettings

_CONNECT_S = 3.0

Problems = Callable[[BindSettings], Iterable[str]]
"""What can be said against a bind's settings by whoever knows SMSCs: sentences, each with its key and its cure."""


def bind_lines(binds: Iterable[BindSettings], problems: Problems) -> list[Line]:
    """What is wrong with the settings of binds; nothing is asked of their SMSCs."""
    return [
        Line(_named(bind), False, one, f"correct that key of [[smpp.binds]] {bind.name}")
        for bind in binds
        for one in problems(bind)
    ]


async def look_at_bind(bind: BindSettings, names: Names, told: Told, problems: Problems) -> list[Line]:
    """What is wrong with its settings; where nothing is, how its SMSC and its listener are."""
    return bind_lines([bind], problems) or [await _smsc(bind, names, told)]


def _named(bind: BindSettings) -> str:
    return f"bind {bind.name}"


_UNSEEN = "whether it is bound can't be seen without Redis"


async def _smsc(bind: BindSettings, names: Names, told: Told) -> Line:
    what, where = _named(bind), f"{bind.host}:{bind.port}"
    _, states = await told
    state = best(one for one in states or () if one["name"] == bind.name)
    if state is not None and state["status"] == "switched off":
        return Line(what, True, f"{in_words(state)}; `tonegate binds start {bind.name}` binds it again")
    if bind.outbind_listen is not None:  # the SMSC calls us
        return _called_back(what, bind, state, unseen=states is None)
    if unnamed := await names.trouble(bind.host, f"host of [[smpp.binds]] {bind.name}"):
        return Line(what, False, f"{where} can't be reached: {unnamed.found}", unnamed.mend)
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
