"""The engine's steps, on the shipped menu."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.ussd.menu import (
    CONSENT,
    GIFT_OFFER,
    Session,
    answered,
    begin,
    failed,
    late,
    not_placed,
    placed,
    refused,
    reply,
    resumed,
)
from channels.ussd.menu.model import MenuScreen
from channels.ussd.ports import Ask, Place, Show
from tests.ussd.menu.kit.shipped import CODE, LANGUAGES, NUMBER, caller, dial, kept, menu, quote, shown
from workers.dialogue import Action, Command
from workers.dials import Placed


def test_the_first_screen_has_five_keys_and_two_asks_for_a_code() -> None:
    expected = "Ringback tones\n1 Top and new\n2 Enter a code\n3 My tones\n4 Give a tone\n5 Gifts received\n98 More"
    assert expected == shown(dial())
    assert "Code of the tone:\n0 Back 00 Home" == shown(dial("2"))


@pytest.mark.parametrize(("expected", "name"), [(set(LANGUAGES), "home"), (set[str](), "languages")])
def test_keys_that_are_the_same_to_everybody_are_made_once_for_each_language(expected: set[str], name: str) -> None:
    screen = menu().screens[name]
    assert isinstance(screen, MenuScreen)
    assert expected == set(screen.fixed)


@pytest.mark.parametrize(
    ("expected", "keys"),
    [
        ("6 Copy a tone", ("98",)),
        ("2 Enter a code", ("98", "0")),
        ("2 Enter a code", ("0",)),
        ("2 Enter a code", ("00",)),
        ("2 Enter a code", ("1", "0")),
        ("1 Top tones", ("1", "3", "0")),
        ("2 Enter a code", ("1", "3", "00")),
        ("Copy the tone of which number?", ("6",)),
        ("Language\n1 English", ("9", "1")),
    ],
    ids=" ".join,
)
def test_back_home_and_more_lead_where_they_say(expected: str, keys: tuple[str, ...]) -> None:
    assert expected in shown(dial(*keys))


@pytest.mark.parametrize(
    ("expected", "keys"),
    [
        ("No such key.", ("7x",)),
        ("No such key.", ("",)),
        ("No such key.", ("98", "98")),
        ("It has 12 digits", ("2", "6")),
        ("Please dial *123# again", ("2", "6", "6", "6")),
        ("Please dial *123# again", ("x", "x", "x")),
    ],
    ids=" ".join,
)
def test_a_wrong_input_is_told_and_the_third_in_a_row_ends_the_dial(expected: str, keys: tuple[str, ...]) -> None:
    step = dial(*keys)
    assert expected in shown(step)
    assert (expected.startswith("Please")) == step[1].ends  # type: ignore[union-attr]


def test_a_right_input_between_them_begins_the_count_anew() -> None:
    assert 1 == dial("x", "x", "1", "x")[0].tries


def test_a_code_asks_for_its_price_and_by_text_where_that_takes_too_long() -> None:
    _, effect = dial("2", CODE)
    assert isinstance(effect, Ask)
    assert ("quote", {"action": "order", "code": CODE}) == (effect.function, effect.arguments)
    assert effect.instead
    assert (Command(Action.ORDER, (CODE,)), None) == (effect.instead.command, effect.instead.prices)


def test_a_yes_orders_at_the_price_that_was_shown_then() -> None:
    session, _ = answered(menu(), dial("2", CODE)[0], quote(), 1_700_000_000.0)
    session, effect = reply(menu(), kept(session), "1")
    assert isinstance(effect, Place)
    order = effect.order
    assert Command(Action.ORDER, (CODE,)) == order.command
    assert ({CODE: 200}, 1_700_000_000.0) == (order.prices, order.told_at)
    assert ("en", "*123#", "order_price") == (order.language, order.service_code, order.screen)


def test_a_gift_with_the_service_has_both_prices() -> None:
    session, _ = dial("4", CODE, "13900138001")
    session, _ = answered(menu(), session, quote(fee=500), 1.0)
    _, effect = reply(menu(), session, "1")
    assert isinstance(effect, Place)
    assert Command(Action.GIFT, (CODE,), "8613900138001") == effect.order.command
    assert {CODE: 200, "": 500} == effect.order.prices


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("You paid 2.00 yuan.", "You paid 2.00 yuan."),
        ("We have your request. The result comes by text message.", ""),
    ],
    ids=["in time", "not yet"],
)
def test_the_last_screen_says_what_has_become_of_it_or_what_comes_next(expected: str, text: str) -> None:
    session, _ = answered(menu(), dial("2", CODE)[0], quote(), 1.0)
    session, _ = reply(menu(), session, "1")
    assert Show(expected, True) == placed(menu(), session, Placed("1", text))[1]


def test_a_result_of_several_pages_ends_on_its_last() -> None:
    session, _ = reply(menu(), answered(menu(), dial("2", CODE)[0], quote(), 1.0)[0], "1")
    session, first = placed(menu(), session, Placed("1", "word " * 50))
    assert isinstance(first, Show)
    assert (False, True) == (first.ends, first.text.endswith("98 More"))
    session, again = reply(menu(), session, "1")
    assert first == again
    assert reply(menu(), session, "98")[1].ends  # type: ignore[union-attr]


def test_what_may_be_safe_or_not_is_said_to_be_neither() -> None:
    session, _ = reply(menu(), answered(menu(), dial("2", CODE)[0], quote(), 1.0)[0], "1")
    _, show = placed(menu(), session, Placed("1", in_doubt=True))
    assert isinstance(show, Show)
    assert (True, True, False) == (show.ends, "A text message will tell you" in show.text, "charged" in show.text)


def test_what_could_not_be_made_safe_was_not_taken() -> None:
    session, _ = reply(menu(), answered(menu(), dial("2", CODE)[0], quote(), 1.0)[0], "1")
    text = "Sorry, we could not take this. Nothing was charged. Please dial again later."
    assert Show(text, True) == not_placed(menu(), session)[1]


def test_a_no_is_told_with_the_way_back() -> None:
    session, show = refused(menu(), dial("2", CODE)[0], "owned", "You have it already.")
    assert Show("You have it already.\n0 Back 00 Home") == show
    assert "Code of the tone:" in shown(reply(menu(), kept(session), "0"))


def test_a_no_leads_where_its_screen_sends_that_reason() -> None:
    assert "1 Open it" in shown(refused(menu(), dial("2", CODE)[0], "no_service", "Not open."))


@pytest.mark.parametrize(("expected", "by_text"), [("The answer comes by text", True), ("try again later", False)])
def test_what_is_late_comes_by_text_or_can_be_tried_again(expected: str, by_text: bool) -> None:
    step = late(menu(), dial("2", CODE)[0], by_text=by_text)
    assert expected in shown(step)
    assert by_text == step[1].ends  # type: ignore[union-attr]


def test_what_nobody_can_tell_leads_back() -> None:
    assert "we can't look that up now" in shown(failed(menu(), dial("2", CODE)[0]))


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("order_price", f"2*{CODE}"),
        ("order_price", f"2*{CODE}*1"),
        ("enter_code", "2"),
        ("enter_code", "2*12"),
        ("gift_price", f"4*{CODE}*13900138001"),
        ("gift_number", f"4*{CODE}"),
        ("gift_code", f"4*12*{CODE}"),
        ("copy_price", "6*13900138001"),
        ("home", "3"),
        ("home", ""),
        ("home", "***"),
        ("home", "2x"),
    ],
)
def test_a_shortcut_goes_as_far_as_the_price(expected: str, typed: str) -> None:
    session, effect = begin(menu(), caller(), typed=typed)
    assert expected == session.screen
    assert not isinstance(effect, Place)


def test_a_push_offers_a_gift_and_takes_the_answer() -> None:
    given = {"giver": "8613900138001", "name": "Moon River", "code": CODE, "key": "482193", "days": 30}
    session, show = begin(menu(), caller(), screen=GIFT_OFFER, variables=given)
    assert isinstance(show, Show)
    assert "A gift from +8613900138001: Moon River, free for 30 days\n1 Accept\n2 Refuse\n00 Home" == show.text
    _, effect = reply(menu(), kept(session), "1")
    assert isinstance(effect, Place)
    assert Command(Action.ACCEPT, gift_key="482193") == effect.order.command


@pytest.mark.parametrize(("action", "key"), [(Action.ACCEPT, "1"), (Action.DECLINE, "2")])
def test_a_push_asks_an_open_question_by_its_number(action: Action, key: str) -> None:
    given = {"question": "Moon River costs 2.00 yuan. Buy it?", "question_key": "7"}
    session, _ = begin(menu(), caller(), screen=CONSENT, variables=given)
    _, effect = reply(menu(), session, key)
    assert isinstance(effect, Place)
    assert (Command(action, question_key="7"), None) == (effect.order.command, effect.order.prices)


def test_a_changed_language_is_spoken_at_once() -> None:
    session, effect = dial("9", "1", "2")
    assert isinstance(effect, Place)
    assert (Command(Action.LANGUAGE, language="zh"), "zh") == (effect.order.command, effect.order.language)
    assert "已受理" in shown(placed(menu(), session, Placed("1")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_its_own_words(language: str) -> None:
    others = {shown(dial(language=other)) for other in LANGUAGES if other != language}
    assert shown(dial(language=language)) not in others


def test_a_language_that_is_not_spoken_is_the_default_one() -> None:
    assert shown(dial()) == shown(dial(language="xx"))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("start", "Ringback tones"),
        ("continue", "Code of the tone:"),
        ("ask", "Your dial was cut off.\n1 Go on\n2 Start anew\n00 Home"),
    ],
)
def test_a_dropped_dial_is_taken_up_as_its_menu_says(policy: str, expected: str) -> None:
    session, _ = dial("2")
    assert shown(resumed(replace(menu(), resume=policy), kept(session), caller())).startswith(expected)


@pytest.mark.parametrize(
    ("expected", "keys"),
    [
        ("Code of the tone:", ("1",)),
        ("Ringback tones", ("2",)),
        ("Ringback tones", ("00",)),
        ("Your dial was cut off.", ("7",)),
        ("Three wrong entries.", ("7", "7", "7")),
    ],
    ids=" ".join,
)
def test_a_dial_that_asks_goes_on_or_starts_anew(expected: str, keys: tuple[str, ...]) -> None:
    step = resumed(menu(), dial("2")[0], caller())
    for key in keys:
        step = reply(menu(), kept(step[0]), key)
    assert expected in shown(step)


@pytest.mark.parametrize(
    ("expected", "dropped_at", "newest"),
    [
        ("2", (), {"version": "2"}),
        ("1", ("2",), {"version": "2"}),
        ("2", ("2",), {"version": "2", "name": "other"}),
    ],
    ids=["begins anew", "is taken up", "dials another menu"],
)
def test_only_a_dial_that_is_taken_up_keeps_the_version_it_had(
    expected: str, dropped_at: tuple[str, ...], newest: dict[str, str]
) -> None:
    """Who dialled again within a session's life saw the old menu for ever: found through the running product."""
    before, now = replace(menu(), version="1"), replace(menu(), **newest)  # type: ignore[arg-type]
    session, _ = begin(before, caller())
    for key in dropped_at:
        session, _ = reply(before, session, key)
    session, effect = resumed(before, kept(session), caller(), newest=now)
    assert expected == session.version
    assert ("Your dial was cut off" in shown((session, effect))) == (expected == "1")


def test_a_dial_dropped_at_its_price_asks_for_the_price_again() -> None:
    session, _ = answered(menu(), dial("2", CODE)[0], quote(), 1.0)
    step = reply(menu(), resumed(menu(), kept(session), caller())[0], "1")
    assert isinstance(step[1], Ask)
    assert "1.00 yuan" in shown(answered(menu(), step[0], quote(price=100), 9.0))


def test_a_dial_dropped_behind_its_yes_begins_anew_and_orders_nothing_more() -> None:
    session, _ = reply(menu(), answered(menu(), dial("2", CODE)[0], quote(), 1.0)[0], "1")
    assert "Ringback tones" in shown(resumed(menu(), kept(session), caller()))
    assert "The result comes by text message." in shown(reply(menu(), kept(session), "1"))


def test_a_shortcut_is_stronger_than_a_dropped_dial() -> None:
    assert "order_price" == resumed(menu(), dial("9")[0], caller(), typed=f"2*{CODE}")[0].screen


def test_a_session_goes_through_a_store_unchanged() -> None:
    session, _ = answered(menu(), dial("2", CODE)[0], quote(), 1.0)
    assert session == kept(session)


@pytest.mark.parametrize("text", ["", "[]", "7", '{"menu": 1}', '{"quote": {"x": 1}}'])
def test_what_is_no_session_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="no session of a dial"):
        Session.from_json(text)


def test_a_number_is_in_no_representation() -> None:
    assert NUMBER not in repr(dial("6", "13900138001")[0])
    assert "13900138001" not in repr(dial("6", "13900138001"))


@pytest.mark.parametrize(
    "value",
    [None, [], {}, "x", quote() | {"price": "2"}, quote() | {"price": -1}, quote() | {"days": True}, quote("1")],
    ids=["none", "list", "empty", "text", "price is text", "price below nothing", "days is a truth", "another code"],
)
def test_a_price_that_is_none_ends_the_dial_with_regret(value: object) -> None:
    session, effect = answered(menu(), dial("2", CODE)[0], value, 1.0)
    assert isinstance(effect, Show)
    assert (True, "Nothing was charged" in effect.text) == (effect.ends, True)
    assert session.fault.startswith("order_price: ")
