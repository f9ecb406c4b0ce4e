"""questions before a charge, and the chained record of what was agreed to

The record is append-only by trigger, too: only whose it was may be taken away, never what it says.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_CHAINED = ("seq", "previous", "hash", "content", "transaction_id")
_REFUSAL = "consents are append-only"


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("short_code", sa.String(length=20), nullable=False),
        sa.Column("key", sa.SmallInteger(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.Float(precision=53), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.Column("closed_at", sa.Float(precision=53), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("text_if_expired", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("questions_number", "questions", ["number", "id"], unique=False)
    op.create_index(
        "questions_open",
        "questions",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "questions_closed_by",
        "questions",
        ["closed_by"],
        unique=False,
        sqlite_where=sa.text("state = 'granted'"),
        postgresql_where=sa.text("state = 'granted'"),
    )
    op.create_table(
        "consents",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("consents_number", "consents", ["number", "seq"], unique=False)
    op.create_index("consents_transaction", "consents", ["transaction_id"], unique=False)
    op.create_table(
        "consent_chain",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION consents_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER consents_stay BEFORE DELETE ON consents"
            " FOR EACH ROW EXECUTE FUNCTION consents_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER consents_unchanged BEFORE UPDATE OF {', '.join(_CHAINED)} ON consents"
            " FOR EACH ROW EXECUTE FUNCTION consents_append_only()"
        )
    else:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        op.execute(f"CREATE TRIGGER consents_stay BEFORE DELETE ON consents {refuse}")
        op.execute(f"CREATE TRIGGER consents_unchanged BEFORE UPDATE OF {', '.join(_CHAINED)} ON consents {refuse}")


def downgrade() -> None:
    for table in ("consent_chain", "consents", "questions"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION consents_append_only()")
