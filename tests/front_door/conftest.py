"""Hosts for the front door's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.front_door.hosts import Host
from tests.journals import sqlite_url  # noqa: F401


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host that isn't up."""
    one = Host(tmp_path)
    yield one
    one.end()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host that is up, for tests that leave it so."""
    one = Host(tmp_path_factory.mktemp("host"))
    try:
        one.up()
        yield one
    finally:
        one.end()
