"""Where a yes is asked for before a charge, and how: a table, of which the first row that fits counts.

A row may leave open the action, the channel or the brand.  Stopping is in no table: it never needs a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workers.dialogue.outcomes import Action


class Way(StrEnum):
    """How a yes is asked for."""

    NONE = "none"
    """Not at all: the order itself is the yes."""
    REPLY = "reply"
    """By a text; a bare YES will do where nothing else is open."""
    NUMBERED = "numbered"
    """By a text; the answer must have the question's number."""
    EXTERNAL = "external"
    """By the operator's own consent gateway."""
    DIAL = "dial"
    """On the screen of a dial that showed the price: what was confirmed there is the yes."""


def on_dial(way: Way, *, told: bool) -> Way:
    """How a yes is asked for where a dial asked for something; `told` says whether its screen showed the price.

    Where it did not, what was confirmed is no yes: a text asks for it, also where a text itself would be the yes.
    """
    if way is Way.EXTERNAL:
        return way
    if told:
        return Way.DIAL
    return Way.REPLY if way is Way.NONE else way


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; what is empty fits all."""

    way: Way
    action: str = ""
    channel: str = ""
    brand: str = ""

    def fits(self, action: str, channel: str, brand: str | None) -> bool:
        """Whether it counts for such a message; `brand` None fits no row that names one."""
        return (
            self.action in ("", action)
            and self.channel in ("", channel)
            and (not self.brand or (brand is not None and self.brand.casefold() == brand.casefold()))
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The rows in order, and behind them the way of each action."""

    rows: tuple[Rule, ...]
    otherwise: Mapping[str, Way]

    def needs_brand(self, action: Action, channel: str) -> bool:
        """Whether the subscriber's brand decides, so that it must be known first."""
        for row in self.rows:
            if row.brand and Rule(row.way, row.action, row.channel).fits(action, channel, None):
                return True
            if row.fits(action, channel, None):
                return False
        return False

    def way(self, action: Action, channel: str, brand: str | None = None) -> Way:
        """How a yes is asked for before this action; NONE for one that is in no table, as stopping is."""
        if action not in self.otherwise:
            return Way.NONE
        for row in self.rows:
            if row.fits(action, channel, brand):
                return row.way
        return self.otherwise[action]
