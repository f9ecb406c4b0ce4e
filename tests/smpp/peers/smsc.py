"""SMSCs that nobody here wrote, behind one shape, for tests of the binds and of the whole path.

async with NpmSmsc() as smsc:                       # or Smpp34Smsc()
    ... start what binds to 127.0.0.1, smsc.port
    await smsc.bound()
    status = await smsc.deliver("8613800000001", "8888", "LIST")
    answer = await smsc.next_submit()
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from tests.smpp.kit.until import until

PATIENCE_S = 240.0
"""How long anything may take on a machine that does much else: it costs nothing where all is well."""
PartsBy = Literal["udh", "udh16", "sar"]


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
    command: str = "submit_sm"
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 0
    destination_npi: int = 0
    service_type: str = ""
    priority: int = 0
    validity_s: int | None = None
    """How far off the end of its validity is; None where it has none, or the library doesn't tell."""
    udh: tuple[str, ...] = ()
    """Each information element in hex, identifier and length first."""
    sar: tuple[int, int, int] | None = None
    """Reference, total, number."""
    is_payload: bool = False
    tlvs: Mapping[int, bytes] = field(default_factory=dict)
    """By tag, where the peer shows them."""

    @property
    def part(self) -> tuple[int, int, int] | None:
        """Reference, total and number, where it is one of several; in whichever way that is said."""
        for element in map(bytes.fromhex, self.udh):
            if element[0] in (0x00, 0x08):  # concatenated, with a reference of one octet or of two
                return int.from_bytes(element[2:-2], "big"), element[-2], element[-1]
        return self.sar


@dataclass(frozen=True)
class Asked:
    """A query_sm, cancel_sm or replace_sm as the SMSC read it."""

    command: str
    message_id: str
    source: str
    destination: str
    text: str
    """Of a replace_sm."""


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
        async with asyncio.timeout(within_s):  # Python 3.11's wait_for forgets that it was cancelled as one came
            return await self._submits.get()

    def nothing_submitted(self) -> bool:
        return self._submits.empty()

    @abstractmethod
    async def deliver(self, source: str, destination: str, text: str, *, data_coding: int | None = None) -> int:
        """Deliver a text, encoded by its data_coding or as the SMSC thinks best; the ESME's command_status."""

    @abstractmethod
    async def deliver_raw(
        self,
        source: str,
        destination: str,
        message: bytes,
        *,
        esm_class: int = 0,
        data_coding: int = 0,
        sar: tuple[int, int, int] | None = None,
    ) -> int:
        """Deliver octets, for instance a receipt; `sar` is reference, total and number of a part."""

    @abstractmethod
    async def deliver_payload(
        self, source: str, destination: str, message: bytes, *, esm_class: int = 0, data_coding: int = 0
    ) -> int:
        """Deliver octets in message_payload."""

    async def deliver_part(
        self,
        source: str,
        destination: str,
        message: bytes,
        part: tuple[int, int, int],
        *,
        by: PartsBy = "udh",
        data_coding: int = 0,
    ) -> int:
        """Deliver one part of a long text; `part` is reference, total and number, from 1."""
        if by == "sar":
            return await self.deliver_raw(source, destination, message, data_coding=data_coding, sar=part)
        reference, total, number = part
        wide = by == "udh16"
        element = (8, 4, *reference.to_bytes(2, "big")) if wide else (0, 3, reference)
        header = bytes((len(element) + 2, *element, total, number))
        return await self.deliver_raw(source, destination, header + message, esm_class=0x40, data_coding=data_coding)

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
