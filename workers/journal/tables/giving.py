"""Gifts, from the giver's yes until they are taken, refused or expired.

While one is open, its giver can't give the same tone to the same number again: an index says so.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from workers.journal.tables.declaring import Id, metadata, partial_index

gifts = Table(  # from the giver's confirmation to the end, of which both are told
    "gifts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("transaction_id", String(26), nullable=False, unique=True),  # of the step that presents it
    Column("inbox_id", BigInteger, nullable=False),  # the giver's message: what he is told goes the same way
    Column("giver", String(20), nullable=False),
    Column("recipient", String(20), nullable=False),
    Column("tone_code", String(20), nullable=False),
    Column("tone", Text, nullable=False),  # JSON, with the price agreed to; '' where it isn't known
    Column("fee", Integer),  # minor units: the giver pays for the recipient's service, too
    Column("key", String(64), nullable=False),  # the core's; '' until it is presented
    Column("short_code", String(20), nullable=False),
    Column("language", String(16), nullable=False),  # the giver's
    Column("state", String(10), nullable=False),  # confirmed, presented; accepted, refused, expired, failed
    Column("unpaid", Boolean, nullable=False),  # the recipient said yes once, and it could not be paid
    Column("charged", Integer),  # minor units, where the core says
    Column("created_at", Float(53), nullable=False),
    Column("presented_at", Float(53)),
    Column("deadline_at", Float(53)),
    Column("remind_at", Float(53)),  # null: not at all, or done
    Column("text_of_reminder", Text, nullable=False),
    Column("ended_at", Float(53)),
    Column("ended_by", BigInteger),  # the message that ended it; null: it was found without an end
    Column("deadline_message", BigInteger),  # of our own, that ends it when its time is over
)

_confirmed, _presented = gifts.c.state == "confirmed", gifts.c.state == "presented"
partial_index(
    "gifts_open",
    gifts.c.giver,
    gifts.c.recipient,
    gifts.c.tone_code,
    where=gifts.c.state.in_(("confirmed", "presented")),
    unique=True,
)
Index("gifts_recipient", gifts.c.recipient, gifts.c.presented_at)
partial_index("gifts_confirmed", gifts.c.created_at, where=_confirmed)
partial_index("gifts_deadline", gifts.c.deadline_at, where=_presented)
partial_index("gifts_remind", gifts.c.remind_at, where=gifts.c.remind_at.is_not(None))
