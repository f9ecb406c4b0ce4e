"""Whether a message that is in work is still this worker's to call for.

Promise 2: a lease that can't be prolonged, since the journal is away from this host or its process was put to sleep,
runs out while work goes on.  Then another host takes the message up, asks the core what became of each step, and
calls for what never came.  So nothing is called for under a lease that may be over: the message's stay ends as if the
core could not be reached, which holds only if nobody has taken it up.

What a call that began in time may still do is what `core.settle_s` is waited for.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core_client import CoreError, Unreachable

_in_force: ContextVar[Callable[[], bool] | None] = ContextVar("lease", default=None)


def boot_clock() -> float:
    """Seconds that go on while the machine is suspended, where the system tells them; set back by nobody."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def require(error: type[CoreError] = Unreachable) -> None:
    """Raise the error where the message in work here may be another's by now; nobody's message has no lease.

    `Busy` once the breaker is passed, which would take the other for the core's.
    """
    in_force = _in_force.get()
    if in_force is not None and not in_force():
        raise error("lease_over")


class Leases:
    """The leases of what one child has in work, by the token of each claim: until when they certainly hold."""

    def __init__(self, lease_s: float, clock: Callable[[], float] = boot_clock) -> None:
        self._lease_s = lease_s
        self._clock = clock
        self._in_work: Counter[str] = Counter()
        self._until: dict[str, float] = {}

    def now(self) -> float:
        """The moment to give to `prolonged`: from before the journal is asked, since it counts from later on."""
        return self._clock()

    def prolonged(self, token: str, asked_at: float) -> None:
        """The journal has given or prolonged the lease."""
        self._until[token] = asked_at + self._lease_s

    @property
    def tokens(self) -> list[str]:
        """Those of what is in work."""
        return list(self._in_work)

    def taken(self, token: str) -> None:
        """One more message of a claim is in work."""
        self._in_work[token] += 1

    def ended(self, token: str) -> None:
        """One less is."""
        self._in_work[token] -= 1
        if not self._in_work[token]:
            del self._in_work[token]
            self._until.pop(token, None)

    @contextmanager
    def over(self, token: str) -> Iterator[None]:
        """Let what is called in here stand under the lease of a claim."""
        before = _in_force.set(lambda: self._clock() < self._until.get(token, 0.0))
        try:
            yield
        finally:
            _in_force.reset(before)
