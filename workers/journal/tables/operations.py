"""What operations wish for and others carry out: switches, orders to the SMSC, and messages done again.

A wish is a row with its author and reason, so that it outlives whoever carries it out, and reaches every host.
Pauses of channels and of the core are switches, too (see `holds`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, SmallInteger, String, Table, Text

from workers.journal.tables.declaring import Id, metadata, partial_index

bind_switches = Table(  # what operations want of binds: it outlives the listener that is told
    "bind_switches",
    metadata,
    Column("bind", String(64), primary_key=True),  # '*': the settings, of which `generation` counts the re-readings
    Column("wanted", String(8), nullable=False),  # 'on' or 'off'
    Column("generation", Integer, nullable=False),
    Column("author", String(96), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Float(53), nullable=False),
)

smsc_orders = Table(  # query_sm, cancel_sm, replace_sm that operations ask for: done by the bind that sent the answer
    "smsc_orders",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("bind", String(64), nullable=False),
    Column("kind", String(8), nullable=False),  # query, cancel, replace
    Column("outbox_id", BigInteger, nullable=False),
    Column("number", SmallInteger, nullable=False),  # the part, from 1; 0 for an answer in one
    Column("text", Text, nullable=False),  # what replaces it
    Column("author", String(96), nullable=False),
    Column("asked_at", Float(53), nullable=False),
    Column("taken_at", Float(53)),
    Column("owner", String(96)),
    Column("done_at", Float(53)),
    Column("succeeded", Boolean),
    Column("result", Text, nullable=False),
)

partial_index("smsc_orders_open", smsc_orders.c.bind, smsc_orders.c.id, where=smsc_orders.c.done_at.is_(None))

replay_runs = Table(  # many messages done again on one wish: it outlives whoever carries it out
    "replay_runs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("author", String(96), nullable=False),
    Column("reason", Text, nullable=False),
    Column("rate_per_s", Float(53), nullable=False),  # 0: as fast as it goes
    Column("begun_at", Float(53), nullable=False),
    Column("ended_at", Float(53)),  # null: something is left to do; what is still being kept has it, too
)

replay_rows = Table(
    "replay_rows",
    metadata,
    Column("run_id", BigInteger, primary_key=True, autoincrement=False),
    Column("inbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("planned", String(8), nullable=False),  # the deed that was shown before
    Column("deed", String(8), nullable=False),  # that was done
    Column("why", String(120), nullable=False),
    Column("at", Float(53)),  # null: still to do
)

partial_index("replay_rows_left", replay_rows.c.run_id, replay_rows.c.inbox_id, where=replay_rows.c.at.is_(None))
