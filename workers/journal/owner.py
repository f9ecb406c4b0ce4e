"""Who holds a lease: a process, named so that others on its host can tell when it is gone.

A lease alone would hold a dead process's rows until it runs out; a sweeper on the same host sees at once that
nobody of that name lives.
"""

from __future__ import annotations

import functools
import os
import socket
from pathlib import Path

import psutil


@functools.cache
def _host() -> str:
    return socket.gethostname()[:48]


def this_process() -> str:
    """Return `host/pid/start`, where start tells processes apart that had the same id one after the other."""
    return f"{_host()}/{os.getpid()}/{_start(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Tell whether the owner certainly lives no more: of this host, and its process gone or another's now."""
    host, *process = owner.rsplit("/", 2)
    if host != _host() or len(process) != 2 or not process[0].isdigit():
        return False
    pid, start = process
    return _start(int(pid)) != start


def _start(pid: int) -> str:
    """When a process began, by no clock that can be set: the living would be taken for dead; empty where none lives."""
    if _BOOT:
        try:
            told = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return ""
        state, *since = told.rpartition(")")[2].split()  # the name before it may hold anything
        return "" if state in ("Z", "X") else f"{since[_STARTTIME]}-{_BOOT}"
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(int(process.create_time() * 1000))
    except psutil.Error:
        return ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except OSError:
        return ""


_BOOT = _boot()
"""Which boot of this machine it is, where the kernel says (Linux): ticks and process ids begin anew with each."""
_STARTTIME = 18
"""proc(5), /proc/PID/stat: field 22, ticks since the boot, counted from what follows the state."""
