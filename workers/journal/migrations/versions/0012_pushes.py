"""questions that a gateway may show on a screen before they go by text"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("push", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("pushed_at", sa.Float(precision=53)))
    pushed = sa.text("push != '' AND pushed_at IS NULL AND state = 'queued'")
    op.create_index("outbox_push", "outbox", ["bind", "due_at"], sqlite_where=pushed, postgresql_where=pushed)


def downgrade() -> None:
    op.drop_index("outbox_push", table_name="outbox")
    op.drop_column("outbox", "pushed_at")
    op.drop_column("outbox", "push")
