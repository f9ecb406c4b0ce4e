"""what messages cost and by which offer, how often an offer was had, and which floods were told"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("transaction_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("thing", sa.String(length=20), nullable=False),
        sa.Column("offer_id", sa.String(length=64), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_index("charges_number", "charges", ["number", "at"], unique=False)
    op.create_index("charges_offer", "charges", ["offer_id", "at"], unique=False)
    op.create_table(
        "offer_counts",
        sa.Column("offer_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", "number"),
    )
    op.create_index(
        "inbox_flood_told",
        "inbox",
        ["number", "received_at"],
        unique=False,
        sqlite_where=sa.text("outcome = 'flood_told'"),
        postgresql_where=sa.text("outcome = 'flood_told'"),
    )


def downgrade() -> None:
    op.drop_index("inbox_flood_told", "inbox")
    for table in ("offer_counts", "charges"):
        op.drop_table(table)
