"""The running product with a gateway before it: a house, its door, handsets that dial and phones that hear."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.end_to_end.dialling import Gateways, Handset, session_of
from tests.end_to_end.phones import Phones
from tests.house import House, until
from tests.smpp.peers.smpp34_server import Smpp34Smsc


@dataclass
class Product:
    """The running house, its handsets and the gateway before it."""

    phones: Phones
    gateways: Gateways
    client: aiohttp.ClientSession
    dials: int = 0

    @property
    def house(self) -> House:
        return self.phones.house

    def handset(self, dialect: str, number: str) -> Handset:
        """A dial to come, by the gateway that speaks this dialect."""
        self.dials += 1
        return Handset(self.gateways, self.client, dialect, number, session_of(dialect, number, self.dials))

    async def dial(self, number: str, *keys: str, dialled: str = "*123#") -> Handset:
        """Dial anew and press these keys."""
        handset = self.handset("plain", number)
        await handset.dial(dialled)
        for key in keys:
            assert not handset.over, (key, handset.screen)
            await handset.press(key)
        return handset

    def charged(self, number: str) -> list[tuple[str, int]]:
        """What a number has paid for at the core, and how much."""
        rows = self.house.core.charges()
        return [(row["action"], row["amount"]) for row in rows if row["number"] == number]

    async def finished(self) -> None:
        """Wait until nothing is left to be done."""
        await until(self.house.finished, lambda: f"all done: {self.house.unfinished()}")

    def log(self) -> list[str]:
        """What the door has said so far."""
        return self.gateways.process.log.read_text(errors="replace").splitlines()


PATIENT = {"look_within_s": 60.0, "answer_within_s": 90.0, "session_s": 900.0}
"""Of `[ussd]`: a loaded machine is no late core, and nobody who is slow has left."""


@asynccontextmanager
async def running(folder: Path, settings: Mapping[str, Mapping[str, object]], **ussd: object) -> AsyncIterator[Product]:
    """Have the product run, with these settings and those of `[ussd]`, for as long as the block does."""
    async with Smpp34Smsc() as smsc:
        house = House(folder, smsc.port, settings)
        gateways = Gateways(house, **ussd)
        async with house, Phones(smsc, house) as phones, aiohttp.ClientSession() as client:
            gateways.process.start()
            try:
                await until(gateways.is_up, "the door is open")
                await smsc.bound()
                yield Product(phones, gateways, client)
            finally:
                gateways.process.end()
                print(gateways.process.log.read_text(errors="replace")[-4000:])
