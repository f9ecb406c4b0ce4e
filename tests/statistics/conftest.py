"""A journal for each test, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.journals import journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from workers.journal import Database
from workers.journal.statistics.reading import Statistics


@pytest.fixture
def database(journal_url: str) -> Iterator[Database]:  # noqa: F811
    with closing(Database(journal_url)) as database:
        yield database


@pytest.fixture
def statistics(database: Database) -> Statistics:
    return Statistics(database)
