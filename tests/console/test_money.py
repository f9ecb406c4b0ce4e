"""Money on the console's pages is written as subscribers read it: nobody has to divide by a hundred."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.console.kit.console import serving, settings_in
from tests.console.kit.journal import FRIEND, NUMBER, filled
from workers.dialogue import SHIPPED_TEMPLATES
from workers.journal import Database
from workers.journal.tables import charges, consents, inbox
from workers.settings import Settings, load

TONE = "600902000001"
OFFERS = "offers:\n  spring: {price: 120}\n  part: {price: 80%}\n"
CELL = re.compile(r'<t[dh][^>]*data-label="([^"]+)"[^>]*>(?:<a [^>]*>)?([^<]*)')


@pytest.fixture
async def ids(sqlite_url: str) -> list[int]:
    """Messages, of which the first has a consent, a result and two charges."""
    ids = await filled(sqlite_url)
    database = Database(sqlite_url)
    with database.engine.begin() as connection:
        its = connection.scalar(select(inbox.c.transaction_id).where(inbox.c.id == ids[0]))
        result = {"action": "gift", "verdict": "done", "charged": 240, "monthly_fee": 500}
        connection.execute(update(inbox).where(inbox.c.id == ids[0]).values(results=json.dumps({"1": result})))
        row = {"number": NUMBER, "action": "gift", "counted": False, "state": "kept", "at": database.now()}
        paid = [
            row | {"transaction_id": f"{its}01", "thing": TONE, "offer_id": "spring", "amount": 240},
            row | {"transaction_id": f"{its}02", "thing": "service", "offer_id": "", "amount": 123456},
        ]
        connection.execute(insert(charges), paid)
        asked = [{"tone": TONE, "price": 240, "monthly_fee": 500}, {"tone": TONE, "price": 150}, {"monthly_fee": None}]
        content = {
            "at": 1.0, "event": "granted", "way": "reply", "action": "gift", "asked": asked, "message_id": ids[0],
        }  # fmt: skip
        kept = {"previous": "", "hash": "", "number": NUMBER, "recipient": FRIEND, "salt": "", "seq": 1}
        connection.execute(insert(consents).values(kept | {"transaction_id": its, "content": json.dumps(content)}))
    database.close()
    return ids


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """With offers of its own, and a language whose amounts are like no other's."""
    settings_in(tmp_path, sqlite_url)
    (tmp_path / "templates" / "offers").mkdir(parents=True)
    (tmp_path / "templates" / "offers" / "spring.yaml").write_text(OFFERS)
    shutil.copytree(SHIPPED_TEMPLATES / "fr", tmp_path / "templates" / "fr")
    file = tmp_path / "tonegate.toml"
    spoken = "templates = 'templates'\nlanguages = ['fr']\ndefault_language = 'fr'\n"
    file.write_text(f"{file.read_text()}[dialogue]\n{spoken}")
    return load(file, {})


async def test_each_page_writes_prices_and_amounts_as_money(settings: Settings, ids: list[int]) -> None:
    async with serving(settings) as served:
        browser = served.browser()
        read = {path: (await browser.get(path))[1] for path in ("/offers", "/offers/spring", "/consents")}
        _, message = await browser.get(f"/messages/{ids[0]}")
    cells = {path: CELL.findall(body) for path, body in read.items()}
    assert ["80%", "1,20 yuans"] == [text for name, text in cells["/offers"] if name == "Price"]
    assert ["0,00 yuans", "2,40 yuans"] == [text for name, text in cells["/offers"] if name == "Amount"]
    assert ["2,40 yuans"] == [text for name, text in cells["/offers/spring"] if name == "Amount"]
    (agreed,) = re.findall(r'data-label="Prices">(.*?)</td>', read["/consents"])
    whole = agreed.replace("<bdi>", "").replace("</bdi>", "")
    assert "2,40\u00a0yuans + 5,00\u00a0yuans, 1,50\u00a0yuans, ?" == whole, "no amount is torn apart"
    assert ["2,40 yuans", "1234,56 yuans"] == re.findall(r'<td class="number">([^<]+)</td>', message)
    for words in ("verdict done charged 2,40 yuans monthly_fee 5,00 yuans", "price 1,50 yuans", "monthly_fee ?"):
        assert words in message
    for body in (*read.values(), message):
        assert "smallest unit" not in body


async def test_a_page_of_amounts_without_a_way_says_their_unit(settings: Settings, ids: list[int]) -> None:
    """The file of words may be broken while operations look: the page comes all the same."""
    assert settings.dialogue.templates
    (settings.dialogue.templates / "fr" / "answers.yaml").write_text("formats: [")
    async with serving(settings) as served:
        _, body = await served.browser().get(f"/messages/{ids[0]}")
    assert ["240 minor units", "123,456 minor units"] == re.findall(r'<td class="number">([^<]+)</td>', body)
