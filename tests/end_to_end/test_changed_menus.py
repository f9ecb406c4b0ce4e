"""Menus change under the running product: live for who dials from now on, while dials under way keep what they had.

That it takes under two seconds is not timed here, where a hundred other things may be going on: the door looks at the
files every `EVERY_S / 2` seconds (tests/workers/test_reloading.py and tests/ussd/menu/test_shelf.py hold it to that),
and here it is held that it looks at all, and what comes of it.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.product import PATIENT, Product, running
from tests.house import PATIENT_CORE, until
from workers.dialogue import SHIPPED_TEMPLATES
from workers.journal import Database
from workers.journal.funnel import Funnel
from workers.reloading import EVERY_S

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE = next(tone for tone in starting_catalogue() if tone.code == "600902000002")
PRICE = f"{TONE.price / 100:.2f}"
SETTINGS: dict[str, dict[str, object]] = {
    "consent": {"order": "reply"},
    "core": PATIENT_CORE,
    "dialogue": {"languages": ["en", "zh"], "templates": "words"},
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(SHIPPED_TEMPLATES, folder / "words")
    async with running(folder, SETTINGS, **PATIENT) as product:
        yield product


@pytest_asyncio.fixture(loop_scope="module")
async def home(product: Product) -> AsyncIterator[Path]:
    """The first screen's file, which is as it was shipped again after each test."""
    file = product.house.folder / "words" / "ussd" / "main" / "home.yaml"
    shipped = file.read_text()
    yield file
    write(file, shipped)
    await shows(product, "Ringback tones")


def write(file: Path, text: str) -> None:
    """Write a file in one go, as editors do."""
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.rename(file)


def change(file: Path, *edits: tuple[str, str]) -> list[str]:
    """Edit a file; the lines that it has now."""
    text = file.read_text()
    for old, new in edits:
        assert 1 == text.count(old), old
        text = text.replace(old, new)
    write(file, text)
    return text.splitlines()


async def shows(product: Product, words: str) -> None:
    """Dial, always from the same number, until the first screen has these words."""

    async def is_shown() -> bool:
        return words in (await product.dial("8613807300000")).screen

    await until(is_shown, f"{words} is on the first screen")


async def test_a_changed_text_is_live_for_new_dials_and_those_under_way_keep_theirs_to_the_end(
    product: Product, home: Path
) -> None:
    """Promise 3, too: what is bought in the middle of a change is what its screen has shown."""
    assert EVERY_S < 2.0
    before, after = "8613807300001", "8613807300002"
    under_way = await product.dial(before)
    change(
        home,
        ("Ringback tones", "Your tunes"),
        ("Code of the tone:", "Which tune?"),
        ("confirm: {en: Buy,", "confirm: {en: Take it,"),
    )
    await shows(product, "Your tunes")

    begun_since = await product.dial(after, "2")
    assert "Which tune?" in begun_since.screen
    await under_way.press("98")
    assert "Ringback tones" in await under_way.press("0")
    assert "Code of the tone:" in await under_way.press("2")
    assert "Ringback tones" in await under_way.press("00")
    await under_way.press("2")
    for handset, confirm in ((under_way, "1 Buy"), (begun_since, "1 Take it")):
        shown = await handset.press(TONE.code)
        assert (True, True) == (PRICE in shown, confirm in shown), shown
        assert TONE.name in await handset.press("1")
        assert handset.over
    for number in (before, after):
        await product.phones.heard(number, TONE.name, PRICE)
        assert [("order", TONE.price)] == product.charged(number)
    await until(lambda: len(versions(product)) > 1, lambda: f"each version is counted: {versions(product)}")


def versions(product: Product) -> set[str]:
    """Of the menu, those in which somebody came to the price."""
    database = Database(product.house.settings.journal.url)
    try:
        return {one.menu for one in Funnel(database).screens() if one.screen == "order_price"}
    finally:
        database.close()


@pytest.mark.parametrize(
    ("right", "wrong", "at", "reason"),
    [
        ("next_screen: look_top\n", "next_screen: look_tip\n", "Top tones", "'look_tip', which is no screen"),
        ("{{ tone.name | short }}", "{{ tone.name | shorn }}", "shorn", "'shorn'"),
        (
            'type: input_screen\n    text: {en: "Name',
            'type: input\n    text: {en: "Name',
            "search:",
            "no type that is known",
        ),
        ("  look_new:\n    type:", "  look_new:\n    type", "function: new", "not YAML"),
    ],
    ids=["leads nowhere", "no such filter", "no such type", "no YAML"],
)
async def test_a_broken_edit_is_refused_with_file_line_and_reason_while_all_goes_on(
    product: Product, home: Path, right: str, wrong: str, at: str, reason: str
) -> None:
    number, other = (f"86138073{no}{len(reason):03}" for no in (10, 11))
    under_way = await product.dial(number, "2")
    text, said_before = under_way.screen, len(product.log())
    lines = change(home, (right, wrong))

    def refused() -> list[str]:
        return [said for said in product.log()[said_before:] if "templates_refused" in said]

    await until(lambda: bool(refused()), "the door says that it refuses it")
    said = refused()[0]
    line = int(said.partition("main/home.yaml:")[2].partition(":")[0])
    assert (True, True) == (at in lines[line - 1], reason in said), said

    assert text == (await product.dial(other, "2")).screen
    assert "12 digits" in await under_way.press("12")  # asked for again, in the words that were there
    assert PRICE in await under_way.press(TONE.code)
    assert "Ringback tones" in await under_way.press("00")

    change(home, (wrong, right), ("Ringback tones", "Mended tones"))
    await shows(product, "Mended tones")
    await under_way.press("98")
    assert "Ringback tones" in await under_way.press("0")
    assert "Traceback" not in "\n".join(product.log())
