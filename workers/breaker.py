"""The breaker before the core: while it is down or refuses our account, nobody waits for it in vain.

Open, it answers for the core at once; when its time is over one call at a time goes through to try.  A core that
cannot be reached opens it at the first call, one that answers nothing in time at the fifth in a row.
"""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from core_client import AccountRefused, AnswerLost, CoreError, Doubtful, Unreachable
from workers import moments

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0
_TIMEOUTS_IN_A_ROW = 5

log = structlog.get_logger(__name__)


class Breaker:
    """`on_recovery` is called when the core answers again after it did not."""

    def __init__(
        self,
        on_recovery: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        spread: Callable[[], float] = random.random,
    ) -> None:
        self._on_recovery = on_recovery
        self._clock = clock
        self._spread = spread
        self._pause_s = 0.0
        self._until = 0.0
        self._timeouts = 0
        self._trying = False
        self._held = False

    def hold(self, on: bool) -> None:
        """Let no call through while operations want none; what waits is woken when they do again."""
        if on == self._held:
            return
        self._held = on
        log.warning("core_paused" if on else "core_goes_on")
        if not on:
            self._on_recovery()

    @property
    def is_open(self) -> bool:
        """Whether the core is given up for now."""
        return self._pause_s > 0

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Wrap one call; raises `Unreachable` at once while open or held."""
        trying = self._enter()
        try:
            yield
        except CoreError as error:
            self._failed(error, trying)
            raise
        else:
            self._answered()
        finally:
            if trying:
                self._trying = False

    def _enter(self) -> bool:
        if self._held:
            raise Unreachable("core_paused")
        if not self.is_open:
            return False
        if self._trying or self._clock() < self._until:
            raise Unreachable("core_down")
        self._trying = True
        return True

    def _failed(self, error: CoreError, trying: bool) -> None:
        if self.is_open and not trying:
            return  # it went out before: many that fail together are one failure, and make no pause longer
        if isinstance(error, AccountRefused):
            log.error("core_refuses_account", code=error.code, mend="check core.account and core.password")
            self._open()
        elif isinstance(error, Doubtful | AnswerLost) and not error.attempt:
            self._timeouts += 1
            if trying or self._timeouts >= _TIMEOUTS_IN_A_ROW:
                self._open()
        elif isinstance(error, Unreachable):
            self._open()
        else:
            self._answered()

    def _open(self) -> None:
        if not self.is_open:
            log.warning("core_unreachable")
            moments.core_given_up(True)
        self._pause_s = min(self._pause_s * 2 or _FIRST_PAUSE_S, _LONGEST_PAUSE_S)
        self._until = self._clock() + self._pause_s * (0.75 + self._spread() / 2)

    def _answered(self) -> None:
        self._timeouts = 0
        if self.is_open:
            log.info("core_answers_again")
            moments.core_given_up(False)
            self._pause_s = 0.0
            self._on_recovery()
