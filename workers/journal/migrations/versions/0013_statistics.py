"""statistics, and what marks a message as counted in them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_TO_COUNT = (
    "state IN ('done', 'refused', 'dead', 'unknown') AND (state != 'unknown' OR due_at IS NULL)"
    " AND counted != state || ':' || outcome"
)


def upgrade() -> None:
    for name, kind in (
        ("language", sa.String(length=16)),
        ("brand", sa.String(length=32)),
        ("counted", sa.String(length=48)),
        ("counted_as", sa.Text()),
    ):
        op.add_column("inbox", sa.Column(name, kind, server_default="", nullable=False))
    to_count = sa.text(_TO_COUNT)
    op.create_index("inbox_to_count", "inbox", ["id"], sqlite_where=to_count, postgresql_where=to_count)
    op.create_table(
        "statistics",
        *_keys(channel=8, brand=32, language=16, offer=64, action=16, outcome=32),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("won", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_tones",
        *_keys(tone_code=20, action=16),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_words",
        *_keys(language=16, word=40),
        sa.Column("messages", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_people",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, primary_key=True),
        sa.Column("person", sa.String(length=20), primary_key=True),
        sa.Column("scope", sa.String(length=64), primary_key=True),
        sa.Column("days", sa.LargeBinary(length=46), nullable=False),
        sa.Column("paid_days", sa.LargeBinary(length=46), nullable=False),
        sa.Column("brand", sa.String(length=32), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_users",
        *_keys(scope=64, channel=8, brand=32, language=16),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.Column("paying", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_returns",
        sa.Column("scope", sa.String(length=64), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("before", sa.Date(), primary_key=True),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.Column("paying", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_turn",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, primary_key=True),
        sa.Column("counted_at", sa.Float(precision=53)),
    )
    op.execute("INSERT INTO statistics_turn (id) VALUES (1)")


def _keys(**lengths: int) -> list[sa.Column[Any]]:
    text = [sa.Column(name, sa.String(length=length), primary_key=True) for name, length in lengths.items()]
    return [
        sa.Column("grain", sa.String(length=1), primary_key=True),
        sa.Column("begin", sa.Date(), primary_key=True),
        *text,
    ]


def downgrade() -> None:
    for table in ("turn", "returns", "users", "people", "words", "tones"):
        op.drop_table(f"statistics_{table}")
    op.drop_table("statistics")
    op.drop_index("inbox_to_count", table_name="inbox")
    for name in ("counted_as", "counted", "brand", "language"):
        op.drop_column("inbox", name)
