"""The core does it, and its answer is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.house import Handsets, House, until

TONE = "600902000005"


def _give_and_order(handsets: Handsets, few: int) -> None:
    for n in range(3 * few):
        handsets.text(f"8613800{n:06d}", TONE)
    for n in range(few // 2):
        handsets.text(f"8613801{n:06d}", f"GIFT {TONE} 8613802{n:06d}")


def _all_begun(house: House) -> bool:
    """Whether no message is still in line or in its first call: what was to be lost is lost."""
    return not {row["state"] for row in house.messages()} & {"received", "claimed"}


def _double_orders(house: House) -> list[tuple[str, str]]:
    return [one for one, times in house.core.orders().items() if times > 1]


def _double_gifts(house: House) -> list[str]:
    gifts = Counter(gift["giver"] for gift in house.core.gifts())
    return [giver for giver, times in gifts.items() if times > 1]


@pytest.mark.parametrize("asks", [True, False], ids=["with queryTransaction", "without queryTransaction"])
async def test_a_lost_answer_of_the_core_doubles_nothing(
    tmp_path: Path, few: int, patience_s: float, asks: bool
) -> None:
    """core_answer_lost: 10 % of answers lost, 0 double; with queryTransaction nothing stays unknown, without it only
    gifts are parked.
    """
    async with (
        Handsets() as handsets,
        House(
            tmp_path,
            handsets.port,
            {"sandbox": {"faults": "done_then_timeout=0.1,seed=3"}, "core": {"query_transaction": asks}},
        ) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        _give_and_order(handsets, few)
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        await until(lambda: _all_begun(house), lambda: f"all begun: {house.unfinished()}", within_s=patience_s)
        await house.core.faults(done_then_timeout=0)

        def settled() -> bool:
            return all(
                row["state"] in ("done", "refused") or (row["state"] == "unknown" and row["due_at"] is None)
                for row in house.messages()
            )

        await until(settled, lambda: f"all settled: {house.unfinished()}", within_s=patience_s)
        rows = house.messages()
        assert len(rows) == len(handsets.sent)
        parked = [row for row in rows if row["state"] == "unknown"]
        assert [row["text"] for row in parked if asks or not row["text"].startswith("GIFT")] == []
        assert _double_orders(house) == []
        assert _double_gifts(house) == []
        assert len(house.core.orders()) == 3 * few
        doubtful = [event for row in rows for event in house.life(row["transaction_id"]).history]
        assert any(event["event"] == "doubtful" for event in doubtful), "no answer was lost: the test proved nothing"
        await until(lambda: all(handsets.heard(row["number"]) for row in rows), "everybody is answered")
