"""What a call brings back, as values.  Money is in minor units; numbers are E.164 digits without +."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["done", "accepted", "already", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of one change."""

    code: str
    """The core's result code."""
    outcome: Outcome
    """`accepted`: the core tells the result later.  `already`: it was so before, nothing changed.  `refused` only
    inside a `TransactionState`: a call that is refused raises `Refused`."""
    reason: str = ""
    """Why it was refused, a class name of the result-code table."""
    key: str = field(default="", repr=False)
    """A presented gift: what its recipient answers with."""
    amount_charged: int | None = None
    """Minor units; None where the core doesn't say.  For an accepted gift: what the giver paid."""
    operation_id: str = ""
    """The core's own number for the call, for talking with its operators."""
    info: str = field(default="", repr=False)
    """The core's words, unsafe to show to anybody as they are."""
    giver: str = field(default="", repr=False)
    """An answered gift: the number that gave it, where the core tells."""
    tone_code: str = ""
    """An answered gift: its tone, where the core tells."""
    valid_until: float | None = None
    """Until when the tone is the subscriber's, seconds since 1970; None where the core doesn't say."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone as the core has it."""

    code: str
    name: str
    singer: str
    price: int
    """Minor units for one validity period."""
    validity_days: int
    expired: bool = False
    """No longer sold."""
    valid_until: float | None = None
    """In a library: until when it is the subscriber's, seconds since 1970; None where the core doesn't say."""
    renewal: str = ""
    """In a library: `renews` or `ends` then, `unpaid` where its renewal was not paid; empty as above."""
    renewal_price: int | None = None
    """Minor units for the next period, where it isn't `price`."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several tones at one price; the core calls it a box."""

    code: str
    name: str
    price: int
    """Minor units for one validity period."""
    validity_days: int
    tones: int
    """How many there are in it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What one caller hears, or all of them."""

    tone_code: str
    tone_name: str
    caller: str = field(default="", repr=False)
    """Empty: all callers."""
    hours: tuple[str, ...] = ()
    """From and until when, HH:MM; empty: always."""


SUBSCRIBER_STATUS = {
    "2": "active",
    "4": "deleted",
    "5": "suspended",
    "6": "in_progress",
    "7": "in_progress",
    "8": "arrears",
}


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A number that has the service."""

    status: str
    """A value of `SUBSCRIBER_STATUS` but `deleted`, which has it no more, or `unknown`."""
    brand: str
    monthly_fee: int | None
    """Minor units; None where the core doesn't say."""


@dataclass(frozen=True, slots=True)
class TransactionState:
    """What the core knows of a transaction id."""

    status: Literal["unseen", "in_progress", "result"]
    answer: Answer | None = None
    """With `result` alone."""
