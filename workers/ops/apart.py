"""What may hang: in a thread of its own, which neither a loop's end nor the process's waits for, and asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor, Future
from functools import partial
from threading import Thread
from typing import Any, Generic, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


async def apart(work: Callable[[], T]) -> T:
    """Run what blocks and return what it returns, or raise what it raises.

    Not by `asyncio.to_thread`: whose threads hang, a loop that ends waits for, and so does Python as it exits.
    """
    return await asyncio.wrap_future(_begun(work))


def run(main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run` for who has little time: at its end it waits for nothing that blocks, not even after Ctrl-C.

    Least of all for a name: asyncio looks hosts up in threads, and the system's resolver may take half a minute.
    """
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


class _Loop(asyncio.SelectorEventLoop):
    """What others run in the loop's own threads, runs apart."""

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        return asyncio.wrap_future(_begun(partial(func, *args)), loop=self)


def _begun(work: Callable[[], T]) -> Future[T]:
    told: Future[T] = Future()
    told.set_running_or_notify_cancel()  # nobody can call it back any more

    def run() -> None:
        try:
            told.set_result(work())
        except BaseException as error:  # whatever it is: it is raised where it is waited for
            told.set_exception(error)

    Thread(target=run, daemon=True, name="apart").start()
    return told


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
