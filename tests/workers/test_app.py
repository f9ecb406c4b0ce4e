"""The Celery app carries bells and nothing else: JSON, no results, and never a countdown."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from celery import Celery

from workers.app import CHIME, make_app
from workers.journal import Queue
from workers.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for room in ("workers", "channels", "core_client") for path in (HOUSE / room).rglob("*.py"))


@pytest.fixture
def app(tmp_path: Path) -> Celery:
    return make_app(Settings())


def test_only_json_is_taken_and_given(app: Celery) -> None:
    assert (["json"], "json", True) == (app.conf.accept_content, app.conf.task_serializer, app.conf.task_ignore_result)


def test_the_queues_of_urgency_are_all_there_are(app: Celery) -> None:
    assert [str(queue) for queue in Queue] == [queue.name for queue in app.conf.task_queues]
    assert not app.conf.task_create_missing_queues


def test_visibility_is_longer_than_any_task_in_each_place_celery_reads_it(app: Celery) -> None:
    # celery#9339: of the three places one alone is honoured, and which one depends on the path
    for where in (
        app.conf.broker_transport_options,
        app.conf.result_backend_transport_options,
        {"visibility_timeout": app.conf.visibility_timeout},
    ):
        assert where["visibility_timeout"] > app.conf.task_time_limit


def test_a_child_that_a_busy_machine_lets_wait_is_not_killed_as_it_begins(app: Celery) -> None:
    """Ten children took seconds each where another ten programs wanted the same two cores, and none was let live."""
    assert app.conf.worker_proc_alive_timeout >= app.conf.task_time_limit


def test_a_broker_that_hangs_is_given_up(app: Celery) -> None:
    options = app.conf.broker_transport_options
    assert 0 < options["socket_timeout"] <= 10
    assert 0 < options["socket_connect_timeout"] <= 10
    assert not app.conf.task_publish_retry


def test_no_task_is_ever_told_to_come_later() -> None:
    """celery#3270: a countdown longer than the visibility time-out runs again and again."""
    found = [
        f"{path.relative_to(HOUSE)}:{node.value.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg in ("countdown", "eta")
    ]
    assert SOURCES
    assert not found


def test_no_task_carries_a_message() -> None:
    source = (HOUSE / "workers" / "app.py").read_text(encoding="utf-8")
    sends = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "send_task"
    ]
    assert ["[queue]"] == [ast.unparse(key.value) for call in sends for key in call.keywords if key.arg == "args"]
    assert CHIME
