"""An SMSC made with PyPI's smpp34, whose protocol machine is written in Rust."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from itertools import count

import smpp34

from channels.smpp.text.alphabets import decode_text
from tests.ports import free_port
from tests.smpp.peers.smsc import Smsc, Submitted

_AS_TEXT = {15: 0, 72: 8}
"""data_coding of USSD (3GPP 23.038 §5) → what texts call the same."""
_ENCODINGS = {0: "ascii", 3: "latin-1", 8: "utf-16-be"}


class Smpp34Smsc(Smsc):
    """Labels nothing by itself: ASCII goes as data_coding 0, the rest as UCS2."""

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self.port = port or free_port()
        self._server: smpp34.Server | None = None
        self._esme: smpp34.Esme | None = None
        self._taking: asyncio.Task[None] | None = None
        self._statuses: list[int] = []
        self._numbers = count(1)

    async def start(self) -> None:
        self._server = smpp34.Server("127.0.0.1", self.port, system_id="smpp34")
        await self._server.start()
        self._taking = asyncio.create_task(self._take())

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.stop()
        if self._taking is not None:
            self._taking.cancel()
            with contextlib.suppress(asyncio.CancelledError, smpp34.SmppError):
                await self._taking
        self._bound.clear()

    async def deliver(self, source: str, destination: str, text: str, *, data_coding: int | None = None) -> int:
        coding = data_coding if data_coding is not None else 0 if text.isascii() else 8
        return await self._deliver(source, destination, text.encode(_ENCODINGS[coding]), data_coding=coding)

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
        tlvs = [] if sar is None else _sar(*sar)
        return await self._deliver(
            source, destination, message, esm_class=esm_class, data_coding=data_coding, tlvs=tlvs
        )

    async def deliver_payload(
        self, source: str, destination: str, message: bytes, *, esm_class: int = 0, data_coding: int = 0
    ) -> int:
        tlvs = [smpp34.Tlv(smpp34.TLV_MESSAGE_PAYLOAD, message)]
        return await self._deliver(source, destination, b"", esm_class=esm_class, data_coding=data_coding, tlvs=tlvs)

    async def deliver_tlvs(self, source: str, destination: str, tlvs: list[smpp34.Tlv], *, esm_class: int = 0) -> int:
        """A deliver_sm that is all TLVs."""
        return await self._deliver(source, destination, b"", tlvs=tlvs, esm_class=esm_class)

    async def deliver_dial(
        self,
        source: str,
        destination: str,
        text: str,
        tlvs: Mapping[int, bytes],
        *,
        service_type: str = "",
        data_coding: int = 15,
    ) -> int:
        """A deliver_sm as a USSD gateway sends it: TLVs by tag."""
        named = [smpp34.Tlv(tag, value) for tag, value in tlvs.items()]
        octets = text.encode("utf-16-be" if data_coding == 72 else "ascii")
        return await self._deliver(
            source, destination, octets, tlvs=named, service_type=service_type, data_coding=data_coding
        )

    async def _deliver(self, source: str, destination: str, message: bytes, **fields: object) -> int:
        assert self._esme is not None, "no ESME is bound"
        response = await self._esme.deliver_sm(
            destination,
            message,
            source_addr=source,
            source_addr_ton=1,
            **fields,  # type: ignore[arg-type]
        )
        return int(response.command_status)

    async def answer_next(self, *statuses: int) -> None:
        self._statuses = list(statuses)

    async def unbind(self) -> None:
        assert self._esme is not None
        await self._esme.unbind()

    async def _take(self) -> None:
        assert self._server is not None
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._esme = event
                self._bound.set()
            elif isinstance(event, smpp34.Unbound):
                self._bound.clear()
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._answer(event)

    def _answer(self, event: smpp34.SubmitSmEvent) -> None:
        status = self._statuses.pop(0) if self._statuses else 0
        message_id = "" if status else f"s34-{next(self._numbers)}"
        if status:
            event.reject(status)
        else:
            event.accept(message_id)
        tlvs = {tlv.tag: tlv for tlv in event.tlvs}
        payload = tlvs.get(smpp34.TLV_MESSAGE_PAYLOAD)
        octets = event.short_message if payload is None else payload.value
        header, body = b"", octets
        if event.esm_class & 0x40:
            header, body = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
        self._submits.put_nowait(
            Submitted(
                event.source_addr,
                event.destination_addr,
                decode_text(body, _AS_TEXT.get(event.data_coding, event.data_coding)),
                event.data_coding,
                event.esm_class,
                message_id,
                event.registered_delivery,
                source_ton=event.source_addr_ton,
                source_npi=event.source_addr_npi,
                destination_ton=event.dest_addr_ton,
                destination_npi=event.dest_addr_npi,
                service_type=event.service_type,
                udh=tuple(_elements(header)),
                sar=tuple(tlvs[tag].as_int() for tag in _SAR) if _SAR[1] in tlvs else None,
                is_payload=payload is not None,
                tlvs={tag: tlv.value for tag, tlv in tlvs.items()},
            )
        )


_SAR = (smpp34.TLV_SAR_MSG_REF_NUM, smpp34.TLV_SAR_TOTAL_SEGMENTS, smpp34.TLV_SAR_SEGMENT_SEQNUM)


def _sar(reference: int, total: int, number: int) -> list[smpp34.Tlv]:
    values = (reference.to_bytes(2, "big"), bytes((total,)), bytes((number,)))
    return [smpp34.Tlv(tag, value) for tag, value in zip(_SAR, values, strict=True)]


def _elements(header: bytes) -> Iterator[str]:
    while len(header) >= 2:
        end = 2 + header[1]
        yield header[:end].hex()
        header = header[end:]
