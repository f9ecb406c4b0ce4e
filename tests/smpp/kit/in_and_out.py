"""A way in and a way out as a bind makes them, from settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from channels.smpp.clock import Clock
from channels.smpp.customs import addresses_of, habits_of, way_in_of
from channels.smpp.ports import Postbox, Reception
from channels.smpp.receiving.inbound import Inbound
from channels.smpp.sending.outbound import Outbound
from channels.smpp.sending.pace import Pace
from channels.smpp.sending.splitting import Splitting
from channels.smpp.sending.submission import Submissions
from channels.smpp.sending.tries import Tries
from channels.smpp.sending.turns import Turns
from channels.smpp.sending.verdicts import Verdicts
from channels.smpp.text import References
from workers.settings import BindSettings


def settings(**bind: Any) -> BindSettings:
    """A bind that sends as fast as it can, unless told otherwise."""
    return BindSettings(**{"name": "main", "system_id": "tonegate", "rate_per_s": 1000.0, **bind})


def way_in(reception: Reception, postbox: Postbox, clock: Clock, **bind: Any) -> Inbound:
    """That of session `main-1`; the bind has a partner with the same SMSC, called `backup`."""
    one = settings(**bind)
    terms = way_in_of(one, habits_of(one, ()), addresses_of(one), lambda: ("main", "backup"))
    return Inbound(terms, "main-1", reception, postbox, clock)


def way_out(
    postbox: Postbox, clock: Clock, claims: Callable[[], Sequence[str]] = lambda: ("main",), **bind: Any
) -> Outbound:
    """It sends its own answers alone, unless told otherwise; references begin at 7."""
    one = settings(**bind)
    pace = Pace(one.rate_per_s)
    turns = Turns(pace, clock)
    tries = Tries(
        one.name,
        pace,
        turns,
        Splitting(habits_of(one, ()), References(lambda: 7)),
        Submissions(one, addresses_of(one)),
        Verdicts.load(one.statuses),
        postbox,
        clock,
    )
    return Outbound(one.name, claims, pace, turns, tries, postbox, clock)
