"""No process outlives the one that started it, however that one ends.

A supervisor killed with -9 can't stop its children, so each child sees to its own end: the kernel kills it when its
parent dies (Linux, `prctl(2)` PR_SET_PDEATHSIG), elsewhere a thread looks twice a second.  The kernel's order survives
`execve` but not `fork`, so children of children ask for it anew.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Mapping

PARENT_VARIABLE = "TONEGATE_PARENT_PID"
"""Set by the supervisor for its children: who they belong to."""
_PR_SET_PDEATHSIG = 1
_LOOK_EVERY_S = 0.5


def die_with_supervisor(environ: Mapping[str, str]) -> None:
    """Tie this process to the supervisor that started it; nothing where none did."""
    if parent := environ.get(PARENT_VARIABLE):
        die_with(int(parent))


def die_with(parent_pid: int) -> None:
    """Tie this process to its parent; ends it at once if that one is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent_pid,), daemon=True, name="lifeline").start()
    # After asking, not before: a parent that died in between would never be noticed.
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(parent_pid: int) -> None:
    never = threading.Event()
    while os.getppid() == parent_pid:
        never.wait(_LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGKILL)
