"""The page, the alerts and the board name the metrics that there are, with their labels, and no others."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.parts import require
from workers.metrics.meters import Meters
from workers.metrics.names import COUNTED, LOOKED_AT, METRICS, Metric

DOCS = Path(__file__).parents[2] / "docs"
_NAME = re.compile(r"\btonegate_\w+")
_LABELS = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)|\{([^}]*)\}")
_OWN = {"le", "instance", "job"}
"""Labels that Prometheus gives."""


def samples(metric: Metric) -> set[str]:
    """What is written of it in a query."""
    return {f"{metric.name}_{part}" for part in ("bucket", "sum", "count")} if metric.buckets else {metric.name}


KNOWN = {name: metric for metric in METRICS for name in samples(metric)}


def alerts() -> list[tuple[str, str]]:
    rules = yaml.safe_load((DOCS / "alerts.yml").read_text())["groups"]
    return [(rule["alert"], rule["expr"]) for group in rules for rule in group["rules"]]


def panels() -> list[tuple[str, str]]:
    board: dict[str, Any] = json.loads((DOCS / "grafana.json").read_text())
    return [(panel["title"], target["expr"]) for panel in board["panels"] for target in panel["targets"]]


def labels_in(expr: str) -> Iterator[str]:
    for grouped, matched in _LABELS.findall(expr):
        yield from (one.strip() for one in grouped.split(",") if one.strip())
        yield from re.findall(r"(\w+)\s*(?:=|!)", matched)


def test_the_page_has_a_row_for_each_metric() -> None:
    rows = [line for line in (DOCS / "metrics.md").read_text().splitlines() if line.startswith("| `tonegate_")]
    expected = [
        f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.help} |"
        for one in METRICS
    ]
    assert expected == rows


def test_what_processes_count_is_what_is_declared_as_counted() -> None:
    made = {family.name: family.type for family in Meters().registry.collect()}
    assert {one.name.removesuffix("_total"): one.kind for one in COUNTED} == made


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
def test_names_follow_the_conventions(metric: Metric) -> None:
    """https://prometheus.io/docs/practices/naming/: base units, `_total` for counters alone."""
    assert (metric.kind == "counter") is metric.name.endswith("_total")
    assert (metric.kind == "histogram") is bool(metric.buckets)
    assert not metric.buckets or metric.name.endswith("_seconds")
    assert not set(metric.labels) & {"number", "msisdn", "text", "tone", "transaction_id", "le", "job", "instance"}


def test_what_is_looked_at_are_gauges() -> None:
    assert {"gauge"} == {one.kind for one in LOOKED_AT}


@pytest.mark.parametrize(("title", "expr"), [*alerts(), *panels()])
def test_each_query_asks_for_metrics_and_labels_that_there_are(title: str, expr: str) -> None:
    named = set(_NAME.findall(expr))
    assert set() == named - KNOWN.keys(), title
    has = _OWN.union(*(KNOWN[name].labels for name in named))
    assert set() == set(labels_in(expr)) - has, title


def test_the_board_shows_each_metric() -> None:
    shown = {KNOWN[name].name for _, expr in panels() for name in _NAME.findall(expr)}
    assert {"tonegate_journal_up", "tonegate_redis_up", "tonegate_bind_wanted"} == {one.name for one in METRICS} - shown


def test_prometheus_can_read_the_alerts() -> None:
    checked = subprocess.run(
        [require("promtool"), "check", "rules", DOCS / "alerts.yml"], capture_output=True, text=True, check=False
    )
    assert (0, True) == (checked.returncode, f"SUCCESS: {len(alerts())} rules found" in checked.stdout), checked.stderr
