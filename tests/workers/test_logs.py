"""Every process logs one line each, in one shape, and nothing in it says who or what."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from workers import logs

NUMBER = "8613800000001"


@pytest.fixture(autouse=True)
def _as_verbose_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_verbose", logs.verbose())


def written(say: Callable[[], None], **environ: str) -> str:
    out = io.StringIO()
    logs.configure("worker", {"TONEGATE_LOG": "json", **environ}, out)
    say()
    return out.getvalue()


def through_structlog(**values: Any) -> Callable[[], None]:
    return lambda: structlog.get_logger().info("sent", **values)


def crash() -> None:
    try:
        raise ValueError(f"no such subscriber: {NUMBER}")
    except ValueError:
        logging.getLogger("celery").exception("task failed")
        structlog.get_logger().exception("task failed")


@pytest.mark.parametrize(
    "say",
    [
        through_structlog(to=NUMBER),
        through_structlog(to=int(NUMBER)),
        through_structlog(to=NUMBER.encode()),
        through_structlog(seen=[{"from": (NUMBER,)}]),
        through_structlog(error=ValueError(NUMBER)),
        lambda: structlog.get_logger().info(f"sent to {NUMBER}"),
        lambda: logging.getLogger("celery").warning("sent to %s", NUMBER),
        lambda: logging.getLogger("uvicorn.error").warning("sent to %s", NUMBER),
        crash,
    ],
)
@pytest.mark.parametrize("shape", ["json", "pretty"])
def test_no_log_line_has_a_whole_number(say: Callable[[], None], shape: str) -> None:
    out = written(say, TONEGATE_LOG=shape)
    assert "86138*****001" in out
    assert NUMBER not in out


@pytest.mark.parametrize("key", ["text", "short_message", "password"])
def test_what_the_subscriber_wrote_and_secrets_stay_out(key: str) -> None:
    out = written(through_structlog(**{key: "hunter2", "inner": {key: "hunter2"}}))
    assert "hunter2" not in out
    assert json.loads(out)[key] == "…"


def test_a_line_bears_process_level_and_the_message_at_hand() -> None:
    def say() -> None:
        with logs.bound(message_id=7):
            structlog.get_logger().warning("late", seconds=1.5, yes=True, nothing=None, count=12345678)

    line = json.loads(written(say))
    assert {key: line[key] for key in line if key != "timestamp"} == {
        "event": "late",
        "level": "warning",
        "process": "worker",
        "message_id": 7,
        "seconds": 1.5,
        "yes": True,
        "nothing": None,
        "count": 12345678,
    }
    assert line["timestamp"].endswith("Z")


def test_other_peoples_loggers_speak_in_the_same_shape() -> None:
    line = json.loads(written(lambda: logging.getLogger("celery.worker").warning("%d lost", 3)))
    assert (line["event"], line["logger"], line["process"]) == ("3 lost", "celery.worker", "worker")


@pytest.mark.parametrize(("level", "lines"), [("info", 1), ("debug", 2)])
def test_the_level_is_chosen_by_the_environment(level: str, lines: int) -> None:
    def say() -> None:
        structlog.get_logger().debug("fine")
        structlog.get_logger().info("coarse")

    assert len(written(say, TONEGATE_LOG_LEVEL=level).splitlines()) == lines


def test_a_line_for_each_bell_does_not_drown_the_rest() -> None:
    assert written(lambda: logging.getLogger("celery.app.trace").info("Task succeeded")) == ""


def test_a_message_that_runs_over_lines_is_one_line_of_json() -> None:
    assert len(written(crash).splitlines()) == 2
