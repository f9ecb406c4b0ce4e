"""Retention at work: the key that numbers are hashed with, and the purge that a worker does by itself at night."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from workers.journal import Database
from workers.journal.purging import Purge
from workers.journal.statistics.counting import Counting
from workers.settings import Settings

DAY_S = 86_400.0
_KEY_BYTES = 32
_EVERY_S = 20 * 3600.0
"""Between two nightly purges: less than a day, since the hour changes with the clocks."""
_HOURS = range(2, 5)
"""The small hours, local time."""
_PAUSE_S = 0.1
"""Between two transactions: what is live comes first."""

log = structlog.get_logger(__name__)


class NoKeyError(ValueError):
    """There is nothing to hash numbers with; the text says how to mend it."""


def key_of(settings: Settings, database: Database) -> bytes:
    """Return the key that the settings name, or that of the file beside a SQLite journal, made where it is missing.

    Raises `NoKeyError`.
    """
    if settings.retention.key and settings.retention.key.get_secret_value():
        return settings.retention.key.get_secret_value().encode()
    if database.path is None:
        raise NoKeyError('numbers can\'t be hashed without a key: set [retention] key = "file:/etc/tonegate/retention"')
    file = database.path.with_name(f"{database.path.name}.retention-key")
    _make(file)
    return file.read_text().strip().encode()


def _make(file: Path) -> None:
    """Make the key's file unless it is there, whole or not at all, to be read by its owner alone."""
    if file.exists():
        return
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(secrets.token_hex(_KEY_BYTES) + "\n")
    try:
        os.link(new, file)  # who comes second leaves the first one's
    except FileExistsError:
        pass
    finally:
        new.unlink()


def nightly(
    settings: Settings,
    database: Database,
    *,
    author: str,
    stopping: Callable[[], bool],
    counting: Counting | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Purge, if the settings want it, the hour is small and nobody has done it tonight; raises `JournalUnavailable`.

    `counting` is that of the worker.
    """
    now = clock()
    if not settings.retention.days or time.localtime(now).tm_hour not in _HOURS:
        return
    try:
        purge = Purge(database, key_of(settings, database), counting)
    except NoKeyError as error:
        log.error("retention_has_no_key", mend=str(error))
        return
    if purge.takes_turn(_EVERY_S):
        before, gone = now - settings.retention.days * DAY_S, gone_before(settings, now)
        purged = purge.run(before, gone, author=author, reason="retention", pause_s=_PAUSE_S, stopping=stopping)
        log.info("purged", left=purged.left, rows=dict(purged.rows), deleted=dict(purged.deleted))


def gone_before(settings: Settings, now: float, days: int | None = None) -> float | None:
    """Before which moment what was purged is deleted, never later than `days` ago; None where it stays for ever."""
    wanted = settings.retention.delete_days
    return now - max(wanted, days or 0) * DAY_S if wanted else None
