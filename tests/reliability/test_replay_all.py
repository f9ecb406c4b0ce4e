"""Operations replay everything, twice."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests.house import Handsets, House, until

TONE = "600902000007"
_KILLS = 3
"""In each of two rounds."""


def _heard(handsets: Handsets) -> int:
    """How many answers all handsets have been sent."""
    return sum(map(len, handsets.smsc.answers.values()))


def _more_is_heard(handsets: Handsets, before: int, house: House, replaying: asyncio.Task[object]) -> bool:
    return _heard(handsets) > before or (replaying.done() and house.finished())


async def test_replaying_everything_twice_orders_nothing_and_answers_again(
    handsets: Handsets, house: House, few: int, patience_s: float
) -> None:
    """replay_all: 0 new orders, 0 new gifts, 0 new charges; everyone hears the answer again."""
    times = min(few // 2, 1000)  # their ids stand on one command line
    for n in range(times):
        handsets.text(f"8613800{n:06d}", TONE)
        handsets.text(f"8613701{n:06d}", TONE)  # no balance
        handsets.text(f"8613802{n:06d}", f"GIFT {TONE} 8613803{n:06d}")
        handsets.text(f"8613904{n:06d}", "ON")
    await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
    await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
    charges, gifts = house.core.charges(), house.core.gifts()
    assert len(charges) == 2 * times
    assert len(gifts) == times
    ids = [row["transaction_id"] for row in house.messages()]
    before = {number: len(handsets.heard(number)) for number, _ in handsets.sent}
    for round_ in (1, 2):
        code, _ = await house.tonegate("replay", *ids, "--yes", "--rate", "0", "--reason", "a test")
        assert code == 0

        def heard_again(more: int = round_) -> bool:
            return all(len(handsets.heard(number)) == heard + more for number, heard in before.items())

        await until(heard_again, lambda: f"everyone hears it again: {house.unfinished()}", within_s=patience_s)
    await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
    assert house.core.charges() == charges
    assert house.core.gifts() == gifts


@pytest.mark.parametrize("forgets", [False, True], ids=["core remembers", "core forgets"])
async def test_replaying_everything_twice_while_the_worker_is_killed_orders_nothing_twice(
    tmp_path: Path, few: int, patience_s: float, forgets: bool
) -> None:
    """replay_all with kills: 0 new orders, but for those refused for want of money that was paid in since: one each.

    Promise 2, also against a core that forgets transaction ids.
    """
    times = few // 2
    faults = "forget_transactions" if forgets else ""
    async with (
        Handsets() as handsets,
        House(tmp_path, handsets.port, {"worker": {"attempts": 20}, "sandbox": {"faults": faults}}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        for n in range(times):
            handsets.text(f"8613800{n:06d}", TONE)
            handsets.text(f"8613701{n:06d}", TONE)  # no balance
            handsets.text(f"8613802{n:06d}", f"GIFT {TONE} 8613803{n:06d}")
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        gifts, orders = house.core.gifts(), house.core.orders()
        topped_up = [f"8613701{n:06d}" for n in range(0, times, 2)]
        for number in topped_up:
            await house.core.balance(number, 100_000)
        # The last round is left in peace.  Nobody knows of a message whose worker was killed whether it was called for,
        # and a core that remembers says "refused", as of the call before: it is refused anew, to be replayed once more.
        for kills in (_KILLS, _KILLS, 0):
            words = ("replay", "--since", "1h", "--yes", "--rate", "20", "--reason", f"{kills} kills")
            replaying = asyncio.create_task(house.tonegate(*words))
            for _ in range(kills):
                # In the midst of it: one that is killed before it is up has nothing in work, and starts for nothing.
                await until(partial(_more_is_heard, handsets, _heard(handsets), house, replaying), "a worker works")
                house.worker.kill()
                house.worker.start()
            code, told = await replaying
            assert (0, 3 * times, 0) == (code, told["run"]["total"], told["run"]["left"])
            await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        assert orders | {(number, TONE): 1 for number in topped_up} == house.core.orders()
        assert gifts == house.core.gifts()
        transactions = [row["transaction_id"] for row in house.messages()]
        assert len(transactions) == len(set(transactions)) == 3 * times


async def test_a_replay_of_what_died_undoes_nothing_that_its_numbers_asked_for_since(
    tmp_path: Path, patience_s: float
) -> None:
    """Promises 3 and 5: an old STOP does not close what was ordered after it, an old ON does not open after a STOP."""
    stayed, left = "8613800000001", "8613904000002"
    async with Handsets() as handsets, House(tmp_path, handsets.port, {"worker": {"attempts": 1}}) as house:
        await until(handsets.bound, "the listener is bound")
        await house.core.faults(busy=1.0)
        handsets.text(stayed, "STOP")
        handsets.text(left, "ON")
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)

        def dead() -> list[str]:
            return [row["transaction_id"] for row in house.messages() if row["state"] == "dead"]

        await until(lambda: len(dead()) == 2, lambda: f"both are dead: {house.unfinished()}", within_s=patience_s)
        which = dead()
        await house.core.faults(busy=0.0)
        handsets.text(stayed, TONE)
        handsets.text(left, "STOP")
        await until(lambda: len(handsets.heard(stayed)) == len(handsets.heard(left)) == 2, "both hear what came since")
        charged = house.core.charges()
        assert [(stayed, TONE)] == [(row["number"], row["tone"]) for row in charged]
        code, told = await house.tonegate("replay", *which, "--yes", "--reason", "the core is back")
        assert (0, 2) == (code, told["run"]["total"])
        await until(
            lambda: len(handsets.heard(stayed)) == len(handsets.heard(left)) == 3,
            lambda: f"both hear what became of the old one: {house.unfinished()}",
            within_s=patience_s,
        )
        assert charged == house.core.charges()
        assert (stayed, TONE) in house.core.owned()
        assert handsets.told(stayed, "not closed yet", "asked for it again since"), handsets.heard(stayed)
        assert handsets.told(left, "Your STOP cancelled this"), handsets.heard(left)
