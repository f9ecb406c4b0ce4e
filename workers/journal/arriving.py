"""What comes into the journal from a channel, as values: messages, and the parts of long ones."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from hashlib import blake2b

from workers.journal.states import Queue


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
    once: bool = False
    """Its transaction id was fixed before it came: who brings the same again brings the same message."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One message on its way in, shared by the channel that waits and the writer that commits."""

    message: NewMessage
    late: bool = False
    """The channel gave up waiting and told the SMSC to keep the message."""
    begun: bool = False
    """Of a message that comes `once`: it was in a transaction's hands, which may commit it yet."""
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
