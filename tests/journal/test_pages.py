"""Consents, gifts and deeds page by page, the newest first: each row once, whatever comes meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from tests.journal.kit.messages import NUMBER, OTHER, accept, message, rows
from tests.journal.test_plans import plan_of, statements
from workers.journal import Journal, Page, tables
from workers.journal.consents import Record
from workers.journal.deeds import Deeds
from workers.journal.gift_list import GiftList

Look = Callable[..., Page]


def walked(look: Look, *wished: str, limit: int = 3) -> list[dict[str, Any]]:
    """Every row, page by page."""
    found, cursor = [], ""
    while True:
        page = look(*wished, limit=limit, cursor=cursor)
        assert 0 < len(page.rows) <= limit
        found += page.rows
        cursor = page.cursor
        if not cursor:
            return found


def gift(journal: Journal, transaction_id: str, **more: Any) -> None:
    values = {
        "inbox_id": 1, "giver": OTHER, "recipient": "863", "tone_code": "6", "tone": "", "key": "", "short_code": "1",
        "language": "en", "state": "accepted", "unpaid": False, "created_at": 1.0, "text_of_reminder": "",
    }  # fmt: skip
    row = {**values, **more, "transaction_id": transaction_id}
    journal.database.write(lambda connection: connection.execute(insert(tables.gifts).values(row)))


def consent(journal: Journal, seq: int, number: str) -> None:
    row = {"seq": seq, "previous": "", "hash": "", "content": "{}", "transaction_id": f"t{seq}", "number": number}
    row |= {"recipient": "", "salt": ""}
    journal.database.write(lambda connection: connection.execute(insert(tables.consents).values(row)))


async def test_gifts_of_a_number_are_those_it_gave_and_was_given(journal: Journal) -> None:
    await accept(journal, *(message(number=NUMBER, text=f"GIFT {no}") for no in range(4)))
    sent = [row["transaction_id"] for row in rows(journal)]
    for no, transaction_id in enumerate(sent):
        gift(journal, f"{transaction_id}01", giver=NUMBER, recipient="862")
        gift(journal, f"other{no}01", recipient=NUMBER)
        gift(journal, f"third{no}01")
    look = GiftList(journal.database).page
    assert [11, 10, 8, 7, 5, 4, 2, 1] == [row["id"] for row in walked(look, NUMBER)]
    assert [*range(12, 0, -1)] == [row["id"] for row in walked(look)]
    assert [] == look("8613800138999").rows


def test_consents_of_a_number_are_found_page_by_page(journal: Journal) -> None:
    for seq in range(1, 9):
        consent(journal, seq, NUMBER if seq % 2 else OTHER)
    look = Record(journal.database).page
    assert [8, 7, 6, 5, 4, 3, 2, 1] == [row["seq"] for row in walked(look)]
    assert [7, 5, 3, 1] == [row["seq"] for row in walked(look, f"+{NUMBER}")]
    assert [4] == [row["seq"] for row in walked(look, "t4")] == [row["seq"] for row in walked(look, "4")]


def test_a_numbers_consents_cost_no_look_at_everybodys(journal: Journal) -> None:
    with statements(journal, "SELECT consents") as seen:
        Record(journal.database).page(NUMBER)
    plan = plan_of(journal, *seen[0])
    assert "consents_number" in plan or not journal.database.is_sqlite, plan


def test_what_comes_meanwhile_moves_no_row_to_another_page(journal: Journal) -> None:
    deeds = Deeds(journal.database)
    for no in range(5):
        deeds.note("switched", "asha", no=no)
    first = deeds.page(limit=2)
    deeds.note("switched", "asha", no=5)
    second = deeds.page(limit=2, cursor=first.cursor)
    assert [4, 3, 2, 1] == [row["detail"]["no"] for row in (*first.rows, *second.rows)]


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "²", "9" * 30, "1 OR 1=1"])
def test_a_cursor_that_is_none_is_refused(journal: Journal, cursor: str) -> None:
    database = journal.database
    for look in (Record(database).page, GiftList(database).page, Deeds(database).page):
        with pytest.raises(ValueError, match=re.escape(cursor)):
            look(cursor=cursor)
