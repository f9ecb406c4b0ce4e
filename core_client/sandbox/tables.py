"""The sandbox's own database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    text,
)

metadata = MetaData()

accounts = Table(
    "portal_accounts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("salt", String(64), nullable=False),
    Column("digest", String(128), nullable=False),  # scrypt
    Column("rights", String(1000), nullable=False),  # operations, by spaces
)
tones = Table(
    "tones",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("singer", String(200), nullable=False),
    Column("price", Integer, nullable=False),
    Column("validity_days", Integer, nullable=False),
    Column("expired", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
)
subscribers = Table(
    "subscribers",
    metadata,
    Column("number", String(15), primary_key=True),
    Column("status", String(1), nullable=False),
    Column("brand", String(64), nullable=False),
    Column("balance", Integer, nullable=False),
    Column("barred", Boolean, nullable=False),
)
owned = Table(
    "owned_tones",
    metadata,
    Column("number", String(15), primary_key=True),
    Column("tone", String(20), primary_key=True),
    Column("since", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("renewal_price", Integer),  # null: it ends
    Column("renew_at", Double, index=True),  # when its renewal is tried next; null: never
)
tone_settings = Table(  # what plays when to whom
    "tone_settings",
    metadata,
    Column("number", String(15), primary_key=True),
    Column("caller", String(15), primary_key=True),  # empty: all
    Column("start", String(8), primary_key=True),  # HH:MM:SS; empty: always
    Column("end", String(8), primary_key=True),
    Column("tone", String(20), nullable=False),
)
gifts = Table(
    "gifts",
    metadata,
    Column("key", String(20), primary_key=True),
    Column("giver", String(15), nullable=False),
    Column("recipient", String(15), nullable=False),
    Column("tone", String(20), nullable=False),
    Column("price", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open, accepted, declined
    Column("until", Double, nullable=False),
    Column("offer", String(64), nullable=False, server_default=""),
    Column("fee", Integer),  # of the first month, where the service is given, too
    Index("gifts_of_a_giver", "giver", "state"),
)
ledger = Table(  # append-only: what was charged to whom for what; gift_open is the service for another
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("transaction_id", String(64), nullable=False),
    Column("number", String(15), nullable=False),
    Column("action", String(10), nullable=False),  # order, gift, open, copy, bundle, renew
    Column("tone", String(20), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("offer", String(64), nullable=False, server_default=""),  # the portal's offerCode
)
offers = Table(  # those that the core knows a price of; of others it takes the portal's word
    "offers",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("price", Integer),  # null: withdrawn
)
transactions = Table(
    "transactions",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("transaction_id", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # of the parameters
    Column("event", String(64), nullable=False),
    Column("code", String(6), nullable=False),
    Column("info", String(1000), nullable=False),
    Column("operation_id", String(64), nullable=False),
    Column("amount", Integer),
    Column("giver", String(15), nullable=False),
    Column("tone", String(20), nullable=False),
    Column("until", Double),
)


def open_database(url: str) -> Engine:
    """An engine whose commit is on the disk when it returns, with the tables made where they are missing."""
    engine = create_engine(url, hide_parameters=True)  # an error logged whole must name no number
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    metadata.create_all(engine)
    with engine.begin() as connection:
        for table in (gifts, ledger):  # a sandbox of before there were offers
            if "offer" not in {column["name"] for column in inspect(connection).get_columns(table.name)}:
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN offer VARCHAR(64) DEFAULT '' NOT NULL"))
        if "fee" not in {column["name"] for column in inspect(connection).get_columns(gifts.name)}:
            connection.execute(text(f"ALTER TABLE {gifts.name} ADD COLUMN fee INTEGER"))
        if "until" not in {column["name"] for column in inspect(connection).get_columns(transactions.name)}:
            connection.execute(text(f"ALTER TABLE {transactions.name} ADD COLUMN until DOUBLE PRECISION"))
        if "renew_at" not in {column["name"] for column in inspect(connection).get_columns(owned.name)}:
            connection.execute(text(f"ALTER TABLE {owned.name} ADD COLUMN renewal_price INTEGER"))
            connection.execute(text(f"ALTER TABLE {owned.name} ADD COLUMN renew_at DOUBLE PRECISION"))
            for index in owned.indexes:
                index.create(connection)
    return engine


def _durable(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by the listener above, not guessed by the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=5000")
