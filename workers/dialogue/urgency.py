"""Which queue a text waits in, and which texts stop what waits.

Queues keep a busy promotion (thousands of orders) from holding up those who only want to know or to stop; a
number's own texts still take effect in the order they were sent, whatever their queues.
"""

from __future__ import annotations

from typing import Literal

from workers.dialogue.outcomes import Action, Command, Misunderstood

Queue = Literal["interactive", "orders"]

QUEUES: dict[Action, Queue] = {
    Action.ORDER: "orders",  # charged; most of the traffic
    Action.GIFT: "orders",  # charged, and a second person is told
    Action.OPEN: "orders",  # a monthly fee begins
    Action.DELETE: "orders",  # a change of the library, as costly to the core as an order
    Action.CLOSE: "interactive",  # nobody who wants to stop paying waits behind those who buy
    Action.ACCEPT: "interactive",  # a person was asked and waits for the effect
    Action.DECLINE: "interactive",  # likewise, and it charges nobody
    Action.GIFTS_OFF: "interactive",  # needs no core at all
    Action.GIFTS_ON: "interactive",
    Action.COPY: "orders",  # charged
    Action.RENEW: "orders",  # charged
    Action.PACK: "orders",  # charged, where it names a bundle
    Action.CLUB: "interactive",  # reads only
    Action.JOIN: "orders",  # charged
    Action.LEAVE: "interactive",  # as CLOSE: nobody who wants to stop paying waits behind those who buy
    Action.SET: "orders",  # a change of the library
    Action.CLEAR: "orders",  # in line with what it takes back
    Action.PAUSE: "interactive",  # one small change, and its sender waits for silence
    Action.RESUME: "interactive",
    Action.LIST: "interactive",  # reads only
    Action.STATUS: "interactive",
    Action.FIND: "interactive",
    Action.TOP: "interactive",
    Action.NEW: "interactive",
    Action.MORE: "interactive",
    Action.INFO: "interactive",
    Action.LANGUAGE: "interactive",  # needs no core at all
    Action.HELP: "interactive",  # needs no core at all
}


def queue_of(understood: Command | Misunderstood) -> Queue:
    """The queue a text waits in; one that was not understood needs only its reply, so it goes the short way."""
    return QUEUES[understood.action] if isinstance(understood, Command) else "interactive"


def stops(understood: Command | Misunderstood) -> bool:
    """Whether this text cancels its number's waiting orders that were never sent to the core."""
    return isinstance(understood, Command) and understood.action is Action.CLOSE
