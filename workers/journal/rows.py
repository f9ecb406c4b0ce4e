"""What goes into the journal and what comes out of it, as values."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from hashlib import blake2b

from workers.journal.states import InboxState, OutboxState, Queue


def new_transaction_id(clock: float | None = None) -> str:
    """Return 24 hex digits: 12 of the time in milliseconds, so that they sort by age, and 12 at random."""
    now_ms = int((time.time() if clock is None else clock) * 1000)
    return f"{now_ms & 0xFFFFFFFFFFFF:012x}{secrets.token_hex(6)}"


def content_digest(number: str, short_code: str, text: str) -> int:
    """Return 64 bits, signed, that are the same for the same text from the same number to the same code."""
    content = "\x1f".join((number, short_code, text)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message as it came, with what was made of it before it is kept."""

    transaction_id: str
    channel: str
    bind: str
    session: str
    number: str = field(repr=False)
    short_code: str
    text: str = field(repr=False)
    network_reference: str
    queue: Queue
    stops: bool
    """It is a STOP: whatever of this number still waits and never reached the core is not to be done."""
    incomplete: str = ""
    """`2 of 3` where parts are missing that did not come in time."""
    source_port: int | None = None
    destination_port: int | None = None
    long_text: int | None = None
    """The long text that it is made of, and that is handed on with it or not at all."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One message on its way in, shared by the channel that waits and the writer that commits."""

    message: NewMessage
    late: bool = False
    """The channel gave up waiting and told the SMSC to keep the message."""
    settled: bool = False
    """The channel knows that it was committed in time, and says so to the SMSC."""
    marked: bool = False
    """Its row says that it was late: not to be said again, since a redelivery may have been attached meanwhile."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one message on its way in: its row, or the row it is a redelivery of."""

    transaction_id: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A wish for work: at most `limit` due rows of one queue, under a fresh token."""

    queue: Queue
    limit: int
    token: str
    owner: str
    lease_s: float
    suspects: bool = False
    """Rows that were in work when a worker died: one at a time, with nothing else in work beside it."""


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


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """A message in work."""

    id: int
    transaction_id: str
    token: str
    channel: str
    bind: str
    number: str = field(repr=False)
    short_code: str
    text: str = field(repr=False)
    queue: Queue
    attempts: int
    asks: int
    stop_requested: bool
    doubtful: bool
    noticed: bool
    answers: int
    results: str = field(repr=False)
    received_at: float
    incomplete: str = ""
    source_port: int | None = None
    destination_port: int | None = None
    questions: tuple[StoredQuestion, ...] = ()
    """Of its number: those that are open, that which it has said yes to, and the last one, the oldest first."""
    gifts: tuple[StoredGift, ...] = ()
    """Presented to its number: those that are open, and those that ended lately, the oldest first."""
    language: str = ""
    """Chosen by its number, a folder under templates/; empty where it never did."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim got."""

    rows: list[ClaimedRow]
    suspects_due: bool
    """There are rows to be worked on alone."""


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


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of all that a message has reserved, now that it is known."""

    message: str
    """Its transaction id."""
    kept: tuple[tuple[str, int | None], ...] = ()
    """(step's transaction id, minor units charged; None: as reserved); what isn't in it is given back."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How one stay with a worker ends, written under the claim's token or not at all."""

    row: ClaimedRow
    state: InboxState
    outcome: str = ""
    due_in_s: float | None = None
    """When it wants work again; None where nothing is left to do or operations must look."""
    uses_attempt: bool = False
    asked: bool = False
    doubtful: bool = False
    waiting_for: str = ""
    noticed: bool = False
    results: str = field(default="", repr=False)
    answers: tuple[Answer, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    """(event, detail as JSON) for the history: what is not usual."""
    consent: ConsentChange | None = None
    settlement: Settlement | None = None
    """None leaves what it has reserved as it is."""
    gifts: tuple[GiftChange, ...] = ()
    language: str = ""
    """What its number has chosen and is remembered from now on; empty: nothing new."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an ending: written, or dropped because the row was no longer ours."""

    mine: bool
    promoted: bool
    """A younger row of some line has come to its head: its queue wants a ring."""


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


@dataclass(frozen=True, slots=True)
class NewPart:
    """One part of a long text as it came."""

    bind: str
    session: str
    number: str = field(repr=False)
    short_code: str
    kind: str
    """Whose reference it is: `udh8`, `udh16` or `sar`."""
    reference: int
    total: int
    part_no: int
    """From 1 to `total`."""
    octets: bytes = field(repr=False)
    header: bytes = field(repr=False)
    data_coding: int
    within_s: float
    """How long the missing parts are waited for after this one."""
    binds: tuple[str, ...] = ()
    """The binds with the same SMSC, over any of which the other parts may come; this one alone where none is named."""


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One part of a long text as it is kept."""

    number: int
    octets: bytes = field(repr=False)
    header: bytes = field(repr=False)
    data_coding: int


@dataclass(frozen=True, slots=True)
class LongText:
    """A long text that is to be handed on: whole, or as far as it has come in time."""

    id: int
    bind: str
    session: str
    """Of the part that came last."""
    number: str = field(repr=False)
    short_code: str
    total: int
    parts: tuple[StoredPart, ...]
    """Those that are there, in order."""

    @property
    def incomplete(self) -> str:
        """`2 of 3`; empty where nothing is missing."""
        return "" if len(self.parts) == self.total else f"{len(self.parts)} of {self.total}"
