"""What became of USSD screens, counted: nobody's number is in it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from workers.journal.tables.declaring import metadata

ussd_funnel = Table(  # what became of those who saw a screen, by the hour: counts alone, no numbers
    "ussd_funnel",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # its beginning, seconds since the epoch
    Column("menu", String(64), primary_key=True),  # the version that the session began with
    Column("screen", String(64), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("exits", Integer, nullable=False),  # left by a key that leads on, or its dialogue ended there as meant
    Column("drops", Integer, nullable=False),  # hung up, or no key in time
    Column("wrong", Integer, nullable=False),  # keys that it could make nothing of
    Column("shown_ms", BigInteger, nullable=False),  # until it was left, all together
)
