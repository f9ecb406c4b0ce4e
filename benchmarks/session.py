"""Codec and session alone, beside smpplib's own client in the same run: deliver_sm in, its response out; and back.

One SMSC of fixed octets in a process of its own; before it, in turn, in rounds A B A B:

    window 1     smpplib's client as it is used: `send_message`, then read the answer; each deliver_sm alone.  Ours
                 likewise, one message at a time.  Ours must be no slower.
    window 50    ours with 50 unanswered each way.  deliver_sm: smpplib's with the same 50 before it.  submit_sm:
                 smpplib's as it is used, since it has no window.  Ours must be at least 1.5 times as fast.
    by hand      smpplib's, made to send 50 before it reads 50 answers: what is left of the window's gain. No demand.

In window 1 much of the time is the kernel's, which wakes one process and then the other: both clients pay that alike,
so the processor time for each message says more of the clients, and is shown too.

Each figure is the median over the rounds of the ratio within a round, with the least and the greatest; a machine that
grows slower in between slows both.  `bare` is a socket with octets built beforehand in the client's place: as long as
it is much quicker than the clients, the SMSC is not what is measured.

    python benchmarks/session.py [--messages N] [--rounds N] [--demand] [--json]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import psutil
from peer import HERE, Peer
from session_clients import Client, Load, bare, smpplib_client, tonegate

WINDOW = 50
_CLIENTS: dict[str, tuple[Client, int]] = {
    "smpplib 1": (smpplib_client, 1),
    "tonegate 1": (tonegate, 1),
    "bare 1": (bare, 1),
    f"smpplib {WINDOW}": (smpplib_client, WINDOW),
    f"tonegate {WINDOW}": (tonegate, WINDOW),
    f"bare {WINDOW}": (bare, WINDOW),
}
"""What runs in each round, in this order: client and window."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`fast` against `slow`, by the names in the rounds; at least so many times as fast where that is demanded."""

    way: str
    name: str
    fast: str
    slow: str
    demand: float | None = None


COMPARISONS = (
    Comparison("deliver_sm", "window 1", "tonegate 1", "smpplib 1", 1.0),
    Comparison("deliver_sm", f"window {WINDOW}", f"tonegate {WINDOW}", f"smpplib {WINDOW}", 1.5),
    Comparison("submit_sm", "window 1", "tonegate 1", "smpplib 1", 1.0),
    Comparison("submit_sm", f"window {WINDOW}", f"tonegate {WINDOW}", "smpplib 1", 1.5),
    Comparison("submit_sm", "by hand", f"tonegate {WINDOW}", f"smpplib {WINDOW}"),
)

Round = dict[str, dict[str, float]]
"""By name of client and window: `per_s`, `client_us` and `smsc_us`, processor time for each message."""


def one_round(smsc: Peer, way: str, messages: int) -> Round:
    """Every client once.  Raises RuntimeError where the SMSC has something against what came."""
    figures: Round = {}
    for name, (client, window) in _CLIENTS.items():
        load = Load(way, messages, window)
        smsc.tell(way=way, messages=messages, window=window)
        client_s = client(load, smsc.port)
        heard = smsc.hear()
        if heard["fault"]:
            raise RuntimeError(f"{name}: {heard['fault']}")
        figures[name] = {
            "per_s": messages / heard["elapsed_s"],
            "client_us": client_s / messages * 1e6,
            "smsc_us": heard["cpu_s"] / messages * 1e6,
        }
    return figures


def ratios(rounds: list[Round], comparison: Comparison) -> dict[str, float]:
    """Median, least and greatest of the ratio within each round."""
    each = [figures[comparison.fast]["per_s"] / figures[comparison.slow]["per_s"] for figures in rounds]
    return {"median": statistics.median(each), "least": min(each), "greatest": max(each)}


def measure(messages: int, rounds: int) -> dict[str, Any]:
    """Run all rounds; the report as plain values."""
    with Peer(str(HERE / "session_peer.py")) as smsc:
        ways: dict[str, list[Round]] = {"deliver_sm": [], "submit_sm": []}
        for way in ways:
            one_round(smsc, way, messages // 10)  # warm-up
        for _ in range(rounds):
            for way, figures in ways.items():
                figures.append(one_round(smsc, way, messages))
    compared = [
        {"way": one.way, "name": one.name, "fast": one.fast, "slow": one.slow, "demand": one.demand}
        | ratios(ways[one.way], one)
        for one in COMPARISONS
    ]
    return {
        "ways": {way: _medians(figures) for way, figures in ways.items()},
        "compared": compared,
        "missed": [
            f"{one['way']}, {one['name']}: {one['median']:.2f} times as fast, demanded {one['demand']}"
            for one in compared
            if one["demand"] is not None and one["median"] < one["demand"]
        ],
        "machine": {
            "cores": psutil.cpu_count(),
            "load": psutil.getloadavg()[0],
            "python": platform.python_version(),
            "smpplib": metadata.version("smpplib"),
        },
        "messages": messages,
        "rounds": rounds,
    }


def _medians(rounds: list[Round]) -> Round:
    return {
        name: {what: statistics.median(figures[name][what] for figures in rounds) for what in rounds[0][name]}
        for name in _CLIENTS
    }


def show(report: dict[str, Any]) -> None:
    """The report for people."""
    machine = report["machine"]
    print(
        f"machine: {machine['cores']} cores, load {machine['load']:.1f}, Python {machine['python']}, "
        f"smpplib {machine['smpplib']}; {report['rounds']} rounds of {report['messages']:,} messages\n"
    )
    print(f"{'':<12}{'client, window':<16}{'messages/s':>12}{'client µs each':>16}{'SMSC µs each':>14}")
    for way, clients in report["ways"].items():
        for name, figures in clients.items():
            columns = f"{figures['per_s']:>12,.0f}{figures['client_us']:>16.1f}{figures['smsc_us']:>14.1f}"
            print(f"{way:<12}{name:<16}{columns}")
    print()
    for one in report["compared"]:
        demand = "" if one["demand"] is None else f", demanded {one['demand']}"
        print(
            f"{one['way']:<12}{one['name']:<11}{one['fast']:>12} is {one['median']:.2f} times as fast as {one['slow']}"
            f" ({one['least']:.2f} to {one['greatest']:.2f}){demand}"
        )
    for missed in report["missed"]:
        print(f"MISSED: {missed}")


def main() -> int:
    """Read the command line and measure; exit code 1 where a demand is missed and --demand given."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=5_000, help="messages of each client in each round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--demand", action="store_true", help="a missed demand is a failure")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    asked = parser.parse_args()
    report = measure(asked.messages, asked.rounds)
    if asked.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    return 1 if asked.demand and report["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
