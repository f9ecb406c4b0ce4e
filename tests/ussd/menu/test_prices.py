"""Promise 3, nobody is charged without having said yes to that tone at that price: no order without its screen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import channels.ussd.menu
from channels.ussd.menu import Session, answered, refused, reply
from channels.ussd.menu.model import PriceScreen
from channels.ussd.menu.orders import CHARGED, FREE, free
from channels.ussd.ports import Ask, Place, Show
from tests.ussd.menu.kit.shipped import CODE, LANGUAGES, dial, kept, menu, quote, shown
from workers.dialogue import Action
from workers.steps import CHARGED as CHARGED_BY_WORKERS

ROOM = Path(channels.ussd.menu.__file__).parent
LIST = {"rows": [quote("600902000001"), quote("600902000002", 300)], "count": 2}


def at_price(*keys: str, screen_chars: int = 160, language: str = "en") -> Session:
    session, _ = dial(*keys, screen_chars=screen_chars, language=language)
    return answered(menu(), session, quote(), 1.0)[0]


def test_orders_are_made_in_one_file_and_placed_from_two_places() -> None:
    made = {path.name for path in ROOM.glob("*.py") for call in _calls(path) if call == "DialOrder"}
    placed = sorted(path.name for path in ROOM.glob("*.py") for call in _calls(path) if call == "Place")
    assert ({"orders.py"}, ["entering.py", "keys.py"]) == (made, placed)


def _calls(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]


@pytest.mark.parametrize("action", CHARGED)
def test_nothing_that_may_be_charged_is_done_without_a_price(action: Action) -> None:
    with pytest.raises(ValueError, match="needs a price screen"):
        free(action, {"code": CODE}, at_price("2", CODE))


def test_nothing_that_the_workers_charge_for_is_free_here_but_a_yes_to_a_question_with_its_price() -> None:
    assert {Action.ACCEPT} >= set(FREE) & CHARGED_BY_WORKERS


@pytest.mark.parametrize(
    ("expected", "picked"), [("2 Buy\n3 Give it", "1"), ("1 Buy\n3 Give it", "2")], ids=["by 1", "by 2"]
)
def test_the_key_that_led_to_a_price_is_none_of_its_keys(expected: str, picked: str) -> None:
    session, _ = dial("1", "1")
    session, _ = reply(menu(), answered(menu(), session, LIST, 1.0)[0], picked)
    code = {"1": "600902000001", "2": "600902000002"}[picked]
    session, effect = answered(menu(), session, quote(code), 1.0)
    assert isinstance(effect, Show)
    assert expected in effect.text
    assert "No such key." in shown(reply(menu(), kept(session), picked))


def test_the_same_key_twice_never_buys() -> None:
    session, _ = dial("1", "1")
    session, _ = answered(menu(), session, LIST, 1.0)
    session, _ = answered(menu(), reply(menu(), session, "1")[0], quote(), 1.0)
    for _ in range(2):
        session, effect = reply(menu(), kept(session), "1")
        assert not isinstance(effect, Place)


def test_a_yes_counts_once_all_of_the_price_was_shown() -> None:
    chinese = at_price("2", CODE, screen_chars=40, language="zh")
    assert chinese.pages > 1
    assert not isinstance(reply(menu(), kept(chinese), "1")[1], Place)
    while chinese.page + 1 < chinese.pages:
        chinese, _ = reply(menu(), kept(chinese), "98")
    assert isinstance(reply(menu(), kept(chinese), "1")[1], Place)


@pytest.mark.parametrize(
    "change",
    [{"quote": None}, {"screen": "gift_price"}, {"waiting": "order"}, {"notice": "x"}, {"screen": "enter_code"}],
    ids=["no price", "another screen", "said already", "a notice is shown", "no price screen"],
)
def test_a_session_that_was_tampered_with_orders_nothing(change: dict[str, object]) -> None:
    session = at_price("2", CODE)._replace(**change)
    assert not isinstance(reply(menu(), session, "1")[1], Place)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "screen",
    [screen for screen in menu().screens.values() if isinstance(screen, PriceScreen)],
    ids=lambda one: one.name,
)
def test_who_has_no_service_is_offered_to_open_it_in_the_place_of_any_other_price(
    screen: PriceScreen, language: str
) -> None:
    """Promises 3 and 4: whatever it is that he can't have without; no price that he could say yes to is kept."""
    session = Session(**dial(language=language)[0]._asdict() | {"screen": screen.name, "waiting": "look"})
    session, effect = refused(menu(), session, "no_service", "Not open.")
    assert isinstance(effect, Show)
    assert None is session.quote
    if screen.action == Action.OPEN:
        assert effect.text.startswith("Not open.")
        return
    said, first_key, *_ = effect.text.splitlines()
    by_code = shown(refused(menu(), dial("2", CODE, language=language)[0], "no_service", "Not open."))
    assert [said, first_key] == by_code.splitlines()[:2]
    key = first_key.split()[0]
    _, then = reply(menu(), kept(session), key)
    assert isinstance(then, Ask)
    assert ("quote", {"action": "open"}) == (then.function, then.arguments)


def test_a_yes_is_said_once() -> None:
    session, _ = reply(menu(), at_price("2", CODE), "1")
    assert session.quote is None
    assert not isinstance(reply(menu(), session._replace(waiting=""), "1")[1], Place)


def test_nothing_that_is_typed_or_looked_up_changes_the_price() -> None:
    session = at_price("2", CODE)
    session = session._replace(variables={**session.variables, "quote": quote(price=1), "code": "600902000009"})
    _, effect = reply(menu(), session, "1")
    assert isinstance(effect, Place)
    assert ({CODE: 200}, (CODE,)) == (effect.order.prices, effect.order.command.tone_codes)
