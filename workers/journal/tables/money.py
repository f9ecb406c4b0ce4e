"""What messages cost, and how often offers were had: what limits and quotas are held to (see `quotas`)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table

from workers.journal.tables.declaring import metadata

charges = Table(  # what a number's message may cost: reserved before its call, kept or given back with its end
    "charges",
    metadata,
    Column("transaction_id", String(26), primary_key=True),  # the message's, with the number of the step behind it
    Column("number", String(20), nullable=False),
    Column("action", String(16), nullable=False),
    Column("thing", String(20), nullable=False),  # the tone's or the bundle's code
    Column("offer_id", String(64), nullable=False),  # '' where the price is the catalogue's
    Column("counted", Boolean, nullable=False),  # in the offer's counts: it has a quota
    Column("amount", Integer, nullable=False),  # minor units: the price until it is kept, then what was charged
    Column("state", String(8), nullable=False),  # reserved, kept; ended: a gift that nobody took
    Column("at", Float(53), nullable=False),
)

Index("charges_number", charges.c.number, charges.c.at)
Index("charges_offer", charges.c.offer_id, charges.c.at)

offer_counts = Table(  # how often an offer with a quota was had: its charges, counted as they are reserved
    "offer_counts",
    metadata,
    Column("offer_id", String(64), primary_key=True),
    Column("number", String(20), primary_key=True),  # '': by all numbers together
    Column("used", Integer, nullable=False),
)
