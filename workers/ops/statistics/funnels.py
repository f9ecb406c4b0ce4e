"""Where people give up: from text to what it was sent for, and from screen to screen."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workers.journal.funnel import Funnel
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.ops.statistics.figures import AsOf


@dataclass(frozen=True, slots=True)
class Steps:
    """How many got how far."""

    action: str
    """'' for all together."""
    received: int
    """Messages; of one action: those that were understood as it."""
    understood: int
    quoted: int
    """A price was told and a yes asked for."""
    confirmed: int
    """A yes stands behind it."""
    done: int

    def share(self, step: str) -> float | None:
        """One of the steps' names in per cent of the step before it; None for the first, and of nothing."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class StepsBy:
    """The funnel of commands."""

    as_of: AsOf
    span: Span
    total: Steps
    actions: tuple[Steps, ...]
    """Those with the most messages first."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What became of those who saw a screen."""

    menu: str
    """The version of the menu."""
    screen: str
    entries: int
    exits: int
    drops: int
    wrong: int
    drop_percent: float | None
    """Drops of entries; None where nobody came."""
    shown_s: float | None
    """How long it was looked at, on average."""


@dataclass(frozen=True, slots=True)
class Screens:
    """The funnel of screens; those that most came to first within each menu."""

    span: Span
    rows: tuple[Screen, ...]


def commands_funnel(statistics: Statistics, span: Span) -> StepsBy:
    """The funnel of commands, in all and by action."""
    raise NotImplementedError


def screens_funnel(funnel: Funnel, span: Span, zone: ZoneInfo) -> Screens:
    """The funnel of screens, of the hours of a span in the operator's time zone."""
    raise NotImplementedError
