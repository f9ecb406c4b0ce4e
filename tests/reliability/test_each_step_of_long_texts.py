"""A process ends at each named step of a long text in and a long answer out."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import smpp34

from tests.end_to_end.phones import SHORT_CODE, Phones
from tests.house import PATIENCE_S, House, until
from tests.reliability.programs.dies_at_each_step import NUMBER_OF_LONG_TEXT, STEPS_OF_LONG_TEXTS
from tests.smpp.peers.smpp34_server import Smpp34Smsc

_DIES = Path(__file__).parent / "programs" / "dies_at_each_step.py"
TONES = [f"6009020000{n:02d}" for n in range(1, 6)]
TEXT = f"GET {' '.join(TONES)}".encode()
PARTS = (TEXT[:20], TEXT[20:45], TEXT[45:])


class Patient:
    """An SMSC that delivers a part again, over the next session too, until it is acknowledged."""

    def __init__(self, smsc: Smpp34Smsc, house: House) -> None:
        self._smsc = smsc
        self._house = house

    async def text(self, number: str) -> None:
        for part in (2, 1, 3):
            while not await self._taken(number, part):
                await until(self._bound_again, "the listener is bound again")

    def _bound_again(self) -> bool:
        self._house.start_what_died()
        return self._smsc.is_bound

    async def _taken(self, number: str, part: int) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                status = await self._smsc.deliver_part(number, SHORT_CODE, PARTS[part - 1], (9, 3, part))
        except (smpp34.SmppError, TimeoutError):
            return False
        return status == 0


async def test_a_death_at_any_step_loses_no_part_and_doubles_no_order(tmp_path: Path, patience_s: float) -> None:
    """Promises 1, 2 and 4 of texts in parts: every one is ordered once and answered whole, no order twice."""
    programs = {"worker": _DIES, "listener": _DIES}
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port, None, programs) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        numbers = [NUMBER_OF_LONG_TEXT.format(no) for no in range(1, len(STEPS_OF_LONG_TEXTS) + 1)]

        def died(number: str) -> bool:
            return (house.folder / f"died-{number}").exists()

        def done(number: str) -> bool:
            house.start_what_died()
            return died(number) and house.finished()

        for number in numbers:
            await Patient(smsc, house).text(number)
            await until(partial(done, number), lambda: f"all done: {house.unfinished()}", within_s=patience_s)
            await phones.heard(number, *TONES)
        orders = [(row["number"], row["tone"]) for row in house.core.charges()]
        assert sorted((number, tone) for number in numbers for tone in TONES) == sorted(orders)
        assert {"done"} == {row["state"] for row in house.messages()}
        assert len(numbers) == len(house.messages())
