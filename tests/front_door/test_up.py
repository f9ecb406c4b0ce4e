"""`tonegate up` in real processes: it comes up, stays up, and leaves nothing behind."""

from __future__ import annotations

import contextlib
from itertools import count

import psutil
import pytest

from tests.front_door.hosts import CODE, NUMBER, Host, until

_numbers = count(8613800000700)

SOURCES = {
    "tonegate.toml",
    "core.password",
    "log",
    "tonegate.db",
    "sandbox.db",
    "tonegate.db.redis",
    "tonegate.db.metrics",
    "tonegate.db.retention-key",
}
SOURCES |= {f"{base}.db-{part}" for base in ("tonegate", "sandbox") for part in ("wal", "shm")}
"""What is data or a test's own; anything else in the folder would be a lock, a socket or a pid file."""


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of them that have not ended."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def test_a_text_from_the_handset_is_answered(running: Host) -> None:
    assert running.answered(f"GET {CODE}").startswith('"Paper Boats"')


def test_it_says_where_everything_is(running: Host) -> None:
    said = running.said()
    assert f"http://127.0.0.1:{running.page}/" in said
    assert f"http://127.0.0.1:{running.core}/usdp?wsdl" in said
    assert f"127.0.0.1:{running.smsc}" in said
    assert f"http://127.0.0.1:{running.console}/" in said


def test_no_number_and_no_text_is_in_its_logs(running: Host) -> None:
    running.answered("hello there, a private matter")
    assert NUMBER not in running.said()
    assert "private matter" not in running.said()


def test_a_second_one_on_the_same_journal_is_refused(running: Host) -> None:
    refused = running.run("up")
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: `tonegate up` runs already on this journal: process ")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("valkey-server",),
        ("sandbox",),
        ("simulator",),
        ("worker", "interactive"),
        ("worker", "orders,bulk"),
        ("smpp",),
        ("console",),
    ],
    ids="-".join,
)
def test_what_is_killed_is_back_and_serves(running: Host, words: tuple[str, ...]) -> None:
    killed = until(lambda: running.child(*words), running.said)
    killed.kill()
    until(lambda: (child := running.child(*words)) and child.pid != killed.pid, running.said)
    until(running.page_answers, running.said)
    # From a number of its own: whoever is killed just after an answer has left may send that once more.
    assert "GIFT code number" in running.answered("HELP", number=str(next(_numbers)))


def test_ctrl_c_ends_everything_with_zero_and_leaves_nothing(host: Host) -> None:
    host.up()
    children = host.children()
    assert host.stop() == 0
    # What would not stop in time is killed with all that it has started, which takes a moment to be gone.
    until(lambda: not alive(children), lambda: alive(children))
    assert {file.name for file in host.folder.iterdir()} <= SOURCES


def test_nothing_outlives_a_supervisor_killed_with_9_and_the_next_one_starts(host: Host) -> None:
    host.up()
    children = host.children()
    assert len(children) >= 10, "seven processes and Celery's children"
    host.end()
    until(lambda: not alive(children), lambda: alive(children))
    host.up()
    assert host.answered("HELP")
    assert host.stop() == 0
    assert {file.name for file in host.folder.iterdir()} <= SOURCES
