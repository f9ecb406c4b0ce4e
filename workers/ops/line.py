"""One line of `check`, as whoever looks at something says how it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at."""

    what: str
    well: bool
    found: str
    mend: str = ""
    """What to do; empty where all is well.  What is well and has one all the same is a caution: it will not stay so, or
    could be better."""
