"""Whose answers a bind sends: its own, and those of the binds it shares with or stands in for.

Answers wait with the bind that their text came in on.  That bind sends them, or the one it names in `reply_via`;
beside it, at all times, whoever is in `share`; and whoever is in `failover` while it can't.  Each sender takes what
its window has room for, which is how the load comes to be shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workers.settings import BindSettings


@dataclass(frozen=True, slots=True)
class Standing:
    """How a bind stands; times are of the clock that `now` is of."""

    bound: bool
    since: float
    """When it came to be bound, or ceased to be."""
    paused_since: float | None = None
    """Since when its SMSC has refused more for the moment; None where it takes what it is sent."""

    def is_down(self, after_s: float, now: float) -> bool:
        """Whether it has sent nothing, for want of a session or of the SMSC's leave, for so long."""
        down_since = self.paused_since if self.bound else self.since
        return down_since is not None and now - down_since >= after_s


def claims_of(
    bind: str, binds: Sequence[BindSettings], standings: Mapping[str, Standing], now: float
) -> tuple[str, ...]:
    """The binds whose answers this one may send now, itself first; none while it isn't bound, or only receives.

    The ways don't add up: who stands in for a bind sends that bind's answers, not those it had taken over itself.
    """
    by_name = {one.name: one for one in binds}
    me, mine = by_name.get(bind), standings.get(bind)
    if me is None or me.mode == "receiver" or mine is None or not mine.bound:
        return ()
    names = [one.name for one in binds if bind in _senders(one, by_name, standings, now)]
    return tuple(sorted(names, key=lambda name: name != bind))


def _senders(
    owner: BindSettings, by_name: Mapping[str, BindSettings], standings: Mapping[str, Standing], now: float
) -> Iterator[str]:
    """Who may send the answers of `owner` now; of them, those that aren't bound don't."""
    sender = by_name.get(owner.reply_via or "", owner)
    yield sender.name
    standing = standings.get(sender.name)
    for one in (owner,) if sender is owner else (owner, sender):
        yield from one.share
        if standing is None or standing.is_down(one.failover_after_s, now):
            yield from one.failover
