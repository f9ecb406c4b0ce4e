"""What operations want of the binds of a process, by the doors where it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.smpp.smsc_orders import OrderBook
from channels.smpp.switchboard import AllOn, Reread, Switchboard


@dataclass(frozen=True, slots=True)
class Operations:
    """By default nothing: all binds are on, as they were set at the start."""

    switchboard: Switchboard = field(default_factory=AllOn)
    """Which binds are to be off; none is bound before it has been read once."""
    reread: Reread | None = None
    """The binds as the settings file has them, for when it is to be read anew."""
    orders: OrderBook | None = None
    """What SMSCs are to be asked about answers that were sent."""
