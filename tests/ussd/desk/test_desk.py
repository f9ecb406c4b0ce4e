"""The desk with real sessions and the shipped menu: each request once, in time, and never a trace of a fault."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from channels.ussd.ports import DialRequest, Kind, ScreenReply
from channels.ussd.sessions import Held, StoreGone
from tests.house import until
from tests.ussd.desk.kit.house import NUMBER, PATIENT, RESULT, DeskHouse
from tests.ussd.menu.kit.shipped import CODE, wording
from workers.dials import Placed

TO_PRICE = ("2", CODE)


async def test_a_confirmed_price_is_one_order_whose_result_is_the_last_screen(house: DeskHouse) -> None:
    price = await house.dial(*TO_PRICE)
    assert ("2.00" in price.text, False, {}) == (True, price.ends, house.orders.kept)
    assert ScreenReply(RESULT, ends=True) == await house.send(Kind.INPUT, "1")
    ((transaction_id, order),) = house.orders.kept.items()
    assert (24, {CODE: 200}) == (len(transaction_id), order.agreed)


@pytest.mark.parametrize(
    "again",
    [
        {"after_s": 1.0},
        {"request_id": "r3", "after_s": 100.0},
        {"all_inputs": ("2", CODE, "1"), "after_s": 100.0},
    ],
    ids=["the same input at once", "the same request later", "the same inputs later"],
)
async def test_a_repeated_yes_gets_the_same_screen_and_orders_nothing_new(
    house: DeskHouse, again: dict[str, Any]
) -> None:
    """Promise 2."""
    how = {name: value for name, value in again.items() if name != "after_s"}
    await house.dial(*TO_PRICE)
    first = await house.send(Kind.INPUT, "1", **how)
    assert first == await house.send(Kind.INPUT, "1", **again)
    assert 1 == len(house.orders.calls)


async def test_two_requests_at_once_make_one_order_and_see_one_screen(house: DeskHouse) -> None:
    """Promise 2: a gateway that loses patience, and asks another of our processes."""
    await house.dial(*TO_PRICE)
    house.orders.open.clear()
    yes = DialRequest(Kind.INPUT, "hub", "s-1", NUMBER, "*123#", "1")
    both = [asyncio.create_task(desk.answer(yes)) for desk in (house.desk, house.another())]
    await until(lambda: bool(house.orders.calls), "the order is placed")
    house.orders.open.set()
    assert [ScreenReply(RESULT, ends=True)] * 2 == await asyncio.gather(*both)
    assert 1 == len(house.orders.calls)


async def test_a_door_that_died_before_it_remembered_orders_under_the_same_id_again(
    house: DeskHouse, redis_url: str
) -> None:
    """Promise 2: the gateway brings the yes again, and the journal knows it."""
    await house.dial(*TO_PRICE)
    with redis.Redis.from_url(redis_url) as client:
        before = client.get(f"tonegate:dial:{NUMBER}")
        await house.send(Kind.INPUT, "1")
        client.set(f"tonegate:dial:{NUMBER}", before)
    await house.send(Kind.INPUT, "1")
    assert (2, 1) == (len(house.orders.calls), len(house.orders.kept))


async def test_the_same_tone_in_a_dial_of_its_own_is_an_order_of_its_own(house: DeskHouse) -> None:
    await house.dial(*TO_PRICE, "1")
    await house.dial(*TO_PRICE, "1", session="s-1")
    assert 2 == len(house.orders.kept)


async def test_a_result_that_does_not_come_in_time_is_said_to_follow_by_text(house: DeskHouse) -> None:
    """Promise 4."""
    house.orders.text = ""
    last = await house.dial(*TO_PRICE, "1")
    assert (True, True) == ("text message" in last.text, last.ends)
    (within_s,) = house.orders.waits
    assert 0 < within_s < PATIENT.answer_within_s


async def test_what_is_not_safe_is_said_not_to_be_taken(house: DeskHouse) -> None:
    """Promise 1: no screen says that it was taken before it is in the journal."""
    house.orders.unsafe = True
    last = await house.dial(*TO_PRICE, "1")
    assert (True, True) == ("Nothing was charged" in last.text, last.ends)


async def test_what_may_be_safe_or_not_is_told_by_text_and_its_screen_claims_neither(house: DeskHouse) -> None:
    """Promise 4: whether it was charged nobody knows yet; the same yes again reads the same, and is the same order."""
    house.orders.in_doubt = True
    last = await house.dial(*TO_PRICE, "1")
    assert (True, False, True) == ("A text message will tell" in last.text, "charged" in last.text, last.ends)
    assert last == await house.send(Kind.INPUT, "1", after_s=1.0)
    assert 1 == len(house.orders.kept)


async def test_a_look_that_takes_too_long_is_answered_by_text_and_charges_nothing(redis_url: str) -> None:
    """Promises 3 and 4: what is placed instead has no price, so whatever is charged is asked about first."""
    house = DeskHouse(redis_url, times=replace(PATIENT, look_within_s=0.05))
    house.lookups.hangs = True
    last = await house.dial(*TO_PRICE)
    assert (True, True) == ("text message" in last.text, last.ends)
    (order,) = house.orders.kept.values()
    assert (None, (CODE,), [0.0]) == (order.agreed, order.command.tone_codes, house.orders.waits)
    await house.store.close()


async def test_a_core_that_is_away_is_told_and_the_menu_goes_on(house: DeskHouse) -> None:
    house.lookups.fails = True
    screen = await house.dial(*TO_PRICE)
    assert (True, False, {}) == ("Nothing was charged" in screen.text, screen.ends, house.orders.kept)
    assert "Ringback tones" in (await house.send(Kind.INPUT, "00")).text


async def test_without_redis_he_reads_a_polite_end_in_his_language(tmp_path: Path) -> None:
    house = DeskHouse(f"unix://{tmp_path / 'nobody'}")
    english = await house.send(Kind.BEGIN)
    assert (True, True) == ("Nothing was charged" in english.text, english.ends)
    house.lookups.language = "zh"
    assert "未扣费" in (await house.send(Kind.INPUT, "1")).text


@pytest.mark.parametrize(
    ("expected", "text", "in_doubt"),
    [
        (RESULT, RESULT, False),
        ("The result comes by text message", "word " * 60, False),
        ("A text message will tell you", "", True),
    ],
    ids=["whole", "of several pages", "in doubt"],
)
async def test_a_yes_that_was_taken_before_redis_went_is_not_said_to_be_lost(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch, expected: str, text: str, in_doubt: bool
) -> None:
    """Promise 4: nothing was charged, he read of a result of several pages, whose first could not be remembered."""
    await house.dial(*TO_PRICE)
    house.orders.text, house.orders.in_doubt = text, in_doubt

    async def gone(*_: Any, **__: Any) -> bool:
        raise StoreGone("ConnectionError")

    monkeypatch.setattr(Held, "put", gone)
    last = await house.send(Kind.INPUT, "1")
    assert (True, True, False) == (expected in last.text, last.ends, "othing was charged" in last.text), last.text
    last.arrived()
    assert 1 == len(house.orders.kept)


async def test_a_fault_of_ours_is_a_polite_end_too(house: DeskHouse) -> None:
    await house.dial("2")
    broken = replace(house.lookups)
    house.desk._effects._lookups = broken
    broken.look = None  # type: ignore[method-assign, assignment]
    screen = await house.send(Kind.INPUT, CODE)
    assert "Nothing was charged" in screen.text


async def test_a_number_whose_request_hangs_is_told_so_and_others_are_served(redis_url: str) -> None:
    """Promise 5: one subscriber's dial does not slow another's."""
    house = DeskHouse(redis_url)
    hasty = house.another(replace(PATIENT, answer_within_s=0.4))
    async with house.store.held(NUMBER, within_s=PATIENT.answer_within_s):
        said = await hasty.answer(DialRequest(Kind.INPUT, "hub", "s-1", NUMBER, "*123#", "1"))
        # Not that nothing was charged: the other request may just be ordering.
        assert (True, True, False) == (said.ends, "dial" in said.text, "charged" in said.text)
        other = await house.desk.answer(DialRequest(Kind.BEGIN, "hub", "s-9", "8613800138009", "*123#"))
    assert not other.ends
    await house.store.close()


async def test_a_dial_that_was_dropped_is_taken_up_where_it_was(house: DeskHouse) -> None:
    """The shipped menu asks."""
    await house.dial("2")
    await house.send(Kind.ABORT)
    asked = await house.send(Kind.BEGIN, session="s-2")
    assert "1 " in asked.text
    assert "ringback" not in asked.text.lower()
    assert "code" in (await house.send(Kind.INPUT, "1", "s-2")).text.lower()
    assert "2.00" in (await house.send(Kind.INPUT, CODE, "s-2")).text


async def test_a_dial_lives_as_long_as_the_settings_say_and_no_longer(redis_url: str) -> None:
    house = DeskHouse(redis_url, session_s=180.0)
    await house.dial("2")
    with redis.Redis.from_url(redis_url) as client:
        assert 0 < client.pttl(f"tonegate:dial:{NUMBER}") <= 180_000
        client.pexpire(f"tonegate:dial:{NUMBER}", 1)  # as if most of it had gone by
        await until(lambda: not client.exists(f"tonegate:dial:{NUMBER}"), "the dial is forgotten")
    assert "Ringback tones" in (await house.send(Kind.BEGIN, session="s-2")).text
    await house.store.close()


async def test_what_a_screen_has_shown_does_not_go_by_text(house: DeskHouse) -> None:
    house.orders.by_text_too = False
    last = await house.dial(*TO_PRICE, "1")
    assert [] == house.orders.shown_of  # not before the gateway has the screen
    last.arrived()
    await house.desk.close()
    assert list(house.orders.kept) == house.orders.shown_of


async def test_a_screen_that_never_arrived_goes_by_text(house: DeskHouse) -> None:
    """Promise 4: the gateway refused it, however late."""
    house.orders.by_text_too = False
    await house.dial(*TO_PRICE, "1")
    await house.desk.close()
    assert [] == house.orders.shown_of


async def test_what_nobody_may_have_read_goes_by_text(house: DeskHouse) -> None:
    """Promise 4: he hung up while the last screen was on its way."""
    house.orders.by_text_too = False
    (await house.dial(*TO_PRICE, "1")).arrived()
    await house.send(Kind.ABORT)
    await house.desk.close()
    assert [] == house.orders.shown_of


async def test_a_screen_that_the_gateway_waits_for_no_longer_counts_as_not_shown(redis_url: str) -> None:
    """Promise 4: the door has said something else by then."""
    house = DeskHouse(redis_url)
    house.orders.by_text_too = False
    await house.dial(*TO_PRICE)
    house.desk = house.another(replace(PATIENT, answer_within_s=0.3))
    place = house.orders.place

    async def slowly(*args: Any, **more: Any) -> Placed:
        await asyncio.sleep(0.7)
        return await place(*args, **more)

    house.orders.place = slowly  # type: ignore[method-assign]
    (await house.send(Kind.INPUT, "1")).arrived()
    await house.desk.close()
    assert [] == house.orders.shown_of
    await house.store.close()


async def test_an_expired_lock_lets_nobody_write_over_another(house: DeskHouse, redis_url: str) -> None:
    async with house.store.held(NUMBER, within_s=PATIENT.answer_within_s) as slow:
        with redis.Redis.from_url(redis_url) as client:
            client.delete(f"tonegate:dial:{NUMBER}:lock")
        first = await house.dial("2")
        assert slow.kept is None
        kept = (await _kept(house))._replace(text="of another")
        assert not await slow.put(kept)
    assert first.text == (await _kept(house)).text


async def _kept(house: DeskHouse) -> Any:
    async with house.store.held(NUMBER, within_s=PATIENT.answer_within_s) as held:
        return held.kept


async def test_the_funnel_has_entries_exits_drops_and_wrong_keys_and_no_number(house: DeskHouse) -> None:
    await house.dial("2", "12")
    await house.send(Kind.INPUT, CODE)
    await house.send(Kind.ABORT)
    assert {"home": (1, 1, 0, 0), "enter_code": (1, 1, 0, 1), "order_price": (1, 0, 1, 0)} == await house.counted()
    assert [] == [one for one in house.counts.added if NUMBER in str(one)]
    assert [10_000, 20_000, 10_000] == [one.shown_ms for one in house.counts.added]


async def test_a_dial_in_the_place_of_another_counts_as_a_drop(house: DeskHouse) -> None:
    await house.dial("2")
    await house.send(Kind.BEGIN, session="s-2")
    assert (2, 0, 1, 0) == (await house.counted())["enter_code"]  # entered again, with the question whether to go on


async def test_who_simply_stops_is_a_drop_of_the_screen_last_shown_once_though_several_doors_look(
    house: DeskHouse, redis_url: str
) -> None:
    """No key, and no gateway that says so; the door that showed it may have been restarted since."""
    await house.dial("2")
    entered_at = house.now_s
    doors = [house, *(DeskHouse(redis_url) for _ in range(3))]
    for door in doors:
        door.now_s = entered_at + 180.0 + 31.0
    await asyncio.gather(*(door.lapses.look() for door in doors for _ in range(2)))
    counted = [await door.counted() for door in doors]
    drops = [found["enter_code"] for found in counted if found.get("enter_code", (0, 0, 0, 0))[2]]
    assert 1 == len(drops)
    (dropped,) = (one for door in doors for one in door.counts.added if one.drops)
    assert (180_000, int(entered_at + 180.0) // 3600 * 3600) == (dropped.shown_ms, dropped.hour)
    assert NUMBER not in str(dropped)
    for door in doors[1:]:
        await door.store.close()


@pytest.mark.parametrize(
    ("so_far", "in_the_end", "kind", "text", "after_s"),
    [
        (0, 1, Kind.INPUT, "0", 170.0),
        (0, 1, Kind.INPUT, CODE, 1.0),
        (1, 2, Kind.BEGIN, "", 170.0),
        (1, 1, Kind.ABORT, "", 170.0),
        (0, 0, Kind.INPUT, "1", 170.0),
    ],
    ids=["goes on", "is shown the same again", "dials anew", "hangs up", "comes to the end"],
)
async def test_who_goes_on_or_is_known_to_have_left_is_not_counted_as_having_stopped(
    house: DeskHouse, so_far: int, in_the_end: int, kind: Kind, text: str, after_s: float
) -> None:
    async def drops() -> int:
        await house.lapses.look()
        return sum(one[2] for one in (await house.counted()).values())

    await house.dial("2", CODE)
    await house.send(kind, text, after_s=after_s)
    house.now_s += 41.0  # the screen before has had its time, and this one has not
    assert so_far == await drops()
    house.now_s += 180.0
    assert in_the_end == await drops()


async def test_a_request_of_the_last_moment_is_no_stop(house: DeskHouse) -> None:
    """The key came in time, and its screen may still be in the making."""
    await house.dial("2")
    house.now_s += 180.0 + 29.0
    await house.lapses.look()
    assert 0 == sum(drops for _, _, drops, _ in (await house.counted()).values())


async def test_without_redis_nobody_has_stopped_and_nothing_is_raised(tmp_path: Path) -> None:
    house = DeskHouse(f"unix://{tmp_path / 'nobody'}")
    await house.lapses.look()
    assert {} == await house.counted()
    await house.store.close()


def test_the_words_for_a_door_without_sessions_are_there_in_every_language() -> None:
    assert all(wording().say("screen_away", language) for language in ("en", "zh", "fr", "ar", "sw"))
