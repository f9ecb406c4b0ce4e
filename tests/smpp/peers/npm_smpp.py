"""An SMSC made with npm's smpp, in a Node.js process of its own."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.smpp.peers.node import Node
from tests.smpp.peers.smsc import PATIENCE_S, Asked, Smsc, Submitted


@dataclass(frozen=True)
class Tls:
    """PEM files: the SMSC's certificate and key, and who signs ESMEs' certificates where it asks for them."""

    cert: str | Path
    key: str | Path
    ca: str | Path | None = None


class NpmSmsc(Smsc):
    """Labels GSM text data_coding=1, as that library does."""

    def __init__(
        self,
        system_id: str = "",
        password: str = "",
        port: int = 0,
        *,
        version: int | None = None,
        tls: Tls | None = None,
    ) -> None:
        """`version` becomes sc_interface_version in bind responses; None = an SMSC that doesn't say."""
        super().__init__()
        files = {name: str(path) for name, path in asdict(tls).items() if path is not None} if tls else {}
        wanted = {"system_id": system_id, "password": password, "port": port, "version": version, **files}
        self._node = Node("smsc.js", wanted, self._on_event)
        self._answers: dict[int, asyncio.Future[int]] = {}
        self._unbound = asyncio.Event()
        self._called: asyncio.Future[str] | None = None
        self._listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.interface_version = 0
        """What the last bind request said."""
        self.heard: list[tuple[str, int]] = []
        """Command and status of every PDU of the ESME."""
        self.queries: list[Asked] = []
        """Every query_sm, cancel_sm and replace_sm of the ESME."""

    async def start(self) -> None:
        await self._node.start()
        self.port = await asyncio.wait_for(self._listening, PATIENCE_S)

    async def stop(self) -> None:
        await self._node.stop()

    async def deliver(self, source: str, destination: str, text: str, *, data_coding: int | None = None) -> int:
        coding = {} if data_coding is None else {"data_coding": data_coding}
        return await self.deliver_pdu(source, destination, short_message=text, **coding)

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
        tlvs = {} if sar is None else dict(zip(_SAR, sar, strict=True))
        return await self.deliver_pdu(
            source, destination, hex=message.hex(), esm_class=esm_class, data_coding=data_coding, **tlvs
        )

    async def deliver_payload(
        self, source: str, destination: str, message: bytes, *, esm_class: int = 0, data_coding: int = 0
    ) -> int:
        return await self.deliver_pdu(
            source, destination, message_payload_hex=message.hex(), esm_class=esm_class, data_coding=data_coding
        )

    async def data_sm(
        self, source: str, destination: str, message: bytes, *, esm_class: int = 0, data_coding: int = 0, **tlvs: Any
    ) -> int:
        """Deliver octets in a data_sm, with any of the library's own TLVs beside them."""
        return await self.deliver_pdu(
            source,
            destination,
            command="data_sm",
            message_payload_hex=message.hex(),
            esm_class=esm_class,
            data_coding=data_coding,
            **tlvs,
        )

    async def deliver_pdu(self, source: str, destination: str, *, command: str = "deliver_sm", **fields: Any) -> int:
        """A deliver_sm with any of the library's own fields; `hex` and `message_payload_hex` are octets."""
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._node.tell(
            op="deliver",
            id=number,
            command=command,
            pdu={"source_addr": source, "source_addr_ton": 1, "destination_addr": destination, **fields},
        )
        return await asyncio.wait_for(self._answers[number], PATIENCE_S)

    async def alert(self, number: str, esme: str = "8888", **fields: Any) -> None:
        """Send an alert_notification: this handset can be reached again.  Nobody answers it."""
        pdu = {"source_addr": number, "source_addr_ton": 1, "source_addr_npi": 1, "esme_addr": esme, **fields}
        await self._node.tell(op="alert", pdu=pdu)

    async def answer_next(self, *statuses: int) -> None:
        await self._node.tell(op="statuses", statuses=statuses)

    async def answer_operations(self, query: dict[str, Any] | None = None, **statuses: int) -> None:
        """Answer query_sm with these fields from now on, and `query_sm=`, `cancel_sm=`, `replace_sm=` by status."""
        await self._node.tell(op="operations", query=query or {"message_state": 2}, statuses=statuses)

    async def tell_congestion(self, state: int | None) -> None:
        """Tell congestion_state in every submit_sm_resp and data_sm_resp from now on; None = no longer."""
        await self._node.tell(op="congestion", state=state)

    async def be_silent(self, on: bool = True) -> None:
        """Take submit_sm and answer none."""
        await self._node.tell(op="silence", on=on)

    async def outbind(self, port: int, system_id: str = "npm-smpp", password: str = "", host: str = "127.0.0.1") -> str:
        """Connect to an ESME and say outbind; what kept us from it, empty where nothing did."""
        self._called = asyncio.get_running_loop().create_future()
        await self._node.tell(op="outbind", host=host, port=port, system_id=system_id, password=password)
        return await asyncio.wait_for(self._called, PATIENCE_S)

    async def unbind(self) -> None:
        self._unbound.clear()
        await self._node.tell(op="unbind")
        await asyncio.wait_for(self._unbound.wait(), PATIENCE_S)

    async def cut(self) -> None:
        """End the TCP connection without a goodbye."""
        await self._node.tell(op="cut")

    async def say(self, octets: bytes) -> None:
        """Write octets as they are."""
        await self._node.tell(op="raw", hex=octets.hex())

    def _on_event(self, event: str, **fields: Any) -> None:
        getattr(self, f"_on_{event}")(**fields)

    def _on_listening(self, port: int) -> None:
        self._listening.set_result(port)

    def _on_called(self, error: str) -> None:
        if self._called is not None and not self._called.done():
            self._called.set_result(error)

    def _on_bound(self, mode: str, system_id: str, interface_version: int) -> None:
        self.interface_version = interface_version
        self._bound.set()

    def _on_closed(self) -> None:
        self._bound.clear()

    def _on_unbound(self) -> None:
        self._bound.clear()
        self._unbound.set()

    def _on_answered(self, id: int, status: int) -> None:  # noqa: A002 - the script's own word
        self._answers[id].set_result(status)

    def _on_heard(self, command: str, status: int) -> None:
        self.heard.append((command, status))

    def _on_asked(self, **fields: Any) -> None:
        self.queries.append(Asked(**fields))

    def _on_submit(self, udh: list[str], sar: list[int] | None, **fields: Any) -> None:
        reference = None if sar is None else (sar[0], sar[1], sar[2])
        self._submits.put_nowait(Submitted(**fields, udh=tuple(udh), sar=reference))


_SAR = ("sar_msg_ref_num", "sar_total_segments", "sar_segment_seqnum")
