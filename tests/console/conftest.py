"""Users for consoles, with passwords hashed quickly: on purpose a real one takes its time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.console.kit.console import NAMES, PASSWORD, settings_in
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from workers.ops.users import Users
from workers.settings import Settings

SettingsOf = Callable[..., Settings]
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="session")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of three users, one of each role."""
    file = tmp_path_factory.mktemp("users") / "users.json"
    for name, role in NAMES.items():
        Users(file, hasher=QUICK).add(name, role, PASSWORD)
    return file


@pytest.fixture
def settings_of(tmp_path: Path, sqlite_url: str, users_file: Path) -> SettingsOf:  # noqa: F811
    """Settings with users of its own, a copy, and further keys of [console]."""
    shutil.copy(users_file, tmp_path / "users.json")
    return lambda **console: settings_in(tmp_path, sqlite_url, **{"users": "users.json", **console})


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()
