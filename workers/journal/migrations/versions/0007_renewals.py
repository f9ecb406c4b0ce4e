"""when tones renew: looked at before it, told once, tried at a lower price after it"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "renewals",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("tone_code", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=False),
        sa.Column("look_at", sa.Float(precision=53), nullable=True),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("short_code", sa.String(length=20), nullable=False),
        sa.Column("bind", sa.String(length=64), nullable=False),
        sa.Column("told_for", sa.Float(precision=53), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("lower_price", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("failed_for", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("number", "tone_code"),
    )
    op.create_index(
        "renewals_look",
        "renewals",
        ["look_at"],
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_table(
        "renewal_calls",
        sa.Column("transaction_id", sa.String(length=26), nullable=False),
        sa.Column("valid_until", sa.Float(precision=53), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_index("renewal_calls_at", "renewal_calls", ["at"])


def downgrade() -> None:
    op.drop_table("renewal_calls")
    op.drop_table("renewals")
