"""What is to be done about a tone that renews by itself, by what the core says of it: decided over values alone.

    expected ──a day before──▶ its number is told: tone, date, price, how to stop ──▶ renewed ─▶ expected again
        │ deleted, or it ends                     │ not paid                            ▲
        ▼                                         ▼                                     │
    forgotten                   tried at the lower price that was told ──▶ paid ────────┘
                                                  │ none was told, or all tries are used up
                                                  ▼
                                its number is told that it failed ─▶ looked at day by day until it is renewed or gone

The notice is owed for a paid service by the regulator's rule, so do-not-disturb, a wish about what nobody asked for,
does not keep it back; the quiet hours move it to their end.  Promise 3: the yes to the order was a yes to that price
for each period; a lower one is tried only where the notice has told it, and is never above what was told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workers.dialogue.renewal_prices import LowerPrices

DAY_S = 86_400.0
_HOUR_S = 3600.0
AFTER_S = 600.0
"""How long after its date a tone is looked at: what a core takes to charge."""
SAME_DATE_S = 43_200.0
"""Dates nearer than that are one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The tone in its number's library."""

    valid_until: float | None
    """None where the core doesn't say."""
    renewal: str
    """`renews`, `ends`, `unpaid`, or empty where the core doesn't say."""
    price: int
    """Minor units for the next period."""
    validity_days: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of the renewal."""

    tone_code: str
    due_at: float
    told_for: float | None = None
    told_price: int | None = None
    lower_price: int | None = None
    rule: str = ""
    tries: int = 0
    failed_for: float | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """The tone is gone, or ends."""


@dataclass(frozen=True, slots=True)
class Look:
    """Nothing is to be told now: look again."""

    due_at: float
    look_at: float


@dataclass(frozen=True, slots=True)
class Tell:
    """The notice is due."""

    due_at: float
    look_at: float
    price: int
    rule: str = ""
    lower_price: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """Renew it at the lower price that was told."""

    price: int
    rule: str
    then_at: float
    """When it is tried again if this fails; the last try is followed by none."""
    last: bool


@dataclass(frozen=True, slots=True)
class Fail:
    """Its number is told that it was not renewed."""

    look_at: float


Decision = Forget | Look | Tell | Try | Fail


@dataclass(frozen=True, slots=True)
class RenewalRules:
    """The settings, as far as they go into a decision."""

    notice_before_s: float = DAY_S
    quiet_until: Callable[[float], float] = lambda at: at

    def notice_at(self, due_at: float, period_s: float) -> float:
        """When a number is told: so long before, or after half of a shorter period; not in the quiet hours.

        Where these end after the date they don't count: a notice that comes after the charge is none.
        """
        at = due_at - min(self.notice_before_s, period_s / 2)
        quiet_until = self.quiet_until(at)
        return quiet_until if quiet_until < due_at else at


def decide(
    known: Known, seen: Seen | None, now: float, rules: RenewalRules, prices: LowerPrices, brand: str
) -> Decision:
    """Return what is to be done now; `seen` is None where the tone is not there, `brand` empty where not known."""
    if seen is None or seen.renewal == "ends":
        return Forget()
    if seen.renewal == "unpaid":
        return _unpaid(known, seen, now, rules, prices)
    period_s = seen.validity_days * DAY_S
    due_at = seen.valid_until or _reckoned(known.due_at, period_s, now)
    if due_at <= now:  # the core is just at it
        return Look(due_at, now + AFTER_S)
    if _same(known.told_for, due_at):
        return Look(due_at, due_at + AFTER_S)
    at = max(rules.notice_at(due_at, period_s), now)
    if rules.quiet_until(at) < due_at:
        at = rules.quiet_until(at)
    if at > now:
        return Look(due_at, at)
    rule, lower_price = prices.lower(known.tone_code, brand, seen.price) or ("", None)
    return Tell(due_at, due_at + AFTER_S, seen.price, rule, lower_price)


def _unpaid(known: Known, seen: Seen, now: float, rules: RenewalRules, prices: LowerPrices) -> Decision:
    due_at = seen.valid_until or known.due_at
    if _same(known.failed_for, due_at):
        return Look(due_at, now + DAY_S)
    quiet_until = rules.quiet_until(now)
    if quiet_until > now:
        return Look(due_at, quiet_until)
    rule = prices.rule(known.rule)
    told = known.lower_price is not None and known.told_price is not None and _same(known.told_for, due_at)
    if rule is None or known.lower_price is None or not told or known.tries >= rule.tries:
        return Fail(now + DAY_S)
    return Try(known.lower_price, known.rule, now + rule.every_h * _HOUR_S, known.tries + 1 >= rule.tries)


def _reckoned(due_at: float, period_s: float, now: float) -> float:
    """The next date, for a core that tells none: it has renewed what is still there."""
    while due_at + AFTER_S <= now and period_s > 0:
        due_at += period_s
    return due_at


def _same(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) < SAME_DATE_S
