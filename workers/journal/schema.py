"""The journal's schema: brought to the newest by `migrate`, looked at by whoever starts."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from workers.journal.database import Database, JournalUnavailable

NEWEST = "0014"
"""The revision this version of Tonegate works with: the last of `migrations`.

Said here, too, because every process looks whether the schema fits, and to ask Alembic is to load it and every script.
"""


class NotMigrated(JournalUnavailable):
    """The schema is missing, older or newer than this version of Tonegate; `tonegate migrate` mends the first two."""


def migrate(url: str) -> str:
    """Bring the journal at `url` to the newest schema, making a SQLite file where there is none; return it.

    Raises `NotMigrated` where a newer version has been here, and `JournalUnavailable`.
    """
    database = Database(url, create=True)
    if database.path:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return database.write(_brought_up)
    finally:
        database.close()


def _brought_up(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7405021)")  # one migrator at a time
    found = _revision(connection)
    _require_known(found)
    if found != NEWEST:
        from workers.journal.migrating import upgrade  # noqa: PLC0415 - it loads Alembic

        upgrade(connection)
    return str(_revision(connection))


def require_newest(database: Database) -> None:
    """Raise `NotMigrated` unless the schema is the one this version works with."""
    with database.read() as connection:
        found = _revision(connection)
    _require_known(found)
    if found != NEWEST:
        raise NotMigrated(
            f"the journal's schema is {found or 'missing'}, this version needs {NEWEST}: run `tonegate migrate`"
        )


def _require_known(found: str | None) -> None:
    """Raise `NotMigrated` where a newer version of Tonegate has been here."""
    if found and found.isdecimal() and found > NEWEST:  # four digits, in the order of their making
        raise NotMigrated(
            f"the journal's schema is {found}, which this version of Tonegate, that goes to {NEWEST}, does not know:"
            " install the newer version on this host, too"
        )


def _revision(connection: Connection) -> str | None:
    """What Alembic has noted; None in a database that it never saw."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
