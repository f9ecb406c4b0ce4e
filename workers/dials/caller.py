"""Who dials."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Caller:
    """Who dials, as far as it is known before the first screen."""

    number: str = field(repr=False)
    language: str
    """The one remembered for the number, else its prefix's or the default."""
    service_code: str
    gateway: str
