"""The binds of a process over memory, for SMSCs on a real socket."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.smpp import BindState
from channels.smpp.listener import run
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.peers.smsc import PATIENCE_S
from workers.settings import BindSettings


class Listener:
    """The binds of a process, over memory."""

    def __init__(self, **bind: Any) -> None:
        self.reception = MemoryReception()
        self.postbox = MemoryPostbox()
        self.states: list[BindState] = []
        self.stop = asyncio.Event()
        patient: dict[str, Any] = {"response_s": PATIENCE_S}
        settings = BindSettings(name="main", system_id="tonegate", password="secret", **patient | bind)
        self.running = asyncio.create_task(
            run([settings], self.reception, self.postbox, stop=self.stop, on_state=self.states.append)
        )

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.running, PATIENCE_S)
