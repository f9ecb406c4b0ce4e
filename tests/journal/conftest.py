"""A journal for each test, on both databases, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import empty_url, journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from workers.journal import Journal

DEDUPE_S = 120.0


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def journal(journal_url: str, clock: TurnedClock) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url, dedupe_s=DEDUPE_S, clock=clock) as journal:
        yield journal
