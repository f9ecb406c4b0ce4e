"""One `tonegate up` to a journal: two would start two of every sender and two embedded servers on one folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyUpError(Exception):
    """Another process holds the lock."""


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Hold `file` locked (flock) within; raises `AlreadyUpError` if another process does.

    The lock is the kernel's and ends with its holder, so a file left by kill -9 locks nobody out; a clean end takes the
    file away.  Children don't inherit it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = _locked(file)
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(handle)


def _locked(file: Path) -> int:
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode(errors="replace").strip()
            os.close(handle)
            raise AlreadyUpError(f"process {holder or 'unknown'} holds {file}") from None
        try:
            if os.stat(file).st_ino == os.fstat(handle).st_ino:
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)  # the former holder took the file away between our opening and locking it
