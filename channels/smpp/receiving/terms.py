"""What a bind's way in is told once, and holds to for every message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channels.smpp.addresses import Addresses
from channels.smpp.text import Habits


@dataclass(frozen=True, slots=True)
class InboundTerms:
    """Of one bind."""

    bind: str
    short_codes: frozenset[str]
    """Digits; none means any."""
    smsc_binds: Callable[[], tuple[str, ...]]
    """The binds with the same SMSC now, this one among them: a receipt may come by any of them."""
    habits: Habits
    addresses: Addresses
    ack_within_s: float = 5.0
    parts_within_s: float = 600.0
    receipt_ids: str = "auto"
    receipt_part: str = "all"
