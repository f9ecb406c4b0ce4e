"""The door as a process: what it says of its gateways as it opens."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from channels.ussd.service import serve
from tests.journals import sqlite_url  # noqa: F401 - fixture
from tests.ussd.dialects.kit.gateway import gateway
from tests.workers.conftest import redis_server, redis_url  # noqa: F401 - fixtures
from workers.settings import GatewaySettings, JournalSettings, RedisSettings, Settings, UssdSettings


@pytest.mark.parametrize(
    ("expected", "opened"),
    [
        (['[[ussd.gateways]] "hub": service_codes is empty'], gateway("comviva")),
        ([], gateway("comviva", service_codes=["*123#"])),
        ([], gateway("plain")),
    ],
)
async def test_a_door_that_opens_warns_of_a_gateway_whose_shortcuts_are_lost(
    sqlite_url: str,  # noqa: F811
    redis_url: str,  # noqa: F811
    expected: list[str],
    opened: GatewaySettings,
) -> None:
    settings = Settings(
        journal=JournalSettings(url=sqlite_url),
        redis=RedisSettings(url=redis_url),
        ussd=UssdSettings(listen="127.0.0.1:0", gateways=[opened]),
    )
    stop = asyncio.Event()
    with capture_logs() as lines:
        await serve(settings, stop=stop, ready=lambda _: stop.set())
    warned = [line["why"] for line in lines if line["event"] == "a gateway works less well than it could"]
    assert expected == [why.partition(": a first request")[0] for why in warned]
    assert stop.is_set(), "a warning stops nothing"
