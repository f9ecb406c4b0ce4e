"""Handsets behind an SMSC that nobody here wrote."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from functools import partial
from types import TracebackType
from typing import Self

from smpplib import consts

from tests.house import House, until
from tests.smpp.peers.smsc import Smsc

SHORT_CODE = "8888"


class Phones:
    """Texts in, and what each handset was sent, a long answer once all its parts are there, as a handset shows it."""

    def __init__(self, smsc: Smsc, house: House) -> None:
        self.house = house
        self._smsc = smsc
        self._heard: dict[str, str] = defaultdict(str)
        self._parts: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
        """Of answers that have not come whole, by handset and reference: its text by number."""
        self._sources: set[str] = set()
        self.texted: list[tuple[str, str]] = []
        self._listening: asyncio.Task[None] | None = None

    async def ask(self, number: str, text: str, *words: str) -> str:
        """Text the short code from a handset; what it was sent from then on, once that has all these words."""
        self._heard[number] = ""
        self.texted.append((number, text))
        await until(partial(self._taken, number, text), f"the text of {number} is taken")
        return await self.heard(number, *words)

    async def _taken(self, number: str, text: str) -> bool:
        """An SMSC keeps a text that it is told to keep, as by a busy machine's journal, and delivers it again."""
        status = await self._smsc.deliver(number, SHORT_CODE, text)
        assert status in (consts.SMPP_ESME_ROK, consts.SMPP_ESME_RX_T_APPN)
        return status == consts.SMPP_ESME_ROK

    async def heard(self, number: str, *words: str) -> str:
        """What a handset was sent since it last texted, once that has all these words."""
        await until(
            lambda: bool(self._heard[number]) and all(word in self._heard[number] for word in words),
            lambda: f"{number} hears {words}; it heard {self._heard[number]!r}; {self.house.unfinished()}",
        )
        return self._heard[number]

    def has_heard_nothing(self, number: str) -> bool:
        """Whether a handset was sent nothing since it last texted, or ever."""
        return not self._heard[number]

    @property
    def answered_from(self) -> set[str]:
        """Every source address that an answer had."""
        return self._sources

    async def _listen(self) -> None:
        while True:
            submitted = await self._smsc.next_submit(3600)
            self._sources.add(submitted.source)
            reference, total, number = submitted.part or (0, 1, 1)
            parts = self._parts[submitted.destination, reference]
            parts[number] = submitted.text
            if len(parts) == total:
                del self._parts[submitted.destination, reference]
                self._heard[submitted.destination] += "".join(parts[one] for one in sorted(parts))

    async def __aenter__(self) -> Self:
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._listening is not None
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
