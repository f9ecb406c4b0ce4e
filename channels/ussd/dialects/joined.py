"""Gateways that send all inputs so far in one text, with `*` between them.

The newest is the last; how many there are is the step.  What a subscriber typed may hold a `*` itself: then it counts
as several, which is still another step than the one before, and its last part is what he is taken to have said.
Nothing shows where a shortcut ends: `2*600902000001` in a session's first request was dialled behind the code, and a
session that isn't known yet begins with all of it.
"""

from __future__ import annotations

from channels.ussd.dialects.fields import heard
from channels.ussd.dialects.shapes import Heard, Unreadable
from channels.ussd.ports import Kind
from workers.settings import GatewaySettings

_MOST_INPUTS = 200


def joined(gateway: GatewaySettings, *, session: str, number: str, code: str, inputs: str) -> Heard:
    """The request of such a gateway."""
    if not inputs:
        return heard(gateway, Kind.BEGIN, session=session, number=number, code=code, all_inputs=())
    each = tuple(inputs.removesuffix("#").split("*"))
    if len(each) > _MOST_INPUTS:
        raise Unreadable("too many inputs")
    return heard(gateway, Kind.INPUT, session=session, number=number, code=code, text=each[-1], all_inputs=each)
