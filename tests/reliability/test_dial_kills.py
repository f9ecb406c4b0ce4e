"""kill -9 of the door and of the workers between a dial's yes and its result: ordered once, and never a silence."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import aiohttp

from tests.end_to_end.dialling import Gateways, Handset, session_of
from tests.end_to_end.product import PATIENT
from tests.house import Handsets, House, Running, until
from workers.journal import Database
from workers.journal.consents import Record

TONE = "600902000009"
BUYERS = [f"8613807200{no:03}" for no in range(10)]
LEAVERS = [f"8613807201{no:03}" for no in range(10)]
"""They close their service: that costs nothing, so their screen may tell it in the place of a text."""
TO_YES = dict.fromkeys(BUYERS, ("2", TONE)) | dict.fromkeys(LEAVERS, ("8", "2"))
_KILLS = 3
_REPEATS_S = 0.3


async def test_a_door_that_is_killed_between_yes_and_result_loses_nothing_and_orders_nothing_twice(
    tmp_path: Path, patience_s: float, chance: random.Random
) -> None:
    """Promises 1, 2, 3 and 4: the gateway asks again, as gateways do, until it has a screen."""
    async with Handsets() as handsets, House(tmp_path, handsets.port, _SETTINGS) as house:
        gateways = Gateways(house, look_within_s=PATIENT["look_within_s"])
        with _running(gateways.process):
            answered = await _all_confirm(handsets, house, gateways, gateways.process, chance, patience_s)
            await _held_to_the_promises(handsets, house, answered, patience_s)


async def test_workers_that_are_killed_between_yes_and_result_lose_nothing_and_order_nothing_twice(
    tmp_path: Path, patience_s: float, chance: random.Random
) -> None:
    """Promises 1, 2, 3 and 4."""
    async with Handsets() as handsets, House(tmp_path, handsets.port, _SETTINGS) as house:
        gateways = Gateways(house, look_within_s=PATIENT["look_within_s"])
        with _running(gateways.process):
            answered = await _all_confirm(handsets, house, gateways, house.worker, chance, patience_s)
            await _held_to_the_promises(handsets, house, answered, patience_s)


_SETTINGS: dict[str, dict[str, object]] = {"consent": {"order": "reply"}, "worker": {"attempts": 20}}


class _running:  # noqa: N801 - reads as what it is
    """The door, ended whatever happens; its log is shown where a test has failed."""

    def __init__(self, process: Running) -> None:
        self._process = process

    def __enter__(self) -> None:
        self._process.start()

    def __exit__(self, *_: object) -> None:
        self._process.end()
        print(self._process.log.read_text(errors="replace")[-4000:])


async def _all_confirm(
    handsets: Handsets, house: House, gateways: Gateways, victim: Running, chance: random.Random, patience_s: float
) -> dict[str, str]:
    """Bring everybody to the yes, have them say it while the victim is killed and started again; what each reads."""
    await until(gateways.is_up, "the door is open")
    await until(handsets.bound, "the listener is bound")
    async with aiohttp.ClientSession() as client:
        dials = [Handset(gateways, client, "plain", number, session_of("plain", number, 1)) for number in TO_YES]
        for handset in dials:
            await handset.dial()
            for key in TO_YES[handset.number]:
                await handset.press(key)
            assert not handset.over, handset.screen
        saying = asyncio.gather(*(_says_yes(handset, house) for handset in dials))
        for _ in range(_KILLS):
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            victim.kill()
            victim.start()
        async with asyncio.timeout(patience_s):
            return dict(await saying)


async def _says_yes(handset: Handset, house: House) -> tuple[str, str]:
    """Say it, and have the gateway ask again until the door answers; the number and its last screen."""
    first = True
    while True:
        with suppress(aiohttp.ClientError, TimeoutError):
            return handset.number, await (handset.press("1") if first else handset.again())
        first = False
        house.start_what_died()
        await asyncio.sleep(_REPEATS_S)


async def _held_to_the_promises(handsets: Handsets, house: House, answered: dict[str, str], patience_s: float) -> None:
    def finished() -> bool:
        house.start_what_died()
        return answered.keys() == {row["number"] for row in house.messages()} and house.finished()

    # A commit that takes a busy machine's door too long comes after its screen, which says that a text follows.
    await until(finished, lambda: f"all kept and done: {house.unfinished()} {answered}", within_s=patience_s)
    kept = Counter(row["number"] for row in house.messages())
    assert set(kept.values()) == {1}, kept
    charges = [(row["number"], row["transaction_id"][:24]) for row in house.core.charges() if row["amount"]]
    assert sorted(BUYERS) == sorted(number for number, _ in charges)
    database = Database(house.settings.journal.url)
    granted = [(row["number"], row["transaction_id"]) for row in Record(database).all()]
    database.close()
    assert sorted(charges) == sorted(granted)
    unheard = [number for number in BUYERS if not handsets.told(number, "is yours")]
    unheard += [
        number for number in LEAVERS if "closed" not in answered[number] and not handsets.told(number, "closed")
    ]
    assert [] == unheard, answered
