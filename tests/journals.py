"""Fixtures for whoever needs a journal: `journal_url` gives a fresh migrated one, on SQLite and on PostgreSQL in turn.

A conftest imports the names it wants:  from tests.journals import journal_url, sqlite_url  # noqa: F401
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import cluster_of
from workers.journal import migrate

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql))

_MIGRATED = pytest.StashKey[Path]()


def _migrated_file(config: pytest.Config, folders: pytest.TempPathFactory) -> Path:
    if _MIGRATED not in config.stash:
        file = folders.mktemp("migrated") / "journal.db"
        migrate(f"sqlite:///{file}")
        config.stash[_MIGRATED] = file
    return config.stash[_MIGRATED]


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A fresh migrated journal in a file."""
    file = tmp_path / "journal.db"
    shutil.copyfile(_migrated_file(request.config, tmp_path_factory), file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated journal without a row on the session's PostgreSQL; mark the test `postgresql`."""
    with cluster_of(request.config).journal() as url:
        yield url


@pytest.fixture(params=BOTH)
def journal_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated journal: the same test on both databases."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where no journal has been made yet, on both databases."""
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'journal.db'}"
        return
    with cluster_of(request.config).database(migrated=False) as url:
        yield url
