"""Offers at the core: the price that the call names with an offer is charged, never more, and told in the answer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core_client import CoreClient, Refused
from core_client.sandbox import Faults, Limits
from core_client.sandbox.core import SandboxCore
from tests.sandbox.conftest import House
from tests.sandbox.words import FRIEND, FUNDED, SECOND, TONE

PRICE = 200


@pytest.mark.parametrize(
    ("charged", "expected", "known"),
    [
        (100, 100, {}),
        (0, 0, {}),
        (PRICE, PRICE, {}),
        (PRICE, None, {}),
        (120, 120, {"spring": 120}),
        (120, None, {"spring": 120}),
    ],
)
async def test_an_offer_is_charged_at_its_price_and_stands_in_the_ledger(
    house: House, core: CoreClient, charged: int, expected: int | None, known: dict[str, int]
) -> None:
    for code, price in known.items():
        assert 204 == (await house.admin("PUT", f"offers/{code}", {"price": price}))[0]
    given = await core.order_tone(FUNDED, TONE, transaction_id="t1", expected_price=expected, offer_code="spring")
    assert ("done", charged) == (given.outcome, given.amount_charged)
    assert [(charged, "spring")] == [(charge["amount"], charge["offer"]) for charge in await house.ledger()]


@pytest.mark.parametrize(
    ("expected", "offer", "known"),
    [
        (100, "", {}),
        (PRICE + 1, "spring", {}),
        (100, "spring", {"spring": 120}),
        (PRICE, "spring", {"spring": 120}),
        (100, "spring", {"spring": None}),
    ],
)
async def test_no_other_price_is_charged(
    house: House, core: CoreClient, expected: int, offer: str, known: dict[str, int | None]
) -> None:
    """Promise 3: nobody is charged another price than the one agreed to."""
    for code, price in known.items():
        await house.admin("PUT", f"offers/{code}", {"price": price})
    with pytest.raises(Refused, match="price_changed"):
        await core.order_tone(FUNDED, TONE, transaction_id="t1", expected_price=expected, offer_code=offer)
    with pytest.raises(Refused, match="price_changed"):
        await core.present_tone(FUNDED, FRIEND, TONE, transaction_id="t2", expected_price=expected, offer_code=offer)
    assert [] == await house.ledger()


async def test_a_gift_costs_what_its_giver_agreed_to_when_it_is_accepted(house: House, core: CoreClient) -> None:
    offered = await core.present_tone(
        FUNDED, FRIEND, TONE, transaction_id="t1", expected_price=150, offer_code="spring"
    )
    await house.admin("PUT", f"tones/{TONE}", {"price": 500})
    taken = await core.affirm_present(FRIEND, offered.key, accept=True, transaction_id="t2")
    assert 150 == taken.amount_charged
    assert [(FUNDED, 150, "spring")] == [
        (charge["number"], charge["amount"], charge["offer"]) for charge in await house.ledger()
    ]


async def test_an_order_that_comes_again_is_charged_once_at_the_first_price(house: House, core: CoreClient) -> None:
    """Promise 2: no order takes effect twice."""
    for _ in range(2):
        given = await core.order_tone(FUNDED, TONE, transaction_id="t1", expected_price=90, offer_code="spring")
        assert 90 == given.amount_charged
    state = await core.query_transaction("t1")
    assert state.answer
    assert (90, 1) == (state.answer.amount_charged, len(await house.ledger()))


@pytest.mark.parametrize("given", [{}, {"price": -1}, {"price": True}, {"price": "100"}, {"price": 1_000_001}])
async def test_a_price_that_is_none_is_refused(house: House, given: dict[str, object]) -> None:
    assert 400 == (await house.admin("PUT", "offers/spring", given))[0]


def test_a_sandbox_of_before_there_were_offers_goes_on(new_database: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    file.write_bytes(new_database.read_bytes())
    with sqlite3.connect(file) as old:
        old.execute("DROP TABLE offers")
        old.execute("ALTER TABLE ledger DROP COLUMN offer")
        old.execute("ALTER TABLE gifts DROP COLUMN offer")
        old.execute(
            "INSERT INTO ledger (transaction_id, number, action, tone, amount, at) VALUES ('t', ?, 'order', ?, 200, 1)",
            (FUNDED, SECOND),
        )
    SandboxCore(f"sqlite:///{file}", Faults(), clock=lambda: 0.0, limits=Limits()).close()
    with sqlite3.connect(file) as grown:
        assert [("t", "")] == grown.execute("SELECT transaction_id, offer FROM ledger").fetchall()
        assert [] == grown.execute("SELECT code, price FROM offers").fetchall()
