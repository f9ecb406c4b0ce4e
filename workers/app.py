"""The Celery app: every setting with its reason beside it.

Celery spreads the bells; it keeps nothing.  Measured with 5.7: kill its workers while they take tasks from Redis
and some tasks are gone, whatever is set, so a task carries no message and its loss costs a sweep.
"""

from __future__ import annotations

from celery import Celery
from kombu.entity import Queue as CeleryQueue

from workers.bell import Bell, redis_client
from workers.embedded import broker_url, redis_url
from workers.journal import Queue
from workers.settings import Settings

CHIME = "tonegate.chime"
"""The only task: somebody rang for the queue it is sent to."""

_HARD_LIMIT_S = 60
_STARTS_WITHIN_S = 120.0
_VISIBILITY_TIMEOUT_S = 3600
_SOCKET = {"socket_timeout": 5.0, "socket_connect_timeout": 2.0, "socket_keepalive": True, "health_check_interval": 15}


def make_app(settings: Settings) -> Celery:
    """Return the app of this host's settings; connects when first used."""
    app = Celery("tonegate", broker=broker_url(settings), set_as_current=False)
    transport = {
        "visibility_timeout": _VISIBILITY_TIMEOUT_S,  # Celery honours it in one place of three (celery#9339)
        "retry_on_timeout": True,
        **_SOCKET,  # without time limits a publish hangs while the broker is down (celery#4296)
    }
    app.conf.update(
        accept_content=["json"],  # never pickle: whoever reaches Redis would run code here
        task_serializer="json",
        task_ignore_result=True,  # results are rows of the journal
        task_store_errors_even_if_ignored=False,
        task_queues=[_celery_queue(queue) for queue in Queue],  # the queues of urgency, and no other
        task_default_queue=Queue.ORDERS,
        task_create_missing_queues=False,
        task_acks_late=False,  # a bell that rang for a dead worker need not ring again; the sweeper does
        task_publish_retry=False,  # a failed ring is ignored
        task_time_limit=_HARD_LIMIT_S,  # a child whose loop hangs is replaced; above every time limit inside it
        # Celery's 4 s are less than a busy machine takes: each child was killed as it began, and the next, for minutes
        worker_proc_alive_timeout=_STARTS_WITHIN_S,
        worker_prefetch_multiplier=1,  # a bell that waits behind another in one child rings for nobody
        worker_max_tasks_per_child=None,  # a child holds connections and a loop; memory is watched by the soak test
        worker_hijack_root_logger=False,  # logs are ours: masked and structured
        worker_redirect_stdouts=False,
        worker_send_task_events=False,  # what is worth knowing is in the journal
        worker_cancel_long_running_tasks_on_connection_loss=False,  # a task's work doesn't depend on the broker
        broker_connection_retry_on_startup=True,  # Redis may come up after us
        broker_connection_max_retries=None,  # for ever
        broker_pool_limit=2,
        broker_transport_options=transport,
        visibility_timeout=_VISIBILITY_TIMEOUT_S,
        result_backend_transport_options=transport,
        enable_utc=True,
    )
    return app


def make_bell(settings: Settings, app: Celery) -> Bell:
    """Return this process's bell; make it after a fork."""

    def publish(queue: str) -> None:
        app.send_task(CHIME, args=[queue], queue=queue, retry=False, ignore_result=True, expires=60)

    return Bell(redis_client(redis_url(settings)), publish)


def _celery_queue(queue: Queue) -> CeleryQueue:
    return CeleryQueue(str(queue))  # type: ignore[no-untyped-call]
