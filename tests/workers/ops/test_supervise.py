"""The supervisor keeps its processes running, and none of them outlives it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.house.until import PATIENCE_S
from workers.ops.supervise import _BACK_OFF_S, _LOOK_EVERY_S

RUN = """
import sys
sys.path.insert(0, {root!r})
from workers.ops.supervise import Program, supervise
python = sys.executable
supervise({programs}, sys.stdout.buffer)
print("ended", flush=True)
"""
CHILD = """
import os, signal, sys, subprocess, time
sys.path.insert(0, {root!r})
from workers.ops.lifeline import die_with, die_with_supervisor
die_with_supervisor(os.environ)
name = sys.argv[1]
def say(line):
    os.write(1, line.encode() + b"\\n")
def stop(*_):
    say("stopping")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
if name == "parent":
    me = os.getpid()
    if os.fork() == 0:
        die_with(me)
        say(f"grandchild {{os.getpid()}}")
        while True: signal.pause()
if name == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
say(f"started {{os.getpid()}}")
while True: signal.pause()
"""
ROOT = str(Path(__file__).parents[3])


class Run:
    """A supervisor in a process of its own, and what it wrote."""

    def __init__(self, folder: Path, programs: str) -> None:
        child = folder / "child.py"
        child.write_text(CHILD.format(root=ROOT))
        run = folder / "run.py"
        run.write_text(RUN.format(root=ROOT, programs=programs.replace("CHILD", repr(str(child)))))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, run], stdout=log, stderr=log, start_new_session=True)

    def text(self) -> str:
        return self.log.read_text()

    def pids(self, pattern: str) -> list[int]:
        return [int(pid) for pid in re.findall(pattern, self.text())]

    def until(self, holds: Callable[[], object]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < ends, self.text()
            time.sleep(0.02)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], Run]]:
    runs: list[Run] = []

    def start(programs: str) -> Run:
        runs.append(Run(tmp_path, programs))
        return runs[-1]

    yield start
    for one in runs:
        one.process.kill()
        one.process.wait()
        for pid in one.pids(r"(?:started|grandchild) (\d+)"):
            if psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)


def test_what_dies_is_back_again_and_again(run: Callable[[str], Run]) -> None:
    assert _BACK_OFF_S + _LOOK_EVERY_S < 2, "each time within two seconds, and the time that it needs to start"
    up = run('[Program("a", [python, CHILD, "a"], 1)]')
    for deaths in range(4):
        up.until(lambda count=deaths: len(up.pids(r"started (\d+)")) > count)
        os.kill(up.pids(r"started (\d+)")[-1], signal.SIGKILL)
        up.until(lambda count=deaths: len(up.pids(r"started (\d+)")) > count + 1)
    assert "exited: a (terminated by SIGKILL; not expected)" in up.text()


def test_what_cannot_start_is_tried_for_ever_and_stops_nobody_else(run: Callable[[str], Run]) -> None:
    up = run(
        '[Program("bad", ["/no/such/program"], 1), Program("ill", ["/bin/false"], 1), Program("a", [python,'
        ' CHILD, "a"], 2)]'
    )
    up.until(lambda: up.pids(r"started (\d+)"))
    before = up.text().count("exited: ill")
    up.until(lambda: up.text().count("exited: ill") >= before + 6)
    assert len(up.pids(r"started (\d+)")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_all_in_the_opposite_order(run: Callable[[str], Run], number: int) -> None:
    up = run(
        '[Program(name, [python, CHILD, "a"], stage, stop_within_s=240)'
        ' for stage, name in enumerate(("first", "second", "third"), start=1)]'
    )
    up.until(lambda: len(up.pids(r"started (\d+)")) == 3)
    up.process.send_signal(number)
    assert up.process.wait(PATIENCE_S) == 0
    assert re.findall(r"(\w+) +\| stopping", up.text()) == ["third", "second", "first"]
    assert up.text().endswith("ended\n")
    assert not any(psutil.pid_exists(pid) for pid in up.pids(r"started (\d+)"))


def test_what_will_not_stop_is_killed(run: Callable[[str], Run]) -> None:
    up = run('[Program("a", [python, CHILD, "stubborn"], 1, stop_within_s=1)]')
    up.until(lambda: up.pids(r"started (\d+)"))
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(PATIENCE_S) == 0
    assert not psutil.pid_exists(up.pids(r"started (\d+)")[0])


def test_neither_children_nor_theirs_outlive_a_killed_supervisor(run: Callable[[str], Run]) -> None:
    up = run('[Program("a", [python, CHILD, "parent"], 1), Program("b", [python, CHILD, "stubborn"], 1)]')
    up.until(lambda: len(up.pids(r"(?:started|grandchild) (\d+)")) == 3)
    up.process.kill()
    up.process.wait()
    up.until(lambda: not any(psutil.pid_exists(pid) for pid in up.pids(r"(?:started|grandchild) (\d+)")))


def test_a_child_that_starts_after_its_supervisor_was_killed_ends_itself(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(CHILD.format(root=ROOT))
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    ended = subprocess.run(
        [sys.executable, child, "a"],
        env={"TONEGATE_PARENT_PID": str(gone.pid)},
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == b""


def test_each_line_bears_its_processs_name_and_is_whole(run: Callable[[str], Run]) -> None:
    say = 'import sys,time; [(sys.stdout.write("x" * 3000), sys.stdout.flush()) for _ in range(20)]; print(" end")'
    up = run(
        f"[Program(name, [python, '-c', {say!r}], 1, forever=False) for name in ('once',)] + "
        f"[Program(name, [python, '-c', {say + '; time.sleep(1000)'!r}], 1) for name in ('a', 'long')]"
    )
    up.until(lambda: up.text().count(" end") == 3)
    lines = [line for line in up.text().splitlines() if line.endswith(" end")]
    assert sorted(lines) == sorted([f"{before}{'x' * 60000} end" for before in ("", "a    | ", "long | ")])
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(PATIENCE_S) == 0
