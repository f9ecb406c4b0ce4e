"""Every metric, as data: what is counted by processes as it happens, and what is looked at when it is asked for.

Names and units as Prometheus has them: base units, `_total` for what only grows.  Labels hold words out of lists: names
from the settings, words of the result-code table; never a number, a text, or a tone that somebody has ordered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "histogram", "gauge"]

ANSWER_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
CORE_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SCREEN_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric."""

    name: str
    """As it is scraped, without what Prometheus adds to a histogram."""
    kind: Kind
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...] = ()
    """Of a histogram: upper bounds, seconds."""


RECEIVED = Metric(
    "tonegate_messages_received_total", "counter", ("channel",), "Messages that were kept and acknowledged."
)
DUPLICATES = Metric(
    "tonegate_duplicates_total", "counter", ("channel",), "Redeliveries that were attached to their first message."
)
NOT_TAKEN = Metric(
    "tonegate_messages_not_taken_total", "counter", ("channel",), "Messages left with their sender: not safe in time."
)
OUTCOMES = Metric(
    "tonegate_outcomes_total",
    "counter",
    ("channel", "action", "state", "outcome"),
    "Stays of messages with a worker that ended, by how.",
)
WORK = Metric(
    "tonegate_work_seconds", "histogram", ("channel",), "From the claim of a message to the end of its stay.", CORE_S
)
CORE_CALLS = Metric(
    "tonegate_core_calls_total",
    "counter",
    ("operation", "result", "code"),
    "Calls to the core, by the class of the result code.",
)
CORE_SECONDS = Metric("tonegate_core_call_seconds", "histogram", ("operation",), "How long the core took.", CORE_S)
BREAKER = Metric(
    "tonegate_core_breaker_open", "gauge", (), "Processes for which the core is given up for now; 0 is well."
)
CONSENTS = Metric(
    "tonegate_consents_total", "counter", ("event", "action"), "Prices asked about, and the yes and no to them."
)
GIFTS = Metric("tonegate_gifts_total", "counter", ("state",), "Gifts presented, and how they ended.")
SENT = Metric("tonegate_answers_total", "counter", ("bind", "result"), "Tries to send an answer, by how they ended.")
ANSWER_SECONDS = Metric(
    "tonegate_answer_seconds",
    "histogram",
    ("channel",),
    "From a message in to its first answer out.",
    ANSWER_S,
)
RECEIPTS = Metric("tonegate_receipts_total", "counter", ("bind", "state"), "What SMSCs said became of answers.")
SCREENS = Metric("tonegate_screens_total", "counter", ("gateway", "end"), "USSD screens shown.")
SCREEN_SECONDS = Metric(
    "tonegate_screen_seconds", "histogram", ("gateway",), "From a request of a gateway to its screen.", SCREEN_S
)
REPLAYS = Metric("tonegate_replayed_messages_total", "counter", (), "Messages that operations have replayed.")

COUNTED = (
    *(RECEIVED, DUPLICATES, NOT_TAKEN, OUTCOMES, WORK, CORE_CALLS, CORE_SECONDS, BREAKER, CONSENTS, GIFTS),
    *(SENT, ANSWER_SECONDS, RECEIPTS, SCREENS, SCREEN_SECONDS, REPLAYS),
)
"""By processes, as it happens."""

JOURNAL_UP = Metric("tonegate_journal_up", "gauge", (), "1 where the journal could be read for this scrape.")
JOURNAL_DISK_FREE = Metric(
    "tonegate_journal_disk_free_bytes", "gauge", (), "What a SQLite journal may still take of its disk."
)
JOURNAL_DISK_SIZE = Metric("tonegate_journal_disk_size_bytes", "gauge", (), "How large that disk is.")
MESSAGES = Metric(
    "tonegate_unfinished_messages",
    "gauge",
    ("queue", "channel", "state"),
    "Messages that have no end yet, or a bad one.",
)
OLDEST_MESSAGE = Metric(
    "tonegate_oldest_message_age_seconds",
    "gauge",
    ("queue", "channel", "state"),
    "How long ago the oldest of them came.",
)
ANSWERS = Metric("tonegate_unsent_answers", "gauge", ("bind", "state"), "Answers that the SMSC has not taken yet.")
OLDEST_ANSWER = Metric(
    "tonegate_oldest_answer_age_seconds", "gauge", ("bind", "state"), "How long ago the oldest of them was written."
)
MESSAGE_OVERDUE = Metric(
    "tonegate_message_overdue_seconds", "gauge", ("queue",), "How long a message has been due or in hand, at most."
)
ANSWER_OVERDUE = Metric(
    "tonegate_answer_overdue_seconds", "gauge", ("bind",), "How long an answer has been due and not sent, at most."
)
REDIS_UP = Metric("tonegate_redis_up", "gauge", (), "1 where Redis answers; without it, binds can't be seen.")
BIND_UP = Metric("tonegate_bind_up", "gauge", ("bind",), "1 where the bind is bound on any host.")
BIND_WANTED = Metric("tonegate_bind_wanted", "gauge", ("bind",), "0 where operations have switched it off.")
PAUSED = Metric("tonegate_paused", "gauge", ("what",), "1 where operations have paused the core or a channel.")
HEALTHY = Metric("tonegate_healthy", "gauge", (), "1 where /health says that rows make progress.")

LOOKED_AT = (
    *(JOURNAL_UP, JOURNAL_DISK_FREE, JOURNAL_DISK_SIZE),
    *(MESSAGES, OLDEST_MESSAGE, MESSAGE_OVERDUE, ANSWERS, OLDEST_ANSWER, ANSWER_OVERDUE),
    *(REDIS_UP, BIND_UP, BIND_WANTED, PAUSED, HEALTHY),
)
"""When they are asked for."""

METRICS = (*COUNTED, *LOOKED_AT)
