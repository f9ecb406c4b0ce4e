"""What the bench says at its end: the ledgers held against each other, and the figures for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
from processes import Use


def faults(ledgers: dict[str, Any]) -> list[str]:
    """What the ledgers say against the product; nothing is good."""
    core, texts = ledgers["core"], ledgers["texts"]
    wrong = [
        (texts - ledgers["acknowledged"], "texts were never acknowledged"),
        (texts - ledgers["answers"], "texts were never answered"),
        (texts - core["numbers_with_orders"], "texts were never ordered"),
        (core["double_orders"], "orders were made twice"),
        (ledgers["double_answers"], "texts were answered twice"),
        (ledgers["strange_answers"], "answers were not to what was sent"),
    ]
    return [f"{count} {what}" for count, what in wrong if count]


def filesystem(folder: Path) -> str:
    """Of the journal: on tmpfs a commit costs nothing, and the figures mean little."""
    mounts = {part.mountpoint: part.fstype for part in psutil.disk_partitions(all=True)}
    at = next((place for place in (folder.resolve(), *folder.resolve().parents) if str(place) in mounts), None)
    return mounts[str(at)] if at else "unknown"


def show(report: dict[str, Any]) -> None:
    """The report for people."""
    before, after = report["celery_noop_per_s"]
    print(f"machine: {report['machine']['cores']} cores, journal on {report['machine']['filesystem']}")
    print(f"Celery no-op tasks: {before:,.0f}/s before, {after:,.0f}/s after (prefork 2, prefetch 64)\n")
    print(
        f"{'phase':<10}{'texts':>8}{'answers/s':>11}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'ack p50':>9}{'ack p99':>9}"
    )
    for name, phase in report["phases"].items():
        latency, ack = phase["latency_s"], phase["acknowledged_s"]
        milliseconds = [latency["p50"], latency["p95"], latency["p99"], ack["p50"], ack["p99"]]
        columns = "".join(f"{1000 * value:>9.1f}" for value in milliseconds)
        print(f"{name:<10}{phase['texts']:>8}{phase['answers_per_s']:>11,.0f}{columns}")
    for name in ("flat out", "steady"):
        phase = report["phases"][name]
        uses = [Use(**values) for values in phase["processes"]]
        others = phase["machine_percent"] - sum(use.cpu_percent for use in uses)
        print(f"\n{name}: processor (of one core) and memory; other programs took {max(others, 0):.0f} %")
        for use in uses:
            print(f"  {use.cpu_percent:>6.1f} %{use.memory_mb:>8.1f} MB  {use.name} [{use.pid}]")
    ledgers = report["ledgers"]
    print(
        f"\nledgers: {ledgers['texts']} texts, {ledgers['acknowledged']} acknowledged, "
        f"{ledgers['core']['orders']} orders, {ledgers['answers']} answers; core calls {ledgers['core']['calls']}"
    )
    for fault in report["faults"]:
        print(f"FAULT: {fault}")
    for goal, met in report["goals"].items():
        print(f"{'met' if met else 'MISSED'}: {goal}")
