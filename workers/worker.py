"""The worker process: Celery's children, each of which answers bells with a `Child` of its own.

Apart from `app`, with which everybody rings: whoever only rings needs none of what a child does.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import Any

from celery import signals

from workers import moments
from workers.app import CHIME, make_app, make_bell
from workers.child import Child
from workers.journal import Queue
from workers.ops.lifeline import die_with
from workers.settings import Settings
from workers.spoken import words_of

_DRAIN_S = 8.0


def run_worker(settings: Settings, queues: Sequence[Queue], *, processes: int, name: str) -> int:
    """Run a Celery worker for these queues until it is stopped; return its exit code.

    `name` is the worker's node name.  A first SIGTERM lets the children finish what they have in work.  Raises
    `TemplatesError` where the words are broken at the start.
    """
    words = words_of(settings).current()
    app = make_app(settings)
    children: list[Child] = []
    parent = os.getpid()

    @app.task(name=CHIME)  # type: ignore[untyped-decorator]
    def chime(queue: str) -> None:
        children[0].answer_bell(Queue(queue))

    def child_starts(**_: Any) -> None:
        die_with(parent)
        moments.begin(settings, name)  # after the fork: what sends spans is a thread
        children.append(Child(settings, make_bell(settings, app), queues, words))

    def child_stops(**_: Any) -> None:
        for child in children:
            child.close(_DRAIN_S)
        moments.end()

    signals.setup_logging.connect(_keep_our_logging, weak=False)
    signals.worker_process_init.connect(child_starts, weak=False)
    signals.worker_process_shutdown.connect(child_stops, weak=False)
    worker = app.Worker(
        hostname=f"{name}@{socket.gethostname()}",
        pool="prefork",
        concurrency=processes,
        queues=[str(queue) for queue in queues],
        loglevel="INFO",
        without_gossip=True,  # workers need not know of each other: the journal's claims keep them apart
        without_mingle=True,
        without_heartbeat=True,  # health is rows that make progress
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _keep_our_logging(**_: Any) -> None:
    """Connected so that Celery leaves the logging alone."""
