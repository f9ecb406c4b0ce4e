"""who is remembered to be a member of the music club"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "memberships",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Float(precision=53), nullable=False),
        sa.Column("valid_until", sa.Float(precision=53), nullable=True),
        sa.Column("read_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("memberships")
