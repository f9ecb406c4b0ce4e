"""Does what the menu engine wants done until there is a screen to show, within the time that a gateway gives.

Promise 1: a screen says that something was taken only after it was committed.  Promise 4: what takes too long to look
up is placed as a message, and its answer goes by text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from channels.ussd import menu as engine
from channels.ussd.menu import Menu, Session, Step
from channels.ussd.ports import Ask, Caller, DialOrder, Lookups, Orders, Place, Placed, Show
from channels.ussd.sessions import Held, StoreGone
from workers.dials.lookups import LookupFailed, LookupRefused
from workers.dials.orders import STEPS_AT_MOST, transaction_of
from workers.dials.placing import KEPT_WITHIN_S
from workers.reception import NotSafe

_EFFECTS_AT_MOST = 20
"""Of one key: a menu that looks up more before it shows anything goes in circles."""
_LOCK_SPARE_S = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Where:
    """One request's place: whose dial, at which step, and until when its screen must be there, by the loop's clock."""

    caller: Caller
    menu: Menu
    dial: str
    step: int
    held: Held
    until: float

    def left_s(self) -> float:
        """Seconds that are left."""
        return max(self.until - asyncio.get_running_loop().time(), 0.0)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request has come to."""

    session: Session
    show: Show
    placed: Placed | None = None
    """The order whose words are on the screen."""


class Effects:
    """The way from the engine to the house."""

    def __init__(self, lookups: Lookups, orders: Orders, *, look_within_s: float, clock: Callable[[], float]) -> None:
        """`clock` is the journal's: prices are told and held by it."""
        self._lookups = lookups
        self._orders = orders
        self._look_within_s = look_within_s
        self._clock = clock

    async def done(self, step: Step, where: Where) -> Shown:
        """Do what is to be done, and return the screen; raises nothing but cancellation."""
        session, effect = step
        placed: Placed | None = None
        for _ in range(_EFFECTS_AT_MOST):
            match effect:
                case Show():
                    return Shown(session, effect, placed)
                case Ask():
                    session, effect = await self._look(session, effect, where)
                case Place(order):
                    placed = await self._place(order, where, within_s=where.left_s())
                    if placed is None:
                        session, effect = engine.not_placed(where.menu, session)
                    else:
                        session, effect = engine.placed(where.menu, session, placed)
        log.error("menu_goes_in_circles", menu=session.menu, screen=session.screen)
        session, effect = engine.late(where.menu, session, by_text=False)
        return Shown(session, effect if isinstance(effect, Show) else Show("", ends=True))

    async def _look(self, session: Session, ask: Ask, where: Where) -> Step:
        within_s = min(self._look_within_s, where.left_s())
        await _prolonged(where.held, within_s + _LOCK_SPARE_S)
        try:
            async with asyncio.timeout(within_s):
                value = await self._lookups.look(ask.function, where.caller, ask.arguments)
        except TimeoutError:
            log.warning("look_late", function=ask.function, within_s=within_s)
            by_text = ask.instead is not None and await self._place(ask.instead, where, within_s=0.0) is not None
            return engine.late(where.menu, session, by_text=by_text)
        except LookupRefused as no:
            return engine.refused(where.menu, session, no.reason, no.text)
        except LookupFailed as error:
            log.warning("look_failed", function=ask.function, reason=str(error))
            return engine.failed(where.menu, session)
        except Exception as error:
            # A fault of ours must not leave him before an empty screen; its words might be his.
            log.error("look_broken", function=ask.function, error=type(error).__name__)
            return engine.failed(where.menu, session)
        return engine.answered(where.menu, session, value, self._clock())

    async def _place(self, order: DialOrder, where: Where, *, within_s: float) -> Placed | None:
        """Keep an order and wait for what becomes of it; None where it is not safe."""
        if where.step > STEPS_AT_MOST:
            return None
        await _prolonged(where.held, within_s + KEPT_WITHIN_S + _LOCK_SPARE_S)
        transaction_id = transaction_of(where.dial, where.step)
        try:
            return await self._orders.place(order, where.caller, transaction_id, where.dial, within_s=within_s)
        except NotSafe as error:
            log.warning("dial_not_safe", transaction_id=transaction_id, error=str(error))
            return None


async def _prolonged(held: Held, seconds: float) -> None:
    try:
        await held.prolong(seconds)
    except StoreGone as error:
        log.warning("sessions_gone", error=str(error))  # the screen can be shown all the same, if it is the last one
