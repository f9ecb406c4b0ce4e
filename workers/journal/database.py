"""The journal's database, opened the way its promises need.

SQLite: WAL, synchronous=FULL (a commit is on disk before it is told), BEGIN IMMEDIATE (a writer waits at its
first line, never in the middle), opened without create, and looked at after each commit: whoever removes the
file under a running process would otherwise see commits succeed into nothing.  Writers of several processes
queue up at a turnstile, a lock on the journal's folder, because SQLite's own waiting is a sleep that grows to
100 ms and serves nobody in turn.

PostgreSQL: what the server ends for a deadlock (40P01), a serialisation failure (40001) or a key that another host has
just put in (23505) is done again.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from workers.journal.clock import Clock, DatabaseClock

T = TypeVar("T")

_BUSY_TIMEOUT_S = 2.0
_AGAIN = ("40P01", "40001", "23505")
"""A deadlock, a serialisation failure; or two hosts put in the same key at once, which neither had found before: a
number's claim, a dial's order, a step's charge.  Who came second sees the first's when it looks again.
"""
_RETRIES = 8
_LOCK_TIMEOUT = "10s"
_UNABLE = (OperationalError, InternalError)
"""Locked, full, gone, read-only: not our statement's fault."""


class JournalUnavailable(Exception):
    """The journal can't commit now: nothing of the transaction holds, unless `in_doubt`.  The cause is chained."""

    def __init__(self, why: str, *, in_doubt: bool = False) -> None:
        super().__init__(why)
        self.in_doubt = in_doubt
        """The server was lost while it committed: it may have, and said so to nobody."""


class Database:
    """One process's way to the journal's database; make it after a fork, never before.

    `create` lets a missing SQLite file be made: only migrations do that.  `clock` replaces the database's.
    """

    def __init__(self, url: str, *, clock: Clock | None = None, create: bool = False) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._database_clock = None if clock or self.is_sqlite else DatabaseClock()
        self.now: Clock = clock or self._database_clock or time.time
        self.path: Path | None = None
        self._turnstile: int | None = None
        self._opening = threading.Lock()
        if self.is_sqlite:
            if not self.url.database or self.url.database == ":memory:":
                raise ValueError("journal.url must name a file: a journal in memory is lost with its process")
            self.path = Path(self.url.database).absolute()
            self._create = create
            self.engine = self._sqlite_engine()
        else:
            connect = {
                "connect_timeout": 5,
                "options": f"-c lock_timeout={_LOCK_TIMEOUT} -c idle_in_transaction_session_timeout=60s",
            }
            self.engine = create_engine(
                self.url, hide_parameters=True, pool_pre_ping=True, pool_size=4, connect_args=connect
            )
            event.listen(self.engine, "handle_error", _without_values)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction that may write and return what it returned, once that is safe on disk.

        `work` may run more than once.  Raises `JournalUnavailable` where the database is locked, full or gone;
        anything else that `work` raises comes through after a rollback.
        """
        for attempt in range(_RETRIES):
            worked = False
            try:
                with self._turn():
                    with self.engine.begin() as connection:
                        if self._database_clock:
                            self._database_clock.measure(connection)
                        done = work(connection)
                        file = connection.info.get("file")
                        worked = True
                    self._same_file(file)
                return done
            except DBAPIError as error:
                if _is_passing(error) and attempt < _RETRIES - 1:
                    continue
                if _is_unable(error):
                    lost = worked and error.connection_invalidated
                    raise JournalUnavailable(self._why(error.orig), in_doubt=lost) from error
                raise
            except (OSError, sqlite3.OperationalError) as error:
                raise JournalUnavailable(self._why(error)) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection to read with; it never waits for a writer on SQLite."""
        try:
            with self.engine.connect().execution_options(reading=True) as connection:
                yield connection
        except DBAPIError as error:
            if _is_unable(error):
                raise JournalUnavailable(self._why(error.orig)) from error
            raise

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        if self._turnstile is not None:
            os.close(self._turnstile)
            self._turnstile = None

    def _sqlite_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", creator=self._connect, hide_parameters=True, poolclass=QueuePool, pool_size=4
        )
        event.listen(engine, "connect", self._remember_file)
        event.listen(engine, "begin", _begin)
        return engine

    def _connect(self) -> sqlite3.Connection:
        path = self.path
        assert path is not None  # noqa: S101 - a SQLite journal has one
        mode = "rwc" if self._create else "rw"
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,  # BEGIN is ours: the driver's own would be a deferred one
            check_same_thread=False,
        )
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "wal_autocheckpoint=4000",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _remember_file(self, _connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        # Of each connection, not of the process: another may have opened the file that took this one's place.
        record.info["file"] = self._file()

    def _why(self, error: BaseException | None) -> str:
        """What the driver says; of a file that isn't there it doesn't say which, nor how to come by it."""
        if self.path is not None and not self.path.exists():
            return f"{error}: {self.path} is not there; `tonegate migrate` makes it"
        return str(error)

    def _file(self) -> tuple[int, int] | None:
        try:
            stat = self.path.stat() if self.path else None
        except OSError:
            return None
        return (stat.st_dev, stat.st_ino) if stat else None

    def _same_file(self, opened: tuple[int, int] | None) -> None:
        if self.path is None or (opened and opened == self._file()):
            return
        self.engine.dispose()
        raise OSError(f"the journal's file {self.path} was removed or replaced under a running process")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self.path is None:
            yield
            return
        with self._opening:  # two threads' first writes would open two, and one be left locked for good
            if self._turnstile is None:
                self._turnstile = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self._turnstile, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._turnstile, fcntl.LOCK_UN)


def _is_passing(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _AGAIN


def _is_unable(error: DBAPIError) -> bool:
    # SQLite says of a file that is no database, or a spoilt one, nothing more precise than DatabaseError.
    return isinstance(error, _UNABLE) or type(error) is DatabaseError or error.connection_invalidated


def _without_values(context: ExceptionContext) -> None:
    # PostgreSQL's DETAIL quotes the row: numbers and texts that must not reach a log (promise 6).
    message = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if message:
        context.original_exception.args = (message,)
        if context.sqlalchemy_exception:
            context.sqlalchemy_exception.args = (message,)


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
