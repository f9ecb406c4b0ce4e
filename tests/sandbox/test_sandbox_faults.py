"""Faults on demand: what each does to a call, and to the ledger."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core_client import Busy, CoreClient, CoreError, Doubtful
from core_client.sandbox import FaultError, Faults
from core_client.sandbox.faults import GARBAGE, Dice
from tests.house.until import PATIENCE_S
from tests.sandbox.conftest import House
from tests.sandbox.words import FUNDED, TONE

GIVES_UP_S = 2.0
"""What a caller waits who is to give up, and not before his call has gone out."""


@pytest.mark.parametrize(
    ("kind", "charges", "fault", "timeout_s"),
    [
        (Busy, 0, {"busy": 1}, PATIENCE_S),
        (Doubtful, 0, {"drop": 1}, PATIENCE_S),
        (Doubtful, 0, {"down": True}, PATIENCE_S),
        (Doubtful, 1, {"malformed": 1}, PATIENCE_S),
        (Doubtful, 1, {"done_then_timeout": 1}, GIVES_UP_S),
    ],
)
async def test_each_fault_leaves_the_caller_with_its_error_and_the_ledger_with_the_truth(
    house: House, core: CoreClient, kind: type[CoreError], charges: int, fault: dict[str, Any], timeout_s: float
) -> None:
    await core.ping()
    await house.faults(**fault)
    with pytest.raises(kind) as caught:
        await house.client(timeout_s=timeout_s).order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    async with asyncio.timeout(PATIENCE_S):
        while len(await house.ledger()) < charges:  # noqa: ASYNC110 - a core that is slow does it later
            await asyncio.sleep(0.01)
    assert (type(caught.value), len(await house.ledger())) == (kind, charges)


async def test_a_slow_core_does_it_after_the_caller_has_given_up(house: House, core: CoreClient) -> None:
    hasty = house.client(timeout_s=GIVES_UP_S)
    await core.ping()
    await house.faults(slow=2 * GIVES_UP_S)
    with pytest.raises(Doubtful, match="timeout"):
        await hasty.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    await house.faults(slow=0)
    async with asyncio.timeout(PATIENCE_S):
        while (await core.query_transaction("t")).status != "result":
            pass
    assert len(await house.ledger()) == 1


async def test_every_kind_of_garbage_is_a_doubt(house: House) -> None:
    await house.faults(malformed=1)
    core = house.client()
    for n in range(4 * len(GARBAGE)):
        with pytest.raises(Doubtful):
            await core.delete_tone(FUNDED, TONE, transaction_id=f"t{n}")


async def test_faults_hit_their_share_of_calls(house: House, core: CoreClient) -> None:
    await house.faults(busy=0.5, seed=3)
    busy = 0
    for _ in range(60):
        try:
            await core.find_tone(TONE)
        except Busy:
            busy += 1
    assert 15 < busy < 45


async def test_changing_one_fault_keeps_the_others(house: House) -> None:
    await house.faults(slow=0.25)
    await house.faults(busy=0.5)
    _, told = await house.admin("GET", "faults")
    assert (told["slow"], told["busy"], told["down"]) == (0.25, 0.5, False)


def test_the_same_seed_throws_the_same() -> None:
    one, other = Dice(Faults(seed=5)), Dice(Faults(seed=5))
    assert [one.hit(0.5) for _ in range(50)] == [other.hit(0.5) for _ in range(50)]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Faults(), ""),
        (Faults(slow=0.5, busy=0.1), "slow=0.5,busy=0.1"),
        (Faults(down=True), "down"),
        (Faults(forget_transactions=True, seed=7), " forget_transactions , seed = 7 "),
        (Faults(), "down=false,forget_transactions=off"),
        (Faults(drop=1.0, malformed=0.0), "drop=1,malformed=0"),
    ],
)
def test_faults_are_read_from_the_settings_line(expected: Faults, text: str) -> None:
    assert Faults.parse(text) == expected


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("no fault 'slo'; there are down, drop", "slo=1"),
        ("busy must be a share from 0 to 1", "busy=2"),
        ("busy must be a share from 0 to 1", "busy"),
        ("busy must be a share from 0 to 1", "busy=nan"),
        ("busy must be a share from 0 to 1", "busy="),
        ("slow must be seconds from 0 to 3600", "slow=-1"),
        ("slow must be seconds from 0 to 3600", "slow=inf"),
        ("down is a switch", "down=maybe"),
        ("seed must be a whole number", "seed=1.5"),
        ("seed must be a whole number", "seed"),
    ],
)
def test_a_fault_that_cannot_be_is_told_with_what_would_be_right(words: str, text: str) -> None:
    with pytest.raises(FaultError, match=words):
        Faults.parse(text)
