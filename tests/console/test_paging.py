"""Consents, gifts and deeds lead on from page to page in the browser, for the same that was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import insert

from tests.console.kit.console import Browser, serving, settings_in
from tests.console.kit.journal import NUMBER
from workers.journal import Database, tables

ROWS = 120


def fill(url: str) -> None:
    """As many consents, gifts and deeds, all of one number."""
    gift = {
        "inbox_id": 1, "giver": "862", "recipient": NUMBER, "tone_code": "6", "tone": "", "key": "", "short_code": "1",
        "language": "en", "state": "accepted", "unpaid": False, "created_at": 1.0, "text_of_reminder": "",
    }  # fmt: skip
    content = '{"at": 1.0, "event": "granted", "way": "reply", "action": "order", "asked": [], "message_id": 1}'
    consent = {"previous": "", "hash": "", "content": content, "number": NUMBER, "recipient": "", "salt": ""}
    deed = {"inbox_id": 0, "at": 1.0, "event": "switched", "author": "asha", "detail": ""}
    numbers = range(1, ROWS + 1)
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(insert(tables.gifts), [gift | {"transaction_id": f"t{no:03}"} for no in numbers])
        connection.execute(
            insert(tables.consents), [consent | {"seq": no, "transaction_id": f"t{no:03}"} for no in numbers]
        )
        connection.execute(insert(tables.history), [deed] * ROWS)
    database.close()


async def pages(browser: Browser, path: str) -> list[int]:
    """How many rows each page has, from the first to the last."""
    found = []
    while path:
        status, body = await browser.get(path)
        assert status == 200
        found.append(body.count("<tr>") - 1)
        assert ("Newest</a>" in body) == (len(found) > 1)
        onward = re.search(r'href="([^"]+)" rel="next">Older', body)
        path = onward[1].replace("&amp;", "&") if onward else ""
    return found


@pytest.mark.parametrize("path", ["/consents", f"/consents?of={NUMBER}", "/gifts", f"/gifts?number={NUMBER}", "/deeds"])
async def test_older_leads_on_to_the_last_row(tmp_path: Path, sqlite_url: str, path: str) -> None:
    fill(sqlite_url)
    async with serving(settings_in(tmp_path, sqlite_url)) as served:
        assert [50, 50, 20] == await pages(served.browser(), path)


@pytest.mark.parametrize("path", ["/consents", "/gifts", "/deeds", "/messages"])
async def test_a_page_that_is_none_is_told_so(tmp_path: Path, sqlite_url: str, path: str) -> None:
    async with serving(settings_in(tmp_path, sqlite_url)) as served:
        for cursor in ("x", "-1", "9" * 30):
            status, body = await served.browser().get(f"{path}?from={cursor}")
            assert (400, True) == (status, "That page can&#39;t be found: search anew." in body)
