"""What may hang: in a thread of its own, which neither a loop's end nor the process's waits for, and asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """Run what blocks and return what it returns, or raise what it raises.

    Not by `asyncio.to_thread`: whose threads hang, a loop that ends waits for, and so does Python as it exits.
    """
    told: Future[T] = Future()
    told.set_running_or_notify_cancel()  # nobody can call it back any more

    def run() -> None:
        try:
            told.set_result(work())
        except BaseException as error:  # whatever it is: it is raised where it is waited for
            told.set_exception(error)

    Thread(target=run, daemon=True, name="apart").start()
    return await asyncio.wrap_future(told)


class SingleFlight(Generic[T]):
    """One question that may hang, asked by many or again and again: one is under way at most, and all wait for that."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        """`ask` is called inside a running event loop."""
        self._ask = ask
        self._asking: asyncio.Future[T] | None = None

    @property
    def waits(self) -> bool:
        """Whether the last question has no answer yet."""
        return self._asking is not None

    async def within(self, patience_s: float) -> T:
        """What it returns, or raises; TimeoutError where it takes longer, and it is left under way."""
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._ask())
        asking = self._asking
        done, _ = await asyncio.wait({asking}, timeout=patience_s)
        if not done:
            raise TimeoutError
        if self._asking is asking:
            self._asking = None
        return asking.result()
