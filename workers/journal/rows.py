"""A message in work, as values: what a claim got, and how a stay with a worker ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.journal.asking import ConsentChange, GiftChange, StoredGift, StoredQuestion
from workers.journal.leaving import Answer
from workers.journal.renewing import ExpectedRenewal, RenewalChange
from workers.journal.states import InboxState, Queue


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
    member_of: str = ""
    """The level of the music club that its number is remembered to have; empty: none."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim got."""

    rows: list[ClaimedRow]
    suspects_due: bool
    """There are rows to be worked on alone."""
    more: bool
    """As many were due as were asked for: more may be.  Else whatever becomes due from now on is rung for, or found by
    a sweep: where time alone makes it due, or its number had something else in work."""


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
    disturb: bool | None = None
    """Whether its number wants to be sent what it did not ask for; None: as before."""
    language: str = ""
    """What its number has chosen and is remembered from now on; empty: nothing new."""
    core_calls: str = ""
    """The calls to the core of this stay, as `core_calls` writes them."""
    brand: str = ""
    """Its number's, where the core was asked in this stay; empty: nothing new."""
    expected: tuple[ExpectedRenewal, ...] = ()
    """Tones of its number that were seen to renew."""
    renewal: RenewalChange | None = None
    """Of a message of our own: what has become of the one that it looked at."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an ending: written, or dropped because the row was no longer ours."""

    mine: bool
    promoted: bool
    """A younger row of some line has come to its head: its queue wants a ring."""
