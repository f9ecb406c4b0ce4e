"""Texts in to answers out, through the product as it is run, beside what Celery's no-op tasks do on this machine.

The real processes (`tonegate up`: embedded Redis, bind, workers, sweeper) between an SMSC that only sends and counts
and a core that answers SOAP at once from memory; the journal is SQLite with full durability.  Three phases:

    flat out    as fast as the SMSC's window lets texts in
    steady      a third of that rate, latency counted from when each text was due
    receipts    flat out again, with a delivery receipt for every answer, as in life

Afterwards three ledgers are held against each other: texts acknowledged, orders in the core, answers at the SMSC.
A loss, a double or a stranger ends with exit code 1; so does a missed goal with --strict.

    python benchmarks/end_to_end.py [--texts N] [--steady-s S] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import celery_baseline
import redis
from peer import HERE, Peer, end
from processes import Watch
from report import faults, filesystem, show

from workers.embedded import broker_url, redis_url, server_command
from workers.settings import load

WARM_UP_TEXTS = 1000
STEADY_P50_GOAL_S = 0.1
Phase = dict[str, Any]

_SETTINGS = """
[journal]
url = "sqlite:///{folder}/journal.db"

[core]
url = "http://127.0.0.1:{core_port}/usdp"
account = "bench"
password = "bench"

[consent]  # one text, one order: what is measured is the way of a text
order = "none"

[[smpp.binds]]
name = "bench"
port = {smsc_port}
system_id = "bench"
password = "bench"
short_codes = ["10658830"]
window = {window}
rate_per_s = 100000.0
"""


def baseline(tasks: int) -> float:
    """No-op tasks per second, on the same kind of Redis server that the product starts."""
    with tempfile.TemporaryDirectory(prefix="tonegate-baseline-") as folder:
        file = Path(folder) / "tonegate.toml"
        file.write_text(_SETTINGS.format(folder=folder, core_port=1, smsc_port=1, window=1))
        settings = load(file, {})
        server = subprocess.Popen(server_command(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for_redis(redis_url(settings))
            return celery_baseline.measure(redis_url(settings), broker_url(settings), tasks)
        finally:
            end(server)


def _wait_for_redis(url: str) -> None:
    deadline = time.monotonic() + 10
    client = redis.Redis.from_url(url)
    while True:
        try:
            client.ping()
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


class Bench:
    """The product between its two peers, and what was measured."""

    def __init__(self, smsc: Peer, core: Peer, product_pid: int) -> None:
        self._smsc = smsc
        self._core = core
        self._product_pid = product_pid
        self._next_number = 0
        self.phases: dict[str, Phase] = {}

    def run(self, name: str, texts: int, **how: object) -> Phase:
        """One phase, each text from a number of its own."""
        watch = Watch(self._product_pid, self._smsc.process.pid, self._core.process.pid)
        phase = self._smsc.ask(texts=texts, first_number=self._next_number, **how)
        uses, phase["machine_percent"] = watch.stop(phase["elapsed_s"])
        phase["processes"] = [asdict(use) for use in uses]
        self._next_number += texts
        self.phases[name] = phase
        return phase

    def ledgers(self) -> dict[str, Any]:
        """What each side counted over all phases."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._core.port}/ledger") as answer:
            core = json.load(answer)
        phases = self.phases.values()
        names = ("texts", "acknowledged", "answers", "double_answers", "strange_answers")
        return {name: sum(phase[name] for phase in phases) for name in names} | {"core": core}


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """Run everything; the report as plain values."""
    celery_before = baseline(asked.tasks)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tonegate-bench-", dir=asked.folder))
        smsc = stack.enter_context(Peer(str(HERE / "load_smsc.py"), "--window", str(asked.window)))
        core = stack.enter_context(Peer(str(HERE / "core_stub.py")))
        file = Path(folder) / "tonegate.toml"
        file.write_text(
            _SETTINGS.format(folder=folder, core_port=core.port, smsc_port=smsc.port, window=asked.window)
            + asked.settings.replace("\\n", "\n")
        )
        file.chmod(0o600)
        log = stack.enter_context((Path(asked.log) if asked.log else Path(folder) / "log").open("w"))
        product = subprocess.Popen([asked.tonegate, "--config", str(file), "up"], stdout=log, stderr=log, cwd=folder)
        stack.callback(end, product)
        bench = Bench(smsc, core, product.pid)
        bench.run("warm-up", WARM_UP_TEXTS)
        flat = bench.run("flat out", asked.texts)
        steady_rate = flat["answers_per_s"] / 3
        bench.run("steady", int(steady_rate * asked.steady_s), rate_per_s=steady_rate)
        bench.run("receipts", asked.texts, receipts=True)
        ledgers = bench.ledgers()
    celery_after = baseline(asked.tasks)
    return {
        "celery_noop_per_s": [celery_before, celery_after],
        "phases": bench.phases,
        "ledgers": ledgers,
        "faults": faults(ledgers),
        "goals": {
            "flat out at least Celery's no-op rate": flat["answers_per_s"] >= max(celery_before, celery_after),
            "steady p50 under 100 ms": bench.phases["steady"]["latency_s"]["p50"] < STEADY_P50_GOAL_S,
        },
        "machine": {"cores": os.cpu_count(), "filesystem": filesystem(Path(asked.folder or tempfile.gettempdir()))},
    }


def main() -> int:
    """Read the command line and measure; exit code 1 on a fault."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=20_000, help="texts of each flat phase")
    parser.add_argument("--steady-s", type=float, default=15.0, help="seconds of the steady phase")
    parser.add_argument("--tasks", type=int, default=8_000, help="no-op tasks of each baseline")
    parser.add_argument("--window", type=int, default=200, help="unanswered PDUs allowed in each direction")
    parser.add_argument("--folder", help="where the journal goes; the system's temporary folder by default")
    parser.add_argument("--settings", default="", help="further lines for the settings file")
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
