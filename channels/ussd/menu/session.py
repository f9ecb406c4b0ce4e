"""What is remembered of a dial between two screens: plain values, as JSON in a session store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self

from pydantic_core import to_json

_NOTHING: Mapping[str, Any] = MappingProxyType({})

Waiting = Literal["", "look", "order", "again"]
"""For what a session stands still: nothing, `answered`, `placed`, or a yes to going on where it was left."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A price as a screen showed it: the one thing that a charged order can be made of."""

    screen: str
    """Where it was shown; a yes counts on that screen alone."""
    action: str
    code: str
    """The tone's or bundle's; empty where the service is opened."""
    number: str = field(repr=False)
    """A gift's recipient, or whose tone is copied."""
    name: str
    price: int
    """Minor units."""
    days: int
    fee: int
    """Of the recipient's service beside it, minor units; 0 for none."""
    offer: str
    told_at: float
    """Seconds since the epoch."""

    @property
    def prices(self) -> dict[str, int]:
        """As `DialOrder.prices` has them: by code, and what the service costs under the empty one."""
        return ({"": self.fee} if self.fee else {}) | {self.code: self.price}


class Session(NamedTuple):
    """One dial; every key makes new values of it: a tuple, since a dataclass takes five times as long to copy."""

    menu: str
    version: str
    number: str
    language: str
    service_code: str
    gateway: str
    screen_chars: int
    screen: str = ""
    """Where the subscriber is: a name of the menu's."""
    page: int = 0
    pages: int = 1
    """How many the screen has; the last one shows none to come."""
    variables: Mapping[str, Any] = _NOTHING
    """What was typed, chosen and looked up."""
    history: tuple[str, ...] = ()
    """The screens that `0` leads back to, the latest last."""
    step: int = 0
    """Inputs so far."""
    tries: int = 0
    """Wrong inputs in a row on this screen; more than before a `reply` means that it was wrong."""
    error: str = ""
    """Which of the menu's words says what was wrong, while it is said."""
    input: str = ""
    """The newest."""
    led_by: str = ""
    """The input that led to this screen: no key of a price screen."""
    waiting: Waiting = ""
    notice: str = ""
    """A sentence shown in the place of the screen: why not, or what has become of an order."""
    ends: bool = False
    """Whether it ends once the last page is shown."""
    quote: Quote | None = None
    """What the screen in sight shows the price of."""
    fault: str = ""
    """Why the menu could not go on, for the log; empty where nothing is wrong with it."""

    def __repr__(self) -> str:
        """Return where it is, and nothing that is the subscriber's own."""
        return (
            f"Session({self.menu!r}, {self.version!r}, screen={self.screen!r}, step={self.step}, fault={self.fault!r})"
        )

    def to_json(self) -> str:
        """Return it as JSON; `from_json` is its inverse."""
        quote = asdict(self.quote) if self.quote else None
        return to_json(self._asdict() | {"variables": dict(self.variables), "quote": quote}).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ValueError where it is something else.

        A field that this version has not is left out, one that it has more takes its default: a session lives
        through an update of the program.
        """
        try:
            values = json.loads(text)
            found = {name: values[name] for name in cls._fields if name in values}
            quote = found.get("quote")
            found |= {"history": tuple(found.get("history", ())), "quote": Quote(**quote) if quote else None}
            return cls(**found)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"no session of a dial: {type(error).__name__}") from error
