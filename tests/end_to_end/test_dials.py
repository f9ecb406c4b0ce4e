"""Dials through the running product: whole conversations over HTTP, from the first screen to the last text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from core_client.sandbox.numbers import born
from tests.end_to_end.dialling import Handset
from tests.end_to_end.product import PATIENT, Product, running
from tests.house import PATIENT_CORE, until
from workers.journal import Database
from workers.journal.funnel import Funnel

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE, OTHER = TONES["600902000002"], TONES["600902000003"]
PRICE = f"{TONE.price / 100:.2f}"
ASKS = {"open": "reply", "order": "reply", "gift": "reply", "copy": "reply"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running(tmp_path_factory.mktemp("house"), {"consent": ASKS, "core": PATIENT_CORE}, **PATIENT) as product:
        yield product


def key_of(words: str, handset: Handset) -> str:
    """The key that stands before these words on the screen."""
    found = [line.split()[0] for line in handset.screen.splitlines() if line.partition(" ")[2] == words]
    assert found, handset.screen
    return found[0]


async def test_an_order_is_agreed_to_on_its_screen_charged_once_and_told_by_text_too(product: Product) -> None:
    """Promises 2, 3 and 4."""
    number = "8613807100001"
    handset = await product.dial(number, "2", TONE.code)
    assert (True, []) == (PRICE in handset.screen, product.charged(number))
    last = await handset.press("1")
    assert (True, True) == (handset.over, TONE.name in last), last
    assert [last] * 3 == [await handset.again() for _ in range(3)]
    heard = await product.phones.heard(number, TONE.name, PRICE, f"DEL {TONE.code}")
    assert "Reply YES" not in heard
    await product.finished()
    assert [("order", TONE.price)] == product.charged(number)
    code, record = await product.phones.house.tonegate("consents", "show", number)
    assert (0, [("granted", "dial", "ussd")]) == (code, [(one["event"], one["way"], one["channel"]) for one in record])
    assert 0 == (await product.phones.house.tonegate("consents", "verify"))[0]


async def test_who_has_no_service_opens_it_on_the_screen_before_any_tones_price(product: Product) -> None:
    """Promise 3: each price is agreed to by itself, and none that the core would refuse."""
    number = "8613907100101"
    handset = await product.dial(number, "2", TONE.code)
    assert (True, False) == ("not open" in handset.screen, PRICE in handset.screen), handset.screen
    await handset.press(key_of("Open it", handset))
    assert "a month until you close it" in handset.screen, handset.screen
    await handset.press(key_of("Open", handset))
    await product.phones.heard(number, "service is open", "a month")
    ((opened, fee),) = product.charged(number)
    assert ("open", True) == (opened, fee > 0)
    again = await product.dial(number, "2", TONE.code)
    await again.press(key_of("Buy", again))
    await product.phones.heard(number, TONE.name, PRICE)
    assert [("open", fee), ("order", TONE.price)] == product.charged(number)


async def test_who_has_no_service_opens_it_before_the_price_of_a_bundle_or_a_gift(product: Product) -> None:
    """Promise 3."""
    giver, recipient = "8613907100111", "8613807100112"
    handset = await product.dial(giver, "7")
    await handset.press(key_of("Packs", handset))
    await handset.press(handset.screen.splitlines()[1].split()[0])
    assert (True, False) == ("not open" in handset.screen, "yuan" in handset.screen), handset.screen
    for key in ("00", "4", TONE.code, recipient):
        await handset.press(key)
    assert (True, False) == ("not open" in handset.screen, PRICE in handset.screen), handset.screen
    await handset.press(key_of("Open it", handset))
    await handset.press(key_of("Open", handset))
    await product.phones.heard(giver, "service is open", "a month")
    assert ["open"] == [action for action, _ in product.charged(giver)]
    giving = await product.dial(giver, "4", TONE.code, recipient)
    assert PRICE in giving.screen, giving.screen
    await giving.press(key_of("Give", giving))
    await product.phones.heard(recipient, f"+{giver}", "YES")
    assert ["open"] == [action for action, _ in product.charged(giver)]


async def test_a_gift_is_given_and_taken_by_dial_and_told_to_both(product: Product) -> None:
    """Promises 3 and 4."""
    giver, recipient = "8613807100011", "8613807100012"
    handset = await product.dial(giver, "4", TONE.code, recipient)
    assert (True, []) == (PRICE in handset.screen, product.charged(giver))
    await handset.press("1")
    assert handset.over, handset.screen
    await product.phones.heard(giver, recipient)
    await product.phones.heard(recipient, f"+{giver}", "YES")
    taking = await product.dial(recipient, "5", "1")
    assert TONE.name in taking.screen, taking.screen
    last = await taking.press(key_of("Accept", taking))
    assert (True, True) == (taking.over, TONE.name in last), last
    await product.phones.heard(giver, "took your gift", f"You paid {PRICE}")
    assert [("gift", TONE.price)] == product.charged(giver)
    assert (recipient, TONE.code) in product.phones.house.core.owned()


async def test_a_tone_is_copied_from_another_number(product: Product) -> None:
    owner, number = "8613807100021", "8613807100022"
    await product.phones.ask(owner, TONE.code, "Reply YES")
    await product.phones.ask(owner, "YES", TONE.name, "is yours")
    handset = await product.dial(number, "6", owner)
    assert PRICE in handset.screen, handset.screen
    await handset.press("1")
    assert handset.over, handset.screen
    await product.phones.heard(number, TONE.name, PRICE)
    assert [TONE.price] == [amount for _, amount in product.charged(number)]
    assert (number, TONE.code) in product.phones.house.core.owned()


async def test_the_music_club_is_joined_at_its_price_and_left(product: Product) -> None:
    """Promise 3: the level's price stands on the screen that is said yes to; leaving needs none."""
    number = "8613807100091"
    handset = await product.dial(number, "7")
    await handset.press(key_of("Music club", handset))
    assert "Gold 10.00 yuan" in handset.screen, handset.screen
    await handset.press(key_of("Gold 10.00 yuan", handset))
    assert "10.00 yuan for 30 days, renews" in handset.screen, handset.screen
    await handset.press(key_of("Join", handset))
    assert handset.over, handset.screen
    await product.phones.heard(number, "music club: Gold", "10.00")
    assert [1000] == [amount for _, amount in product.charged(number)]
    leaving = await product.dial(number, "7")
    await leaving.press(key_of("Music club", leaving))
    assert "you have Gold" in leaving.screen, leaving.screen
    await leaving.press(key_of("Leave the club", leaving))
    await leaving.press(key_of("Leave", leaving))
    assert (True, True) == (leaving.over, "Gold" in leaving.screen), leaving.screen
    assert [1000] == [amount for _, amount in product.charged(number)]


async def test_closing_the_service_is_told_by_the_screen_alone(product: Product) -> None:
    """Promise 4, without a text for what was read already."""
    number = "8613807100031"
    status = await product.dial(number, "8")
    await status.press(key_of("Close", status))
    await status.press(key_of("Close it", status))
    assert (True, True) == (status.over, "closed" in status.screen), status.screen
    await product.finished()
    assert product.phones.has_heard_nothing(number)
    (message,) = [row for row in product.phones.house.messages() if row["number"] == number]
    assert "shown" == product.phones.house.life(message["transaction_id"]).answers[0]["state"]


async def test_a_dropped_dial_goes_on_where_it_was(product: Product) -> None:
    number = "8613807100041"
    dropped = await product.dial(number, "2")
    await dropped.hang_up()
    again = await product.dial(number, "1")
    assert "code" in again.screen.lower(), again.screen
    await again.press(TONE.code)
    last = await again.press("1")
    assert TONE.name in last, last
    await product.phones.heard(number, TONE.name, PRICE)
    assert [("order", TONE.price)] == product.charged(number)


async def test_hanging_up_after_the_yes_changes_nothing_about_the_order(product: Product) -> None:
    """Promises 1, 2 and 4: the result goes by text."""
    number = "8613807100051"
    handset = await product.dial(number, "2", TONE.code)
    yes = asyncio.create_task(handset.press("1"))
    await until(lambda: number in {row["number"] for row in product.phones.house.messages()}, "it is kept")
    await handset.hang_up()
    await yes
    await product.phones.heard(number, TONE.name, PRICE)
    await product.finished()
    assert [("order", TONE.price)] == product.charged(number)


async def test_who_has_too_little_money_reads_why_and_pays_nothing(product: Product) -> None:
    number = next(f"86137{no:08d}" for no in range(71, 99) if born(f"86137{no:08d}").balance == 0)
    handset = await product.dial(number, "2", TONE.code, "1")
    assert (True, True) == (handset.over, "Nothing was charged" in handset.screen), handset.screen
    await product.finished()
    assert ([], True) == (product.charged(number), product.phones.has_heard_nothing(number))


async def test_a_core_that_is_slow_is_answered_by_text(tmp_path: Path) -> None:
    """Promises 3 and 4: a result that takes too long, and a price that does, which is asked about first."""
    number, other = "8613807100061", "8613807100062"
    settings: dict[str, dict[str, object]] = {"consent": ASKS, "core": PATIENT_CORE}
    async with running(tmp_path, settings, look_within_s=2.5, answer_within_s=4.0) as product:
        core = product.phones.house.core
        ordering = await at_the_price(product, number)
        looking = await product.dial(other, "2")
        await core.faults(slow=5.0)  # longer than a screen waits, so that the core is late and not lost
        await asyncio.gather(ordering.press("1"), looking.press(OTHER.code))
        assert ["text message"] * 2 == [
            "text message" if handset.over and "text message" in handset.screen else handset.screen
            for handset in (ordering, looking)
        ]
        await core.faults(slow=0)
        await product.phones.heard(number, TONE.name, PRICE)
        await product.phones.heard(other, OTHER.name, "Reply YES")
        assert ([("order", TONE.price)], []) == (product.charged(number), product.charged(other))


async def at_the_price(product: Product, number: str) -> Handset:
    """A dial whose screen shows the price: of a busy machine's core a price may be late, too, and is dialled again."""
    shown: list[Handset] = []

    async def is_shown() -> bool:
        shown.append(await product.dial(number, "2", TONE.code))
        return PRICE in shown[-1].screen and not shown[-1].over

    await until(is_shown, lambda: f"the price is shown: {shown[-1].screen}")
    return shown[-1]


async def test_the_funnel_has_counted_screens_and_no_numbers(product: Product) -> None:
    await product.dial("8613807100071", "2")
    database = Database(product.phones.house.settings.journal.url)
    try:
        await until(
            lambda: {"home", "enter_code"} <= {one.screen for one in Funnel(database).screens()}, "it is counted"
        )
    finally:
        database.close()
