"""answers that a dial's screen may tell, and what becomes of those who see screens"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("on_screen", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "ussd_funnel",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("menu", sa.String(length=64), nullable=False),
        sa.Column("screen", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("exits", sa.Integer(), nullable=False),
        sa.Column("drops", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("shown_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "menu", "screen"),
    )


def downgrade() -> None:
    op.drop_table("ussd_funnel")
    op.drop_column("outbox", "on_screen")
