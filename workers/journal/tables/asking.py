"""Questions before a charge, and what was agreed to or refused.

A question's row changes until it is closed; a consent's content never does, and the chain shows it if somebody
changes it all the same (see `consents`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, SmallInteger, String, Table, Text

from workers.journal.tables.declaring import Id, metadata, partial_index

questions = Table(  # before a charge: what was asked, at which price, and what became of it
    "questions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("inbox_id", BigInteger, nullable=False),  # the message that it answers
    Column("number", String(20), nullable=False),
    Column("short_code", String(20), nullable=False),
    Column("key", SmallInteger, nullable=False),  # 1 to 999: what is answered with YES where several are open
    Column("way", String(8), nullable=False),
    Column("action", String(16), nullable=False),
    Column("asked", Text, nullable=False),  # JSON: each tone with the price told
    Column("recipient", String(20), nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(10), nullable=False),  # open, granted, refused, expired, replaced, withdrawn
    Column("asked_at", Float(53), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("closed_at", Float(53)),
    Column("closed_by", BigInteger),  # the message that closed it; null: time did
    Column("text_if_expired", Text, nullable=False),  # '': silence is not told
)

Index("questions_number", questions.c.number, questions.c.id)
partial_index("questions_open", questions.c.expires_at, where=questions.c.state == "open")
partial_index("questions_closed_by", questions.c.closed_by, where=questions.c.state == "granted")

consents = Table(  # what was agreed to or refused: append-only, each row chained to the one before
    "consents",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3 … without a gap
    Column("previous", String(64), nullable=False),  # the hash before; '' for the first
    Column("hash", String(64), nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON; of whom, it has a salted hash only
    Column("transaction_id", String(24), nullable=False),
    # Whose it was: outside of the chain, so that it can be taken away when its time is over.
    Column("number", String(20), nullable=False),
    Column("recipient", String(20), nullable=False),
    Column("salt", String(32), nullable=False),
)

Index("consents_number", consents.c.number, consents.c.seq)
Index("consents_transaction", consents.c.transaction_id)

consent_chain = Table(  # one row: the chain's end, which whoever appends holds until commit
    "consent_chain",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
