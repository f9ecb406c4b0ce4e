"""Messages of subscribers: the inbox, what was not usual on a message's way, and the sessions that messages came over.

The usual transitions are time columns of the message's row; retries, reconciliations and what operations did are rows
of the history.  The end of a session tells a redelivery from a subscriber who texts again (see `intake`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    and_,
    literal_column,
    or_,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.states import ENDED, FLOOD_TOLD, LIVE, NOT_DONE, InboxState
from workers.journal.tables.declaring import Id, metadata, partial_index

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("transaction_id", String(24), nullable=False, unique=True),  # fixed here, before any call
    Column("channel", String(8), nullable=False),
    Column("bind", String(64), nullable=False),
    Column("session", String(32), nullable=False),
    Column("number", String(20), nullable=False),
    Column("short_code", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("network_reference", String(64), nullable=False),
    Column("digest", BigInteger, nullable=False),  # of number, short code and text: finds redeliveries
    Column("queue", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("head", Boolean, nullable=False),
    Column("due_at", Float(53)),
    Column("ack_late", Boolean, nullable=False),  # the SMSC was told to keep it: its redelivery attaches here
    Column("stop_requested", Boolean, nullable=False),  # the subscriber's STOP came while this still waited
    Column("doubtful", Boolean, nullable=False),  # a call may have taken effect: ask before calling again
    Column("attempts", Integer, nullable=False),  # the core's own "not now", and crashes
    Column("crashes", Integer, nullable=False),  # above 0: worked on alone, so that only the guilty row dies
    Column("asks", Integer, nullable=False),  # times the core was asked what became of it
    Column("waiting_for", String(8), nullable=False),  # 'core' while it can't be reached: woken when it can
    Column("noticed", Boolean, nullable=False),  # the subscriber has been told that it takes longer
    Column("claim_token", String(32)),
    Column("owner", String(96)),
    Column("lease_until", Float(53)),
    Column("outcome", String(32), nullable=False),  # why, in one word of the result-code table
    Column("results", Text, nullable=False),  # JSON: what became of each action so far
    Column("answers", SmallInteger, nullable=False),
    Column("received_at", Float(53), nullable=False),
    Column("claimed_at", Float(53)),
    Column("finished_at", Float(53)),
    Column("incomplete", String(16), nullable=False, server_default=""),  # '2 of 3': what came in time of a long text
    Column("source_port", Integer),  # of the handset's application (SMPP 3.4 §5.3.2.20), where it has one
    Column("destination_port", Integer),  # of ours
    Column("core_calls", Text, nullable=False, server_default=""),  # a line of JSON for each: see `core_calls`
    Column("language", String(16), nullable=False, server_default=""),  # that it was answered in
    Column("brand", String(32), nullable=False, server_default=""),  # its number's, where the core had to be asked
    Column("counted", String(48), nullable=False, server_default=""),  # `COUNTED_END` then; '': never, or done anew
    Column("counted_as", Text, nullable=False, server_default=""),  # JSON: what takes it out again, unless it is done
)

COUNTED_END: ColumnElement[str] = inbox.c.state.concat(literal_column("':'")).concat(inbox.c.outcome)
"""What a message has come to, as statistics tell one end from another: `state:outcome`."""

to_count: ColumnElement[bool] = and_(  # as it stands in the index: planners use a partial one only by its very words
    inbox.c.state.in_([literal_column(f"'{state}'") for state in ENDED]),
    or_(inbox.c.state != literal_column(f"'{InboxState.UNKNOWN}'"), inbox.c.due_at.is_(None)),
    inbox.c.counted != COUNTED_END,
)
"""Messages that statistics have not counted as what they have come to; `unknown` once it is parked."""

Index("inbox_digest", inbox.c.digest)
Index("inbox_number", inbox.c.number, inbox.c.received_at)  # not id: planners would take it for `inbox_line`
partial_index("inbox_due", inbox.c.queue, inbox.c.due_at, where=and_(inbox.c.head, inbox.c.due_at.is_not(None)))
partial_index("inbox_line", inbox.c.number, inbox.c.id, where=inbox.c.state.in_(LIVE))
partial_index("inbox_one_claimed", inbox.c.number, where=inbox.c.state == InboxState.CLAIMED, unique=True)
partial_index("inbox_lease", inbox.c.lease_until, where=inbox.c.state == InboxState.CLAIMED)
partial_index("inbox_flood_told", inbox.c.number, inbox.c.received_at, where=inbox.c.outcome == FLOOD_TOLD)
partial_index(
    "inbox_parked",
    inbox.c.state,
    inbox.c.id,
    inbox.c.outcome,
    where=inbox.c.state.in_(NOT_DONE),
)

partial_index("inbox_to_count", inbox.c.id, where=to_count)

history = Table(
    "history",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("inbox_id", BigInteger, nullable=False, index=True),
    Column("at", Float(53), nullable=False),
    Column("event", String(32), nullable=False),
    Column("author", String(96), nullable=False),
    Column("detail", Text, nullable=False),  # JSON without numbers or texts
)

bind_sessions = Table(
    "bind_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("bind", String(64), nullable=False),
    Column("host", String(64), nullable=False),
    Column("started_at", Float(53), nullable=False),
    Column("ended_at", Float(53)),
)
