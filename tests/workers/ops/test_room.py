"""What is left on the disk of a SQLite journal: told in time, and never where there is nothing to fear."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.journals import sqlite_url  # noqa: F401 - a fixture
from workers.journal import Database
from workers.ops.room import Room, room_beside, room_of

FILE = Path("/var/lib/tonegate.db")
MIB, GIB = 1 << 20, 1 << 30
ROOT, SERVICE = 0, 998


@pytest.mark.parametrize(
    ("spent", "scarce", "free", "whole"),
    [
        (False, False, 75 * GIB, 250 * GIB),
        (False, False, GIB, 250 * GIB),
        (False, True, GIB - 1, 250 * GIB),
        (False, True, 32 * MIB, 250 * GIB),
        (True, True, 32 * MIB - 1, 250 * GIB),
        (True, True, 0, 250 * GIB),
        (False, False, 200 * MIB, GIB),  # a small disk, half empty, is none that is nearly full
        (False, True, 100 * MIB, GIB),
        (True, True, 20 * MIB, 100 * MIB),
    ],
)
def test_room_is_spent_where_a_commit_may_fail_and_scarce_before(
    spent: bool, scarce: bool, free: int, whole: int
) -> None:
    room = Room(FILE, free, whole)
    assert (spent, scarce) == (room.is_spent, room.is_scarce)


def disk(*, blocks: int, free: int, available: int) -> os.statvfs_result:
    return os.statvfs_result((4096, 4096, blocks, free, available, 0, 0, 0, 0, 255))


@pytest.mark.parametrize(("expected", "owner"), [(7, ROOT), (2, SERVICE)])
def test_what_is_kept_back_for_root_is_room_for_root_alone(expected: int, owner: int) -> None:
    assert Room(FILE, expected * 4096, 100 * 4096) == room_of(disk(blocks=100, free=7, available=2), FILE, owner=owner)


def test_a_file_system_that_tells_no_size_is_not_called_full() -> None:
    assert room_of(disk(blocks=0, free=0, available=0), FILE, owner=SERVICE) is None


def test_the_disk_of_the_journals_file_is_looked_at(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    with closing(Database(sqlite_url)) as database:
        room = room_beside(database)
        assert room
        seen = os.statvfs(tmp_path)
        assert (database.path, seen.f_blocks * seen.f_frsize) == (room.file, room.whole)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/tonegate.db", "postgresql+psycopg://tonegate@/tonegate"])
def test_where_there_is_no_file_nothing_is_said_of_its_disk(url: str) -> None:
    with closing(Database(url)) as database:
        assert room_beside(database) is None
