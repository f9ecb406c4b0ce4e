"""Run the processes of one host until told to stop: supervisord's engine (PyPI `supervisor`) as a library.

What it does for us: forks, restarts for ever, stops stage by stage, kills what won't stop.  What is ours: no files (no
configuration, pid or log file, no control socket), a back-off that doesn't grow, output with the process's name before
each line, and `lifeline`, so that nothing outlives a supervisor that was killed.  honcho ends all when one exits;
circus opens control ports on which any local user may run commands.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from supervisor import events
from supervisor.datatypes import RestartUnconditionally
from supervisor.loggers import LevelsByName
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ProcessConfig, ProcessGroupConfig, ServerOptions
from supervisor.process import Subprocess
from supervisor.states import ProcessStates
from supervisor.supervisord import Supervisor

from workers.ops.lifeline import PARENT_VARIABLE

_BACK_OFF_S = 0.5
"""Between two starts of what dies at once; what had run for a second starts again immediately."""
_QUICK_DEATH_S = 1
_OWN_NAME = "up"
_LOOK_EVERY_S = 0.1
"""supervisord looks at its children once a second; at that pace a stop in stages would take a second for each."""


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    stage: int
    """Started from the lowest up, stopped from the highest down, each stage after the one before has ended."""
    stop_within_s: int = 3
    """How long it has to end by itself after SIGTERM."""
    forever: bool = True
    """False for what does its work once."""
    environ: Mapping[str, str] = field(default_factory=dict)


def supervise(programs: Sequence[Program], out: BinaryIO) -> None:
    """Keep them running until SIGINT, SIGTERM, SIGQUIT or SIGHUP; returns when all have ended.

    Their output goes to `out`, a whole line at a time.
    """
    lines = _Lines(out, {program.name for program in programs if program.forever})
    try:
        _Engine(_Options(programs, lines.say), lines).run()
    except ExitNow:
        lines.rest()
    finally:
        for number in (
            signal.SIGCHLD,
            signal.SIGTERM,
            signal.SIGINT,
            signal.SIGQUIT,
            signal.SIGHUP,
            signal.SIGUSR2,
        ):
            signal.signal(number, signal.SIG_DFL)


class _Lines:
    """Output in whole lines, each after the name of its process; what runs once speaks for the supervisor."""

    def __init__(self, out: BinaryIO, named: set[str]) -> None:
        self._out = out
        self._named = named | {_OWN_NAME}
        self._width = max(map(len, self._named))
        self._begun: dict[str, bytes] = {}

    def __call__(self, event: Any) -> None:
        name = event.process.config.name
        *whole, rest = (self._begun.pop(name, b"") + event.data).split(b"\n")
        if rest:
            self._begun[name] = rest
        self._write(name, whole)

    def rest(self) -> None:
        """What was begun and never ended."""
        for name, begun in self._begun.items():
            self._write(name, [begun])

    def say(self, message: str) -> None:
        """What the supervisor itself has to tell."""
        self._write(_OWN_NAME, [message.encode()])

    def _write(self, name: str, lines: list[bytes]) -> None:
        before = f"{name:{self._width}} | ".encode() if name in self._named else b""
        try:
            self._out.write(b"".join(before + line + b"\n" for line in lines))
            self._out.flush()
        except OSError:  # nobody reads any more: that is no reason to stop serving subscribers
            self._out = open(os.devnull, "wb")  # noqa: SIM115


class _Process(Subprocess):  # type: ignore[misc]
    """As supervisord's, which waits one second longer after each failed start and then gives up."""

    def change_state(self, new_state: int, expected: bool = True) -> None:
        super().change_state(new_state, expected)
        if new_state == ProcessStates.BACKOFF:
            self.backoff = 1
            self.delay = time.time() + _BACK_OFF_S


class _Config(ProcessConfig):  # type: ignore[misc]
    def make_process(self, group: Any = None) -> _Process:
        process = _Process(self)
        process.group = group
        return process


class _Engine(Supervisor):  # type: ignore[misc]
    def __init__(self, options: _Options, lines: _Lines) -> None:
        super().__init__(options)
        self._lines = lines

    def runforever(self) -> None:
        events.subscribe(events.ProcessLogEvent, self._lines)  # here, since `run` clears all subscriptions
        super().runforever()


class _Options(ServerOptions):  # type: ignore[misc]
    """supervisord's settings, made here instead of read from a file."""

    nodaemon = True
    first = True
    test = False
    strip_ansi = False
    umask = None
    minfds = 1024
    loglevel = LevelsByName.INFO
    serverurl = None
    poller: Any

    def __init__(self, programs: Sequence[Program], say: Callable[[str], None]) -> None:
        super().__init__()
        self.logger = _Log(say)
        self.poller = _Quick(self.poller)
        stages = sorted({program.stage for program in programs})
        self.process_group_configs = [
            ProcessGroupConfig(
                self,
                f"stage {stage}",
                stage,
                [_config(self, program) for program in programs if program.stage == stage],
            )
            for stage in stages
        ]

    def openhttpservers(self, supervisord: Supervisor) -> None:
        """None: a control port would be a door for others."""

    def write_pidfile(self) -> None:
        """None: whoever started us knows who we are, and a file would be left behind by kill -9."""

    def cleanup(self) -> None:
        """Nothing was made that is to be removed."""
        self.poller.close()


class _Quick:
    """A poller that never waits longer than `_LOOK_EVERY_S`."""

    def __init__(self, poller: Any) -> None:
        self._poller = poller

    def poll(self, timeout: float) -> Any:
        return self._poller.poll(min(timeout, _LOOK_EVERY_S))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poller, name)


class _Log:
    """supervisord's logger: only what an operator should see goes on."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def warn(self, message: str, **_: object) -> None:
        if not message.startswith("stopped: "):  # it was told to: that it went by SIGTERM is no news
            self._say(message)

    critical = error = warn

    def info(self, message: str, **_: object) -> None:
        """Starts and stops that were asked for: nothing to tell."""

    debug = trace = blather = info

    def close(self) -> None:
        """Nothing is open."""


def _config(options: _Options, program: Program) -> _Config:
    return _Config(
        options,
        name=program.name,
        uid=None,
        command=shlex.join(program.command),
        directory=None,
        umask=None,
        priority=program.stage,
        autostart=True,
        autorestart=RestartUnconditionally if program.forever else False,
        startsecs=_QUICK_DEATH_S if program.forever else 0,
        startretries=sys.maxsize,
        stdout_logfile=None,
        stdout_capture_maxbytes=0,
        stdout_events_enabled=True,
        stdout_syslog=False,
        stdout_logfile_backups=0,
        stdout_logfile_maxbytes=0,
        stderr_logfile=None,
        stderr_capture_maxbytes=0,
        stderr_logfile_backups=0,
        stderr_logfile_maxbytes=0,
        stderr_events_enabled=False,
        stderr_syslog=False,
        stopsignal=signal.SIGTERM,
        stopwaitsecs=program.stop_within_s,
        stopasgroup=False,
        killasgroup=True,
        exitcodes=[0],
        redirect_stderr=True,
        environment={**program.environ, PARENT_VARIABLE: str(os.getpid())},
    )
