"""what operations look for and do: calls to the core kept, causes found by an index, replays that go on"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"

_BEFORE = "state IN ('waiting', 'accepted', 'unknown', 'dead')"
_NOT_DONE = "state IN ('waiting', 'accepted', 'unknown', 'dead', 'refused')"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("core_calls", sa.Text(), server_default="", nullable=False))
    op.drop_index("inbox_parked", "inbox")
    op.create_index(
        "inbox_parked",
        "inbox",
        ["state", "id", "outcome"],
        sqlite_where=sa.text(_NOT_DONE),
        postgresql_where=sa.text(_NOT_DONE),
    )
    op.create_table(
        "replay_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("author", sa.String(length=96), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rate_per_s", sa.Float(precision=53), nullable=False),
        sa.Column("begun_at", sa.Float(precision=53), nullable=False),
        sa.Column("ended_at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "replay_rows",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("planned", sa.String(length=8), nullable=False),
        sa.Column("deed", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "inbox_id"),
    )
    op.create_index(
        "replay_rows_left",
        "replay_rows",
        ["run_id", "inbox_id"],
        sqlite_where=sa.text("at IS NULL"),
        postgresql_where=sa.text("at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("replay_rows")
    op.drop_table("replay_runs")
    op.drop_index("inbox_parked", "inbox")
    op.create_index(
        "inbox_parked", "inbox", ["state", "id"], sqlite_where=sa.text(_BEFORE), postgresql_where=sa.text(_BEFORE)
    )
    op.drop_column("inbox", "core_calls")
