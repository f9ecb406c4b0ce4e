"""The limits of a number as the settings make them, and what is wrong with these."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Hours
from workers.settings.dialogue import LimitsSettings
from workers.settings.lines import Key


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


def limits_problems(limits: LimitsSettings) -> Iterator[tuple[Key, str]]:
    """What must stop the start."""
    if limits.time_zone not in available_timezones():
        what = f'= "{limits.time_zone}" is no time zone: take a name such as "Asia/Shanghai" or "UTC"'
        yield ("limits", "time_zone"), what
    start, _, end = limits.quiet_hours.partition("-")
    if limits.quiet_hours and start == end:
        yield ("limits", "quiet_hours"), f'= "{limits.quiet_hours}" ends where it begins: leave it empty for none'
