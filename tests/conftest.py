"""What holds for all tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

# By default an example that takes more than 200 ms is a failure: on a machine that does much else each may.
settings.register_profile("loaded", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loaded")

_Set = tuple[int, bool, bool, list[logging.Handler]]
_UNSET: _Set = (logging.NOTSET, True, False, [])


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command or a server in the process of a test sets the logs of all: the next would be heard by nobody.

    Tests come in any order, so no test can tell who came before.
    """
    before = {name: (one.level, one.propagate, one.disabled, one.handlers[:]) for name, one in _loggers()}
    yield
    for name, one in _loggers():
        level, one.propagate, one.disabled, one.handlers[:] = before.get(name, _UNSET)
        if one.level != level:
            one.setLevel(level)
    logging.captureWarnings(False)
    if structlog.is_configured():
        structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _loggers() -> Iterator[tuple[str, logging.Logger]]:
    yield "", logging.root
    for name, one in logging.root.manager.loggerDict.items():
        if isinstance(one, logging.Logger):
            yield name, one
