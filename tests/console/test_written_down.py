"""How values are written on a page: times with their zone, counts with separators, details in words."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from workers.ops.console.rendering import environment, zone
from workers.ops.life import Moment

ARABIC = "\u0645\u0631\u062d\u0628\u0627"


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("in_zone", "expected"),
    [
        ("UTC", "UTC+00:00"),
        ("Asia/Shanghai", "UTC+08:00 (CST)"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("America/Sao_Paulo", "UTC-03:00"),
    ],
    indirect=["in_zone"],
)
def test_the_zone_of_all_times_is_said_with_its_name_where_it_has_one(in_zone: None, expected: str) -> None:
    assert expected == zone()


@pytest.mark.parametrize(("expected", "value"), [("1,234,567", 1_234_567), ("0", 0), ("", None)])
def test_counts_have_separators_and_what_nobody_tells_is_empty(expected: str, value: int | None) -> None:
    assert expected == environment().from_string("{{ value|count }}").render(value=value)


def test_a_moment_says_units_as_units_and_keeps_each_value_apart() -> None:
    """A value may be in a script that runs to the left: on a page each stands for itself."""
    moment = Moment(0.0, "the core was called", {"operation": "orderTone", "took_ms": 42, "text": ARABIC})
    assert [("operation", "orderTone"), ("took", "42 ms"), ("text", ARABIC)] == moment.parts(str)
    assert f"operation orderTone, took 42 ms, text {ARABIC}" == moment.said(str)
