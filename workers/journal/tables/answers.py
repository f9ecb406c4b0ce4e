"""Answers: the outbox, the parts of those that need more than one, and receipts that name none of them.

An answer is written in the transaction of what it tells.  A receipt finds it, or its part, by `message_key`: SMSCs
write one id in several ways (see `message_ids`).
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
    false,
)

from workers.journal.states import UNSENT
from workers.journal.tables.declaring import Id, metadata, partial_index

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("inbox_id", BigInteger, nullable=False),
    Column("answer_no", SmallInteger, nullable=False),  # unique with inbox_id: no answer is written twice
    Column("bind", String(64), nullable=False),
    Column("source", String(20), nullable=False),
    Column("destination", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),  # 0 is sent first
    Column("state", String(12), nullable=False),
    Column("head", Boolean, nullable=False),
    Column("due_at", Float(53)),
    Column("owner", String(96)),
    Column("lease_until", Float(53)),
    Column("resends", SmallInteger, nullable=False),  # for want of a submit_sm_resp; one at most
    Column("message_id", String(65)),  # the SMSC's (SMPP 3.4 §5.2.23)
    Column("error", String(64), nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("sent_at", Float(53)),
    Column("receipt_at", Float(53)),
    Column("message_key", String(65)),  # message_id as receipts are matched: see `message_ids`
    Column("sent_via", String(64), nullable=False, server_default=""),  # the bind it left by: its own or a partner
    Column("plan", String(64), nullable=False, server_default=""),  # how it was split: kept from try to try
    Column("registered_delivery", String(8), nullable=False, server_default=""),  # '': as the bind is set
    Column("validity_s", Integer),  # null: as the bind is set
    Column("source_port", Integer),
    Column("destination_port", Integer),
    Column("on_screen", Boolean, nullable=False, server_default=false()),  # held back: a dial's screen may tell it
    Column("push", Text, nullable=False, server_default=""),  # JSON: the screen that a gateway may show first
    Column("pushed_at", Float(53)),
)

Index("outbox_answer", outbox.c.inbox_id, outbox.c.answer_no, unique=True)
Index("outbox_message_key", outbox.c.message_key)
partial_index(
    "outbox_due",
    outbox.c.bind,
    outbox.c.priority,
    outbox.c.due_at,
    where=and_(outbox.c.head, outbox.c.due_at.is_not(None)),
)
partial_index("outbox_line", outbox.c.destination, outbox.c.id, where=outbox.c.state.in_(UNSENT))
partial_index(
    "outbox_push",
    outbox.c.bind,
    outbox.c.due_at,
    where=and_(outbox.c.push != "", outbox.c.pushed_at.is_(None), outbox.c.state == "queued"),
)
partial_index("outbox_lease", outbox.c.lease_until, where=outbox.c.state == "sending")

outbox_parts = Table(  # of answers that need more than one; a single one's state is its row's
    "outbox_parts",
    metadata,
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),  # from 1
    Column("state", String(12), nullable=False),  # as the outbox's: queued, sent, delivered, undelivered, failed
    Column("resends", SmallInteger, nullable=False),
    Column("message_id", String(65)),
    Column("message_key", String(65)),
    Column("error", String(64), nullable=False),
    Column("sent_at", Float(53)),
    Column("receipt_at", Float(53)),
    Column("sent_via", String(64), nullable=False, server_default=""),  # a partner may have sent the rest
    Column("rule", String(8), nullable=False, server_default=""),  # its receipt's: which parts decide for the answer
)

Index("outbox_parts_message_key", outbox_parts.c.message_key)

receipts = Table(  # those that name no answer of ours: kept, never dropped
    "receipts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("bind", String(64), nullable=False),
    Column("message_id", String(65), nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", String(64), nullable=False),
    Column("received_at", Float(53), nullable=False),
    Column("message_key", String(65), nullable=False, server_default=""),
    Column("number", String(20), nullable=False, server_default=""),  # whose handset it speaks of, where it says
    # How it is to be matched, should the response that it overtook still come:
    Column("binds", Text, nullable=False, server_default=""),  # with the same SMSC, a space between two
    Column("ids", String(16), nullable=False, server_default="auto"),
    Column("part", String(8), nullable=False, server_default="all"),
)

Index("receipts_message_key", receipts.c.message_key)
