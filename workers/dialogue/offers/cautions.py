"""What can be said against offers that can be used all the same: they meet with no priority between them, they never
open again, they are dearer than the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache

from workers.dialogue.offers.clock_times import local
from workers.dialogue.offers.rules import WILD, Offer, Thing
from workers.dialogue.sources import Finding

_WEEKS_DAYS = 9
"""Days after which a week has come round, with one more for a window that runs over midnight."""
_YEAR_DAYS = 400


def cautions(offers: Sequence[Offer], now: float, catalogue: Sequence[Thing] | None = None) -> list[Finding]:
    """Every caution, in the order of files and lines; `now` in seconds since the epoch.

    `catalogue` has every tone that offers name, and may have others; None where it can't be asked.
    """
    found = [caution for offer in offers for caution in _alone(offer, now, catalogue)]
    found += [caution for no, offer in enumerate(offers) for caution in _together(offer, offers[:no], now)]
    return sorted(found)


def _alone(offer: Offer, now: float, catalogue: Sequence[Thing] | None) -> Iterator[Finding]:
    _, ends = offer.when.bounds()
    if ends is not None and ends <= now:
        yield Finding(offer.file, offer.line, f"'{offer.id}' is over", "take it out, or give it new dates")
    elif not _openings(offer, now, _YEAR_DAYS):
        what = f"'{offer.id}' never opens: none of its days and hours lies within its dates"
        yield Finding(offer.file, offer.line, what, "see its dates, days and hours")
    if catalogue is None:
        return
    sold = [thing for thing in catalogue if offer.sells(thing)]
    dear = [thing for thing in sold if offer.price.of(thing.price) > thing.price]
    if dear:
        some = ", ".join(f"{thing.code} ({thing.price})" for thing in dear[:3])
        what = f"'{offer.id}' costs {offer.price}, more than the catalogue's price of {some}"
        yield Finding(offer.file, offer.line, what, "make it cheaper: it is never sold above the catalogue's price")
    for code in offer.tones:
        if code.isdecimal() and code not in {thing.code for thing in sold}:
            what = f"'{offer.id}' is for the tone {code}, which the catalogue does not have"
            yield Finding(offer.file, offer.line, what, "see its codes")


def _together(offer: Offer, others: Sequence[Offer], now: float) -> Iterator[Finding]:
    """One caution for all of the others that it meets: a campaign of a thousand offers is told in as many lines."""
    alike = (other for other in others if other.priority == offer.priority and _may_meet(other, offer))
    met = [(meeting, other) for other in alike if (meeting := _first_meeting(other, offer, now)) is not None]
    if not met:
        return
    meeting, first = min(met, key=lambda one: (one[0], one[1].id))
    more = f" and {len(met) - 1} more" if len(met) > 1 else ""
    moment = local(meeting, first.when.zone).isoformat(" ", "minutes")
    whom = f"'{first.id}' ({first.file.name}:{first.line}){more}"
    what = f"'{offer.id}' meets {whom} at the same priority, first at {moment}"
    right = "give one of them a higher priority; until then the cheaper one wins, then the one that asks for more"
    yield Finding(offer.file, offer.line, what, right)


def _may_meet(one: Offer, other: Offer) -> bool:
    """Whether some number and thing fit both; a number may be of two segments, so these keep none apart."""
    if one.brands and other.brands and not one.brands & other.brands:
        return False
    if one.bundle or other.bundle:
        return one.bundle == other.bundle
    pairs = ((mine, theirs) for mine in one.tones for theirs in other.tones)
    return not one.tones or not other.tones or any(_share(mine, theirs) for mine, theirs in pairs)


@lru_cache(maxsize=4096)
def _share(one: str, other: str) -> bool:
    """Whether two patterns of codes have a code in common."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return _share(one[1:], other) or _share(one, other[1:])
    if other[0] == "*":
        return _share(other, one)
    return (one[0] == other[0] or bool({one[0], other[0]} & WILD)) and _share(one[1:], other[1:])


def _openings(offer: Offer, since: float, days: int) -> list[tuple[int, int]]:
    """The times it is open, from a moment on, for so many days after it first may be."""
    begins, _ = offer.when.bounds()
    first = local(max(since, begins or since), offer.when.zone).date() - timedelta(days=1)
    return [(start, end) for start, end in offer.when.intervals(first, days) if end > since]


def _first_meeting(one: Offer, other: Offer, now: float) -> int | None:
    since = max(now, *(offer.when.bounds()[0] or 0 for offer in (one, other)))
    theirs = _openings(other, since, _WEEKS_DAYS)
    for start, end in _openings(one, since, _WEEKS_DAYS):
        for other_start, other_end in theirs:
            both = max(start, other_start, int(since)), min(end, other_end)
            if both[0] < both[1]:
                return both[0]
    return None
