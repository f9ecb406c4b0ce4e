"""One number's dial, as it is kept between two requests, and the screen of it that a key is awaited on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple, Self

from pydantic_core import to_json


class Kept(NamedTuple):
    """A dial: whose, how far it is, and the last screen, for whoever asks for it again."""

    dial: str
    """Made by us at each begin: what is confirmed has its transaction id from it and from the step."""
    gateway: str
    gateway_session: str
    session: str
    """The menu engine's, as JSON."""
    step: int = 0
    """Inputs that were taken; 0 is the begin."""
    before: int = 0
    """Of all inputs that the gateway sends joined, those that were there at the begin."""
    request_id: str = ""
    """The gateway's, of the last request."""
    input: str = ""
    """The last one; of the begin, what was dialled behind the service code."""
    text: str = ""
    """The last screen."""
    ends: bool = False
    """It was the last one of all."""
    dropped: bool = False
    """He hung up, or the gateway waited too long for him."""
    shown_at: float = 0.0
    """When the last screen was made, seconds since the epoch."""
    entered_at: float = 0.0
    """When he first saw it, whatever wrong keys he has pressed since."""

    def __repr__(self) -> str:
        """Return which it is, and nothing that is the subscriber's own."""
        return f"Kept({self.dial!r}, step={self.step}, ends={self.ends}, dropped={self.dropped})"

    def to_json(self) -> str:
        """Return it as JSON; `from_json` is its inverse."""
        return to_json(self._asdict()).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote, also by another version of it; raises ValueError where it is something else."""
        try:
            values = json.loads(text)
            return cls(**{name: values[name] for name in cls._fields if name in values})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"no dial: {type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class Awaited:
    """A screen that a key is awaited on: all that is to be counted should none come, and no number."""

    menu: str
    """Its name and version."""
    screen: str
    entered_at: float
    """Seconds since the epoch, as `until`."""
    until: float
    """When the dial ends if nothing more is heard of it."""

    def written(self) -> str:
        """Return it as a line; `read` is its inverse."""
        return f"{self.menu}\t{self.screen}\t{self.entered_at}\t{self.until}"

    @classmethod
    def read(cls, line: str) -> Self:
        """Read what `written` wrote; raises ValueError where it is something else."""
        menu, screen, entered_at, until = line.split("\t")
        return cls(menu, screen, float(entered_at), float(until))
