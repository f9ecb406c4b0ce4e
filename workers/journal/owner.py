"""Who holds a lease: a process, named so that others on its host can tell when it is gone.

A lease alone would hold a dead process's rows until it runs out; a sweeper on the same host sees at once that
nobody of that name lives.
"""

from __future__ import annotations

import functools
import os
import socket

import psutil


@functools.cache
def _host() -> str:
    return socket.gethostname()[:48]


def this_process() -> str:
    """Return `host/pid/start`, where start is the process's creation time in milliseconds."""
    return f"{_host()}/{os.getpid()}/{_started_ms(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Tell whether the owner certainly lives no more: of this host, and its process gone or another's now."""
    host, *process = owner.rsplit("/", 2)
    if host != _host() or len(process) != 2 or not process[0].isdigit():
        return False
    pid, started_ms = process
    return str(_started_ms(int(pid))) != started_ms


def _started_ms(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return 0
        return int(process.create_time() * 1000)
    except psutil.Error:
        return 0
