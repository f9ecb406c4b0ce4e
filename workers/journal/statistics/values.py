"""What is counted, as values: a message that has come to an end, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Charged:
    """What is kept of one step's charge."""

    offer_id: str
    """Empty where the price is the catalogue's."""
    amount: int
    """Minor units."""


@dataclass(frozen=True, slots=True)
class TakenGift:
    """A gift that was taken by the message that is counted."""

    giver: str = field(repr=False)
    tone_code: str
    tone: str
    """JSON, with the price agreed to; empty where it isn't known."""
    fee: int | None
    """Minor units; None where the service was not opened with it."""
    charged: int | None
    """Minor units; None where the core didn't say."""
    offer_id: str


@dataclass(frozen=True, slots=True)
class EndedMessage:
    """A message that has come to an end, with what it is counted by."""

    id: int
    channel: str
    number: str = field(repr=False)
    """E.164 digits, or what a purge has left of them."""
    text: str = field(repr=False)
    language: str
    """That it was answered in; empty for none."""
    brand: str
    """Its number's, as the core had it; empty where nobody had to ask."""
    state: str
    outcome: str
    results: str = field(repr=False)
    """JSON, of its steps."""
    received_at: float
    claimed_at: float | None
    """When its last stay with a worker began."""
    counted_as: str = field(default="", repr=False)
    """What it is to be taken out as, first; empty: it was never counted as anything."""
    charges: Mapping[str, Charged] = field(default_factory=dict)
    """By the step's number, two digits: what was kept."""
    agreed_to: str = ""
    """The action that it said yes to, at a price; empty where it never did."""
    gift: TakenGift | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One row's worth of `statistics`, but for what the message itself says: day, channel, brand, language."""

    offer: str
    action: str
    outcome: str
    messages: int = 0
    results: int = 0
    confirmed: int = 0
    amount: int = 0
    """Minor units."""
    won: int = 0


@dataclass(frozen=True, slots=True)
class ToneCount:
    """One row's worth of `statistics_tones`, but for the day."""

    tone_code: str
    action: str
    results: int
    amount: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody who did something that day, or was charged."""

    number: str = field(repr=False)
    paid: bool = False
    offers: Mapping[str, bool] = field(default_factory=dict)
    """Those taken, and whether that was paid for."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a message comes to."""

    cells: tuple[Cell, ...] = ()
    tones: tuple[ToneCount, ...] = ()
    word: str = ""
    """Its first, where nobody understood it: at most 40 characters, digits masked."""
    seen: tuple[Seen, ...] = ()


Count = Callable[[EndedMessage], Counted]
"""What a message comes to; raises nothing that a row can cause."""
