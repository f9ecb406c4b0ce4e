"""What operations want of binds: on or off, and the settings read anew; who wants it and why.

It stands in the journal, not in Redis, so that it outlives the listener it is told to, holds for one that isn't up
yet, and reaches every host.  A generation counts each wish: a listener says which one it has come up to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from workers.journal import deeds
from workers.journal.database import Database
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.tables import bind_switches

SETTINGS = "*"
"""The row whose generation counts the re-readings of the settings: no bind can be called so."""
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Switch:
    """The last wish about one bind, or about the settings."""

    bind: str
    on: bool
    generation: int
    """From 1, one more for each wish; a bind that nobody ever switched has none, which counts as 0."""
    author: str
    reason: str
    at: float


class Switches:
    """The switches of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> dict[str, Switch]:
        """Every wish by its bind; the settings' under `SETTINGS`."""
        with self._database.read() as connection:
            rows = connection.execute(select(bind_switches)).all()
        return {
            row.bind: Switch(row.bind, row.wanted == ON, row.generation, row.author, row.reason, row.at) for row in rows
        }

    def turn(self, binds: Sequence[str], *, on: bool, author: str, reason: str) -> dict[str, int]:
        """Want these binds on or off, all in one transaction; returns each one's new generation."""
        wanted = ON if on else OFF
        return self._database.write(
            # in one order, so that two who switch the same binds don't wait for each other's rows
            lambda connection: {
                bind: self._wish(connection, bind, wanted, author, reason) for bind in sorted(set(binds))
            }
        )

    def reread(self, *, author: str, reason: str) -> int:
        """Want the settings read anew; returns the generation by which a listener says that it has done so."""
        return self._database.write(lambda connection: self._wish(connection, SETTINGS, ON, author, reason))

    def _wish(self, connection: Connection, bind: str, wanted: str, author: str, reason: str) -> int:
        said = {"wanted": wanted, "author": author[:96], "reason": reason, "at": self._database.now()}
        insert = INSERT_BY_DIALECT[connection.dialect.name]
        generation = connection.execute(
            insert(bind_switches)
            .values(bind=bind, generation=1, **said)
            .on_conflict_do_update(
                index_elements=[bind_switches.c.bind], set_={**said, "generation": bind_switches.c.generation + 1}
            )
            .returning(bind_switches.c.generation)
        ).scalar_one()
        deeds.note(connection, self._database.now(), "switched", author, what=_said(bind), wanted=wanted, reason=reason)
        return int(generation)


def _said(bind: str) -> str:
    """As people call it: a bind by its name, a channel or the core by theirs, else the settings."""
    return bind.lstrip("*") or "settings"
