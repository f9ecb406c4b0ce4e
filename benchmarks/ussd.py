"""Menu screens over real HTTP and Redis, beside a bare Starlette route under the same load in the same minutes.

`tonegate ussd` with its journal, its embedded Redis and a core that answers from memory; subscribers dial through the
gateway dialect `plain` at so many screens a second and walk where nothing is asked of the core. The two doors take
turns, so that what else this machine does falls on both.

    python benchmarks/ussd.py [--rate R] [--seconds S] [--rounds N] [--json]

Goals: p99 of a screen under 50 ms; a screen costs at most three times the processor time of the bare route. What a
caller waits, which is what he notices, is told beside it.
A wrong screen ends with exit code 1; so does a missed goal with --strict.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import redis
from load_dials import KEYS, Slice, load
from peer import HERE, Peer, end

from workers.embedded import redis_url
from workers.settings import load as load_settings

P99_GOAL_S = 0.05
COST_GOAL = 3.0
_WARM_UP_SCREENS = 400
_PATIENCE_S = 30.0

_SETTINGS = """
[journal]
url = "sqlite:///{folder}/journal.db"

[core]
url = "http://127.0.0.1:{core_port}/usdp"
account = "bench"
password = "bench"

[ussd]
listen = "127.0.0.1:{port}"

[[ussd.gateways]]
name = "bench"
"""


class Measured:
    """One door under load: its answers and the processor time of its process."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self._process = psutil.Process(pid)
        self.slice = Slice()
        self.processor_s = 0.0
        self._walks = 0

    def run(self, screens: int, rate_per_s: float, *, counts: bool = True) -> None:
        """One stretch of load."""
        before = self._used()
        found = asyncio.run(load(self.port, screens, rate_per_s, self._walks))
        self._walks += screens  # more than are used: no subscriber comes twice
        if counts:
            self.slice.add(found)
            self.processor_s += self._used() - before

    def _used(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def result(self) -> dict[str, Any]:
        """Milliseconds, but for what is counted."""
        screens = len(self.slice.latency_s)
        return {
            "screens": screens,
            "wrong": self.slice.wrong,
            **{f"p{p}_ms": 1000 * self.slice.percentile(p) for p in (50, 95, 99, 99.9)},
            "processor_ms": 1000 * self.processor_s / screens if screens else 0.0,
        }


def _wait(what: str, holds: Any) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come up; see its log")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/ussd")
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _pings(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.RedisError:
        return False


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """Run everything; the report as plain values."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tonegate-bench-"))
        bare_peer = stack.enter_context(Peer(str(HERE / "bare_route.py")))
        core = stack.enter_context(Peer(str(HERE / "core_stub.py")))
        file, port = Path(folder) / "tonegate.toml", _free_port()
        file.write_text(_SETTINGS.format(folder=folder, core_port=core.port, port=port))
        file.chmod(0o600)
        log = stack.enter_context((Path(asked.log) if asked.log else Path(folder) / "log").open("w"))
        front_door = [asked.tonegate, "--config", str(file)]
        subprocess.run([*front_door, "migrate"], check=True, stdout=log, stderr=log)

        def started(*words: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen([*front_door, *words], stdout=log, stderr=log, cwd=folder)
            stack.callback(end, process)
            return process

        started("redis")
        _wait("Redis", lambda: _pings(redis_url(load_settings(file, {}))))
        product = started("ussd")
        _wait("tonegate ussd", lambda: _answers(port))
        doors = {"bare route": Measured(bare_peer.port, bare_peer.process.pid), "screen": Measured(port, product.pid)}
        for door in doors.values():
            door.run(_WARM_UP_SCREENS, asked.rate, counts=False)
        for _ in range(asked.rounds):
            for door in doors.values():
                door.run(int(asked.rate * asked.seconds), asked.rate)
        bare, screen = (door.result() for door in doors.values())
    cost = screen["processor_ms"] / bare["processor_ms"] if bare["processor_ms"] else 0.0
    return {
        "rate_per_s": asked.rate,
        "bare route": bare,
        "screen": screen,
        "cost": cost,
        "goals": {
            f"p99 of a screen under {1000 * P99_GOAL_S:.0f} ms": screen["p99_ms"] < 1000 * P99_GOAL_S,
            f"a screen costs at most {COST_GOAL:g} bare routes": cost <= COST_GOAL,
        },
        "faults": [f"{name['wrong']} answers were no screen" for name in (bare, screen) if name["wrong"]],
        "machine": {"cores": os.cpu_count()},
    }


def show(report: dict[str, Any]) -> None:
    """The report for people."""
    print(
        f"machine: {report['machine']['cores']} cores; {report['rate_per_s']:g} screens a second, {len(KEYS)} a dial\n"
    )
    print(f"{'door':<12}{'screens':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'p99.9 ms':>10}{'processor ms':>14}")
    for name in ("bare route", "screen"):
        one = report[name]
        print(
            f"{name:<12}{one['screens']:>9}{one['p50_ms']:>9.2f}{one['p95_ms']:>9.2f}{one['p99_ms']:>9.2f}"
            f"{one['p99.9_ms']:>10.2f}{one['processor_ms']:>14.3f}"
        )
    waits = report["screen"]["p50_ms"] / report["bare route"]["p50_ms"]
    print(f"\na screen costs {report['cost']:.2f} times the bare route's processor time")
    print(f"its caller waits {waits:.2f} times as long (median)")
    for fault in report["faults"]:
        print(f"FAULT: {fault}")
    for goal, met in report["goals"].items():
        print(f"{'met' if met else 'MISSED'}: {goal}")


def main() -> int:
    """Read the command line and measure; exit code 1 on a fault."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=200.0, help="screens a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each stretch of load")
    parser.add_argument("--rounds", type=int, default=3, help="stretches for each door")
    parser.add_argument("--log", help="keep the product's log in this file")
    parser.add_argument("--tonegate", default=str(Path(sys.executable).with_name("tonegate")), help="what is measured")
    parser.add_argument("--strict", action="store_true", help="a missed goal is a failure too")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    asked = parser.parse_args()
    report = measure(asked)
    if asked.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    return 1 if report["faults"] or (asked.strict and not all(report["goals"].values())) else 0


if __name__ == "__main__":
    sys.exit(main())
