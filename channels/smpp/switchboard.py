"""What the listener needs to know of what operations want: by shape, and over the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from workers.journal.database import Database
from workers.journal.switches import SETTINGS, Switch, Switches
from workers.settings import BindSettings

__all__ = ["SETTINGS", "AllOn", "JournalSwitchboard", "Reread", "Switch", "Switchboard"]

Reread = Callable[[], Awaitable[Sequence[BindSettings]]]
"""The binds as the settings file has them now; what it raises says why they can't be used."""


class Switchboard(Protocol):
    """Where it stands what operations want of each bind."""

    async def read(self) -> Mapping[str, Switch]:
        """Every wish, by bind, and that about the settings under `SETTINGS`; raises where it can't be known now."""
        ...


class AllOn:
    """Nobody wants anything: every bind is on."""

    async def read(self) -> Mapping[str, Switch]:
        return {}


class JournalSwitchboard:
    """The journal's, read in a thread: a database that hangs holds up no bind."""

    def __init__(self, database: Database) -> None:
        self._switches = Switches(database)

    async def read(self) -> Mapping[str, Switch]:
        return await asyncio.to_thread(self._switches.read)
