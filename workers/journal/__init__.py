"""The journal: every message, every answer and what became of them; the queue is here, not in Redis.

A message is a row of the inbox before its SMSC hears ESME_ROK, an answer a row of the outbox in the same
transaction as what it tells.  Workers and senders take rows under a lease and end them under that claim or not
at all.  All SQL of the project stands in this room.  `Journal` is the door for those who change states,
`Reader` for those who look, `Desk` for operations, `migrate` brings the schema to the newest.
"""

from workers.journal.arriving import Accepted, LongText, NewMessage, NewPart, StoredPart, Ticket
from workers.journal.asking import (
    ConsentChange,
    GiftChange,
    NewConsent,
    NewGift,
    NewQuestion,
    PresentedGift,
    StoredGift,
    StoredQuestion,
)
from workers.journal.database import Database, JournalUnavailable
from workers.journal.journal import Journal
from workers.journal.leaving import Answer, OutgoingPart, OutgoingText
from workers.journal.pages import Page
from workers.journal.queries import Depth, Life, Rate, Reader
from workers.journal.replays import Desk, Plan
from workers.journal.rows import ClaimedRow, Ending
from workers.journal.schema import NotMigrated, migrate
from workers.journal.searching import Cause, Filter, Search
from workers.journal.states import InboxState, OutboxState, Queue

__all__ = [
    "Accepted",
    "Answer",
    "Cause",
    "ClaimedRow",
    "ConsentChange",
    "Database",
    "Depth",
    "Desk",
    "Ending",
    "Filter",
    "GiftChange",
    "InboxState",
    "Journal",
    "JournalUnavailable",
    "Life",
    "LongText",
    "NewConsent",
    "NewGift",
    "NewMessage",
    "NewPart",
    "NewQuestion",
    "NotMigrated",
    "OutboxState",
    "OutgoingPart",
    "OutgoingText",
    "Page",
    "Plan",
    "PresentedGift",
    "Queue",
    "Rate",
    "Reader",
    "Search",
    "StoredGift",
    "StoredPart",
    "StoredQuestion",
    "Ticket",
    "migrate",
]
