"""A journal with something to see: messages of a subscriber, done, dead and unknown."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from tests.journal.kit.messages import accept, message
from workers.journal import Journal
from workers.journal.tables import history, inbox, outbox

NUMBER, FRIEND = "8613800138001", "8613800138002"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
FORMULA = '=HYPERLINK("http://evil.example","click")'
TEXTS = (f"GIFT 600902000001 {FRIEND}", HOSTILE, FORMULA, "YES")
STATES = (("done", "ok"), ("dead", "busy"), ("unknown", "timeout"), ("dead", "busy"))


async def filled(url: str) -> list[int]:
    """Fill it and return the ids of the messages, in the order of `TEXTS`."""
    with Journal(url, dedupe_s=0) as journal:
        await accept(journal, *(message(text, NUMBER, bind="main", short_code="5000") for text in TEXTS))
        with journal.database.engine.begin() as connection:
            rows = connection.execute(select(inbox.c.id, inbox.c.text)).all()
            ids = {row.text: row.id for row in rows}
            for text, (state, outcome) in zip(TEXTS, STATES, strict=True):
                ended = {
                    "state": state,
                    "outcome": outcome,
                    "due_at": None,
                    "head": False,
                    "finished_at": journal.database.now(),
                }
                connection.execute(update(inbox).where(inbox.c.id == ids[text]).values(**ended))
            answer = {
                "inbox_id": ids[TEXTS[0]], "answer_no": 1, "bind": "main", "source": "5000", "destination": FRIEND,
                "text": f"{NUMBER} gives you a tone", "priority": 0, "state": "sent", "head": False, "resends": 0,
                "error": "", "created_at": 1.9e9, "sent_at": 1.9e9,
            }  # fmt: skip
            connection.execute(insert(outbox).values(answer))
    return [ids[text] for text in TEXTS]


def state_of(url: str, message_id: int) -> str:
    """Of one message."""
    with Journal(url, dedupe_s=0) as journal, journal.database.read() as connection:
        return str(connection.scalar(select(inbox.c.state).where(inbox.c.id == message_id)))


def events(url: str) -> list[tuple[int, str, str, str]]:
    """(message, event, author, detail) of the history, the oldest first."""
    with Journal(url, dedupe_s=0) as journal, journal.database.read() as connection:
        rows = connection.execute(select(history).order_by(history.c.id)).all()
        return [(row.inbox_id, row.event, row.author, row.detail) for row in rows]


def done(url: str) -> list[tuple[int, str, str, str]]:
    """The same without who has logged in: what was done then."""
    return [event for event in events(url) if event[1] != "logged in"]
