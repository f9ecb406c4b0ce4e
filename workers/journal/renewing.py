"""Renewals, as values: when a tone renews, what its number was told of that, what becomes of it next."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ExpectedRenewal:
    """A tone was seen that renews by itself."""

    tone_code: str
    due_at: float
    look_at: float
    """When the core is to be asked about it: then its number is told, if it is still so."""


@dataclass(frozen=True, slots=True)
class StoredRenewal:
    """A tone's next renewal, as it is kept; times are seconds since the epoch."""

    number: str = field(repr=False)
    tone_code: str
    due_at: float
    told_for: float | None = None
    """The date that its number was told of."""
    price: int | None = None
    """Minor units that were told."""
    lower_price: int | None = None
    """Likewise: what is tried where the balance is too low."""
    rule: str = ""
    """That the lower price comes from."""
    tries: int = 0
    failed_for: float | None = None
    """The date whose renewal was told to have failed."""


@dataclass(frozen=True, slots=True)
class RenewalChange:
    """What a look at the core does to a renewal, in the transaction of its end."""

    renewal: StoredRenewal
    """As it is from now on."""
    look_at: float | None
    """None: there is nothing to look at any more, and it is forgotten."""


@dataclass(frozen=True, slots=True)
class RenewalCall:
    """A renewal that is about to be called for."""

    transaction_id: str
    """Of the step."""
    valid_until: float
    """Of the tone, before it."""
