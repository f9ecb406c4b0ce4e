"""A desk goes on by its own copy of a dial where nothing is done but a screen shown, and is never misled by it."""

from __future__ import annotations

import pytest

from channels.ussd.desk.own import Left, OwnDials
from channels.ussd.menu import Session
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from channels.ussd.sessions import Kept
from channels.ussd.sessions.line import Line, Script, Word
from tests.ussd.desk.kit.house import NUMBER, RESULT, DeskHouse
from tests.ussd.menu.kit.shipped import CODE


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Script]:
    """What Redis was asked."""
    found: list[Script] = []
    run = Line.run

    async def seen(line: Line, script: Script, keys: tuple[str, ...], *values: Word) -> object:
        found.append(script)
        return await run(line, script, keys, *values)

    monkeypatch.setattr(Line, "run", seen)
    return found


async def elsewhere(house: DeskHouse, key: str) -> ScreenReply:
    """A key that the gateway brings to another process."""
    house.now_s += 10.0
    return await house.another().answer(DialRequest(Kind.INPUT, "hub", "s-1", NUMBER, "*123#", key))


async def test_a_key_that_only_leads_to_a_screen_asks_redis_once(house: DeskHouse, asked: list[Script]) -> None:
    await house.dial()
    for key in ("2", "0", "98", "7"):
        asked.clear()
        assert not (await house.send(Kind.INPUT, key)).ends
        assert 1 == len(asked)


async def test_a_key_is_read_on_the_screen_that_another_process_has_shown(house: DeskHouse) -> None:
    """Promise 3: what was a yes to a price here is none any more, and what is one there is one here."""
    await house.dial("2", CODE)
    assert "Code of the tone" in (await elsewhere(house, "0")).text
    assert "It has 12 digits" in (await house.send(Kind.INPUT, "1")).text
    assert "2.00" in (await elsewhere(house, CODE)).text
    assert {} == house.orders.kept
    assert ScreenReply(RESULT, ends=True) == await house.send(Kind.INPUT, "1")
    assert 1 == len(house.orders.kept)


async def test_a_request_that_another_process_has_answered_is_a_repeat_here(house: DeskHouse) -> None:
    """Promise 2: a gateway that loses patience, and asks another of our processes."""
    await house.dial()
    shown = await elsewhere(house, "2")
    assert shown == await house.send(Kind.INPUT, "2", after_s=1.0)
    assert "2.00" in (await house.send(Kind.INPUT, CODE)).text


async def test_who_is_answered_by_two_processes_in_turns_pays_for_the_copy_once(
    house: DeskHouse, asked: list[Script]
) -> None:
    await house.dial()
    await elsewhere(house, "2")
    counts = []
    for key in ("0", "2", "0"):
        asked.clear()
        await house.send(Kind.INPUT, key)
        counts.append(len(asked))
    assert [3, 2, 2] == counts


async def test_a_dial_that_is_gone_from_redis_begins_anew(house: DeskHouse) -> None:
    await house.dial("2")
    await house.store.run(Script("return redis.call('DEL', KEYS[2])"), NUMBER)
    assert (await house.send(Kind.INPUT, CODE)).text.startswith("Ringback tones")


def left(number: str, step: int = 0, *, ends: bool = False) -> Left:
    session = Session("main", "v", number, "en", "*123#", "hub", 160)
    return Left(Kept("d-1", "hub", "s-1", "", step=step, ends=ends), "written", session)


def test_as_many_dials_are_remembered_as_were_asked_for_the_latest_ones() -> None:
    own = OwnDials(at_most=2)
    for number, step in (("1", 0), ("2", 0), ("1", 1), ("3", 0)):
        own.leave(left(number, step))
    assert [True, False, True] == [own.of(number) is not None for number in ("1", "2", "3")]


def test_a_dial_that_began_elsewhere_or_is_over_is_not_remembered() -> None:
    own = OwnDials()
    own.leave(left("1", 4))
    own.leave(left("2"))
    own.leave(left("2", 1, ends=True))
    assert (None, None) == (own.of("1"), own.of("2"))
