"""All binds of one process: started together, failing apart, stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

import structlog

from channels.smpp.bind import Bind
from channels.smpp.clock import Clock, SystemClock
from channels.smpp.ports import Postbox, Reception
from channels.smpp.session.tcp import tcp
from channels.smpp.session.terms import Connect
from channels.smpp.state import OnState
from workers.settings import BindSettings

STATE_EVERY_S = 2.0

_log = structlog.get_logger(__name__)


class BindsDontFit(ValueError):
    """The binds can't run as they are set; the message says which and how to mend it."""


async def run(
    binds: Sequence[BindSettings],
    reception: Reception,
    postbox: Postbox,
    *,
    stop: asyncio.Event,
    on_state: OnState = lambda _: None,
    clock: Clock | None = None,
    random: Random | None = None,
    connecting: Callable[[BindSettings], Connect] = tcp,
) -> None:
    """Keep the binds bound until `stop` is set, then drain: at most about 20 s, usually milliseconds.

    Raises BindsDontFit before anything is connected.
    """
    check(binds)
    clock = clock or SystemClock()
    chance = random or Random()  # noqa: S311 - jitter needs no secrecy
    running = [
        Bind(one, partial(claims_for, one, binds), reception, postbox, clock, chance, on_state, connecting(one))
        for one in binds
    ]
    telling = asyncio.create_task(_tell(running, on_state, clock))
    try:
        await asyncio.gather(*(bind.run(stop) for bind in running))
    finally:
        telling.cancel()


async def _tell(binds: Sequence[Bind], on_state: OnState, clock: Clock) -> None:
    while True:
        await clock.sleep(STATE_EVERY_S)
        for bind in binds:
            on_state(bind.state)


def claims_for(settings: BindSettings, binds: Sequence[BindSettings]) -> tuple[str, ...]:
    """Whose answers leave by this bind: its own, and those of the binds that name it in `reply_via`."""
    if settings.mode == "receiver":
        return ()
    own = () if settings.reply_via else (settings.name,)
    return own + tuple(other.name for other in binds if other.reply_via == settings.name)


def check(binds: Sequence[BindSettings]) -> None:
    """Raise BindsDontFit where the binds contradict each other; warn of what isn't built yet."""
    by_name = {bind.name: bind for bind in binds}
    if len(by_name) < len(binds):
        raise BindsDontFit("two [[smpp.binds]] have the same name; give each its own")
    for bind in binds:
        if bind.ussd_dialect is not None:
            _log.warning("USSD over SMPP is not built yet: ussd_dialect has no effect", bind=bind.name)
        if bind.reply_via is not None:
            _check_reply_via(bind, by_name)
        elif bind.mode == "receiver":
            _log.warning("answers to this bind's texts never leave: name a bind in reply_via", bind=bind.name)
        if bind.failover:
            _log.warning("failover is not built yet and has no effect", bind=bind.name)


def _check_reply_via(bind: BindSettings, by_name: dict[str, BindSettings]) -> None:
    sender = by_name.get(bind.reply_via or "")
    if sender is None:
        raise BindsDontFit(f"bind {bind.name!r}: reply_via names {bind.reply_via!r}, which is no bind")
    if sender.mode == "receiver":
        raise BindsDontFit(
            f"bind {bind.name!r}: reply_via names {sender.name!r}, which is a receiver and sends nothing"
        )
    if sender.reply_via is not None:
        raise BindsDontFit(f"bind {bind.name!r}: reply_via names {sender.name!r}, which has a reply_via itself")
