"""The journal's schema: brought to the newest by `migrate`, looked at by whoever starts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from workers.journal.database import Database, JournalUnavailable


class NotMigrated(JournalUnavailable):
    """The schema is missing, older or newer than this version of Tonegate; `tonegate migrate` mends the first two."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def newest() -> str:
    """Return the revision this version of Tonegate works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def migrate(url: str) -> str:
    """Bring the journal at `url` to the newest schema, making a SQLite file where there is none; return it."""
    database = Database(url, create=True)
    if database.path:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        database.write(_upgrade)
    finally:
        database.close()
    return newest()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7405021)")  # one migrator at a time
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def require_newest(database: Database) -> None:
    """Raise `NotMigrated` unless the schema is the one this version works with."""
    with database.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != newest():
        raise NotMigrated(
            f"the journal's schema is {found or 'missing'}, this version needs {newest()}: run `tonegate migrate`"
        )
