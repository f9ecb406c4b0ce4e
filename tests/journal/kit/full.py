"""A journal whose disk is full: what has been committed stays, and nothing more is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from sqlalchemy import Connection

from workers.journal import Database, JournalUnavailable


@contextmanager
def full_after(commits: int) -> Iterator[list[None]]:
    """So to the end of the block; yields what stands for the commits that there is still room for."""
    write, left = Database.write, [None] * commits

    def writes(database: Database, work: Callable[[Connection], object]) -> object:
        if not left:
            raise JournalUnavailable("disk full")
        left.pop()
        return write(database, work)

    with mock.patch.object(Database, "write", writes):
        yield left
