"""One process of a house: started, killed, started again; everything it says goes to a file."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.forked import Forked
from tests.house.until import PATIENCE_S

ROOT = Path(__file__).parents[2]


class Running:
    """A process and all that it starts: the front door, or a Python file in its place, run anew by each `start`."""

    def __init__(
        self,
        name: str,
        words: Sequence[str],
        folder: Path,
        program: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`environ` are variables besides those that the tests run with."""
        self.name = name
        self._environ = dict(environ or {})
        self._words, self._program = list(words), program
        self.log = folder / f"{name}.log"
        self._process: Forked | None = None
        self._groups: set[int] = set()

    def start(self) -> None:
        """Start it, in a process group of its own."""
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TONEGATE_")},
            "TONEGATE_LOG": "json",
            "PYTHONPATH": str(ROOT),
            **self._environ,
        }
        self.log.touch()  # so that it can be read before the process has come to open it
        self._process = Forked(self._words, self.log.parent, environ, self.log, program=self._program)
        self._groups.add(self._process.pid)

    @property
    def alive(self) -> bool:
        """Whether its main process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its main process."""
        assert self._process is not None
        return self._process.pid

    def children(self) -> list[int]:
        """What it has started, for instance a worker's children."""
        try:
            return [child.pid for child in psutil.Process(self.pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def said(self) -> list[dict[str, Any]]:
        """Its log's lines so far, without those that are not of the log, and without one half written."""
        whole, _, _ = self.log.read_text(errors="replace").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def kill_child(self, chance: random.Random) -> None:
        """kill -9 of one of those, if there are any just now; one that was ending is dead in either case."""
        if children := self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)

    def kill(self) -> None:
        """kill -9 of the main process alone: its children have to see to their own end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self, within_s: float = PATIENCE_S) -> int:
        """Ask it to end, and wait; its exit code.  TimeoutExpired where it doesn't."""
        assert self._process is not None
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within_s)

    def end(self) -> None:
        """End it and all that it ever started, without waiting for it to be ready for that.

        One by one, each known by its folder: the number of a group that is long over may be another's by now.
        """
        folder = self.log.parent.resolve()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if os.getpgid(process.pid) in self._groups and Path(process.cwd()).is_relative_to(folder):
                    process.kill()
        if self._process is not None:
            self._process.kill()  # also where it has only just begun, and has no folder yet
            self._process.wait()
