"""A dial driven by hand or by a script: the engine, with somebody who answers what it asks and takes what it places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from channels.ussd.menu import engine, returning
from channels.ussd.menu.entering import Step
from channels.ussd.menu.model import Menu
from channels.ussd.menu.session import Session
from channels.ussd.ports import Ask, Caller, Place, Show
from workers.dials import DialOrder, Placed
from workers.dials.lookups import LookupFailed, LookupRefused


class TooLate(Exception):
    """An answer that doesn't come in time."""


class Peer(Protocol):
    """What stands behind the screens."""

    async def look(self, function: str, caller: Caller, arguments: Mapping[str, str]) -> Any:
        """Return the answer; raises LookupRefused, LookupFailed or TooLate."""
        ...

    async def place(self, order: DialOrder, caller: Caller) -> Placed: ...


@dataclass
class Driver:
    """One subscriber's dials of one menu."""

    menu: Menu
    caller: Caller
    peer: Peer
    clock: Callable[[], float]
    screen_chars: int = 160
    session: Session | None = None
    placed: list[DialOrder] = field(default_factory=list)
    """What was confirmed by the last step, and what was asked by text in the place of a late answer."""

    async def dial(self, typed: str = "") -> Show:
        """Dial, with what stands behind the service code; a dial that was dropped is taken up as the menu says."""
        if self.session:
            step = engine.resumed(self.menu, self.session, self.caller, typed=typed, screen_chars=self.screen_chars)
        else:
            step = engine.begin(self.menu, self.caller, typed=typed, screen_chars=self.screen_chars)
        return await self._to_screen(step)

    async def push(self, screen: str, variables: Mapping[str, Any]) -> Show:
        """Be called by the network."""
        step = engine.begin(self.menu, self.caller, screen=screen, variables=variables, screen_chars=self.screen_chars)
        return await self._to_screen(step)

    async def reply(self, typed: str) -> Show:
        """Press keys; a dial must be open."""
        if self.session is None:
            raise ValueError("no dial is open")
        return await self._to_screen(engine.reply(self.menu, self.session, typed))

    async def _to_screen(self, first: Step) -> Show:
        self.placed = []
        session, effect = first
        while not isinstance(effect, Show):
            # As a store would keep it: whatever is lost on the way is lost here, too.
            session = Session.from_json(session.to_json())
            step = self._ask(session, effect) if isinstance(effect, Ask) else self._place(session, effect)
            session, effect = await step
        self.session = None if effect.ends else Session.from_json(session.to_json())
        return effect

    async def _ask(self, session: Session, ask: Ask) -> Step:
        try:
            value = await self.peer.look(ask.function, self.caller, ask.arguments)
        except LookupRefused as no:
            return returning.refused(self.menu, session, no.reason, no.text)
        except LookupFailed:
            return returning.failed(self.menu, session)
        except TooLate:
            if ask.instead:
                self.placed.append(ask.instead)
            return returning.late(self.menu, session, by_text=ask.instead is not None)
        return returning.answered(self.menu, session, value, self.clock())

    async def _place(self, session: Session, place: Place) -> Step:
        self.placed.append(place.order)
        return returning.placed(self.menu, session, await self.peer.place(place.order, self.caller))
