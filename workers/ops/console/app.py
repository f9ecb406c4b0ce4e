"""The console as an ASGI application: its pages, its guard, its static files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from workers.ops.console.asking import Page
from workers.ops.console.door import Door
from workers.ops.console.guard import Guard
from workers.ops.console.logging_in import LoggingIn
from workers.ops.console.pages import (
    binds,
    consents,
    deeds,
    front,
    gifts,
    menus,
    messages,
    offers,
    parked,
    replays,
    retention,
    settings,
    statistics,
    users,
)
from workers.ops.console.surroundings import Surroundings
from workers.ops.metrics_routes import routes as instruments

STATIC = Path(__file__).parent / "static"
PAGES: Sequence[Page] = (
    *front.PAGES,
    *messages.PAGES,
    *parked.PAGES,
    *replays.PAGES,
    *consents.PAGES,
    *gifts.PAGES,
    *offers.PAGES,
    *menus.PAGES,
    *statistics.PAGES,
    *binds.PAGES,
    *deeds.PAGES,
    *retention.PAGES,
    *settings.PAGES,
    *users.PAGES,
)
"""In the order of the navigation; of two addresses that fit, the first counts."""


class _Static(StaticFiles):
    """Files of the package: the same for everybody."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """As Starlette's, with word for the cache."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"  # asked for again, and told that it is as it was
        return response


def application(around: Surroundings, pages: Sequence[Page] = PAGES) -> ASGIApp:
    """The application; it looks around in the background while it runs.

    The guard is around all of it, the page that owns up to a mistake of ours included.
    """
    door = Door(around, pages)

    @asynccontextmanager
    async def looking(_app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(around.watch.run())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, around.background.end(), around.replays.end(), return_exceptions=True)

    async def missing(request: Request, _error: Exception) -> Response:
        who = around.who(request.cookies)
        return door.render("cannot.html", who, "", 404, told="There is no such page.", back="/")

    async def broken(request: Request, _error: Exception) -> Response:
        told = "The console has made a mistake, which is in its log."
        return door.render("cannot.html", around.who(request.cookies), "", 500, told=told, back="/")

    pages_and_files = Starlette(
        routes=[
            *instruments(around.settings, around.database, behind_proxy=bool(around.settings.console.url)),
            *(door.route(page) for page in pages),
            *LoggingIn(door).routes,
            Mount("/static", _Static(directory=STATIC)),
        ],
        exception_handlers={404: missing, 405: missing, 500: broken},
        lifespan=looking,
    )
    return Guard(pages_and_files, around.names, https=around.https)
