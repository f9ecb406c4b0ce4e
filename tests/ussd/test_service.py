"""The door as a process: what it says of its gateways as it opens."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from structlog.testing import capture_logs

from channels.ussd.service import serve
from tests.house import until
from tests.journals import sqlite_url  # noqa: F401 - fixture
from tests.ussd.dialects.kit.gateway import gateway
from tests.workers.conftest import redis_server, redis_url  # noqa: F401 - fixtures
from workers.journal import Database
from workers.journal.funnel import Funnel
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


async def test_an_open_door_finds_who_simply_stopped_and_counts_him(
    sqlite_url: str,  # noqa: F811
    redis_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("_GRACE_S", "LAPSED_EVERY_S", "FLUSH_S"):
        monkeypatch.setattr(f"channels.ussd.desk.funnel.{name}", 0.05)
    settings = Settings(
        journal=JournalSettings(url=sqlite_url),
        redis=RedisSettings(url=redis_url),
        ussd=UssdSettings(listen="127.0.0.1:0", answer_within_s=60.0, session_s=0.3, gateways=[gateway("plain")]),
    )
    stop, opened = asyncio.Event(), asyncio.Queue[tuple[str, int]]()
    serving = asyncio.create_task(serve(settings, stop=stop, ready=opened.put_nowait))
    database = Database(sqlite_url)
    try:
        host, port = await opened.get()
        said = {"session": "s-1", "msisdn": "8613800138000", "code": "*123#"}
        async with aiohttp.ClientSession() as client, client.post(f"http://{host}:{port}/ussd", json=said) as answer:
            assert not (await answer.json())["end"]
        await until(
            lambda: (
                [("home", 1, 0, 1)] == [(o.screen, o.entries, o.exits, o.drops) for o in Funnel(database).screens()]
            ),
            lambda: f"he is counted: {Funnel(database).screens()}",
        )
    finally:
        database.close()
        stop.set()
        await serving
