"""What tests of operations' room share: settings with a journal of their own, and that journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.kit.console import settings_in
from workers.journal import Journal
from workers.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return settings_in(tmp_path, sqlite_url)


@pytest.fixture
def journal(sqlite_url: str) -> Iterator[Journal]:
    with Journal(sqlite_url) as journal:
        yield journal
