"""A journal for each test, on both databases, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house.until import PATIENCE_S
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import empty_url, journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from workers.journal import Journal, writer

DEDUPE_S = 120.0


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def journal(journal_url: str, clock: TurnedClock) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url, dedupe_s=DEDUPE_S, clock=clock) as journal:
        yield journal


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is locked out of a SQLite journal waits for as long as the others need, however slow the disk is."""
    monkeypatch.setattr("workers.journal.database._BUSY_TIMEOUT_S", PATIENCE_S)


class _Complaints:
    """In the place of the writer's log."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def error(self, event: str, *what: object) -> None:
        self.heard.append(event % what)


@pytest.fixture(autouse=True, scope="module")
def batches_hold() -> Iterator[None]:
    """No statement is wrong for many rows at once: the writer would do them one by one, which is only slow."""
    complaints, log = _Complaints(), writer._log
    writer._log = complaints
    yield
    writer._log = log
    assert [] == [one for one in complaints.heard if "StatementError" in one]  # other errors are of the rows
