"""The overview of a span: what the service came to, beside the same days a year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.dialogue import Action
from workers.journal.own_messages import OUR_OWN
from workers.journal.statistics.people import Often, Seen
from workers.journal.statistics.reading import Ends, Statistics
from workers.journal.statistics.spans import Span
from workers.journal.statistics.summing import EVERYTHING, Only
from workers.ops.statistics.figures import (
    ANSWERED,
    DONE,
    NOT_READ,
    ORDERS,
    TONES_ORDERED,
    AsOf,
    Figure,
    as_of,
    beside,
    of_span,
)
from workers.ops.statistics.narrowing import BY_FIRST_SIGHT, how_often, seen


@dataclass(frozen=True, slots=True)
class Overview:
    """Every figure of a span; docs/statistics.md tells each in a sentence."""

    as_of: AsOf
    span: Span
    before: Span | None
    """The same days a year before, None for a leap day."""
    only: Only
    people: Often | None
    """How often one person is in `users`; None where nobody is counted."""
    messages: Figure
    users: Figure | None
    """None where it is not known how many, and `before` where it was not a year before."""
    paying: Figure | None
    orders: Figure
    orders_per_user: Figure | None
    """None, too, where somebody who orders may be a user of another brand, channel or language, or is one twice."""
    revenue: Figure
    """Minor units."""
    opened: Figure
    closed: Figure
    net_users: Figure
    tones_ordered: Figure
    tones_deleted: Figure
    net_tones: Figure
    bundles: Figure
    joined: Figure
    left: Figure
    gifts_offered: Figure
    gifts_accepted: Figure
    gifts_refused: Figure
    gifts_expired: Figure
    recipients_won: Figure
    lost_to_balance: Figure
    not_understood: Figure


@dataclass(frozen=True, slots=True)
class _Came:
    """What messages of one span came to."""

    ends: Sequence[Ends]
    seen: Seen | None
    """None where that is not known."""

    @property
    def sent(self) -> int:
        """What we write to ourselves is no message."""
        return sum(one.messages for one in self.ends)

    def done(self, *actions: str) -> int:
        """What was done of that."""
        return sum(one.results for one in self.ends if one.action in actions and one.outcome == DONE)

    @property
    def opened(self) -> int:
        """By whom it was for, or by the giver of a gift."""
        return self.done(Action.OPEN) + self.won

    @property
    def won(self) -> int:
        return sum(one.won for one in self.ends)

    @property
    def expired(self) -> int:
        """Gifts that we gave up ourselves; not those that the core says were answered elsewhere."""
        over = (one for one in self.ends if one.action == Action.DECLINE and one.channel in OUR_OWN)
        return sum(one.results for one in over if one.outcome != ANSWERED)

    @property
    def refused(self) -> int:
        said_no = (one for one in self.ends if one.action == Action.DECLINE)
        return sum(one.results for one in said_no if one.outcome == (ANSWERED if one.channel in OUR_OWN else DONE))

    @property
    def poor(self) -> int:
        """What people asked for and could not pay; a renewal was not asked for."""
        return sum(one.results for one in self.ends if one.outcome == "balance" and one.channel not in OUR_OWN)

    @property
    def strange(self) -> int:
        """Messages that no command could be read in."""
        return sum(one.messages for one in self.ends if not one.action and one.outcome not in NOT_READ)


def overview(statistics: Statistics, span: Span, only: Only = EVERYTHING) -> Overview:
    """The figures of a span, of everything or of what is meant alone."""
    often = how_often(statistics.people, span, only)

    def came(part: Span) -> _Came:
        return _Came(statistics.ends(part, only), seen(statistics.people, part, only, often))

    now, before = of_span(came, span)

    def figure(count: Callable[[_Came], float]) -> Figure:
        return beside(now, before, count)

    def of_people(count: Callable[[_Came, Seen], float]) -> Figure | None:
        if now.seen is None:
            return None
        return Figure(count(now, now.seen), count(before, before.seen) if before and before.seen else None)

    return Overview(
        as_of(statistics),
        span,
        span.year_before(),
        only,
        often,
        messages=figure(lambda one: one.sent),
        users=of_people(lambda _, seen: seen.users),
        paying=of_people(lambda _, seen: seen.paying),
        orders=figure(lambda one: one.done(*ORDERS)),
        orders_per_user=None
        if only.keys() & {*BY_FIRST_SIGHT}
        else of_people(lambda one, seen: one.done(*ORDERS) / seen.users if seen.users else 0.0),
        revenue=figure(lambda one: sum(end.amount for end in one.ends)),
        opened=figure(lambda one: one.opened),
        closed=figure(lambda one: one.done(Action.CLOSE)),
        net_users=figure(lambda one: one.opened - one.done(Action.CLOSE)),
        tones_ordered=figure(lambda one: one.done(*TONES_ORDERED)),
        tones_deleted=figure(lambda one: one.done(Action.DELETE)),
        net_tones=figure(lambda one: one.done(*TONES_ORDERED) - one.done(Action.DELETE)),
        bundles=figure(lambda one: one.done(Action.PACK)),
        joined=figure(lambda one: one.done(Action.JOIN)),
        left=figure(lambda one: one.done(Action.LEAVE)),
        gifts_offered=figure(lambda one: one.done(Action.GIFT)),
        gifts_accepted=figure(lambda one: one.done(Action.ACCEPT)),
        gifts_refused=figure(lambda one: one.refused),
        gifts_expired=figure(lambda one: one.expired),
        recipients_won=figure(lambda one: one.won),
        lost_to_balance=figure(lambda one: one.poor),
        not_understood=figure(lambda one: one.strange),
    )
