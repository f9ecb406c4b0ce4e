"""Looking for tones, bundles, what plays, and pausing it."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from core_client import Bundle, CoreClient, OurMistake, Refused, Setting
from core_client.sandbox.catalogue import CHART
from tests.sandbox.conftest import House
from tests.sandbox.words import BARRED, EXPIRED, FRIEND, FUNDED, NO_SERVICE, POOR, SECOND, THIRD, TONE, WITHDRAWN

IDS = map(str, count())


async def order(core: CoreClient, number: str, code: str) -> None:
    await core.order_tone(number, code, transaction_id=next(IDS), expected_price=None)


async def bundle(core: CoreClient, number: str, code: str = "101", price: int | None = 400) -> tuple[str, int | None]:
    answer = await core.order_bundle(number, code, transaction_id=next(IDS), expected_price=price)
    return answer.outcome, answer.amount_charged


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("paper BOATS", TONE),
        ("纸船", "600902000008"),
        ("المدينة", "600902000034"),
        ("d'hiver", "600902000053"),
        ("云朵", "600902000067"),
    ],
)
async def test_a_tone_is_found_by_a_part_of_its_name_or_its_singers(core: CoreClient, words: str, first: str) -> None:
    found, tones = await core.find_tones(words)
    assert (first, found) == (tones[0].code, len(tones))


async def test_what_is_not_there_is_found_zero_times(core: CoreClient) -> None:
    assert (0, []) == await core.find_tones("no such tone")


async def test_a_page_tells_how_many_there_are_in_all_and_shows_none_that_is_not_sold(core: CoreClient) -> None:
    found, tones = await core.find_tones(last=200)
    assert (229, 200) == (found, len(tones))
    _, rest = await core.find_tones(first=201, last=400)
    codes = {tone.code for tone in tones + rest}
    assert (229, set()) == (len(codes), codes & {EXPIRED, WITHDRAWN})


async def test_the_top_is_what_most_numbers_own_now(core: CoreClient) -> None:
    await order(core, FUNDED, SECOND)
    await order(core, FUNDED, THIRD)
    await order(core, FRIEND, THIRD)
    assert [THIRD, SECOND] == [tone.code for tone in (await core.find_tones(order_by="top"))[1]][:2]


async def test_a_new_sandbox_has_a_chart_so_that_a_first_look_at_the_top_finds_some(core: CoreClient) -> None:
    found, tones = await core.find_tones(order_by="top")
    assert (10, list(CHART)) == (found, [tone.code for tone in tones])
    assert len({tone.name for tone in tones}) == len(CHART)
    bought = CHART[4]
    await order(core, FUNDED, bought)
    assert [bought, *(code for code in CHART if code != bought)] == [
        tone.code for tone in (await core.find_tones(order_by="top"))[1]
    ]


async def test_the_newest_come_first(core: CoreClient) -> None:
    _, tones = await core.find_tones(order_by="new", last=3)
    assert ["600902000239", "600902000238", "600902000237"] == [tone.code for tone in tones]


async def test_bundles_are_shown_with_price_and_size(core: CoreClient) -> None:
    assert Bundle("101", "Rainy Season", 400, 30, 3) == (await core.bundles())[0]


async def test_a_bundle_is_charged_once_and_brings_all_its_tones(house: House, core: CoreClient) -> None:
    assert ("done", 400) == await bundle(core, FUNDED)
    assert {TONE, SECOND, THIRD} == {tone.code for tone in await core.owned_tones(FUNDED)}
    assert ("already", 0) == await bundle(core, FUNDED)
    assert [("bundle", "101", 400)] == [(row["action"], row["tone"], row["amount"]) for row in await house.ledger()]


@pytest.mark.parametrize(
    ("reason", "number", "code", "price"),
    [
        ("price_changed", FUNDED, "101", 399),
        ("tone_missing", FUNDED, "999", None),
        ("library_full", FUNDED, "103", 900),  # five, where four fit
        ("balance", POOR, "101", 400),
        ("no_service", NO_SERVICE, "101", 400),
        ("barred", BARRED, "101", 400),
    ],
)
async def test_a_bundle_that_cannot_be_is_refused_with_its_reason_and_nothing_charged(
    house: House, core: CoreClient, reason: str, number: str, code: str, price: int | None
) -> None:
    with pytest.raises(Refused) as caught:
        await bundle(core, number, code, price)
    assert (reason, []) == (caught.value.reason, await house.ledger())


async def test_pausing_and_playing_again_are_told_by_the_status_and_keep_the_tones(core: CoreClient) -> None:
    await order(core, FUNDED, TONE)
    for plays, status in ((False, "suspended"), (False, "suspended"), (True, "active")):
        assert "done" == (await core.play(FUNDED, plays=plays, transaction_id=next(IDS))).outcome
        subscriber = await core.query_subscriber(FUNDED)
        assert subscriber
        assert status == subscriber.status
    assert [TONE] == [tone.code for tone in await core.owned_tones(FUNDED)]


async def test_who_has_paused_can_still_close(core: CoreClient) -> None:
    await core.play(FUNDED, plays=False, transaction_id=next(IDS))
    assert "done" == (await core.unsubscribe(FUNDED, transaction_id=next(IDS))).outcome
    assert await core.query_subscriber(FUNDED) is None


@pytest.mark.parametrize(
    ("reason", "number"), [("no_service", NO_SERVICE), ("barred", BARRED), ("tone_missing", FUNDED)]
)
async def test_a_tone_that_is_not_owned_or_not_allowed_cannot_be_set(
    core: CoreClient, reason: str, number: str
) -> None:
    with pytest.raises(Refused) as caught:
        await core.set_tone(number, TONE, transaction_id=next(IDS))
    assert reason == caught.value.reason


async def test_a_setting_for_the_same_callers_and_times_takes_the_place_of_the_one_before(core: CoreClient) -> None:
    for code in (TONE, SECOND):
        await order(core, FUNDED, code)
        for caller, hours in (("", ()), (FRIEND, ()), ("", ("22:00", "06:00"))):
            answer = await core.set_tone(FUNDED, code, caller=caller, hours=hours, transaction_id=next(IDS))
            assert ("done", 0) == (answer.outcome, answer.amount_charged)
    assert SECOND == (await core.copyable_tone(FRIEND, FUNDED)).code


async def test_a_tone_that_is_removed_plays_no_more(core: CoreClient) -> None:
    for code in (TONE, SECOND):
        await order(core, FUNDED, code)
    await core.set_tone(FUNDED, TONE, transaction_id=next(IDS))
    await core.delete_tone(FUNDED, TONE, transaction_id=next(IDS))
    assert SECOND == (await core.copyable_tone(FRIEND, FUNDED)).code


DAY, NIGHT = ("09:00", "18:00"), ("22:00", "06:00")
ALWAYS, BY_DAY, HIS, HIS_NIGHT = (
    Setting(TONE, "Paper Boats"),
    Setting(SECOND, "Silver Boats", hours=DAY),
    Setting(SECOND, "Silver Boats", FRIEND),
    Setting(TONE, "Paper Boats", FRIEND, NIGHT),
)


@pytest.mark.parametrize(
    ("left", "cleared"),
    [
        ([ALWAYS, BY_DAY], {"caller": FRIEND}),
        ([ALWAYS, BY_DAY, HIS], {"caller": FRIEND, "hours": NIGHT}),
        ([ALWAYS, HIS, HIS_NIGHT], {"hours": DAY}),
        ([BY_DAY, HIS], {"tone_code": TONE}),
        ([ALWAYS, BY_DAY, HIS], {"tone_code": TONE, "caller": FRIEND}),
    ],
)
async def test_what_plays_to_whom_is_told_and_taken_back_by_whatever_is_named_of_it(
    core: CoreClient, left: list[Setting], cleared: dict[str, Any]
) -> None:
    for code in (TONE, SECOND):
        await order(core, FUNDED, code)
    assert [] == await core.settings(FUNDED)
    for one in (HIS_NIGHT, HIS, BY_DAY, ALWAYS):
        await core.set_tone(FUNDED, one.tone_code, caller=one.caller, hours=one.hours, transaction_id=next(IDS))
    assert [ALWAYS, BY_DAY, HIS, HIS_NIGHT] == await core.settings(FUNDED)
    for outcome in ("done", "already"):
        answer = await core.clear_settings(FUNDED, **cleared, transaction_id=next(IDS))
        assert (outcome, 0) == (answer.outcome, answer.amount_charged)
    assert left == await core.settings(FUNDED)
    assert {TONE, SECOND} == {tone.code for tone in await core.owned_tones(FUNDED)}


async def test_clearing_nothing_in_particular_is_a_mistake_of_the_caller(core: CoreClient) -> None:
    with pytest.raises(OurMistake, match="parameter"):
        await core.clear_settings(FUNDED, transaction_id=next(IDS))


async def test_hours_that_are_none_are_a_mistake_of_the_caller(core: CoreClient) -> None:
    await order(core, FUNDED, TONE)
    with pytest.raises(OurMistake, match="parameter"):
        await core.set_tone(FUNDED, TONE, hours=("25:00", "26:00"), transaction_id=next(IDS))
