"""Which bind a deliver_sm goes to: those that serve the short code, or the account, in turn; else it waits.

Round robin over the binds with room in their window.  Whoever finds none waits in line, first come first
served for each wish, and nothing turns meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Wish:
    """What a deliver_sm looks for in a bind."""

    short_code: str | None = None  # a text: a bind whose address range has it
    system_id: str | None = None  # a receipt: a bind of the account that sent the answer


class Receiving(Protocol):
    """What a bind must tell to be routed to."""

    def serves(self, wish: Wish) -> bool:
        """Say whether this bind takes what is wished for."""

    def has_room(self) -> bool:
        """Say whether its window has a free slot."""

    def occupy(self) -> None:
        """Take a slot."""

    def vacate(self) -> None:
        """Give a slot back."""


Bind = TypeVar("Bind", bound=Receiving)


class Routes(Generic[Bind]):
    """The binds that receive, and who waits for one."""

    def __init__(self) -> None:
        self._binds: deque[Bind] = deque()
        self._lines: dict[Wish, deque[asyncio.Future[Bind]]] = {}

    @property
    def binds(self) -> list[Bind]:
        """The binds that receive now."""
        return list(self._binds)

    def add(self, bind: Bind) -> None:
        """A bind came: serve the lines it can."""
        self._binds.append(bind)
        self._serve(bind)

    def remove(self, bind: Bind) -> None:
        """A bind went."""
        if bind in self._binds:
            self._binds.remove(bind)

    async def take(self, wish: Wish) -> Bind:
        """Return a bind with a slot taken, as soon as there is one; give it back with `give_back`."""
        line = self._lines.get(wish)
        if not line:
            for bind in self._binds:
                if bind.has_room() and bind.serves(wish):
                    self._binds.remove(bind)
                    self._binds.append(bind)
                    bind.occupy()
                    return bind
            line = self._lines.setdefault(wish, deque())
        place: asyncio.Future[Bind] = asyncio.get_running_loop().create_future()
        line.append(place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.give_back(place.result())
            raise

    def give_back(self, bind: Bind) -> None:
        """Free a slot, and serve who waits for it."""
        bind.vacate()
        if bind in self._binds:
            self._serve(bind)

    def _serve(self, bind: Bind) -> None:
        for wish in [wish for wish in self._lines if bind.serves(wish)]:
            line = self._lines[wish]
            while line and bind.has_room():
                place = line.popleft()
                if not place.done():
                    bind.occupy()
                    place.set_result(bind)
            if not line:
                del self._lines[wish]
