"""What hangs: a journal whose writer is stopped, a server that is, a name server that doesn't answer."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from unittest import mock


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


def unanswered(name: str, asked: Callable[[], object], over: Event) -> Callable[..., Any]:
    """In the place of `socket.getaddrinfo`: as that waits for a name server that never answers for `name`.

    `asked` is called as soon as somebody waits, until `over`.  The system's own gives up after 10 to 30 s, and where
    its name servers are stands in a file of the machine's; what waits for a thread is the same.
    """
    system = socket.getaddrinfo

    def getaddrinfo(host: str | None, *rest: Any, **named: Any) -> Any:
        if host != name:
            return system(host, *rest, **named)
        asked()
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    return getaddrinfo


@contextmanager
def silent_name_server(name: str, asked: Callable[[], object] = lambda: None) -> Iterator[None]:
    """One that answers nobody who asks this process for `name`, to the end of the block."""
    over = Event()
    with mock.patch.object(socket, "getaddrinfo", unanswered(name, asked, over)):
        try:
            yield
        finally:
            over.set()
