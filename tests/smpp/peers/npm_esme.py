"""An ESME made with npm's smpp, in a Node.js process of its own: it speaks SMPP 5.0, TLS, and takes outbinds.

async with NpmEsme(port) as esme:
    await esme.bind()
    answer = await esme.ask("submit_sm", source_addr="5000", destination_addr="86138…", short_message="hello")
    text = await esme.next("deliver_sm")
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.smpp.peers.node import Node
from tests.smpp.peers.smsc import PATIENCE_S


class NpmEsme:
    """Answers whatever it is asked with ESME_ROK."""

    def __init__(
        self,
        port: int | None = None,
        *,
        ca: Path | None = None,
        cert: Path | None = None,
        key: Path | None = None,
        server_name: str = "localhost",
    ) -> None:
        """Connect to a port of this machine, by TLS where `ca` is given; without a port wait for an outbind."""
        wanted: dict[str, Any] = {"port": port, "outbind": port is None, "tls": ca is not None}
        wanted |= {name: str(path) for name, path in {"ca": ca, "cert": cert, "key": key}.items() if path is not None}
        self._node = Node("esme.js", {**wanted, "server_name": server_name}, self._on_event)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._heard: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self.port = 0
        """Where it waits for an outbind."""
        self.closed = asyncio.Event()

    async def bind(self, mode: str = "transceiver", **fields: Any) -> dict[str, Any]:
        """Bind; the response's fields."""
        return await self.ask(f"bind_{mode}", **{"system_id": "npm", "password": "secret", **fields})

    async def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a request by the library's own field names; its response's fields.

        `short_message_hex` and `message_payload_hex` are octets, `udh_hex` a header before `short_message`.
        """
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._node.tell(op="ask", id=number, command=command, pdu=fields)
        return await asyncio.wait_for(self._answers[number], PATIENCE_S)

    async def next(self, command: str) -> dict[str, Any]:
        """The next request of this kind, already answered."""
        return await asyncio.wait_for(self._of(command).get(), PATIENCE_S)

    def _of(self, command: str) -> asyncio.Queue[dict[str, Any]]:
        return self._heard.setdefault(command, asyncio.Queue())

    async def __aenter__(self) -> Self:
        """Raises ConnectionError where the SMSC can't be reached, or its certificate is not good."""
        await self._node.start()
        try:
            self.port = await asyncio.wait_for(self._ready, PATIENCE_S)
        except BaseException:
            await self._node.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._node.stop()

    def _on_event(self, event: str, **fields: Any) -> None:
        getattr(self, f"_on_{event}")(**fields)

    def _on_listening(self, port: int) -> None:
        self._ready.set_result(port)

    def _on_connected(self) -> None:
        self._ready.set_result(0)

    def _on_failed(self, error: str) -> None:
        if not self._ready.done():
            self._ready.set_exception(ConnectionError(error))

    def _on_closed(self) -> None:
        self.closed.set()

    def _on_answered(self, id: int, pdu: dict[str, Any]) -> None:  # noqa: A002 - the script's own word
        self._answers[id].set_result(pdu)

    def _on_heard(self, pdu: dict[str, Any]) -> None:
        self._of(pdu["command"]).put_nowait(pdu)
