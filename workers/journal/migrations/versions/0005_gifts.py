"""Gifts from the giver's confirmation to their end, and numbers that are not to be disturbed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_INDEXES = {
    "gifts_open": (["giver", "recipient", "tone_code"], "state IN ('confirmed', 'presented')"),
    "gifts_confirmed": (["created_at"], "state = 'confirmed'"),
    "gifts_deadline": (["deadline_at"], "state = 'presented'"),
    "gifts_remind": (["remind_at"], "remind_at IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "gifts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transaction_id", sa.String(length=26), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("giver", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("tone_code", sa.String(length=20), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("short_code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("unpaid", sa.Boolean(), nullable=False),
        sa.Column("charged", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.Column("presented_at", sa.Float(precision=53), nullable=True),
        sa.Column("deadline_at", sa.Float(precision=53), nullable=True),
        sa.Column("remind_at", sa.Float(precision=53), nullable=True),
        sa.Column("text_of_reminder", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Float(precision=53), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("deadline_message", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("transaction_id"),
    )
    op.create_index("gifts_recipient", "gifts", ["recipient", "presented_at"], unique=False)
    for name, (columns, where) in _INDEXES.items():
        condition = sa.text(where)
        op.create_index(
            name, "gifts", columns, unique=name == "gifts_open", sqlite_where=condition, postgresql_where=condition
        )
    op.create_table(
        "do_not_disturb",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=96), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    for table in ("do_not_disturb", "gifts"):
        op.drop_table(table)
