"""Texts that come in several parts: what is there of them until they are handed on as one message (see `long_texts`).

A part is kept as it came, before it is acknowledged, so that nothing of a text is lost while the rest is waited for.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, SmallInteger, String, Table

from workers.journal.tables.declaring import Id, metadata, partial_index

long_texts = Table(  # subscribers' texts of several parts, kept until whole and a while longer
    "long_texts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("bind", String(64), nullable=False),
    Column("number", String(20), nullable=False),
    Column("short_code", String(20), nullable=False),
    Column("kind", String(8), nullable=False),  # whose reference it is: 'udh8', 'udh16' or 'sar'
    Column("reference", Integer, nullable=False),
    Column("total", SmallInteger, nullable=False),
    Column("first_at", Float(53), nullable=False),
    Column("due_at", Float(53)),  # when it is handed on as it is; null once it was
    Column("done_at", Float(53)),
    Column("transaction_id", String(24), nullable=False, server_default=""),  # of the message it became
)

Index(
    "long_texts_key",
    long_texts.c.number,
    long_texts.c.short_code,
    long_texts.c.bind,
    long_texts.c.reference,
    long_texts.c.total,
)
partial_index("long_texts_due", long_texts.c.due_at, where=long_texts.c.due_at.is_not(None))
partial_index("long_texts_done", long_texts.c.done_at, where=long_texts.c.done_at.is_not(None))

inbox_parts = Table(
    "inbox_parts",
    metadata,
    Column("long_text_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),  # from 1
    Column("octets", LargeBinary, nullable=False),  # as they came, behind the header
    Column("header", LargeBinary, nullable=False),  # the header's information elements
    Column("data_coding", SmallInteger, nullable=False),
    Column("session", String(32), nullable=False),
    Column("received_at", Float(53), nullable=False),
)
