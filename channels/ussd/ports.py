"""What meets between the doors, the menu engine and the rest of the house, as values and shapes.

door (an HTTP dialect, an SMPP variant)      one request of a gateway → `DialRequest`; `ScreenReply` → its answer
  └─ desk                                    session store, repeats, deadlines: one request at a time of a session
       ├─ menu engine (pure)                 (menu, session, input) → (session, effect)
       ├─ lookups                            what a screen must ask the core
       └─ orders                             what was confirmed, kept in the journal and waited for
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from workers.dials import Caller, DialOrder, Placed
from workers.dials.pushes import PushedScreen
from workers.journal.pushes import Push

__all__ = [
    "Ask",
    "Caller",
    "Desk",
    "DialOrder",
    "DialRequest",
    "Effect",
    "Kind",
    "Lookups",
    "Orders",
    "Place",
    "Placed",
    "ScreenReply",
    "Show",
]


class Kind(StrEnum):
    """What a gateway's request is about."""

    BEGIN = "begin"
    """A subscriber dialled; the input is what he dialled behind the service code, if anything."""
    INPUT = "input"
    ABORT = "abort"
    """He hung up, or the network did: nobody reads the answer."""
    TIMEOUT = "timeout"
    """The gateway has waited too long for him: nobody reads the answer."""
    PUSHED = "pushed"
    """We begin: a question for who did not dial (network-initiated)."""


@dataclass(frozen=True, slots=True)
class DialRequest:
    """One request of a gateway, whatever its dialect."""

    kind: Kind
    gateway: str
    """The name in `[[ussd.gateways]]`, or the bind's."""
    gateway_session: str
    """The gateway's own id, which may recur; empty where it sends none: then the number is the session's key."""
    number: str = field(repr=False)
    """E.164 digits without +; empty where this request bears the session's id alone: the begin has named him."""
    service_code: str = ""
    """What was dialled up to the service, as `*123#`; empty where the gateway doesn't say after the first screen."""
    text: str = field(default="", repr=False)
    """The newest input alone; of a BEGIN the rest of the dialled string without `#`: `2*600902000001`, often empty."""
    all_inputs: tuple[str, ...] | None = field(default=None, repr=False)
    """All inputs so far, where the gateway sends them joined: their count is the step, and tells a repeat."""
    request_id: str = ""
    """The gateway's id of this very request, where it has one: the same again is a repeat."""
    screen_chars: int = 160
    named_once: bool = False
    """Of a BEGIN: later requests of the session may bear its id alone."""


def nothing() -> None:
    """Nothing hangs on it."""


@dataclass(frozen=True, slots=True)
class ScreenReply:
    """What the subscriber sees."""

    text: str = field(repr=False)
    ends: bool
    arrived: Callable[[], None] = field(default=nothing, repr=False, compare=False)
    """Called by the door once the gateway has it: what it tells need not go by text as well, unless he hangs up."""


class Desk(Protocol):
    """Answers dials; the one thing that a door needs."""

    async def answer(self, request: DialRequest) -> ScreenReply:
        """Return the next screen; never raises, and of an ABORT or TIMEOUT the reply says nothing and ends."""
        ...


class PushDesk(Desk, Protocol):
    """A desk that can also begin a dial by itself."""

    async def push(self, request: DialRequest, pushed: PushedScreen) -> ScreenReply | None:
        """Return the screen that asks, and remember the dial; None where the number is in a dial already."""
        ...

    async def dropped(self, request: DialRequest) -> None:
        """The screen was not shown: the dial is over."""
        ...


class QuestionBox(Protocol):
    """Questions that may be shown on a screen before they go by text."""

    async def claim(self, binds: Sequence[str], limit: int) -> Sequence[Push]:
        """Those about the texts of some binds, each given out once."""
        ...

    async def ended(self, id_: int, *, answered: bool) -> None:
        """One was answered on its screen, and is no text any more; or it was not, and goes by text now."""
        ...


# ---- between the desk and the menu engine: effects, all of them plain values


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen; the session goes on unless it `ends`."""

    text: str = field(repr=False)
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Look something up and come back with `answered`, or with `late` where it took too long."""

    function: str
    """A name of `workers.dials.lookups`: the allow-list."""
    arguments: Mapping[str, str] = field(repr=False)
    instead: DialOrder | None = None
    """What is placed if it takes too long, so that the answer follows by text message; it charges nothing unasked."""


@dataclass(frozen=True, slots=True)
class Place:
    """Keep what was confirmed, and come back with `placed`."""

    order: DialOrder


Effect = Show | Ask | Place


# ---- between the desk and the rest of the house


class Lookups(Protocol):
    """What a screen must ask the core; what each returns is plain JSON, described in `workers.dials.lookups`."""

    async def look(self, function: str, caller: Caller, arguments: Mapping[str, str]) -> Any:
        """Return the answer; raises `workers.dials.lookups.LookupRefused` with its reason, or `LookupFailed`."""
        ...

    async def caller(self, number: str, service_code: str, gateway: str) -> Caller: ...


class Orders(Protocol):
    """Where confirmed screens are safe."""

    async def place(
        self, order: DialOrder, caller: Caller, transaction_id: str, dial: str, *, within_s: float
    ) -> Placed:
        """Commit it under its id (the same again is the same order), ring, and wait at most `within_s` for the answer.

        Raises `NotSafe` where it was not committed: then nothing was taken, and never will be.
        """
        ...

    async def shown(self, placed: Placed) -> None:
        """Say that a screen with these words is on its way: what need not go by text as well does not."""
        ...
