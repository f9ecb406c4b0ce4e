"""The schema: made from nothing, the same as the tables say, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from workers.journal import Database, Journal, JournalUnavailable, NotMigrated, migrate
from workers.journal.schema import newest
from workers.journal.tables import metadata


def test_migrating_from_nothing_makes_exactly_the_tables(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [] == compare_metadata(context, metadata)
        found = {index["name"] for table in metadata.tables for index in inspect(connection).get_indexes(table)}
    database.close()
    assert found >= {index.name for table in metadata.tables.values() for index in table.indexes}


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    assert newest() == migrate(empty_url)
    assert newest() == migrate(empty_url)
    with Journal(empty_url) as journal:
        journal.require_newest()


def test_a_journal_that_was_never_migrated_says_how_to_mend_it(empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "journal.db").touch()  # on SQLite a file must be there to be looked at
    with Journal(empty_url) as journal, pytest.raises(NotMigrated, match=r"missing.*run `tonegate migrate`"):
        journal.require_newest()


def test_a_journal_of_another_version_says_how_to_mend_it(journal_url: str) -> None:
    with Journal(journal_url) as journal:
        journal.database.write(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num='x'"))
        )
        with pytest.raises(NotMigrated, match=f"is x, this version needs {newest()}"):
            journal.require_newest()


def test_a_journal_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with Journal(f"sqlite:///{tmp_path / 'none.db'}") as journal, pytest.raises(JournalUnavailable):
        journal.require_newest()
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_journal_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must name a file"):
        Journal(url)
