"""All binds of one process: each for itself, switched and set anew while the others go on, stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random

import structlog

from channels.smpp import smsc_orders
from channels.smpp.bind import Bind
from channels.smpp.checks import problems
from channels.smpp.clock import Clock, SystemClock
from channels.smpp.customs import habits_of, same_smsc
from channels.smpp.operations import Operations
from channels.smpp.ports import Postbox, Reception
from channels.smpp.receiving.long_texts import Overdue
from channels.smpp.roster import Roster
from channels.smpp.session.connecting import connecting as by_settings
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.terms import Connect
from channels.smpp.state import OnState
from channels.smpp.surroundings import MakeDials, PduLog, Surroundings, no_dials
from channels.smpp.switchboard import SETTINGS
from channels.smpp.text import References
from channels.smpp.wanted import Wanted
from workers.settings import BindSettings

STATE_EVERY_S = 2.0
LOOK_EVERY_S = 1.0
"""How often it is looked what operations want: one small read."""

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
    connecting: Callable[[BindSettings], Connect] | None = None,
    operations: Operations | None = None,
    spoken: Sequence[str] = (),
    pdu_log: PduLog | None = None,
    dials: MakeDials = no_dials,
) -> None:
    """Keep the binds bound until `stop` is set, then drain: at most about 20 s, usually milliseconds.

    `operations` say what they want of the binds meanwhile; `spoken` are the languages of the dialogue; `dials` makes
    what takes USSD over a bind.  Raises BindsDontFit before anything is connected.
    """
    check(binds)
    operations = operations or Operations()
    clock = clock or SystemClock()
    chance = random or Random()  # noqa: S311 - jitter needs no secrecy

    references = References(lambda: chance.randrange(0x10000))
    around = Surroundings(reception, postbox, clock, chance, references, tuple(spoken), pdu_log, dials)
    call = connecting or partial(connection, pdu_log)

    def make(one: BindSettings, claims: Callable[[], Sequence[str]], tell: OnState) -> Bind:
        return Bind(one, claims, lambda: same_smsc(one, roster.wanted.binds), around, tell, call(one))

    roster = Roster(binds, make, on_state, clock)
    overdue = Overdue(lambda: {one.name: habits_of(one, spoken) for one in roster.wanted.binds}, reception, clock)
    stopping = asyncio.create_task(stop.wait())
    beside = [
        asyncio.create_task(_look(roster, operations, clock)),
        asyncio.create_task(_keep(roster)),
        asyncio.create_task(_tell(roster, clock)),
        asyncio.create_task(overdue.run()),
    ]
    if operations.orders is not None:
        beside.append(asyncio.create_task(smsc_orders.serve(roster, operations.orders, spoken, clock)))
    try:
        done, _ = await asyncio.wait((stopping, *beside), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # what ends beside us has failed, and then so have we
    finally:
        for task in (stopping, *beside):
            task.cancel()
        await roster.drain()


def connection(pdu_log: PduLog | None, bind: BindSettings) -> Connect:
    """We call the SMSC, or it calls us."""
    return by_settings(bind, None if pdu_log is None else Hooks(on_heard=partial(pdu_log.heard, bind.name)))


async def _keep(roster: Roster) -> None:
    """Go on with what waited for a bind to end, as soon as it has."""
    while True:
        await roster.changed.wait()
        roster.changed.clear()
        roster.begin()


async def _tell(roster: Roster, clock: Clock) -> None:
    while True:
        await clock.sleep(STATE_EVERY_S)
        roster.tell()


async def _look(roster: Roster, operations: Operations, clock: Clock) -> None:
    """See to it, once a second, that the binds are as operations want them."""
    known = True
    while True:
        try:
            wanted = await _ask(roster.wanted, operations)
            known = True
        except Exception as error:  # the journal may be gone for a while: all stays as it is
            if known:
                _log.warning("it can't be read what operations want of the binds", error=type(error).__name__)
            known = False
        else:
            reread, changed = wanted.binds is not roster.wanted.binds, wanted != roster.wanted
            roster.wanted = wanted
            if reread:
                roster.read_files_anew()
            roster.forgive()
            roster.begin()
            if changed:
                roster.tell()
        await clock.sleep(LOOK_EVERY_S)


async def _ask(wanted: Wanted, operations: Operations) -> Wanted:
    """What is wanted now."""
    switches = await operations.switchboard.read()
    wish = switches.get(SETTINGS)
    if operations.reread is not None and wish is not None and wish != wanted.switches.get(SETTINGS):
        try:
            binds = await operations.reread()
            check(binds)
        except Exception as error:  # whatever it is, the binds go on as they are set
            why = str(error) or type(error).__name__
            _log.warning("the settings can't be used, and those before them hold", why=why, by=wish.author)
            wanted = replace(wanted, settings_error=why)
        else:
            _log.info("the settings are read anew", by=wish.author, why=wish.reason)
            for gone in sorted({one.name for one in wanted.binds} - {one.name for one in binds}):
                _log.warning("a bind is gone from the settings: answers that still wait for it wait on", bind=gone)
            wanted = replace(wanted, binds=tuple(binds), settings_error="")
    return replace(wanted, switches=switches)


def check(binds: Sequence[BindSettings]) -> None:
    """Raise BindsDontFit where the binds contradict each other."""
    by_name = {bind.name: bind for bind in binds}
    if len(by_name) < len(binds):
        raise BindsDontFit("two [[smpp.binds]] have the same name; give each its own")
    for bind in binds:
        if found := "; ".join(problems(bind)):
            raise BindsDontFit(f"bind {bind.name!r}: {found}")
        if bind.reply_via is not None:
            _check_reply_via(bind, by_name)
        elif bind.mode == "receiver":
            _log.warning("answers to this bind's texts never leave: name a bind in reply_via", bind=bind.name)


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
