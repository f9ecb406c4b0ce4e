"""A PostgreSQL of one's own for a test session, made with this machine's programs and ended with the session.

Its programs refuse to run as root; as root they run as the user `postgres`.  Nothing is kept, so nothing is flushed.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.parts import lacking
from workers.journal import migrate
from workers.journal.schema import NEWEST
from workers.journal.tables import metadata

_TEMPLATE = "migrated"
_TURN = "statistics_turn"
"""Its one row is made by a migration, and never again."""
_START_WITHIN_S = 240.0
_LEAVES_WITHIN_MS = 240_000
"""PostgreSQL itself waits for five seconds until a database is left alone; on a busy machine that is too short."""
_SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=60", "shared_buffers=16MB")


class Cluster:
    """A running server, on a socket in a folder of its own; a new database is a copy of a migrated one."""

    def __init__(self, programs: Path) -> None:
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="tonegate-pg-"))
        self._made = 0
        self._idle: list[str] = []
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        data, log = self._folder / "data", self._folder / "log"
        try:
            made = subprocess.run(
                [programs / "initdb", "-D", data, "-U", "tonegate", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
                user=self._user, cwd=self._folder, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if made.returncode:
                raise RuntimeError(f"initdb failed: {made.stderr}")
            settings = [word for setting in _SETTINGS for word in ("-c", setting)]
            with log.open("wb") as output:
                self._server = subprocess.Popen(
                    [programs / "postgres", "-D", data, "-k", self._folder, *settings],
                    user=self._user, cwd=self._folder, stdout=output, stderr=output, start_new_session=True,
                )  # fmt: skip
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        try:
            self._wait(log)
            self._execute(f"CREATE DATABASE {_TEMPLATE}")
            migrate(self.url(_TEMPLATE))
            self._clear(_TEMPLATE)
            self._emptying = _emptying()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str) -> str:
        """Return a database's address, for SQLAlchemy."""
        return f"postgresql+psycopg://tonegate@/{database}?host={self._folder}"

    @contextlib.contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """Make a database and give its address; it is dropped with whoever is still connected."""
        self._made += 1
        name = f"journal_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else 'template0'}")
        try:
            yield self.url(name)
        finally:
            self._clear(name)
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.contextmanager
    def journal(self) -> Iterator[str]:
        """Give a migrated database without a row; it is emptied and used again, since making one takes long."""
        if not self._idle:
            self._made += 1
            self._idle.append(f"journal_{self._made}")
            self._execute(f"CREATE DATABASE {self._idle[0]} TEMPLATE {_TEMPLATE}")
        name = self._idle.pop()
        yield self.url(name)
        self._execute(self._emptying, name)
        self._idle.append(name)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _clear(self, database: str) -> None:
        """End whoever is connected, and return once they are gone."""
        self._execute(
            f"SELECT pg_terminate_backend(pid, {_LEAVES_WITHIN_MS}) FROM pg_stat_activity WHERE datname = '{database}'"
        )

    def _execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(host=str(self._folder), user="tonegate", dbname=database, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + _START_WITHIN_S
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}") from None
                time.sleep(0.02)  # a process that starts can't be waited for otherwise


def _emptying() -> str:
    """What empties a journal: most tests have rows in few tables, and to truncate one takes long, rows or not."""
    tables = ", ".join(f"'{table}'" for table in metadata.tables if table != _TURN)
    return f"""
        DO $$
        DECLARE one text; filled text[]; is_filled boolean;
        BEGIN
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid != pg_backend_pid();
            FOREACH one IN ARRAY ARRAY[{tables}] LOOP
                EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO is_filled;
                IF is_filled THEN filled := filled || quote_ident(one); END IF;
            END LOOP;
            IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || array_to_string(filled, ', '); END IF;
            FOR one IN SELECT format('%I', sequencename) FROM pg_sequences WHERE last_value IS NOT NULL LOOP
                EXECUTE 'ALTER SEQUENCE ' || one || ' RESTART';
            END LOOP;
            UPDATE {_TURN} SET counted_at = NULL;
            UPDATE alembic_version SET version_num = '{NEWEST}';
        END $$"""


_CLUSTER = pytest.StashKey[Cluster]()


def cluster_of(config: pytest.Config) -> Cluster:
    """Return the session's server, started when first asked for; ends the test where it can't be."""
    if _CLUSTER not in config.stash:
        config.stash[_CLUSTER] = cluster = Cluster(_programs())
        config.add_cleanup(cluster.stop)
    return config.stash[_CLUSTER]


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name.zfill(4))
    on_path = shutil.which("initdb")
    folders = [*reversed(versions), *([Path(on_path).resolve().parent] if on_path else [])]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    lacking("PostgreSQL's initdb and postgres are not installed")
    raise AssertionError("unreachable: lacking ends the test")
