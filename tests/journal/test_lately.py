"""How it went lately: by the minute of arrival, on both databases."""

from __future__ import annotations

from sqlalchemy import insert, update

from tests.journal.kit.messages import accept, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Journal
from workers.journal.gift_deadlines import CHANNEL
from workers.journal.lately import Lately, Minute
from workers.journal.tables import inbox, outbox

BEGIN = 1_800_000_000


def end(journal: Journal, state: str, *numbers: str) -> None:
    with journal.database.engine.begin() as connection:
        connection.execute(
            update(inbox).where(inbox.c.number.in_(numbers)).values(state=state, due_at=None, head=False)
        )


def answer(journal: Journal, after_s: float) -> None:
    """Everybody, so many seconds after they came; a second answer later still."""
    with journal.database.engine.begin() as connection:
        for row in rows(journal):
            for no in (1, 2):
                values = {
                    "inbox_id": row["id"], "answer_no": no, "bind": "smsc", "source": "1", "destination": row["number"],
                    "text": "", "priority": 1, "state": "sent", "head": False, "resends": 0, "error": "",
                    "created_at": row["received_at"], "sent_at": row["received_at"] + after_s * no,
                }  # fmt: skip
                connection.execute(insert(outbox).values(values))


async def test_messages_are_counted_in_the_minute_they_came_by_what_became_of_them(
    journal: Journal, clock: TurnedClock
) -> None:
    await accept(journal, *(message(number=f"86138{at}") for at in range(5)))
    end(journal, "done", "861380", "861381")
    end(journal, "dead", "861382")
    end(journal, "unknown", "861383")
    clock.turn(61.5)
    await accept(journal, message(number="861389"), message(number="861388", channel=CHANNEL))
    end(journal, "refused", "861389")
    expected = {
        BEGIN: Minute(BEGIN, received=5, done=2, refused=0, parked=2),
        BEGIN + 60: Minute(BEGIN + 60, received=1, refused=1),
    }
    assert expected == Lately(journal.database).minutes(BEGIN)
    assert {BEGIN + 60: expected[BEGIN + 60]} == Lately(journal.database).minutes(BEGIN + 61)
    assert {} == Lately(journal.database).minutes(BEGIN + 120)


async def test_a_wait_ends_with_the_first_answer_out(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message(number="861380"), message(number="861381"))
    answer(journal, 0.25)
    clock.turn(60)
    await accept(journal, message(number="861382"))
    found = Lately(journal.database).waits_s(BEGIN)
    assert {BEGIN: [0.25, 0.25]} == found


async def test_where_nothing_came_nothing_is_counted(journal: Journal) -> None:
    assert ({}, {}) == (Lately(journal.database).minutes(BEGIN), Lately(journal.database).waits_s(BEGIN))
