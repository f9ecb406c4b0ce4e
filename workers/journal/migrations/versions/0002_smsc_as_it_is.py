"""long texts both ways, receipts by normalised id, and what operations want of binds

A message id that was kept before is matched as the new ones are: without its case and its leading zeros.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_outbox = sa.table("outbox", *(sa.column(name) for name in ("bind", "message_id", "message_key", "sent_via")))
_receipts = sa.table("receipts", *(sa.column(name) for name in ("bind", "message_id", "message_key", "binds")))


def _key(message_id: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """As `message_ids.message_key` makes it: an id of zeros is 0."""
    return sa.func.coalesce(sa.func.nullif(sa.func.ltrim(sa.func.lower(sa.func.trim(message_id)), "0"), ""), "0")


def upgrade() -> None:
    op.create_table(
        "bind_switches",
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.String(length=8), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=96), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("bind"),
    )
    op.create_table(
        "inbox_parts",
        sa.Column("long_text_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("data_coding", sa.SmallInteger(), nullable=False),
        sa.Column("session", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("long_text_id", "number"),
    )
    op.create_table(
        "long_texts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("short_code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("total", sa.SmallInteger(), nullable=False),
        sa.Column("first_at", sa.Float(precision=53), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=True),
        sa.Column("done_at", sa.Float(precision=53), nullable=True),
        sa.Column("transaction_id", sa.String(length=24), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "long_texts_done",
        "long_texts",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.create_index(
        "long_texts_due",
        "long_texts",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "long_texts_key", "long_texts", ["number", "short_code", "bind", "reference", "total"], unique=False
    )
    op.create_table(
        "outbox_parts",
        sa.Column("outbox_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("resends", sa.SmallInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=65), nullable=True),
        sa.Column("message_key", sa.String(length=65), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.Float(precision=53), nullable=True),
        sa.Column("receipt_at", sa.Float(precision=53), nullable=True),
        sa.Column("sent_via", sa.String(length=64), server_default="", nullable=False),
        sa.Column("rule", sa.String(length=8), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "number"),
    )
    op.create_index("outbox_parts_message_key", "outbox_parts", ["message_key"], unique=False)
    op.create_table(
        "smsc_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=96), nullable=False),
        sa.Column("asked_at", sa.Float(precision=53), nullable=False),
        sa.Column("taken_at", sa.Float(precision=53), nullable=True),
        sa.Column("owner", sa.String(length=96), nullable=True),
        sa.Column("done_at", sa.Float(precision=53), nullable=True),
        sa.Column("succeeded", sa.Boolean(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "smsc_orders_open",
        "smsc_orders",
        ["bind", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.add_column("inbox", sa.Column("incomplete", sa.String(length=16), server_default="", nullable=False))
    op.add_column("inbox", sa.Column("source_port", sa.Integer(), nullable=True))
    op.add_column("inbox", sa.Column("destination_port", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("message_key", sa.String(length=65), nullable=True))
    op.add_column("outbox", sa.Column("sent_via", sa.String(length=64), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("plan", sa.String(length=64), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("registered_delivery", sa.String(length=8), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("validity_s", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("source_port", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("destination_port", sa.Integer(), nullable=True))
    op.drop_index("outbox_message_id", table_name="outbox")
    op.create_index("outbox_message_key", "outbox", ["message_key"], unique=False)
    op.add_column("receipts", sa.Column("message_key", sa.String(length=65), server_default="", nullable=False))
    op.add_column("receipts", sa.Column("number", sa.String(length=20), server_default="", nullable=False))
    op.add_column("receipts", sa.Column("binds", sa.Text(), server_default="", nullable=False))
    op.add_column("receipts", sa.Column("ids", sa.String(length=16), server_default="auto", nullable=False))
    op.add_column("receipts", sa.Column("part", sa.String(length=8), server_default="all", nullable=False))
    op.drop_index("ix_receipts_message_id", table_name="receipts")
    op.create_index("receipts_message_key", "receipts", ["message_key"], unique=False)
    for table, values in (
        (_outbox, {"message_key": _key(_outbox.c.message_id), "sent_via": _outbox.c.bind}),
        (_receipts, {"message_key": _key(_receipts.c.message_id), "binds": _receipts.c.bind}),
    ):
        op.execute(sa.update(table).where(sa.func.trim(table.c.message_id) != "").values(values))


def downgrade() -> None:
    op.drop_index("receipts_message_key", table_name="receipts")
    op.create_index("ix_receipts_message_id", "receipts", ["message_id"], unique=False)
    op.drop_column("receipts", "part")
    op.drop_column("receipts", "ids")
    op.drop_column("receipts", "binds")
    op.drop_column("receipts", "number")
    op.drop_column("receipts", "message_key")
    op.drop_index("outbox_message_key", table_name="outbox")
    op.create_index("outbox_message_id", "outbox", ["message_id"], unique=False)
    op.drop_column("outbox", "destination_port")
    op.drop_column("outbox", "source_port")
    op.drop_column("outbox", "validity_s")
    op.drop_column("outbox", "registered_delivery")
    op.drop_column("outbox", "plan")
    op.drop_column("outbox", "sent_via")
    op.drop_column("outbox", "message_key")
    op.drop_column("inbox", "destination_port")
    op.drop_column("inbox", "source_port")
    op.drop_column("inbox", "incomplete")
    op.drop_index(
        "smsc_orders_open",
        table_name="smsc_orders",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("smsc_orders")
    op.drop_index("outbox_parts_message_key", table_name="outbox_parts")
    op.drop_table("outbox_parts")
    op.drop_index("long_texts_key", table_name="long_texts")
    op.drop_index(
        "long_texts_due",
        table_name="long_texts",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_index(
        "long_texts_done",
        table_name="long_texts",
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.drop_table("long_texts")
    op.drop_table("inbox_parts")
    op.drop_table("bind_switches")
