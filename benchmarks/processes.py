"""Processor time and memory of every process of a tree, over a phase."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True)
class Use:
    """One process over one phase."""

    name: str
    pid: int
    cpu_percent: float
    """Of one core, user and system."""
    memory_mb: float
    """Resident at its highest; pages shared after a fork count in each process."""


def _name(process: psutil.Process) -> str:
    """What was run, without interpreter and folders: 'tonegate smpp'."""
    words = process.cmdline() or [process.name()]
    if Path(words[0]).name.startswith("python") and len(words) > 1:
        words = words[1:]
    words = [Path(words[0]).name, *(word for word in words[1:] if "/" not in word)]
    words = [word for word in words if word not in {"-m", "--config", "--queues"}]
    parent = process.parent()
    child = " (child)" if parent and parent.cmdline() == process.cmdline() else ""
    return " ".join(words[:5]) + child


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


class Watch:
    """Watch trees of processes from now until `stop`."""

    def __init__(self, *roots: int) -> None:
        self._roots = [psutil.Process(root) for root in roots]
        self._busy = _busy_s()
        self._first: dict[psutil.Process, float] = {}
        self._last: dict[psutil.Process, float] = {}
        self._memory: dict[psutil.Process, int] = {}
        self._names: dict[psutil.Process, str] = {}
        self._stopping = threading.Event()
        self._sample(begin=True)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self, elapsed_s: float) -> tuple[list[Use], float]:
        """The use of every process that was there, the busiest first, and how busy the whole machine was.

        Per cent of one core over `elapsed_s`, the part of the time in which there was work to do.
        """
        self._stopping.set()
        self._thread.join()
        self._sample()
        uses = [
            Use(
                name=self._names[process],
                pid=process.pid,
                cpu_percent=100 * (self._last[process] - self._first[process]) / elapsed_s,
                memory_mb=self._memory[process] / 2**20,
            )
            for process in self._first
        ]
        machine_percent = 100 * (_busy_s() - self._busy) / elapsed_s
        return sorted(uses, key=lambda use: -use.cpu_percent), machine_percent

    def _run(self) -> None:
        while not self._stopping.wait(_SAMPLE_S):
            self._sample()

    def _sample(self, begin: bool = False) -> None:
        for root in self._roots:
            try:
                processes = [root, *root.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
            for process in processes:
                try:
                    times = process.cpu_times()
                    memory = process.memory_info().rss
                    if process not in self._names:
                        self._names[process] = _name(process)
                except psutil.NoSuchProcess:
                    continue
                used = times.user + times.system
                # A process that was born in the phase has used all its time in it.
                self._first.setdefault(process, used if begin else 0.0)
                self._last[process] = used
                self._memory[process] = max(memory, self._memory.get(process, 0))
