"""Who watches for days says what hangs, and holds up no page by it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from tests.console.kit.console import settings_in
from tests.workers.kit.hung import silent_name_server
from workers.journal import Database
from workers.ops.console.watch import Watch


async def test_a_name_server_that_does_not_answer_is_told_and_asked_once_however_often_is_looked(
    tmp_path: Path, sqlite_url: str
) -> None:
    """Each look-up would keep one of the few threads that pages are made with for half a minute."""
    asked: list[object] = []
    settings = settings_in(tmp_path, sqlite_url)
    settings = settings.model_copy(update={"redis": type(settings.redis)(url="redis://silent.invalid/0")})
    with silent_name_server("silent.invalid", lambda: asked.append(1)), closing(Database(sqlite_url)) as database:
        watch = Watch(settings, database, every_s=0.0)
        watching = asyncio.create_task(watch.run())
        while not (told := [line.found for line in watch.latest.lines if line.what == "redis"]):
            watch.looked.clear()
            await watch.looked.wait()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        assert (["the name silent.invalid could not be looked up within 3 s"], 1) == (told, len(asked))
        assert watch.latest.binds is None, "nobody can say that no listener is up"
