"""Parts of long texts as a bind brings them, and the messages they become."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from tests.journal.kit.messages import NUMBER, accept, message
from workers.journal import Accepted, Journal, LongText, NewPart
from workers.journal.tables import inbox_parts, long_texts

WITHIN_S = 600.0


def part(part_no: int = 1, total: int = 3, **more: Any) -> NewPart:
    """One part; `more` replaces what doesn't matter to most tests."""
    values: dict[str, Any] = {
        "bind": "smsc",
        "session": "session-1",
        "number": NUMBER,
        "short_code": "10086",
        "kind": "udh8",
        "reference": 7,
        "octets": f"part {part_no} ".encode(),
        "header": bytes([0, 3, 7, total, part_no]),
        "data_coding": 0,
        "within_s": WITHIN_S,
    }
    return NewPart(part_no=part_no, total=total, **values | more)


async def keep(journal: Journal, *numbers: int, **more: Any) -> LongText | None:
    """Keep parts one after another; what was said with the last."""
    whole = None
    for number in numbers:
        whole = await journal.keep_part(part(number, **more))
    return whole


async def hand_on(journal: Journal, whole: LongText | None, **more: Any) -> Accepted:
    """Accept a long text as the message that it is."""
    assert whole is not None
    text = b"".join(one.octets for one in whole.parts).decode()
    values = {"session": whole.session, "incomplete": whole.incomplete, "long_text": whole.id} | more
    (accepted,) = await accept(journal, message(text, whole.number, **values))
    return accepted


def counts(journal: Journal) -> tuple[int, int]:
    """How many long texts and parts are kept."""
    with journal.database.read() as connection:
        return (
            connection.scalar(select(func.count()).select_from(long_texts)) or 0,
            connection.scalar(select(func.count()).select_from(inbox_parts)) or 0,
        )
