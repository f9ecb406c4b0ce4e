"""kill -9 at each step of an order at an offer's price: its quota neither exceeded nor lost, nobody charged twice."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.house import Handsets, House, until
from tests.reliability.programs.dies_with_a_yes import NUMBER
from tests.reliability.programs.dies_with_an_offer import STEPS
from workers.dialogue import SHIPPED_TEMPLATES
from workers.journal import Database
from workers.journal.tables import charges, offer_counts

_DIES = Path(__file__).parent / "programs" / "dies_with_an_offer.py"
TONE, PRICE, OFFERED = "600902000009", 500, 120
TOO_LATE = 2
"""Numbers that order once everything is sold."""


@pytest.mark.parametrize("forgets", [False, True], ids=["core remembers", "core forgets"])
async def test_a_death_at_any_step_of_an_offer_neither_oversells_nor_loses_it(
    tmp_path: Path, patience_s: float, forgets: bool
) -> None:
    """Promise 2: each is charged once, at the price of its first try, and the quota is used up to the last one."""
    shutil.copytree(SHIPPED_TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates" / "offers" / "spring.yaml").write_text(
        f"offers:\n  spring: {{price: {OFFERED}, quota: {{total: {len(STEPS)}, per_number: 1}}}}\n"
    )
    settings: dict[str, dict[str, object]] = {
        "worker": {"attempts": 20},
        "sandbox": {"faults": "forget_transactions" if forgets else ""},
        "dialogue": {"templates": "templates"},
    }
    async with (
        Handsets() as handsets,
        House(tmp_path, handsets.port, settings, {"worker": _DIES, "interactive": _DIES}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        numbers = [NUMBER.format(no) for no in range(1, len(STEPS) + TOO_LATE + 1)]

        def told(number: str) -> bool:
            house.start_what_died()
            return handsets.told(number, "is yours")

        def dead(number: str) -> bool:
            house.start_what_died()
            return _died(house, number)

        # One after the other: each death is to be its own, and who dies of what is committed may be told before.
        dying = {number: what for number, (what, *_) in zip(numbers, STEPS, strict=False)}
        for number in numbers:
            handsets.text(number, TONE)
            await until(partial(told, number), lambda: f"all told: {house.unfinished()}", within_s=patience_s)
            if what := dying.get(number):
                await until(partial(dead, number), f"dead once {what}", within_s=patience_s)
        await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        paid = {row["number"]: (row["amount"], row["offer"]) for row in house.core.charges()}
        assert len(numbers) == len(house.core.charges())
        cheap, dear = numbers[: len(STEPS)], numbers[len(STEPS) :]
        assert dict.fromkeys(cheap, (OFFERED, "spring")) | dict.fromkeys(dear, (PRICE, "")) == paid
        database = Database(house.settings.journal.url)
        with database.read() as connection:
            kept = {(row.number, row.amount, row.state) for row in connection.execute(select(charges))}
            used = {row.number: row.used for row in connection.execute(select(offer_counts))}
        database.close()
        assert {(number, OFFERED, "kept") for number in cheap} == kept
        assert {"": len(STEPS)} | dict.fromkeys(cheap, 1) == {number: count for number, count in used.items() if count}


def _died(house: House, number: str) -> bool:
    return (house.folder / f"died-{number}").exists()
