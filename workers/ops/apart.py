"""A thread of its own for what may hang: whoever waits for it may give up, and the process ends without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

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
