"""An SMSC made with npm's smpp, in a Node.js process of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

from tests.smpp.peers.smsc import PATIENCE_S, Smsc, Submitted, missing

_HERE = Path(__file__).parent


class NpmSmsc(Smsc):
    """Labels GSM text data_coding=1, as that library does."""

    def __init__(self, system_id: str = "", password: str = "", port: int = 0) -> None:
        super().__init__()
        self._wanted = {"system_id": system_id, "password": password, "port": port}
        self._node: asyncio.subprocess.Process | None = None
        self._telling: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[int]] = {}
        self._unbound = asyncio.Event()
        self._listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.heard: list[tuple[str, int]] = []
        """Command and status of every PDU of the ESME."""

    async def start(self) -> None:
        node = shutil.which("node")
        if node is None:
            missing("Node.js is not installed")
        if not (_HERE / "node_modules" / "smpp").is_dir():
            missing(f"npm's smpp is not installed: run `npm ci` in {_HERE}")
        self._node = await asyncio.create_subprocess_exec(
            node,
            str(_HERE / "smsc.js"),
            json.dumps(self._wanted),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._telling = asyncio.create_task(self._listen())
        self.port = await asyncio.wait_for(self._listening, PATIENCE_S)

    async def stop(self) -> None:
        if self._node is not None and self._node.returncode is None:
            self._node.kill()
            await self._node.wait()
        if self._telling is not None:
            await self._telling

    async def deliver(self, source: str, destination: str, text: str, *, data_coding: int | None = None) -> int:
        coding = {} if data_coding is None else {"data_coding": data_coding}
        return await self.deliver_pdu(source, destination, short_message=text, **coding)

    async def deliver_raw(self, source: str, destination: str, message: bytes, *, esm_class: int = 0) -> int:
        return await self.deliver_pdu(source, destination, hex=message.hex(), esm_class=esm_class, data_coding=0)

    async def deliver_pdu(self, source: str, destination: str, **fields: Any) -> int:
        """A deliver_sm with any of the library's own fields; `hex` and `message_payload_hex` are octets."""
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._tell(
            op="deliver",
            id=number,
            pdu={"source_addr": source, "source_addr_ton": 1, "destination_addr": destination, **fields},
        )
        return await asyncio.wait_for(self._answers[number], PATIENCE_S)

    async def answer_next(self, *statuses: int) -> None:
        await self._tell(op="statuses", statuses=statuses)

    async def be_silent(self, on: bool = True) -> None:
        """Take submit_sm and answer none."""
        await self._tell(op="silence", on=on)

    async def unbind(self) -> None:
        self._unbound.clear()
        await self._tell(op="unbind")
        await asyncio.wait_for(self._unbound.wait(), PATIENCE_S)

    async def cut(self) -> None:
        """End the TCP connection without a goodbye."""
        await self._tell(op="cut")

    async def say(self, octets: bytes) -> None:
        """Write octets as they are."""
        await self._tell(op="raw", hex=octets.hex())

    async def _tell(self, **command: Any) -> None:
        assert self._node is not None
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps(command).encode() + b"\n")
        await self._node.stdin.drain()

    async def _listen(self) -> None:
        assert self._node is not None
        assert self._node.stdout is not None
        async for line in self._node.stdout:
            event = json.loads(line)
            getattr(self, f"_on_{event.pop('event')}")(**event)

    def _on_listening(self, port: int) -> None:
        self._listening.set_result(port)

    def _on_bound(self, mode: str, system_id: str) -> None:
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

    def _on_submit(self, udh: list[str], **fields: Any) -> None:
        self._submits.put_nowait(Submitted(**fields))
