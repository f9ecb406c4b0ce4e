"""statistics once more, of every brand, language and offer together: most looks need none of these"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_TOGETHER = """
INSERT INTO statistics
 (grain, begin, channel, brand, language, offer, action, outcome, messages, results, confirmed, amount, won)
SELECT upper(grain), begin, channel, '', '', '', action, outcome,
 sum(messages), sum(results), sum(confirmed), sum(amount), sum(won)
FROM statistics WHERE grain IN ('d', 'm') GROUP BY grain, begin, channel, action, outcome
"""


def upgrade() -> None:
    op.execute(_TOGETHER)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM statistics WHERE grain IN ('D', 'M')"))
