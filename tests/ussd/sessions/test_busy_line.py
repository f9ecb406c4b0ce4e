"""A door that stood still, for want of a processor, while Redis answered: nobody is told that Redis is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from channels.ussd.sessions.line import Line, _Wire

_LATE_BY_S = 5.0


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[_Wire]:
    """A connection on which nothing was asked yet."""
    wire = await Line(redis_url, within_s=240.0)._connect(asyncio.get_running_loop().time() + 240.0)
    yield wire
    wire.close()


async def test_an_answer_that_came_while_we_stood_still_is_read(wire: _Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 4: "something went wrong on our side" was on the screen of whoever had just pressed a key."""
    monkeypatch.setattr("channels.ussd.sessions.line._GRACE_S", 240.0)  # of the machine that runs the test
    assert "PONG" == await wire.ask(("PING",), asyncio.get_running_loop().time() - _LATE_BY_S)


async def test_who_answers_nothing_even_then_is_given_up(wire: _Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "data_received", lambda _: None)
    with pytest.raises(TimeoutError):
        await wire.ask(("PING",), asyncio.get_running_loop().time() - _LATE_BY_S)
