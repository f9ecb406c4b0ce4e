"""The PDU log's file: written by a thread, so that a full or slow disk costs lines and never a bind."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import structlog

from channels.smpp.pdu_log.lines import line

STANDARD_OUTPUT = "-"
_GATHER_S = 0.2
"""How long lines gather before they are written."""
WAITING_AT_MOST = 20_000
"""PDUs that wait to be written; beyond it they are counted and left out."""
_CLOSE_WITHIN_S = 5.0
_MODE = 0o600

_log = structlog.get_logger(__name__)


class PduLog:
    """Every PDU a line, decoded and masked.  `heard` and `said` return at once and never raise."""

    def __init__(
        self, path: Path | str, now: Callable[[], float] = time.time, waiting_at_most: int = WAITING_AT_MOST
    ) -> None:
        """Open the file, for its owner alone, or standard output for `-`.  Raises OSError."""
        self._file = _File(path)
        self._now = now
        self._waiting_at_most = waiting_at_most
        self._waiting: deque[tuple[float, str, bytes, bool]] = deque()
        self._left_out = self._told_left_out = 0  # each is written by one thread only
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="pdu-log", daemon=True)
        self._thread.start()

    @property
    def waits(self) -> bool:
        """Whether PDUs wait to be written."""
        return bool(self._waiting)

    def heard(self, bind: str, frame: bytes) -> None:
        """A PDU of the SMSC's, whole."""
        self._take(bind, frame, False)

    def said(self, bind: str, frame: bytes) -> None:
        """A PDU of ours."""
        self._take(bind, frame, True)

    def close(self) -> None:
        """Write what waits, for some seconds at most."""
        self._stop.set()
        self._thread.join(_CLOSE_WITHIN_S)

    def _take(self, bind: str, frame: bytes, said: bool) -> None:
        if len(self._waiting) < self._waiting_at_most:
            self._waiting.append((self._now(), bind, frame, said))
        else:
            self._left_out += 1

    def _write(self) -> None:
        while not self._stop.wait(_GATHER_S):
            self._write_what_waits()
        self._write_what_waits()
        self._file.close()

    def _write_what_waits(self) -> None:
        lines = []
        for _ in range(len(self._waiting)):
            at, bind, frame, said = self._waiting.popleft()
            try:
                lines.append(line(at, bind, frame, said=said))
            except Exception as error:  # a fault of ours; the log goes on
                lines.append(f"a PDU can't be shown: {type(error).__name__}")
        left_out = self._left_out - self._told_left_out
        self._told_left_out += left_out
        if left_out:
            lines.append(f"… {left_out} PDUs are missing here: they came faster than they could be written")
        if lines:
            self._file.write("".join(f"{one}\n" for one in lines).encode())


class _File:
    """Appends; goes on under the old name where it was rotated away; says once that it can't, and tries again."""

    def __init__(self, path: Path | str) -> None:
        self._path = str(path)
        self._descriptor = self._open()
        self._inside_a_line = False
        self._failing = False

    def write(self, octets: bytes) -> None:
        try:
            self._reopen_where_rotated()
            self._write(b"\n" + octets if self._inside_a_line else octets)
        except OSError as error:
            if not self._failing:
                _log.warning("the PDU log can't be written", path=self._path, why=error.strerror)
            self._failing = True
        else:
            self._failing = False

    def close(self) -> None:
        if self._path != STANDARD_OUTPUT and self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> int:
        if self._path == STANDARD_OUTPUT:
            return 1
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, _MODE)  # one that was there before may be open to all
        return descriptor

    def _write(self, octets: bytes) -> None:
        written = 0
        try:
            while written < len(octets):
                written += os.write(self._descriptor, octets[written:])
        finally:
            if written:
                self._inside_a_line = octets[written - 1 : written] != b"\n"

    def _reopen_where_rotated(self) -> None:
        if self._path == STANDARD_OUTPUT:
            return
        try:
            there = os.stat(self._path)
            ours = os.fstat(self._descriptor) if self._descriptor >= 0 else None
            if ours is not None and (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino):
                return
        except FileNotFoundError:
            pass
        self.close()
        self._descriptor = self._open()
        self._inside_a_line = False
