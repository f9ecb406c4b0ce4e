"""What `tonegate menu check` finds beside what keeps a menu from being used."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from channels.ussd.menu import Menus
from channels.ussd.menu.check import check
from channels.ussd.menu.graph import drawn, mermaid
from channels.ussd.menu.scripts import load_script, run_script, script_files
from tests.ussd.menu.kit.files import edit, templates
from tests.ussd.menu.kit.shipped import LANGUAGES, menu, wording
from workers.dialogue import SHIPPED_TEMPLATES, Finding


@pytest.mark.parametrize("screen_chars", [160, 182])
def test_the_shipped_menu_has_no_finding_in_any_language(screen_chars: int) -> None:
    assert [] == check(menu(), wording(), screen_chars)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ("nothing leads to 'look_new'", "next_screen: look_new", "next_screen: look_top"),
        ("'home' has a text without zh", "zh: 排行与新歌, ", ""),
        (
            "'home' (fr): 'ê' leaves the screen 70 letters",
            "fr: Offrir, ar: إهداء, sw: Zawadia}",
            "fr: Prête, ar: x, sw: x}",
        ),
        ("'enter_code' (en): it needs 2 pages", 'en: "Code of the tone:"', f'en: "{"Code of the tone " * 9}"'),
        (
            "'home' (en): the words of key 1 are cut off, 'Top and new Top",
            "en: Top and new",
            f"en: {'Top and new ' * 14}",
        ),
        ("'order_price' (en): it needs 2 pages", " for {{ quote.days", f" {'x ' * 70} for {{{{ quote.days"),
    ],
    ids=["lost", "not translated", "letters", "long question", "long key", "long price"],
)
def test_what_could_be_better_is_told_with_its_place(tmp_path: Path, expected: str, old: str, new: str) -> None:
    root = templates(tmp_path)
    file = root / "ussd" / "main" / "home.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace(old, new.replace("days }} x", "days }}}} x").replace("}}}}", "}}"), 1), encoding="utf-8"
    )
    found = check(Menus.load(root, LANGUAGES, "en").dialled(""), wording())
    assert any(expected in one.what and one.file == file and one.line for one in found), found


def test_a_menu_without_the_screens_of_pushes_is_told_so() -> None:
    screens = {name: screen for name, screen in menu().screens.items() if name != "gift_offer_screen"}
    found = check(replace(menu(), screens=screens), wording())
    assert ["there is no 'gift_offer_screen', where a push begins"] == [one.what for one in found]


@pytest.mark.parametrize("path", script_files(SHIPPED_TEMPLATES), ids=lambda path: path.stem)
def test_the_shipped_dial_scripts_go_as_they_say(path: Path) -> None:
    found: list[Finding] = []
    script = load_script(path, found)
    assert script
    assert [] == asyncio.run(run_script(script, Menus({"main": menu()})))


@pytest.mark.parametrize(
    ("expected", "line", "old", "new"),
    [
        ("'3 Buy' is not on the screen", 15, "1 Buy", "3 Buy"),
        ("placed is [{'action': 'order'", 17, "places: {action: order", "places: {action: gift"),
        ("the dial ends here", 17, "    ends: true", "    ends: false"),
        ("the script has no answer of quote", 15, "when: {action: order", "when: {action: pack"),
        ("'Buy' is on the screen", 15, '  - reply: "6009 0200 0001"', '  - reply: "6009 0200 0001"\n    never: Buy'),
    ],
    ids=["screen", "order", "end", "answer", "never"],
)
def test_a_script_that_goes_otherwise_is_told_with_its_line(
    tmp_path: Path, expected: str, line: int, old: str, new: str
) -> None:
    path = templates(tmp_path) / "ussd" / "dials" / "order_by_code.yaml"
    edit(path, old, new)
    script = load_script(path, [])
    assert script
    found = asyncio.run(run_script(script, Menus({"main": menu()})))
    assert [(line, True)] == [(one.line, one.what.startswith(expected)) for one in found]


def test_a_script_with_a_bare_zero_is_told_to_quote_its_keys(tmp_path: Path) -> None:
    path = templates(tmp_path) / "ussd" / "dials" / "dropped.yaml"
    line = edit(
        path,
        '  - dial: "*123#"\n  - reply: "2"\n  - dial: "*123#"\n    expect: [Your',
        '  - reply: 00\n  - dial: "*123#"\n    expect: [Your',
    )
    found: list[Finding] = []
    assert load_script(path, found) is None
    assert [(line, True)] == [(one.line, "in quotes" in one.right) for one in found]


def test_the_graph_has_every_screen_and_every_way() -> None:
    chart = mermaid(menu())
    for name in menu().screens:
        assert f"s_{name}" in chart
    assert 's_home -->|"2"| s_enter_code' in chart
    assert 'dial_2(["*2*"]) -.-> s_enter_code' in chart
    assert 's_order_price ==>|yes| s_order_price_placed[("order")]' in chart


def test_the_graph_is_drawn_as_svg_with_every_screen() -> None:
    root = ElementTree.fromstring(drawn(mermaid(menu())))
    words = {text.strip() for element in root.iter() for text in (element.text or "",)}
    assert root.tag.endswith("svg")
    assert {"home", "order_price", "enter_code", "gift_offer_screen"} <= words
