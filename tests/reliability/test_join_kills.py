"""kill -9 at each step of a change of level in the music club: everybody in one level, charged once, and told."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.house import PATIENT_CORE, Handsets, House, until
from tests.reliability.programs.dies_as_a_member import STEPS
from tests.reliability.programs.dies_with_a_yes import NUMBER
from workers.composing import core_client_of
from workers.journal import Database
from workers.journal.consents import Record
from workers.journal.memberships import Memberships

_DIES = Path(__file__).parent / "programs" / "dies_as_a_member.py"
SILVER, GOLD = ("201", 500), ("202", 1000)


@pytest.mark.parametrize("forgets", [False, True], ids=["core remembers", "core forgets"])
async def test_a_death_at_any_step_of_a_join_charges_once_and_leaves_nobody_in_two_levels(
    tmp_path: Path, patience_s: float, forgets: bool
) -> None:
    """Promises 2, 3 and 4: one charge for each yes, its record before it, the old level ended, and an answer to all."""
    settings: dict[str, dict[str, object]] = {
        "worker": {"attempts": 20},
        "sandbox": {"faults": "forget_transactions" if forgets else ""},
        "consent": {"join": "reply"},
    }
    async with (
        Handsets() as handsets,
        House(tmp_path, handsets.port, settings, {"worker": _DIES, "interactive": _DIES}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        numbers = [NUMBER.format(no) for no in range(1, len(STEPS) + 1)]
        await _join_elsewhere(house, numbers)

        def told(number: str, words: str) -> bool:
            house.start_what_died()
            return handsets.told(number, words)

        def dead(number: str) -> bool:
            house.start_what_died()
            return _died(house, number)

        # One after the other: each death is to be its own, and who dies of what is committed may be told before.
        for number, (what, *_) in zip(numbers, STEPS, strict=True):
            for text, words in (("JOIN GOLD", "Silver ends with it. Reply YES"), ("YES", "in the music club")):
                handsets.text(number, text)
                await until(
                    partial(told, number, words), lambda: f"all told: {house.unfinished()}", within_s=patience_s
                )
            await until(partial(dead, number), f"dead once {what}", within_s=patience_s)
        await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        paid = [row for row in house.core.charges() if row["tone"] == GOLD[0]]
        assert dict.fromkeys(numbers, GOLD[1]) == {row["number"]: row["amount"] for row in paid}
        assert len(numbers) == len(paid)
        assert {(number, GOLD[0]) for number in numbers} == house.core.owned()
        database = Database(house.settings.journal.url)
        granted = {row["transaction_id"]: row["number"] for row in Record(database).all()}
        flaws = Record(database).verify().flaws
        remembered = [membership.level for number in numbers if (membership := Memberships(database).of(number))]
        database.close()
        assert {(row["transaction_id"][:24], row["number"]) for row in paid} == set(granted.items())
        assert [] == flaws
        assert ["gold"] * len(numbers) == remembered
        assert dict.fromkeys(numbers, 2) == {number: len(handsets.heard(number)) for number in numbers}


async def _join_elsewhere(house: House, numbers: list[str]) -> None:
    """As by the operator's web page: the core knows of it, and nobody here."""
    core = house.settings.core.model_copy(update=PATIENT_CORE)
    client = core_client_of(house.settings.model_copy(update={"core": core}))
    try:
        for no, number in enumerate(numbers):
            await client.order_bundle(number, SILVER[0], transaction_id=f"web{no:023}", expected_price=SILVER[1])
    finally:
        await client.close()


def _died(house: House, number: str) -> bool:
    return (house.folder / f"died-{number}").exists()
