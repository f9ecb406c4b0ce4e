"""What Celery itself can do here: no-op tasks, one per message, the queue filled beforehand.

The yardstick of the end-to-end bench: prefork 2, prefetch 64 tasks a child, JSON, no results, the settings under
which Celery is at its quickest; acknowledged early, so that it is spared what our promises cost.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import redis
from celery import Celery

QUEUE = "baseline"

app = Celery("celery_baseline", broker=os.environ.get("BASELINE_BROKER", ""))
app.conf.update(
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue=QUEUE,
    worker_prefetch_multiplier=64,
    task_acks_late=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


@app.task(name="noop")
def noop(message: int) -> None:
    """Do nothing with one message."""


def measure(redis_url: str, broker_url: str, tasks: int, patience_s: float = 60.0) -> float:
    """Tasks per second, between a tenth and nine tenths of the queue, so that starting and stopping don't count."""
    server = redis.Redis.from_url(redis_url)
    server.delete(QUEUE, "unacked", "unacked_index")
    # Not the app's pool of producers, which would keep the server of an earlier measurement.
    with app.connection_for_write(broker_url) as connection, app.amqp.Producer(connection) as producer:
        for message in range(tasks):
            noop.apply_async((message,), producer=producer)
    if server.llen(QUEUE) != tasks:
        raise RuntimeError("the baseline's queue could not be filled")
    words = [*("worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "ERROR", "--queues", QUEUE)]
    words += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "celery_baseline", *words],
        cwd=Path(__file__).parent,
        env=os.environ | {"BASELINE_BROKER": broker_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return _rate(server, tasks, time.monotonic() + patience_s)
    finally:
        # All at once and hard: a warm shutdown in the middle of a queue may hang for ever, and nothing is lost here.
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _rate(server: redis.Redis, tasks: int, deadline: float) -> float:
    begun = (0.0, 0)
    while True:
        if time.monotonic() > deadline:
            raise RuntimeError("the baseline's queue was not worked off in time")
        # What is prefetched lies in the hash of the unacknowledged until its task begins.
        left = int(server.llen(QUEUE)) + int(server.hlen("unacked"))
        now, done = time.monotonic(), tasks - left
        if not begun[1] and done >= tasks * 0.1:
            begun = (now, done)
        if done >= tasks * 0.9:
            return (done - begun[1]) / (now - begun[0])
        time.sleep(0.02)
