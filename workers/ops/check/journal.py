"""Whether the journal can be written, and what room is left on its disk; either may hang, and is asked once then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.filesize import decimal

from workers.journal import Database, JournalUnavailable, NotMigrated
from workers.journal.schema import require_newest
from workers.ops.apart import SingleFlight, apart
from workers.ops.hanging import further_at_journal, is_held_up
from workers.ops.line import Line
from workers.ops.names import Names, host_of
from workers.ops.room import Room
from workers.ops.verdict import scarce


class Journal:
    """The database of the journal."""

    def __init__(self, url: str, names: Names, patience_s: float) -> None:
        self._named = Database(url)
        """Never opened: for what can be said of it."""
        self._names = names
        self._patience_s = patience_s
        self._asking = SingleFlight(lambda: apart(lambda: _journal(url)))

    async def look(self) -> list[Line]:
        """Whether it is migrated and can be written."""
        trouble = asyncio.ensure_future(self._names.trouble(host_of(self._named), "[journal] url"))
        try:
            return await self._asking.within(self._patience_s)
        except TimeoutError:
            if unnamed := await trouble:
                return [Line("journal", False, unnamed.found, unnamed.mend)]
            found = f"{self._named.url.render_as_string()} does not answer within {self._patience_s:g} s"
            return [Line("journal", False, found, further_at_journal(self._named))]


def _journal(url: str) -> list[Line]:
    try:
        database = Database(url)
        try:
            require_newest(database)
            database.write(lambda _: None)
        finally:
            database.close()
    except NotMigrated as error:
        return [Line("journal", False, str(error))]  # it says how it is mended
    except JournalUnavailable as error:
        if is_held_up(error):
            return [Line("journal", False, str(error), further_at_journal(database))]
        mend = "run `tonegate migrate`" if database.path and not database.path.exists() else ""
        return [Line("journal", False, str(error), mend or "see that the database runs and [journal] url is right")]
    return [Line("journal", True, f"{database.url.render_as_string()} is migrated and can be written")]


class Disk:
    """The disk that the journal's file is on; nothing is said of a server's."""

    def __init__(self, url: str, room: Callable[[Database], Room | None], patience_s: float) -> None:
        self._named = Database(url)
        """Never opened: for where it is."""
        self._patience_s = patience_s
        self._asking = SingleFlight(lambda: apart(lambda: room(self._named)))

    async def look(self) -> list[Line]:
        """What room is left; wrong where it is too little."""
        try:
            room = await self._asking.within(self._patience_s)
        except TimeoutError:
            found = f"the disk of {self._named.path} does not answer within {self._patience_s:g} s"
            return [Line("disk", False, found, "see what it is on, and whether that is mounted and can be reached")]
        if room is None:
            return []
        if concern := scarce(room):
            return [Line("disk", not concern.urgent, concern.what, concern.mend)]
        return [Line("disk", True, f"{decimal(room.free)} of {decimal(room.whole)} are left beside the journal")]
