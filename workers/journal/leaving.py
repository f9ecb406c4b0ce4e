"""What leaves the journal for an SMSC, and what is told of it, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.journal.states import OutboxState


@dataclass(frozen=True, slots=True)
class Answer:
    """A text for somebody, written in the transaction that ends or postpones its message."""

    destination: str = field(repr=False)
    text: str = field(repr=False)
    registered_delivery: str = ""
    """`always`, `failure` or `never`; empty where the bind's own setting counts."""
    validity_s: int | None = None
    """How long the SMSC tries to deliver it; None where the bind's own setting counts."""
    urgent: bool = False
    """Somebody is waiting for it: it goes before whatever else waits."""
    held_s: float = 0.0
    """How long it is held back for the screen of a dial that waits for it; after that it goes by text."""
    push: str = field(default="", repr=False)
    """The screen that a gateway may show while it is held back (`workers.dials.pushes`); empty: none."""
    language: str = field(default="", compare=False)
    """That it is in, for statistics; empty where nobody says."""


@dataclass(frozen=True, slots=True)
class OutgoingPart:
    """One part of an answer that is being sent in several."""

    number: int
    """From 1."""
    state: OutboxState
    resends: int


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """An answer to be sent."""

    id: int
    bind: str
    source: str
    destination: str = field(repr=False)
    text: str = field(repr=False)
    priority: int
    resends: int
    registered_delivery: str = ""
    validity_s: int | None = None
    source_port: int | None = None
    destination_port: int | None = None
    inbox_id: int = 0
    """The message that it answers, of which the rest tells."""
    answer_no: int = 1
    created_at: float = 0.0
    transaction_id: str = ""
    channel: str = ""
    received_at: float = 0.0
    plan: str = ""
    """How it was split at the first try; empty where it has not been, or needs one part only."""
    parts: tuple[OutgoingPart, ...] = ()
    """Its parts in order, where it was split."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the SMSC says became of an answer (SMPP 3.4 appendix B)."""

    bind: str
    message_id: str
    state: str
    """`delivered`, `undelivered`, or anything else: not the end yet."""
    error: str
    number: str = field(default="", repr=False)
    """Whose handset it speaks of, E.164 digits; empty where it doesn't say."""
    binds: tuple[str, ...] = ()
    """The binds with the same SMSC, whose ids are of one kind; empty for this bind alone."""
    ids: str = "auto"
    """How its id is written beside that in the response: `auto`, `same`, `hex_to_decimal`, `decimal_to_hex`."""
    part: str = "all"
    """Whose receipts say that a text of several parts is delivered: `all`, `first` or `last`."""
