"""The overview of a span: what the service came to, beside the same days a year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.dialogue import Action
from workers.journal.own_messages import OUR_OWN
from workers.journal.statistics.people import Seen
from workers.journal.statistics.reading import Ends, Statistics
from workers.journal.statistics.spans import Span
from workers.ops.statistics.figures import DONE, ORDERS, TONES_ORDERED, AsOf, Figure, as_of, beside, of_span


@dataclass(frozen=True, slots=True)
class Overview:
    """Every figure of a span; docs/statistics.md tells each in a sentence."""

    as_of: AsOf
    span: Span
    before: Span | None
    """The same days a year before, None for a leap day."""
    messages: Figure
    users: Figure
    paying: Figure
    orders: Figure
    orders_per_user: Figure
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
    seen: Seen

    def sent(self, *actions: str) -> int:
        """Messages that somebody has sent, all of them or those of some actions."""
        return sum(
            one.messages for one in self.ends if one.channel not in OUR_OWN and (not actions or one.action in actions)
        )

    def done(self, *actions: str) -> int:
        """What was done at somebody's wish."""
        return sum(
            one.results
            for one in self.ends
            if one.action in actions and one.outcome == DONE and one.channel not in OUR_OWN
        )

    @property
    def opened(self) -> int:
        """By whom it was for, or by the giver of a gift."""
        return self.done(Action.OPEN) + self.won

    @property
    def won(self) -> int:
        return sum(one.won for one in self.ends)

    @property
    def expired(self) -> int:
        """Gifts that we have given up ourselves."""
        return sum(one.results for one in self.ends if one.action == Action.DECLINE and one.channel in OUR_OWN)

    @property
    def poor(self) -> int:
        """What people asked for and could not pay."""
        return sum(one.results for one in self.ends if one.outcome == "balance" and one.channel not in OUR_OWN)

    @property
    def orders_per_user(self) -> float:
        return self.done(*ORDERS) / self.seen.users if self.seen.users else 0.0


def overview(statistics: Statistics, span: Span) -> Overview:
    """The figures of a span."""

    def came(part: Span) -> _Came:
        return _Came(statistics.ends(part), statistics.people.seen(part))

    now, before = of_span(came, span)

    def figure(count: Callable[[_Came], float]) -> Figure:
        return beside(now, before, count)

    return Overview(
        as_of(statistics),
        span,
        span.year_before(),
        messages=figure(lambda one: one.sent()),
        users=figure(lambda one: one.seen.users),
        paying=figure(lambda one: one.seen.paying),
        orders=figure(lambda one: one.done(*ORDERS)),
        orders_per_user=figure(lambda one: one.orders_per_user),
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
        gifts_refused=figure(lambda one: one.done(Action.DECLINE)),
        gifts_expired=figure(lambda one: one.expired),
        recipients_won=figure(lambda one: one.won),
        lost_to_balance=figure(lambda one: one.poor),
        not_understood=figure(lambda one: one.sent("")),
    )
