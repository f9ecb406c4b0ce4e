"""Structured logs of every process: one line each, numbers masked, no text of a message, no secret.

`configure` once at a process's start; then `structlog.get_logger()` anywhere.  What Celery, uvicorn, SQLAlchemy
and Alembic say through `logging` comes out in the same shape.  `TONEGATE_LOG=json` or `pretty` overrules the choice
by terminal; `TONEGATE_LOG_LEVEL=debug` says more.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from workers.privacy import mask_text

_NEVER = frozenset({"text", "body", "short_message", "message_payload", "password", "secret", "authorization"})
"""Keys whose value is the subscriber's own words or a secret: named, since no pattern would find them."""
_AS_THEY_ARE = frozenset({"timestamp", "level", "logger", "transaction_id"})
"""Keys that can't hold a number of a subscriber's but hold many digits."""
_LONGEST_COUNT = 10**9
"""An int above is a telephone number rather than a count or a process id."""
_QUIET: Mapping[str, int] = {
    "celery.worker.strategy": logging.WARNING,  # a line for each bell received would drown the rest
    "celery.app.trace": logging.WARNING,
    "celery.bootsteps": logging.WARNING,
    "celery.pool": logging.WARNING,
    "celery.worker.request": logging.WARNING,
    "urllib3": logging.WARNING,
    "alembic": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "kombu": logging.WARNING,
    "asyncio": logging.WARNING,
}
_verbose = False
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "celery", "celery.task", "celery.redirected")
"""Libraries that would rather write by themselves, past the masking."""


def configure(process: str, environ: Mapping[str, str], stream: TextIO | None = None) -> None:
    """Send this process's logs to `stream` (standard error by default), each line with the process's name."""
    global _verbose  # noqa: PLW0603 - one process, one log
    out = stream or sys.stderr
    level = logging.getLevelNamesMapping().get(environ.get("TONEGATE_LOG_LEVEL", "info").upper(), logging.INFO)
    _verbose = level <= logging.DEBUG
    as_json = environ.get("TONEGATE_LOG", "") == "json" or (not environ.get("TONEGATE_LOG") and not out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [
        _naming(process),
        structlog.processors.format_exc_info,  # before the masking, which has to see the traceback as text
        without_numbers,
        _renderer(as_json, out.isatty()),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, level))


def verbose() -> bool:
    """Whether lines of level debug are written: what is said thousands of times a second asks first."""
    return _verbose


def bound(**names: object) -> AbstractContextManager[None]:
    """Within it every line of this task or thread bears these, e.g. `with bound(message_id=7):`."""
    return structlog.contextvars.bound_contextvars(**names)


def without_numbers(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The last processor before rendering: what it doesn't let through is in no log."""
    return {
        key: value if key in _AS_THEY_ARE else "…" if key in _NEVER else _clean(value) for key, value in event.items()
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LONGEST_COUNT else mask_text(str(value))
    if isinstance(value, Mapping):
        return without_numbers(None, "", dict(value))
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    return mask_text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def _naming(process: str) -> Processor:
    def name(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    return name


def _renderer(as_json: bool, colours: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=colours)
