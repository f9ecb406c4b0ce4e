"""What subscribers are asked and answer, as values: questions, consents and gifts."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.journal.leaving import Answer


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question before a charge, as it is kept."""

    id: int
    number: str = field(repr=False)
    short_code: str
    key: int
    way: str
    action: str
    asked: str = field(repr=False)
    """JSON: each tone with the price told."""
    recipient: str = field(repr=False)
    language: str
    state: str
    asked_at: float
    expires_at: float
    closed_by: int | None
    """The message that closed it."""
    unsent: bool = False
    """It is open, and its text has not left yet: nobody can have read it."""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that an answer asks: open from the moment that both are committed."""

    key: int
    way: str
    action: str
    asked: str = field(repr=False)
    recipient: str = field(repr=False)
    language: str
    expires_in_s: float
    text_if_expired: str = field(default="", repr=False)
    """What its number hears if no answer comes; empty: nothing."""
    granted: bool = False
    """Somebody else has answered it already, for this very message: it is never open."""
    asked_at: float | None = None
    """When it was asked; None: now."""


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A yes or no for the record."""

    event: str
    """`granted` or `refused`."""
    way: str
    action: str
    short_code: str
    asked: str = field(repr=False)
    recipient: str = field(repr=False)
    language: str
    asked_at: float | None = None
    """None: asked and answered now, by a gateway."""
    expires_at: float | None = None
    question_id: int | None = None
    reference: str = ""
    """The gateway's own, where one answered."""


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """What an ending does to questions and their record, in its own transaction."""

    ask: NewQuestion | None = None
    close: tuple[tuple[int, str], ...] = ()
    """(question, new state); one that is not open any more stays as it is."""
    record: tuple[NewConsent, ...] = ()
    """One that names a question is written only if this ending closes it."""


@dataclass(frozen=True, slots=True)
class NewGift:
    """A gift that is about to be presented at the core, its giver's yes given."""

    transaction_id: str
    """Of the step: the message's is the first 24 digits."""
    giver: str = field(repr=False)
    recipient: str = field(repr=False)
    tone_code: str


@dataclass(frozen=True, slots=True)
class StoredGift:
    """A gift as it is kept, from its presentation on."""

    id: int
    giver: str = field(repr=False)
    recipient: str = field(repr=False)
    tone_code: str
    tone: str
    """JSON, with the price agreed to; empty where it isn't known."""
    fee: int | None
    key: str = field(repr=False)
    short_code: str
    language: str
    state: str
    unpaid: bool
    presented_at: float
    deadline_at: float
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class PresentedGift:
    """What is known of a gift once the core has given its key."""

    key: str = field(repr=False)
    tone: str
    fee: int | None
    language: str
    deadline_in_s: float
    remind_in_s: float | None = None
    text_of_reminder: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GiftChange:
    """What an ending does to one gift, in its own transaction; a gift that is ended stays as it is."""

    state: str
    transaction_id: str = ""
    """Of the giver's step; or the gift's id is given."""
    id: int = 0
    presented: PresentedGift | None = None
    unpaid: bool = False
    """It stays open: its recipient said yes, and it could not be paid."""
    charged: int | None = None
    told: Answer | None = None
    """What its giver hears, only if this changes the gift."""
