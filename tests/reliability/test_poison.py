"""A message that kills whoever looks at it."""

from __future__ import annotations

from pathlib import Path

from tests.house import Handsets, House, until
from tests.reliability.programs.poisoned_worker import POISON

_POISONED = Path(__file__).parent / "programs" / "poisoned_worker.py"
TONE = "600902000006"
VICTIM = "8613899999999"


async def test_a_message_that_kills_its_worker_dies_alone_with_an_answer(
    tmp_path: Path, few: int, patience_s: float
) -> None:
    """poison: dead after N attempts, and its subscriber is told; the neighbours are answered and none is harmed."""
    async with (
        Handsets() as handsets,
        House(tmp_path, handsets.port, {"worker": {"attempts": 3}}, {"worker": _POISONED}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        for n in range(few):
            handsets.text(f"86138{n:08d}", TONE)
        handsets.text(VICTIM, POISON)
        for n in range(few, 2 * few):
            handsets.text(f"86138{n:08d}", TONE)
        await until(
            lambda: {"dead"} == {row["state"] for row in house.messages() if row["number"] == VICTIM},
            lambda: f"the poisoned one is dead: {house.unfinished()}",
            within_s=patience_s,
        )
        await until(lambda: bool(handsets.heard(VICTIM)), "its subscriber is told")
        await until(
            lambda: house.unfinished() == ["inbox orders dead: 1"],
            lambda: f"the rest: {house.unfinished()}",
            within_s=patience_s,
        )
        others = [row for row in house.messages() if row["number"] != VICTIM]
        assert {row["state"] for row in others} == {"done"}
        assert max(row["crashes"] for row in others) <= 1  # in work beside it once, and never again
        assert house.core.orders() == {(row["number"], TONE): 1 for row in others}
