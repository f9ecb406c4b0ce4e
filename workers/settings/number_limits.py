"""The limits of a number, as the settings make them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Hours
from workers.settings.dialogue import LimitsSettings


def number_limits(limits: LimitsSettings) -> NumberLimits:
    """The limits as the dialogue has them."""
    start, _, end = limits.quiet_hours.partition("-")
    return NumberLimits(
        limits.messages_per_minute,
        limits.spending_per_day,
        limits.gifts_per_month,
        ZoneInfo(limits.time_zone),
        Hours(_minutes(start), _minutes(end)) if limits.quiet_hours else None,
    )


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
