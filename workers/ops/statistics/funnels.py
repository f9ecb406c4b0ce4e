"""Where people give up: from text to what it was sent for, and from screen to screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from workers.dialogue.offers.clock_times import reached
from workers.journal.funnel import Funnel
from workers.journal.statistics.reading import Ends, Statistics
from workers.journal.statistics.spans import Span
from workers.journal.statistics.summing import EVERYTHING, Only
from workers.ops.statistics.figures import DONE, AsOf, as_of

STEPS = ("understood", "quoted", "confirmed", "done_after_yes", "done")
"""Those that have a share."""
_COUNTS = ("received", "understood", "quoted", "confirmed", "done", "done_after_yes")
_QUOTED = ("asked", "asked_again")


@dataclass(frozen=True, slots=True)
class Steps:
    """How many messages got how far; a yes by text is a message, too."""

    action: str
    """'' for all together."""
    received: int
    """Messages; of one action: those that were understood as it."""
    understood: int
    """As some command."""
    quoted: int
    """A price was told and a yes asked for: by text, on a screen or at the operator's gateway."""
    confirmed: int
    """A yes stands behind it."""
    done: int
    """What was asked for was done, whether a yes was needed for it or not."""
    done_after_yes: int

    def share(self, step: str) -> float | None:
        """One of the others in per cent of the step before it, `done` of what was understood; None of nothing."""
        of = {
            "understood": self.received,
            "quoted": self.understood,
            "confirmed": self.quoted,
            "done_after_yes": self.confirmed,
            "done": self.understood,
        }[step]
        return int(getattr(self, step)) / of * 100 if of else None


@dataclass(frozen=True, slots=True)
class StepsBy:
    """The funnel of commands."""

    as_of: AsOf
    span: Span
    only: Only
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
    """How long it was looked at until it was left, on average; None where nobody has left it."""


@dataclass(frozen=True, slots=True)
class Screens:
    """The funnel of screens; those that most came to first within each menu."""

    span: Span
    rows: tuple[Screen, ...]


def commands_funnel(statistics: Statistics, span: Span, only: Only = EVERYTHING) -> StepsBy:
    """The funnel of commands, in all and by action, of everything or of what is meant alone."""
    ends = [one for one in statistics.ends(span, only) if one.messages]  # what we write to ourselves is none
    each = {
        action: _steps(action, [one for one in ends if one.action == action])
        for action in sorted({one.action for one in ends})
    }
    total = Steps("", *(sum(getattr(one, name) for one in each.values()) for name in _COUNTS))
    actions = sorted((one for action, one in each.items() if action), key=lambda steps: -steps.received)
    return StepsBy(as_of(statistics), span, only, total, tuple(actions))


def screens_funnel(funnel: Funnel, span: Span, zone: ZoneInfo) -> Screens:
    """The funnel of screens, of the hours that begin within a span in the operator's time zone."""
    since, until = reached(zone, span.first), reached(zone, span.last + timedelta(days=1))
    rows = []
    for one in funnel.screens(since, until):
        left = one.exits + one.drops
        rows.append(
            Screen(
                *(one.menu, one.screen, one.entries, one.exits, one.drops, one.wrong),
                drop_percent=one.drops / one.entries * 100 if one.entries else None,
                shown_s=one.shown_ms / 1000 / left if left else None,
            )
        )
    return Screens(span, tuple(rows))


def _steps(action: str, ends: Sequence[Ends]) -> Steps:
    return Steps(
        action,
        received=sum(one.messages for one in ends),
        understood=sum(one.messages for one in ends) if action else 0,
        quoted=sum(
            _quoted([one for one in ends if one.channel == channel]) for channel in {one.channel for one in ends}
        ),
        confirmed=sum(one.confirmed for one in ends),
        done=sum(one.messages for one in ends if one.outcome == DONE),
        done_after_yes=sum(one.confirmed for one in ends if one.outcome == DONE),
    )


def _quoted(ends: Sequence[Ends]) -> int:
    """Messages of one channel that were told a price.

    What is confirmed on a screen, or at the operator's gateway, had its price there: no message was answered with it.
    """
    asked = sum(one.messages for one in ends if one.outcome in _QUOTED)
    return max(asked, sum(one.confirmed for one in ends))
