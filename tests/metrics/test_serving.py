"""/metrics and /health over HTTP: on a listener of their own and on the console's, read by whom the settings allow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.console.kit.console import serving, settings_in
from tests.journal.kit.messages import message
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from workers.journal import Journal, Ticket
from workers.ops.metrics_routes import may_read
from workers.ops.metrics_service import serve
from workers.settings import Settings, SettingsError, load


@pytest.mark.parametrize(
    ("may", "address", "allow", "forwarded"),
    [
        (True, "127.0.0.1", [], False),
        (True, "::1", [], False),
        (True, "::ffff:127.0.0.1", [], False),
        (False, "127.0.0.1", [], True),  # a proxy on this machine asks for somebody else
        (True, "127.0.0.1", ["127.0.0.1"], True),
        (False, "192.0.2.7", [], False),
        (True, "192.0.2.7", ["192.0.2.0/24"], False),
        (True, "::ffff:192.0.2.7", ["192.0.2.0/24"], False),
        (False, "198.51.100.7", ["192.0.2.0/24"], False),
        (True, "2001:db8::9", ["192.0.2.0/24", "2001:db8::/32"], False),
        (False, "", ["0.0.0.0/0"], False),
    ],
)
def test_this_machine_and_the_allowed_may_read(may: bool, address: str, allow: Sequence[str], forwarded: bool) -> None:
    assert may is may_read(address, allow, forwarded=forwarded)


def test_what_is_no_network_stops_the_start_and_is_told(tmp_path: Path) -> None:
    file = tmp_path / "tonegate.toml"
    file.write_text('[metrics]\nallow = ["prometheus.example"]\n')
    with pytest.raises(SettingsError, match=r'\[metrics\] allow has "prometheus.example", which'):
        load(file, {})


@asynccontextmanager
async def own(settings: Settings) -> AsyncIterator[str]:
    """The listener of its own; its URL."""
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(settings, "127.0.0.1:0", stop=stop, ready=listening.set_result))
    try:
        yield f"http://127.0.0.1:{(await listening)[1]}"
    finally:
        stop.set()
        await task


async def get(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_metrics_are_what_prometheus_reads(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    settings = settings_in(tmp_path, sqlite_url)
    with Journal(sqlite_url) as journal:
        await journal.accept(Ticket(message()))
    async with own(settings) as url:
        status, text = await get(f"{url}/metrics")
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert 200 == status
    waiting = {"queue": "orders", "channel": "sms", "state": "received"}
    assert [(waiting, 1.0)] == [(one.labels, one.value) for one in families["tonegate_unfinished_messages"].samples]
    assert [({"queue": "orders"})] == [one.labels for one in families["tonegate_message_overdue_seconds"].samples]
    assert [0.0] == [one.value for one in families["tonegate_redis_up"].samples]
    assert [] == families["tonegate_bind_up"].samples


async def test_health_says_that_nothing_is_late_though_redis_is_away(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    async with own(settings_in(tmp_path, sqlite_url)) as url:
        status, text = await get(f"{url}/health")
    told = json.loads(text)
    assert (200, True, []) == (status, told["well"], told["wrong"])
    assert "Redis can't be reached: how the binds are can't be seen." == told["waiting"][0]["what"]


async def test_health_is_503_and_says_why_where_the_journal_is_gone(tmp_path: Path) -> None:
    async with own(settings_in(tmp_path, f"sqlite:///{tmp_path / 'gone.db'}")) as url:
        status, text = await get(f"{url}/health")
        gauges = (await get(f"{url}/metrics"))[1]
    assert 503 == status
    assert json.loads(text)["wrong"][0]["what"].startswith("Journal: ")
    assert {"tonegate_journal_up 0.0", "tonegate_healthy 0.0"} < set(gauges.splitlines())


async def test_others_hear_whether_all_is_well_and_nothing_else(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    async with own(settings_in(tmp_path, sqlite_url)) as url:
        assert 403 == (await get(f"{url}/metrics", **forwarded))[0]
        status, text = await get(f"{url}/health", **forwarded)
    assert (200, {"well": True}) == (status, json.loads(text))


async def test_the_console_has_both_without_a_log_in(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    async with serving(settings_in(tmp_path, sqlite_url)) as console:
        assert 200 == (await get(f"{console.url}/health"))[0]
        assert "tonegate_journal_up 1.0" in (await get(f"{console.url}/metrics"))[1]


async def test_a_console_behind_a_proxy_takes_the_proxy_for_nobody(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    async with serving(settings_in(tmp_path, sqlite_url, url="http://console.example")) as console:
        assert 403 == (await get(f"{console.url}/metrics"))[0]
