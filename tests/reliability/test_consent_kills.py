"""kill -9 at each step between the price that was told and the charge: no charge without its record, none twice."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.house import Handsets, House, until
from tests.reliability.programs.dies_with_a_yes import NUMBER, STEPS
from workers.journal import Database
from workers.journal.consents import Record

_DIES = Path(__file__).parent / "programs" / "dies_with_a_yes.py"
TONE = "600902000009"


@pytest.mark.parametrize("forgets", [False, True], ids=["core remembers", "core forgets"])
async def test_a_death_at_any_step_of_a_yes_charges_nobody_without_a_record_and_nobody_twice(
    tmp_path: Path, patience_s: float, forgets: bool
) -> None:
    """Promises 2, 3 and 4: one charge for each yes, its record before it, and an answer to everybody."""
    faults = "forget_transactions" if forgets else ""
    settings: dict[str, dict[str, object]] = {
        "worker": {"attempts": 20},
        "sandbox": {"faults": faults},
        "consent": {"order": "reply"},
    }
    async with (
        Handsets() as handsets,
        House(tmp_path, handsets.port, settings, {"worker": _DIES, "interactive": _DIES}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        numbers = [NUMBER.format(no) for no in range(1, len(STEPS) + 1)]

        def told(number: str, words: str) -> bool:
            house.start_what_died()
            return handsets.told(number, words)

        def dead(number: str) -> bool:
            house.start_what_died()
            return _died(house, number)

        # One after the other: each death is to be its own, and who dies of what is committed may be told before.
        for number, (what, *_) in zip(numbers, STEPS, strict=True):
            for text, words in ((TONE, "Reply YES to buy"), ("YES", "is yours")):
                handsets.text(number, text)
                await until(
                    partial(told, number, words),
                    lambda: f"all told: {house.unfinished()}",
                    within_s=patience_s,
                )
            await until(partial(dead, number), f"dead once {what}", within_s=patience_s)
        await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        charges = house.core.charges()
        assert numbers == sorted(row["number"] for row in charges)
        database = Database(house.settings.journal.url)
        granted = {row["transaction_id"]: row["number"] for row in Record(database).all()}
        verified = Record(database).verify()
        database.close()
        assert numbers == sorted(granted.values())
        assert {(row["transaction_id"][:24], row["number"]) for row in charges} == set(granted.items())
        assert [] == verified.flaws
        assert dict.fromkeys(numbers, 2) == {number: len(handsets.heard(number)) for number in numbers}


def _died(house: House, number: str) -> bool:
    return (house.folder / f"died-{number}").exists()
