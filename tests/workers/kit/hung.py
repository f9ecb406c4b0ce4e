"""What hangs: a journal whose writer is stopped, a server that is."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn_taken(folder: Path) -> Iterator[None]:
    """By one who writes to the journal and is stopped: whoever wants to write stands behind him."""
    turnstile = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turnstile)


@contextmanager
def silent_server() -> Iterator[int]:
    """One that is stopped: its kernel still takes connections, and nobody answers; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
