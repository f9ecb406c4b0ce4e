"""What can go wrong with a call, as a tree in which every class carries the decision: call again, ask, stop or tell.

    CoreError
    ├── Unreachable      AGAIN    nothing went out: refused connection, unknown host, connect time-out, full pool
    │   └── AnswerLost   AGAIN    the answer to a read was lost; reading changes nothing
    ├── Busy             AGAIN    the core said so itself: not done; uses an attempt
    ├── Doubtful         ASK      it may have been done: ask what happened before calling again
    ├── AccountRefused   STOP     the core refuses our portal account: call no more, raise an alarm, keep the messages
    └── Refused          NEVER    a final no; nothing was done and nothing charged
        └── OurMistake   NEVER    the call was wrong: a parameter, a number, a code
            └── NotSupported      this core has no such operation

Messages name the operation, the code and the reason, never a number, a password or what the core wrote.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """What the caller does next."""

    AGAIN = "again"
    """Not done: call again later, with the same transaction id."""
    ASK = "ask"
    """May be done: settle what happened first, then decide."""
    STOP = "stop"
    """Not done, and nothing will be until somebody mends our account: keep the message, call no more."""
    NEVER = "never"
    """Not done, and it won't be: tell the subscriber why."""


class CoreError(Exception):
    """A call that did not end in an answer that says done, accepted or already so."""

    retry: ClassVar[Retry]
    effect_possible: ClassVar[bool] = False
    """Whether the core may have done it all the same."""

    def __init__(self, reason: str, *, code: str = "", operation: str = "", attempt: bool = False) -> None:
        self.reason = reason
        """A short class name: a reason of the result-code table, or how the transport failed (`timeout`, `reset`…)."""
        self.code = code
        """The core's own result code, or empty where it gave none."""
        self.operation = operation
        self.attempt = attempt
        """Whether it uses up an attempt: the core itself answered. A core that is down uses up none."""
        super().__init__(reason, code, operation)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.operation, self.code, self.reason)))


class Unreachable(CoreError):
    """Nothing went out."""

    retry = Retry.AGAIN


class AnswerLost(Unreachable):
    """A read went out and no usable answer came back."""


class Busy(CoreError):
    """The core has no time and did nothing."""

    retry = Retry.AGAIN


class Doubtful(CoreError):
    """The call went out and its end is unknown: no answer, half an answer, or a code that leaves it open.

    `attempt` tells whether the core itself answered.  The reason `duplicate` (316001) says that this transaction is
    there already: what became of it is a question for `query_transaction`.
    """

    retry = Retry.ASK
    effect_possible = True


class AccountRefused(CoreError):
    """Our account, its password, its rights or its address is refused."""

    retry = Retry.STOP


class Refused(CoreError):
    """The core said no."""

    retry = Retry.NEVER

    def __init__(self, reason: str, *, code: str = "", operation: str = "", attempt: bool = True) -> None:
        super().__init__(reason, code=code, operation=operation, attempt=attempt)


class OurMistake(Refused):
    """The core could make nothing of the call; the same call will fare no better."""


class NotSupported(OurMistake):
    """The core does not have this operation, or the settings say so."""
