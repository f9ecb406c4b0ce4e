"""What room is left on the disk of a SQLite journal: a commit that finds none fails, and texts stay with their SMSC.

A write that merely begins needs no room, so that who looks at the journal does not see it.  The disk of a PostgreSQL
is its server's, and can't be seen from here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from workers.journal import Database

_COMMITS_NEED = 32 << 20
"""Bytes: the write-ahead log grows to 4000 pages of 4 KiB between two checkpoints, and by each the file may grow by as
much.  With less a commit may fail now."""
_AHEAD = 1 << 30
"""Bytes: hours at 100 messages a second, which take 0.6 KB each with an answer, for somebody to come and make room."""
_AHEAD_PART = 10
"""Of a small disk this part at most, lest it be called scarce from the first day on."""


@dataclass(frozen=True, slots=True)
class Room:
    """On one disk, in bytes."""

    file: Path
    """The journal's."""
    free: int
    whole: int

    @property
    def is_spent(self) -> bool:
        """Whether the next commit may find none."""
        return self.free < _COMMITS_NEED

    @property
    def is_scarce(self) -> bool:
        """Whether it will be spent soon, or is."""
        return self.is_spent or self.free < min(_AHEAD, self.whole // _AHEAD_PART)


def room_beside(database: Database) -> Room | None:
    """Look; None where the journal is a server's or not there, and where its disk doesn't say.  May block."""
    if database.path is None:
        return None
    try:
        return room_of(os.statvfs(database.path), database.path, owner=database.path.stat().st_uid)
    except OSError:
        return None


def room_of(disk: os.statvfs_result, file: Path, *, owner: int) -> Room | None:
    """What a file of this user has left.  Pure."""
    if not disk.f_blocks:  # some file systems of networks know no size
        return None
    # What a file system keeps back for root is there for the journal of a service that runs as root.
    free = disk.f_bavail if owner else disk.f_bfree
    return Room(file, free * disk.f_frsize, disk.f_blocks * disk.f_frsize)
