"""What takes too long to answer, and how to look further: who holds a SQLite journal, what a server waits for."""

from __future__ import annotations

import sqlite3

from workers.embedded import is_embedded, socket_path
from workers.journal import Database, JournalUnavailable
from workers.settings import Settings

_TOO_LATE = ("55P03", "57014")
"""PostgreSQL's lock_not_available and query_canceled (Appendix A): what it says of a wait that took too long."""


def is_held_up(error: JournalUnavailable) -> bool:
    """Whether the journal may well be there: somebody else holds it, or its server takes too long."""
    cause = getattr(error.__cause__, "orig", error.__cause__)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY  # beyond the byte it says of what
    # The driver is an extra, not there where the journal is a file: its class goes by its name.
    return getattr(cause, "sqlstate", None) in _TOO_LATE or type(cause).__name__ == "ConnectionTimeout"


def further_at_journal(database: Database) -> str:
    """A sentence for whoever has to find out."""
    if database.path is None:
        return (
            "See whether its server is stopped or waits for its disk, the network on the way, and what it waits for:"
            " `SELECT pid, state, wait_event, query FROM pg_stat_activity`."
        )
    return (
        f"`lslocks` shows which process holds {database.path}, a file beside it or its folder for writing:"
        " see whether that one is stopped, or waits for its disk."
    )


def further_at_redis(settings: Settings) -> str:
    """A sentence for whoever has to find out."""
    if is_embedded(settings):
        return (
            f"`fuser -v {socket_path(settings)}` shows its process: see whether it is stopped, or waits for its disk."
        )
    return "See whether the server of [redis] url is stopped or waits for its disk, and the network on the way."
