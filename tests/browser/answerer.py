"""An ESME nobody here wrote (PyPI smpp34) that answers texts, so that the page is tested without the product."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import smpp34

Reply = Callable[[str, str], list[tuple[str, str]]]
"""From a number and its text to the answers: to which number, what."""


@asynccontextmanager
async def answering(port: int, reply: Reply) -> AsyncIterator[None]:
    """Bind, and answer every text by `reply` until the block ends."""
    client = smpp34.Client(host="127.0.0.1", port=port, system_id="answerer", password="secret", bind_type="TRX")
    smsc = await client.connect()

    async def answer() -> None:
        while isinstance(text := await smsc.next(), smpp34.DeliverSmEvent):
            if text.esm_class & 0x3C:
                continue
            for number, words in reply(text.source_addr, text.short_message.decode("latin-1")):
                try:
                    octets, coding = words.encode("ascii"), 0
                except UnicodeEncodeError:
                    octets, coding = words.encode("utf-16-be"), 8
                await smsc.submit_sm(
                    number, octets, source_addr=text.destination_addr, data_coding=coding, registered_delivery=1
                )

    task = asyncio.create_task(answer())
    try:
        yield
    finally:
        task.cancel()
        await smsc.unbind()
        await client.stop()
