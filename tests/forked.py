"""Processes of the product, forked from one that has loaded it.

Python takes two seconds of processor time to load what a worker or a listener needs, and the tests start hundreds of
them.  multiprocessing's fork server loads all that once for each process of the tests; what is forked from it differs
from `python -m tonegate` in nothing that comes after: session, folder, variables, log, arguments and the whole command.
That each command loads by itself, and what, is held in tests/front_door, whose hosts are started whole.
"""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_LOADED = "tests.loaded"
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([_LOADED])


class Forked:
    """A process that is used like a Popen of `python -m tonegate WORDS`, or of `python PROGRAM WORDS`."""

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        log: Path,
        *,
        program: Path | None = None,
    ) -> None:
        """Start it in `folder`, in a session of its own, with these variables alone; `log` gets what it says."""
        self._argv = [str(program or "tonegate"), *words]
        self._process = _CONTEXT.Process(target=_become, args=(program, self._argv, folder, dict(environ), log))
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code, below 0 that of a signal; nothing while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; TimeoutExpired where it hasn't in time."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._argv, timeout or 0.0)
        return code

    def send_signal(self, signal: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signal)

    def kill(self) -> None:
        """kill -9 of this process alone, unless it has ended."""
        if self.poll() is None:  # its number may be another's by now
            self._process.kill()


def _become(program: Path | None, argv: list[str], folder: Path, environ: dict[str, str], log: Path) -> None:
    importlib.import_module(_LOADED)  # the fork server says nothing where it can't be loaded
    os.setsid()
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.close(output)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = argv
    try:
        if program:
            runpy.run_path(str(program), run_name="__main__")
        else:
            runpy.run_module("tonegate", run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out
