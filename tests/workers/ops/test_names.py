"""Whose host has a name waits for no name server longer than he wants to, and is told what to do."""

from __future__ import annotations

import asyncio
import socket
from threading import Event
from unittest import mock

import pytest

from tests.workers.kit.hung import silent_name_server
from workers.journal import Database
from workers.ops import apart
from workers.ops.names import Names, host_in, host_of

ASK_THEM = (
    "see that the name servers in /etc/resolv.conf answer (`getent ahosts core.invalid` asks them)"
    ", or put an address in its place (core.url)"
)


@pytest.mark.parametrize(
    ("host", "error", "found", "mend"),
    [
        (
            "core.invalid",
            socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
            "the name core.invalid could not be looked up: Temporary failure in name resolution",
            ASK_THEM,
        ),
        (
            "core.invalid",
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "the name core.invalid could not be looked up: Name or service not known",
            "see that core.url has the right name, or an address",
        ),
        (
            "core..invalid",
            UnicodeError("label empty or too long"),
            "the name core..invalid could not be looked up: no host can have it",
            "see that core.url has the right name, or an address",
        ),
    ],
)
async def test_a_name_without_an_address_is_told_with_what_mends_it(
    host: str, error: Exception, found: str, mend: str
) -> None:
    with mock.patch.object(socket, "getaddrinfo", side_effect=error):
        trouble = await Names(60.0).trouble(host, "core.url")
    assert trouble
    assert (found, mend) == (trouble.found, trouble.mend)


@pytest.mark.parametrize("host", ["", "127.0.0.1", "::1", "fe80::1%1"])
async def test_an_address_is_not_looked_up(host: str) -> None:
    with silent_name_server(host):
        assert await Names(0.0).trouble(host, "core.url") is None


async def test_a_name_that_has_an_address_is_no_trouble() -> None:
    assert await Names(60.0).trouble("localhost", "core.url") is None


async def test_a_name_is_looked_up_once_at_a_time_whoever_asks() -> None:
    asked: list[object] = []
    names = Names(0.0)
    with silent_name_server("silent.invalid", lambda: asked.append(1)):
        for _ in range(2):
            assert all(await asyncio.gather(*(names.trouble("silent.invalid", "core.url") for _ in range(3))))
    while trouble := await names.trouble("silent.invalid", "core.url"):
        if "Temporary failure" in trouble.found:  # the first look-up has come to its end
            break
    assert 1 == len(asked)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("redis://:sesam@redis.example:6379/0", "redis.example"),
        ("rediss://[::1]:6379/0", "::1"),
        ("unix:///run/tonegate/redis.sock", ""),
        ("https://core.example/usdp", "core.example"),
    ],
)
def test_the_host_is_what_a_url_names(url: str, host: str) -> None:
    assert host == host_in(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("sqlite:////var/lib/tonegate.db", ""),
        ("postgresql+psycopg://tonegate@db.example/tonegate", "db.example"),
        ("postgresql+psycopg://tonegate@/tonegate?host=/var/run", ""),
        ("postgresql+psycopg://tonegate@db.example/tonegate?hostaddr=192.0.2.1", ""),
    ],
)
def test_the_journals_host_is_what_its_driver_looks_up(url: str, host: str) -> None:
    assert host == host_of(Database(url))


def test_a_run_waits_at_its_end_for_nothing_that_blocks() -> None:
    begun, never = Event(), Event()

    async def main() -> str:
        blocked = asyncio.create_task(asyncio.to_thread(lambda: begun.set() or never.wait()))
        assert await asyncio.to_thread(begun.wait)
        return "well" if not blocked.done() else "it came back"

    assert "well" == apart.run(main())  # or this never comes back
    never.set()
