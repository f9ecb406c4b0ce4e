"""A host: its settings, its processes and its journal."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis

from tests.house.core import Core
from tests.house.process import ROOT, Running
from tests.house.until import PATIENCE_S, until
from tests.ports import free_port
from workers.embedded import redis_url, remove_socket
from workers.journal import Database, Filter, JournalUnavailable, Reader, Search, migrate
from workers.settings import load

CORE_PASSWORD = "Kornblume-77"
SMSC_PASSWORD = "sesam-42"
_SETTINGS: dict[str, dict[str, object]] = {
    "journal": {"url": "sqlite:///journal.db"},
    "core": {"account": "tonegate", "password": "file:core.password", "timeout_s": 1.0, "settle_s": 1.2},
    # A worker that is dead is known to be so at once; one that a busy machine has let stand is not to lose its rows.
    "worker": {"processes": 2, "lease_s": 60.0, "sweep_s": 0.2},
    "sandbox": {"url": "sqlite:///sandbox.db"},
    # Most tests are about something else: theirs says so where a yes is asked for.
    "consent": {"open": "none", "order": "none", "gift": "none", "copy": "none"},
}
PATIENT_CORE: dict[str, object] = {"timeout_s": 60.0, "settle_s": 60.5}
"""Of `[core]`, where nobody is killed in a call and all it does is answer: a loaded machine is no late core."""
_BIND: dict[str, object] = {
    "name": "main",
    "system_id": "tonegate",
    "password": "file:smsc.password",
    "window": 50,
    "rate_per_s": 1000.0,
    "response_s": 60.0,
    "ack_within_s": 30.0,  # a journal that a busy machine keeps waiting is not away
}


class House:
    """Everything of a host but the SMSC, which listens on `smsc_port`.

    `settings` are further keys by table, `programs` are Python files to run in place of the front door, by the name
    of the process: small programs of a test's own that make something go wrong inside.  `environ` are variables.
    """

    def __init__(
        self,
        folder: Path,
        smsc_port: int,
        settings: Mapping[str, Mapping[str, object]] | None = None,
        programs: Mapping[str, Path] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        core_port = free_port()
        own = {name: table for name, table in (settings or {}).items() if name != "bind"}
        tables = {name: {**_SETTINGS.get(name, {}), **own.get(name, {})} for name in _SETTINGS | own}
        tables["core"]["url"] = f"http://127.0.0.1:{core_port}/usdp"
        bind = {**_BIND, "port": smsc_port, **(settings or {}).get("bind", {})}
        (folder / "core.password").write_text(CORE_PASSWORD)
        (folder / "smsc.password").write_text(SMSC_PASSWORD)
        self.file = folder / "tonegate.toml"
        self.file.write_text("".join(_table(f"[{name}]", table) for name, table in tables.items()))
        with self.file.open("a") as file:
            file.write(_table("[[smpp.binds]]", bind))
        self.settings = load(self.file, {})
        self.core = Core(core_port, folder / "sandbox.db")
        self._programs = programs or {}
        self._environ = environ or {}
        self.redis = self._process("redis", "redis")
        self.sandbox = self._process("sandbox", "sandbox", "--listen", f"127.0.0.1:{core_port}")
        self.interactive = self._process("interactive", "worker", "--queues", "interactive", "--processes", "1")
        self.worker = self._process("worker", "worker", "--queues", "orders,bulk")
        self.listener = self._process("listener", "smpp")
        self.processes = (self.redis, self.sandbox, self.interactive, self.worker, self.listener)

    def _process(self, name: str, *words: str) -> Running:
        words = ("--config", str(self.file), *words)
        return Running(name, words, self.folder, self._programs.get(name), self._environ)

    async def __aenter__(self) -> Self:
        try:
            migrate(self.settings.journal.url)
            for process in self.processes:
                process.start()
            await until(self.core.is_up, "the sandbox is up")
            await self.core.password(CORE_PASSWORD)
            await until(self.redis_answers, "Redis is up")
        except BaseException:
            self._end()
            self.show_logs()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._end)
        self.show_logs()

    def _end(self) -> None:
        for process in reversed(self.processes):
            process.end()
        remove_socket(self.settings)

    def show_logs(self) -> None:
        """Print the end of every log: pytest shows it where the test has failed."""
        for process in self.processes:
            if process.log.exists():
                lines = process.log.read_text(errors="replace").splitlines()
                print(f"--- {process.log} ({len(lines)} lines)", *lines[-25:], sep="\n")

    def start_what_died(self) -> None:
        """What the supervisor of `tonegate up` does: a worker, for one, ends when its children die at their start."""
        for process in self.processes:
            if not process.alive:
                process.start()

    def redis_answers(self) -> bool:
        """Whether Redis can be reached."""
        client = redis.Redis.from_url(redis_url(self.settings), socket_timeout=1.0)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def messages(self) -> list[dict[str, Any]]:
        """Every row of the inbox, the newest first."""
        rows: list[dict[str, Any]] = self._read(lambda database: Search(database).page(Filter(), limit=1_000_000).rows)
        return rows

    def unfinished(self) -> list[str]:
        """What waits in inbox and outbox, for people; nothing where all is done."""
        depths = self._read(lambda database: Reader(database).depths())
        return [f"{depth.box} {depth.name} {depth.state}: {depth.count}" for depth in depths]

    def finished(self) -> bool:
        """Whether the journal has nothing left to do."""
        try:
            return not self.unfinished()
        except JournalUnavailable:
            return False

    def life(self, identity: str) -> Any:
        """A message with its answers and its history."""
        return self._read(lambda database: Reader(database).life(identity))

    def _read(self, look: Any) -> Any:
        database = Database(self.settings.journal.url)
        try:
            return look(database)
        finally:
            database.close()

    def hold_journal(self) -> sqlite3.Connection:
        """Take the write lock of the journal's database until the connection is closed, as a backup tool might."""
        connection = sqlite3.connect(self.folder / "journal.db", isolation_level=None, timeout=PATIENCE_S)
        connection.execute("BEGIN IMMEDIATE")
        return connection

    async def tonegate(self, *words: str) -> tuple[int, Any]:
        """Run a command of the front door with --json; its exit code and what it printed."""
        argv = [sys.executable, "-m", "tonegate", "--config", str(self.file), *words, "--json"]
        done = await asyncio.to_thread(
            subprocess.run, argv, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)


def _table(head: str, values: Mapping[str, object]) -> str:
    return "\n".join([head, *(f"{name} = {json.dumps(value)}" for name, value in values.items())]) + "\n\n"
