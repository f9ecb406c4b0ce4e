"""What operations have paused: a channel, or all calls to the core; who, when and why.

A pause is a switch like a bind's, so that it outlives every process and holds on every host.  A paused channel takes
nothing new: the SMSC is told to keep it, a screen says that it was not taken.  What was taken before goes on to its
end, and what the SMSC brings again still finds its first one.  While the core is paused rows wait and use up no
attempt, as they do while it is down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from workers.journal.database import Database, JournalUnavailable
from workers.journal.switches import OFF, Switches
from workers.journal.tables import bind_switches

CORE = "core"
CHANNELS = ("sms", "ussd")
NAMES = (CORE, *CHANNELS)
_KEYS = {name: f"*{name}" for name in NAMES}
"""As switches: no bind can be called so."""


class ChannelPaused(JournalUnavailable):
    """Operations have paused the channel: the message is to be kept by whoever brought it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause in force."""

    name: str
    """One of `NAMES`."""
    author: str
    reason: str
    at: float


class Holds:
    """The pauses of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._switches = Switches(database)

    def read(self) -> dict[str, Hold]:
        """The pauses in force, by name."""
        switches = self._switches.read()
        found = {name: switches[key] for name, key in _KEYS.items() if key in switches}
        return {name: Hold(name, one.author, one.reason, one.at) for name, one in found.items() if not one.on}

    def turn(self, names: Sequence[str], *, on: bool, author: str, reason: str) -> None:
        """Pause (`on` is False) or go on, all in one transaction."""
        self._switches.turn([_KEYS[name] for name in names], on=on, author=author, reason=reason)

    def core_is_held(self) -> bool:
        """Whether no call to the core is to be made: asked again and again, one row by its key."""
        with self._database.read() as connection:
            return bool(_off(connection, (CORE,)))


def paused_channels(connection: Connection) -> frozenset[str]:
    """The channels that take nothing new, as this transaction sees it."""
    return frozenset(_off(connection, CHANNELS))


_OFF = select(bind_switches.c.bind).where(
    bind_switches.c.bind.in_(bindparam("keys", expanding=True)), bind_switches.c.wanted == OFF
)
"""Made once: every message that comes asks it."""


def _off(connection: Connection, names: Sequence[str]) -> list[str]:
    keys = {_KEYS[name]: name for name in names}
    return [keys[key] for key in connection.scalars(_OFF, {"keys": list(keys)})]
