"""kill -9 of everything in turn under load: nothing lost, nothing done twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import Books, Handsets, House, until

_LOAD_S = 7.0
"""How long the small run's texts take to arrive: long enough for each process to be killed under them."""
_PAUSE_S = (1.0, 2.0)
_PAUSE_OF_MANY_S = (2.0, 10.0)
"""Between two kills; a run of many texts has to get on in between."""
_TONES = [f"6009020000{n:02d}" for n in range(1, 20)]


def _kill_and_start(name: str) -> Callable[[House, random.Random], None]:
    def kill(house: House, _: random.Random) -> None:
        process = getattr(house, name)
        process.kill()
        process.start()

    return kill


_VICTIMS: dict[str, Callable[[House, random.Random], None]] = {
    "a worker's child": lambda house, chance: house.worker.kill_child(chance),
    "the worker": _kill_and_start("worker"),
    "the listener": _kill_and_start("listener"),
    "the sandbox": _kill_and_start("sandbox"),
    "Redis": _kill_and_start("redis"),
}


async def _text_all(handsets: Handsets, texts: int) -> None:
    """Two tones for each number, spread over the time of the load."""
    for n in range(texts):
        handsets.text(f"86138{n // 2:08d}", f"GET {_TONES[n % len(_TONES)]}")
        await asyncio.sleep(_LOAD_S / 500)


async def _kill_in_turn(
    house: House, chance: random.Random, texting: asyncio.Task[None], pause_s: tuple[float, float]
) -> int:
    """Kill one after the other, in a random order, for as long as texts arrive and each at least once."""
    kills = 0
    while not texting.done() or kills < len(_VICTIMS):
        for name in chance.sample(list(_VICTIMS), len(_VICTIMS)):
            if texting.done() and kills >= len(_VICTIMS):
                break
            print("kill -9 of", name)
            _VICTIMS[name](house, chance)
            kills += 1
            await asyncio.sleep(chance.uniform(*pause_s))
            house.start_what_died()
    return kills


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("references", "forgets"), [(True, False), (False, True)], ids=["core remembers", "core forgets"]
)
async def test_kill_9_of_each_process_in_turn_loses_no_text_and_doubles_no_order(
    tmp_path: Path, texts: int, patience_s: float, chance: random.Random, references: bool, forgets: bool
) -> None:
    """kill -9 of the worker, the listener and the sandbox in turn under 500 texts: 500 answers, 500 orders, none
    twice in the sandbox's ledger, also while the sandbox forgets transaction ids (and texts bear no reference).
    """
    faults = "forget_transactions" if forgets else ""
    async with (
        Handsets(references=references) as handsets,
        House(tmp_path, handsets.port, {"worker": {"attempts": 20}, "sandbox": {"faults": faults}}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        texting = asyncio.create_task(_text_all(handsets, texts))
        kills = await _kill_in_turn(house, chance, texting, _PAUSE_S if texts <= 1000 else _PAUSE_OF_MANY_S)
        await texting

        def supervised(holds: Callable[[], bool]) -> bool:
            house.start_what_died()  # a worker whose child died at its start ends a while later
            return holds()

        await until(lambda: supervised(handsets.all_acknowledged), "all texts acknowledged", within_s=patience_s)
        await until(
            lambda: supervised(house.finished),
            lambda: f"all done: {house.unfinished()} {Books.of_orders(handsets, house).faults()}",
            within_s=patience_s,
        )
        books = Books.of_orders(handsets, house)
        print(f"{texts} texts, {kills} kills, {books.answers_too_many} answers too many")
        assert books.faults() == {}
        assert {row["state"] for row in house.messages()} == {"done"}
        assert books.answers_too_many <= kills * 50  # doubled confirmations: no more than a window for each kill
