"""The journal's tables, a file to a subject; others import them from here, and all of them are in `metadata`.

| file | tables |
|---|---|
| `messages` | inbox, history, bind_sessions |
| `concatenated` | long_texts, inbox_parts |
| `answers` | outbox, outbox_parts, receipts |
| `asking` | questions, consents, consent_chain |
| `giving` | gifts |
| `money` | charges, offer_counts |
| `numbers` | subscribers, do_not_disturb, memberships, renewals, renewal_calls |
| `operations` | bind_switches, smsc_orders, replay_runs, replay_rows |
| `screens` | ussd_funnel |
| `statistics` | statistics, and its _tones, _words, _people, _users, _returns, _turn |

Times are seconds since the epoch as floats, of the journal's own clock (see `clock`).  `due_at` is the one
column that says whether a row wants work: null while somebody has it and when nothing is left to do.
`head` is true for the oldest live row of its line (a number's messages, a destination's answers): only heads
stand in the index that claims read, so a claim costs the same however many rows wait behind them.
A table that is added or changed here needs its migration under `migrations/versions`.
"""

from workers.journal.tables.answers import outbox, outbox_parts, receipts
from workers.journal.tables.asking import consent_chain, consents, questions
from workers.journal.tables.concatenated import inbox_parts, long_texts
from workers.journal.tables.declaring import metadata
from workers.journal.tables.giving import gifts
from workers.journal.tables.messages import bind_sessions, history, inbox
from workers.journal.tables.money import charges, offer_counts
from workers.journal.tables.numbers import do_not_disturb, memberships, renewal_calls, renewals, subscribers
from workers.journal.tables.operations import bind_switches, replay_rows, replay_runs, smsc_orders
from workers.journal.tables.screens import ussd_funnel
from workers.journal.tables.statistics import (
    statistics,
    statistics_people,
    statistics_returns,
    statistics_tones,
    statistics_turn,
    statistics_users,
    statistics_words,
)

__all__ = [
    "bind_sessions",
    "bind_switches",
    "charges",
    "consent_chain",
    "consents",
    "do_not_disturb",
    "gifts",
    "history",
    "inbox",
    "inbox_parts",
    "long_texts",
    "memberships",
    "metadata",
    "offer_counts",
    "outbox",
    "outbox_parts",
    "questions",
    "receipts",
    "renewal_calls",
    "renewals",
    "replay_rows",
    "replay_runs",
    "smsc_orders",
    "statistics",
    "statistics_people",
    "statistics_returns",
    "statistics_tones",
    "statistics_turn",
    "statistics_users",
    "statistics_words",
    "subscribers",
    "ussd_funnel",
]
