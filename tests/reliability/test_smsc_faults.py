"""An SMSC that never answers, or delivers again what was acknowledged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from channels.simulator import Count
from tests.house import Books, Handsets, House, until

TONE = "600902000004"


async def test_a_response_that_never_comes_sticks_no_answer_and_sends_none_more_than_twice(
    tmp_path: Path, few: int, patience_s: float
) -> None:
    """resp_never_comes: part of submit_sm unanswered, none stuck, at most one resend each."""
    async with (
        Handsets(faults="no_resp=0.2,seed=7") as handsets,
        House(tmp_path, handsets.port, {"bind": {"response_s": 2.0}}) as house,  # for the suite's patience
    ):
        await until(handsets.bound, "the listener is bound")
        for n in range(3 * few):
            handsets.text(f"86138{n:08d}", TONE)
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        await until(house.finished, lambda: f"none stuck: {house.unfinished()}", within_s=patience_s)
        assert handsets.count(Count.ANSWERS_UNANSWERED) > 0
        assert Books.of_orders(handsets, house).faults() == {}
        times = Counter(len(handsets.heard(number)) for number, _ in handsets.sent)
        assert set(times) == {1, 2}


async def test_an_smsc_that_delivers_again_and_reconnects_makes_one_order_of_each_text(
    tmp_path: Path, few: int, patience_s: float
) -> None:
    """smsc_redelivers: texts delivered twice, links cut in between; one order, and one row, each."""
    async with (
        Handsets(faults="deliver_twice=0.5,disconnect=40,seed=7") as handsets,
        House(tmp_path, handsets.port) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        for n in range(4 * few):
            handsets.text(f"86138{n:08d}", TONE)
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        handsets.faults("deliver_twice=0")
        await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        assert handsets.count(Count.DELIVERIES_REPEATED) > 0
        assert handsets.count(Count.FAULTS_DISCONNECT) > 0
        assert Books.of_orders(handsets, house).faults() == {}
        assert len(house.messages()) == len(handsets.sent)
