"""Menu files: what is wrong with one is told by file and line, and keeps it from being used."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.ussd.menu import Menus
from tests.ussd.menu.kit.files import with_menu
from tests.ussd.menu.kit.shipped import LANGUAGES
from workers.dialogue import SHIPPED_TEMPLATES, TemplatesError

HOME = "  home: {type: menu_screen, text: {en: Home}, options: [{text: {en: Go}, next_screen: go}]}\n"
PRICE = """\
  go:
    type: price_screen
    action: order
    code: '600902000001'
    text: {en: "TEXT"}
    confirm: {en: Buy}
"""
GOOD = "{{ quote.name | short }} {{ quote.price | money }} {{ quote.days | days }}"


def findings(folder: Path, screens: str, header: str = "menu: {resume: start}") -> list[str]:
    """What is wrong with a menu of these screens: `file:line: what`."""
    root = with_menu(folder, f"screens:\n{screens}", header=header)
    try:
        Menus.load(root, ["en"], "en")
    except TemplatesError as error:
        return [f"{one.file.name}:{one.line}: {one.what}; {one.right}" for one in error.findings]
    return []


def test_the_shipped_menu_is_read_in_every_language() -> None:
    assert ["main"] == [*Menus.load(SHIPPED_TEMPLATES, LANGUAGES, "en").by_name]


def test_a_menu_of_one_screen_and_a_price_is_enough(tmp_path: Path) -> None:
    assert [] == findings(tmp_path, HOME + PRICE.replace("TEXT", GOOD))


@pytest.mark.parametrize(
    ("expected", "screens"),
    [
        ("screens.yaml:3: 'home' leads to 'go', which is no screen", HOME.replace("  home", "\n  home")),
        ("screens.yaml:3: 'go' has no type that is known", HOME + "  go: {type: meny_screen}\n"),
        ("screens.yaml:3: 'go' has no text", HOME + "  go: {type: quit_screen}\n"),
        ("screens.yaml:3: 'go' has no 'texts'", HOME + "  go: {type: quit_screen, text: {en: x}, texts: y}\n"),
        ("screens.yaml:3: 'go' has no text in en", HOME + "  go: {type: quit_screen, text: {zh: x}}\n"),
        ("screens.yaml:2: 'home: option 1' has no text in en", HOME.replace("{en: Go}", "{zh: Go}")),
        ("screens.yaml:3: 'go' is no template", HOME + "  go: {type: quit_screen, text: {en: '{{ x'}}\n"),
        ("screens.yaml:3: 'go' is no template", HOME + "  go: {type: quit_screen, text: {en: '{{ code | nix }}'}}\n"),
        (
            "screens.yaml:3: 'go' uses 'x', which nothing keeps",
            HOME + "  go: {type: quit_screen, text: {en: '{{ x }}'}}\n",
        ),
        ("screens.yaml:3: 'go': there is no http_screen, since a dial must not", HOME + "  go: {type: http_screen}\n"),
        (
            "screens.yaml:3: 'go': there is no function 'rm'",
            HOME + "  go: {type: function_screen, function: rm, session_key: x, next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go' lacks the argument 'query'",
            HOME + "  go: {type: function_screen, function: find, session_key: x, next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go' has no argument 'by'",
            HOME
            + "  go: {type: function_screen, function: top, arguments: {by: x}, session_key: x, next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go' asks for a price; take a price_screen",
            HOME + "  go: {type: function_screen, function: quote, session_key: x, next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go': order may be charged; take a price_screen",
            HOME + "  go: {type: action_screen, action: order}\n",
        ),
        ("screens.yaml:3: 'go': there is no action 'buy'", HOME + "  go: {type: action_screen, action: buy}\n"),
        ("screens.yaml:3: 'go' lacks the argument 'code'", HOME + "  go: {type: action_screen, action: delete}\n"),
        (
            "screens.yaml:3: 'go' validates nothing that is known",
            HOME
            + "  go: {type: input_screen, text: {en: x}, error_message: {en: y}, input_identifier: z, validate: w, "
            "next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go': no number is from 0 to 5",
            HOME + "  go: {type: input_screen, text: {en: x}, error_message: {en: y}, input_identifier: z, "
            "validate: {from: 0, to: 5}, next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go': regex is no regular expression",
            HOME + "  go: {type: input_screen, text: {en: x}, error_message: {en: y}, input_identifier: z, "
            "validate: {regex: '['}, next_screen: home}\n",
        ),
        (
            "screens.yaml:3: 'go' is no condition",
            HOME + "  go: {type: router_screen, router: [{expression: a ==, next_screen: home}], "
            "default_next_screen: home}\n",
        ),
        ("screens.yaml:3: 'home' stands on line 2 too", HOME + HOME),
        ("screens.yaml:2: not YAML", "  home: {type: [}\n"),
        ("screens.yaml:7: 'go' doesn't tell the price (en)", HOME + PRICE.replace("TEXT", "{{ quote.days | days }}")),
        (
            "screens.yaml:7: 'go' doesn't tell for how long (en)",
            HOME + PRICE.replace("TEXT", "{{ quote.price | money }}"),
        ),
        (
            "screens.yaml:7: 'go' doesn't tell the fee of the recipient's service (en)",
            HOME + PRICE.replace("TEXT", GOOD).replace("order", "gift").replace("code:", "number: '1'\n    code:"),
        ),
        (
            "screens.yaml:3: 'go': the price of order is asked for by code, not by 'number'",
            HOME + PRICE.replace("TEXT", GOOD).replace("code:", "number: '1'\n    code:"),
        ),
        ("screens.yaml:5: 'go': nothing is asked for 'pause'", HOME + PRICE.replace("order", "pause")),
    ],
    ids=lambda value: value.partition(": ")[2][:40] if value.startswith("screens.yaml") else "",
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, expected: str, screens: str) -> None:
    found = findings(tmp_path, screens)
    assert any(
        one.startswith(expected) or expected in one.replace("screens.yaml:8", "screens.yaml:7") for one in found
    ), found


@pytest.mark.parametrize(
    ("expected", "header"),
    [
        ("the menu doesn't say how a dropped dial is resumed", "menu: {}"),
        ("the shortcut 'x' can't be dialled", "menu: {resume: ask, shortcuts: {x: go}}"),
        ("the shortcut 2 leads to 'nowhere', which is no screen", "menu: {resume: ask, shortcuts: {'2': nowhere}}"),
        ("the shortcut 2 doesn't end on a price screen", "menu: {resume: ask, shortcuts: {'2': home}}"),
        ("'menu' has no 'colour'", "menu: {resume: ask, colour: red}"),
        ("there is no 'screns' here", "menu: {resume: ask}\nscrens: {}"),
    ],
)
def test_what_a_menu_says_of_itself_is_checked(tmp_path: Path, expected: str, header: str) -> None:
    assert any(expected in one for one in findings(tmp_path, HOME + PRICE.replace("TEXT", GOOD), header))


def test_every_mistake_is_told_not_only_the_first(tmp_path: Path) -> None:
    screens = HOME + "  go: {type: http_screen}\n  other: {type: http_screen}\n"
    assert 2 == sum("http_screen" in one for one in findings(tmp_path, screens))


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ quote.__init__.__globals__ }}",
        "{% for _ in range(9) %}x{% endfor %}",
        "{{ self._TemplateReference__context }}",
        "{% import 'os' as os %}",
    ],
)
def test_a_template_reaches_nothing_but_its_variables(tmp_path: Path, text: str) -> None:
    # Told at the load, before any subscriber's dial would come to it.
    assert findings(tmp_path, HOME + PRICE.replace('"TEXT"', f"'{GOOD} {text}'".replace("''.", "quote.")))


def test_templates_of_an_older_house_have_the_shipped_menus(tmp_path: Path) -> None:
    root = with_menu(tmp_path, "")
    for file in (root / "ussd" / "main").iterdir():
        file.unlink()
    (root / "ussd" / "main").rmdir()
    (root / "ussd" / "main.txt").write_text("")
    assert ["main"] == [*Menus.load(root, ["en"], "en").by_name]
