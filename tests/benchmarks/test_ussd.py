"""The bench of screens must see a wrong screen, a slow one, and a door that falls behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest

from channels.ussd.http import create_app
from channels.ussd.ports import DialRequest, ScreenReply
from tests.ussd.dialects.kit.gateway import gateway, serving

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def load_dials(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import load_dials  # noqa: PLC0415 - a script, found only with its folder on the path

    return load_dials


class Desk:
    """Answers after `slow_s`, and ends every `wrong_each`-th dial too early."""

    def __init__(self, slow_s: float = 0.0, wrong_each: int = 0) -> None:
        self.asked: list[DialRequest] = []
        self._slow_s = slow_s
        self._wrong_each = wrong_each

    async def answer(self, request: DialRequest) -> ScreenReply:
        self.asked.append(request)
        ends = bool(self._wrong_each) and len(self.asked) % self._wrong_each == 0
        await asyncio.sleep(self._slow_s)
        return ScreenReply("a screen", ends)


@asynccontextmanager
async def opened(desk: Desk) -> AsyncIterator[int]:
    async with serving(create_app([gateway("plain")], desk, lambda _: "")) as base:
        yield int(base.rpartition(":")[2])


async def test_every_screen_is_asked_for_once_each_walk_in_its_order(load_dials: ModuleType) -> None:
    desk = Desk()
    async with opened(desk) as port:
        found = await load_dials.load(port, 250, 2000.0, 7)
    assert (250, 0) == (len(found.latency_s), found.wrong)
    assert 250 == len({one.request_id for one in desk.asked})
    assert list(load_dials.KEYS[:3]) == [one.text for one in desk.asked if one.gateway_session == "bench-7"]


async def test_a_wrong_screen_is_counted(load_dials: ModuleType) -> None:
    async with opened(Desk(wrong_each=5)) as port:
        assert 10 == (await load_dials.load(port, 50, 2000.0, 0)).wrong


async def test_a_slow_screen_is_seen_from_when_its_key_was_due(load_dials: ModuleType) -> None:
    async with opened(Desk(slow_s=0.05)) as port:
        found = await load_dials.load(port, 100, 1000.0, 0)
    assert found.percentile(0) >= 0.05
    assert found.percentile(0) <= found.percentile(50) <= found.percentile(99)


async def test_nobody_at_home_is_wrong_and_no_crash(load_dials: ModuleType) -> None:
    async with opened(Desk()) as port:
        pass
    assert 5 == (await load_dials.load(port, 5, 1000.0, 0)).wrong


def test_a_request_is_what_the_dialect_plain_sends(load_dials: ModuleType) -> None:
    said = load_dials.request(3, 1)
    assert {"session", "msisdn", "code", "input", "request"} == set(json.loads(json.dumps(said)))
    assert ("8613800000003", "2") == (said["msisdn"], said["input"])
