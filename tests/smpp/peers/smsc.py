"""SMSCs that nobody here wrote, behind one shape, for tests of the binds and of the whole path.

async with NpmSmsc() as smsc:                       # or Smpp34Smsc()
    ... start what binds to 127.0.0.1, smsc.port
    await smsc.bound()
    status = await smsc.deliver("8613800000001", "8888", "LIST")
    answer = await smsc.next_submit()
"""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import NoReturn, Self

import pytest

from tests.smpp.kit.until import until

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Submitted:
    """A submit_sm as the SMSC read it."""

    source: str
    destination: str
    text: str
    data_coding: int
    esm_class: int
    message_id: str
    registered_delivery: int


class Smsc(ABC):
    """Listens on 127.0.0.1, takes one ESME, accepts every submit_sm unless told otherwise."""

    port: int

    def __init__(self) -> None:
        self._submits: asyncio.Queue[Submitted] = asyncio.Queue()
        self._bound = asyncio.Event()

    async def bound(self, within_s: float = PATIENCE_S) -> None:
        """Wait until the ESME is bound."""
        await asyncio.wait_for(self._bound.wait(), within_s)

    @property
    def is_bound(self) -> bool:
        return self._bound.is_set()

    async def gone(self, within_s: float = PATIENCE_S) -> None:
        """Wait until the ESME is not bound."""
        await until(lambda: not self._bound.is_set(), within_s)

    async def next_submit(self, within_s: float = PATIENCE_S) -> Submitted:
        """The next submit_sm, already answered."""
        return await asyncio.wait_for(self._submits.get(), within_s)

    def nothing_submitted(self) -> bool:
        return self._submits.empty()

    @abstractmethod
    async def deliver(self, source: str, destination: str, text: str, *, data_coding: int | None = None) -> int:
        """Deliver a text, encoded by its data_coding or as the SMSC thinks best; the ESME's command_status."""

    @abstractmethod
    async def deliver_raw(self, source: str, destination: str, message: bytes, *, esm_class: int = 0) -> int:
        """Deliver octets, for instance a receipt."""

    @abstractmethod
    async def answer_next(self, *statuses: int) -> None:
        """Answer the next submit_sm with these statuses, one each."""

    @abstractmethod
    async def unbind(self) -> None:
        """Send unbind, and wait for the answer."""

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None: ...

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.stop()


def missing(what: str) -> NoReturn:
    """Skip on a laptop, fail where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
