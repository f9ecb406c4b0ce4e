"""Each alert fires when it says, and none fires where all is well or as operations have decided: asked of Prometheus.

https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.metrics.test_docs import DOCS, alerts
from tests.parts import require

WELL: dict[str, str] = {
    'up{job="tonegate", instance="a"}': "1x60",
    'tonegate_healthy{instance="a"}': "1x60",
    'tonegate_journal_up{instance="a"}': "1x60",
    'tonegate_journal_disk_free_bytes{instance="a"}': "30000000000x60",
    'tonegate_journal_disk_size_bytes{instance="a"}': "100000000000x60",
    'tonegate_redis_up{instance="a"}': "1x60",
    'tonegate_bind_up{bind="main"}': "1x60",
    'tonegate_bind_wanted{bind="main"}': "1x60",
    "tonegate_core_breaker_open": "0x60",
    'tonegate_core_calls_total{operation="query", result="done", code="000000"}': "0+60x60",
    'tonegate_core_call_seconds_bucket{operation="query", le="0.1"}': "0+60x60",
    'tonegate_core_call_seconds_bucket{operation="query", le="+Inf"}': "0+60x60",
    'tonegate_messages_received_total{channel="sms"}': "0+60x60",
    'tonegate_messages_not_taken_total{channel="sms"}': "0x60",
    'tonegate_message_overdue_seconds{queue="orders"}': "1x60",
    'tonegate_answer_overdue_seconds{bind="main"}': "1x60",
    'tonegate_answer_seconds_bucket{channel="sms", le="1.0"}': "0+60x60",
    'tonegate_answer_seconds_bucket{channel="sms", le="+Inf"}': "0+60x60",
    'tonegate_screen_seconds_bucket{gateway="hub", le="0.1"}': "0+60x60",
    'tonegate_screen_seconds_bucket{gateway="hub", le="+Inf"}': "0+60x60",
    'tonegate_unfinished_messages{instance="a", queue="orders", channel="sms", state="received"}': "3x60",
    'tonegate_unfinished_messages{instance="a", queue="orders", channel="sms", state="dead"}': "0x60",
    'tonegate_receipts_total{bind="main", state="delivered"}': "0+60x60",
    'tonegate_receipts_total{bind="main", state="undelivered"}': "0+1x60",
    'tonegate_paused{what="core"}': "0x60",
    'tonegate_paused{what="sms"}': "0x60",
}
"""Once a minute for an hour, as Prometheus notes it: a gauge `3x60`, a counter that grows by one a minute `0+1x60`."""

SICK: list[tuple[str, int, Mapping[str, str]]] = [
    ("TonegateGone", 5, {'up{job="tonegate", instance="a"}': "0x60"}),
    ("TonegateNotHealthy", 5, {'tonegate_healthy{instance="a"}': "0x60"}),
    ("TonegateJournalGone", 5, {'tonegate_journal_up{instance="a"}': "0x60"}),
    ("TonegateJournalDiskNearlyFull", 10, {'tonegate_journal_disk_free_bytes{instance="a"}': "1000000000x60"}),
    (
        "TonegateJournalDiskFillsUp",
        70,
        {'tonegate_journal_disk_free_bytes{instance="a"}': "30000000000-50000000x80"}
        | {'tonegate_journal_disk_size_bytes{instance="a"}': "100000000000x80"},
    ),
    ("TonegateRedisGone", 5, {'tonegate_redis_up{instance="a"}': "0x60"}),
    ("TonegateBindDown", 5, {'tonegate_bind_up{bind="main"}': "0x60"}),
    (
        "TonegateCoreGivenUp",
        5,
        {
            "tonegate_core_breaker_open": "2x60",
            'tonegate_unfinished_messages{queue="orders", channel="sms", state="waiting"}': "7x60",
        },
    ),
    (
        "TonegateCoreRefusesAccount",
        5,
        {'tonegate_core_calls_total{operation="query", result="account", code="100005"}': "0+12x60"},
    ),
    (
        "TonegateCoreSlow",
        20,
        {'tonegate_core_call_seconds_bucket{operation="query", le="0.1"}': "0+50x60"}
        | {'tonegate_core_call_seconds_bucket{operation="query", le="5.0"}': "0+60x60"},
    ),
    ("TonegateMessagesNotTaken", 15, {'tonegate_messages_not_taken_total{channel="sms"}': "0+5x60"}),
    ("TonegateOldMessages", 5, {'tonegate_message_overdue_seconds{queue="orders"}': "61x60"}),
    ("TonegateOldAnswers", 5, {'tonegate_answer_overdue_seconds{bind="main"}': "301x60"}),
    (
        "TonegateSlowAnswers",
        30,
        {'tonegate_answer_seconds_bucket{channel="sms", le="1.0"}': "0+50x60"}
        | {'tonegate_answer_seconds_bucket{channel="sms", le="30.0"}': "0+60x60"},
    ),
    (
        "TonegateSlowScreens",
        30,
        {'tonegate_screen_seconds_bucket{gateway="hub", le="0.1"}': "0+50x60"}
        | {'tonegate_screen_seconds_bucket{gateway="hub", le="5.0"}': "0+60x60"},
    ),
    (
        "TonegateParked",
        20,
        {'tonegate_unfinished_messages{instance="a", queue="orders", channel="sms", state="dead"}': "1x60"},
    ),
    (
        "TonegateAnswersUndelivered",
        60,
        {'tonegate_receipts_total{bind="main", state="undelivered"}': "0+30x60"},
    ),
    ("TonegatePaused", 70, {'tonegate_paused{what="core"}': "1x80"}),
]

NOT_SICK: list[tuple[str, int, Mapping[str, str]]] = [
    ("all is well", 60, {}),
    ("nothing at all happens", 60, {name: "0x60" for name in WELL if "_total" in name or "_bucket" in name}),
    (
        "a small disk, half empty, takes up little and is not nearly full",
        60,
        {'tonegate_journal_disk_free_bytes{instance="a"}': "900000000x60"}
        | {'tonegate_journal_disk_size_bytes{instance="a"}': "2000000000x60"},
    ),
    (
        "a copy of the journal is made beside it, and moved away",
        90,
        {'tonegate_journal_disk_free_bytes{instance="a"}': "30000000000x20 29000000000-500000000x30 30000000000x50"}
        | {'tonegate_journal_disk_size_bytes{instance="a"}': "100000000000x100"},
    ),
    (
        "operations have switched a bind off, and its answers wait",
        30,
        {
            'tonegate_bind_up{bind="main"}': "0x60",
            'tonegate_bind_wanted{bind="main"}': "0x60",
            'tonegate_answer_overdue_seconds{bind="main"}': "0+60x60",
        },
    ),
    (
        "operations have paused texts, which stay with their SMSC",
        30,
        {
            'tonegate_paused{what="sms"}': "1x60",
            'tonegate_messages_not_taken_total{channel="sms"}': "0+50x60",
        },
    ),
    (
        "the core is back, and a process that has asked nothing since still has it given up",
        60,
        {"tonegate_core_breaker_open": "1x60"},
    ),
    (
        "another host has the bind, and one of two binds' listeners is started again within a minute",
        30,
        {
            'tonegate_bind_up{bind="main", instance="b"}': "0x60",
            'tonegate_bind_up{bind="spare"}': "1x10 0 1x40",
            'tonegate_bind_wanted{bind="spare"}': "1x60",
        },
    ),
    (
        "two answers of a quiet night were not delivered",
        70,
        {
            'tonegate_receipts_total{bind="main", state="delivered"}': "100x80",
            'tonegate_receipts_total{bind="main", state="undelivered"}': "0x20 1x20 2x40",
        },
    ),
    (
        "a handset is switched off: its answer is old, and put off",
        30,
        {'tonegate_oldest_answer_age_seconds{bind="main", state="queued"}': "0+60x60"},
    ),
    (
        "the core has said later to one number, whose next message stands behind",
        30,
        {'tonegate_oldest_message_age_seconds{queue="orders", channel="sms", state="received"}': "0+60x60"},
    ),
]


def firing(folder: Path, series: Mapping[str, str], minute: int, expected: str) -> str:
    """What promtool says against its being just this alert that fires at that minute; empty where it is."""
    asked = {
        "rule_files": [str(DOCS / "alerts.yml")],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in (WELL | {**series}).items()],
                "promql_expr_test": [
                    {
                        "expr": 'group by (alertname) (ALERTS{alertstate="firing"})',
                        "eval_time": f"{minute}m",
                        "exp_samples": [{"labels": f'{{alertname="{expected}"}}', "value": 1}] * bool(expected),
                    }
                ],
            }
        ],
    }
    file = folder / "asked.yml"
    file.write_text(json.dumps(asked))  # which is YAML as well
    found = subprocess.run([require("promtool"), "test", "rules", file], capture_output=True, text=True, check=False)
    return found.stdout + found.stderr if found.returncode else ""


@pytest.mark.parametrize(("alert", "minute", "series"), SICK, ids=lambda one: one if isinstance(one, str) else "")
def test_it_fires_and_no_other(tmp_path: Path, alert: str, minute: int, series: Mapping[str, str]) -> None:
    assert not firing(tmp_path, series, minute, alert)


@pytest.mark.parametrize(("_why", "minute", "series"), NOT_SICK, ids=lambda one: one if isinstance(one, str) else "")
def test_nobody_is_called_for(tmp_path: Path, _why: str, minute: int, series: Mapping[str, str]) -> None:
    assert not firing(tmp_path, series, minute, "")


def test_each_alert_is_tried() -> None:
    assert [name for name, _ in alerts()] == [alert for alert, *_ in SICK]
