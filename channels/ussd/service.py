"""The USSD door as a process, and the doors that stand before binds: each with a desk of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.smpp.surroundings import Dials, MakeDials
from channels.smpp.text import Habits
from channels.ussd.checks import require_fit, warnings_of
from channels.ussd.desk import opened_desk
from channels.ussd.desk.pushing import JournalQuestions
from channels.ussd.http import create_app
from channels.ussd.http.serving import serve_http
from channels.ussd.over_smpp import VARIANTS, DialDoor
from workers.settings import BindSettings, Settings
from workers.settings.listening import host_and_port

_log = structlog.get_logger(__name__)


async def serve(
    settings: Settings, *, stop: asyncio.Event, ready: Callable[[tuple[str, int]], None] = lambda _: None
) -> None:
    """Answer the HTTP gateways of these settings until `stop` is set.

    Raises `GatewaysDontFit`, `TemplatesError`, `NotMigrated`, or OSError where the port is taken.
    """
    require_fit(settings.ussd.gateways)
    for warning in warnings_of(settings.ussd.gateways):
        _log.warning("a gateway works less well than it could", why=warning)
    host, port = host_and_port(settings.ussd.listen)
    async with opened_desk(settings) as opened:
        app = create_app(
            settings.ussd.gateways,
            opened.desk,
            opened.ending,
            behind=settings.ussd.behind,
            within_s=settings.ussd.answer_within_s,
        )
        await serve_http(app, host, port, stop=stop, ready=ready)


@asynccontextmanager
async def dials_over_smpp(settings: Settings) -> AsyncIterator[MakeDials]:
    """What makes the doors before binds that speak USSD; raises as `serve` does."""
    async with opened_desk(settings) as opened:
        questions = JournalQuestions(opened.journal) if settings.ussd.push else None

        def make(bind: BindSettings, addresses: Addresses, habits: Habits, clock: Clock) -> Dials | None:
            if bind.ussd_dialect is None:
                return None
            return DialDoor(bind, VARIANTS[bind.ussd_dialect], addresses, habits, opened.desk, clock, questions)

        yield make
