"""inbox, outbox, history, receipts and sessions of binds

The tables as they were when a text first became an order; written out, so that a later change of `tables`
does not change what this step makes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "bind_sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.Float(precision=53), nullable=False),
        sa.Column("ended_at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=96), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_history_inbox_id", "history", ["inbox_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transaction_id", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("short_code", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("network_reference", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=True),
        sa.Column("ack_late", sa.Boolean(), nullable=False),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("waiting_for", sa.String(length=8), nullable=False),
        sa.Column("noticed", sa.Boolean(), nullable=False),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("owner", sa.String(length=96), nullable=True),
        sa.Column("lease_until", sa.Float(precision=53), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("answers", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", sa.Float(precision=53), nullable=False),
        sa.Column("claimed_at", sa.Float(precision=53), nullable=True),
        sa.Column("finished_at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("transaction_id"),
    )
    op.create_index("inbox_digest", "inbox", ["digest"], unique=False)
    op.create_index(
        "inbox_due",
        "inbox",
        ["queue", "due_at"],
        unique=False,
        sqlite_where=sa.text("head = 1 AND due_at IS NOT NULL"),
        postgresql_where=sa.text("head AND due_at IS NOT NULL"),
    )
    op.create_index(
        "inbox_lease",
        "inbox",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "inbox_line",
        "inbox",
        ["number", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('received', 'claimed', 'waiting')"),
        postgresql_where=sa.text("state IN ('received', 'claimed', 'waiting')"),
    )
    op.create_index("inbox_number", "inbox", ["number", "received_at"], unique=False)
    op.create_index(
        "inbox_one_claimed",
        "inbox",
        ["number"],
        unique=True,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "inbox_parked",
        "inbox",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'accepted', 'unknown', 'dead')"),
        postgresql_where=sa.text("state IN ('waiting', 'accepted', 'unknown', 'dead')"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_no", sa.SmallInteger(), nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("destination", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=True),
        sa.Column("owner", sa.String(length=96), nullable=True),
        sa.Column("lease_until", sa.Float(precision=53), nullable=True),
        sa.Column("resends", sa.SmallInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=65), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.Column("sent_at", sa.Float(precision=53), nullable=True),
        sa.Column("receipt_at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_answer", "outbox", ["inbox_id", "answer_no"], unique=True)
    op.create_index(
        "outbox_due",
        "outbox",
        ["bind", "priority", "due_at"],
        unique=False,
        sqlite_where=sa.text("head = 1 AND due_at IS NOT NULL"),
        postgresql_where=sa.text("head AND due_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_lease",
        "outbox",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "outbox_line",
        "outbox",
        ["destination", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index("outbox_message_id", "outbox", ["message_id"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=65), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_receipts_message_id", "receipts", ["message_id"], unique=False)


def downgrade() -> None:
    for table in ("bind_sessions", "receipts", "history", "outbox", "inbox"):
        op.drop_table(table)
