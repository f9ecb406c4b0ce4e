"""Gateways with little room on a screen: refused where nothing would fit, else told what doesn't; never exceeded."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.ussd.menu import checking
from channels.ussd.menu.layout import Labels, first_of, fits, pages
from workers.settings import SettingsError, load

_BIND = '[[smpp.binds]]\nname = "main"\nhost = "smsc"\nsystem_id = "t"\npassword = "x"\nmode = "transceiver"\n'
_SPEAKS = f'{_BIND}ussd_dialect = "generic"\nussd_screen_chars = 150\n'


def settings_of(folder: Path, tables: str) -> Path:
    file = folder / "tonegate.toml"
    file.write_text(f'[dialogue]\nlanguages = ["en", "ar"]\n\n{tables}')
    return file


@pytest.mark.parametrize(
    ("key", "table"),
    [
        ("ussd.gateways[0].screen_chars", '[[ussd.gateways]]\nname = "hub"\nscreen_chars = 39\n'),
        ("smpp.binds[0].ussd_screen_chars", f'{_BIND}ussd_dialect = "generic"\nussd_screen_chars = 39\n'),
    ],
    ids=["over HTTP", "over SMPP"],
)
def test_a_limit_that_holds_little_but_the_ways_on_is_refused_with_its_line_and_why(
    tmp_path: Path, key: str, table: str
) -> None:
    file = settings_of(tmp_path, table)
    line = file.read_text().splitlines().index(next(one for one in table.splitlines() if one.endswith("= 39"))) + 1
    with pytest.raises(SettingsError) as refused:
        load(file, {})
    (said,) = str(refused.value).splitlines()
    assert (True, True, True) == (f":{line}:" in said, "must be at least 40" in said, "`0 00 98`" in said), said
    file.write_text(file.read_text().replace("= 39", "= 40"))
    load(file, {})


def test_the_lowest_limit_has_more_room_for_words_than_for_the_ways_on() -> None:
    """In 16 bits, where a screen has least: an amount of money stands on a page unbroken."""
    labels = Labels("Back", "Home", "More")
    text = "铃音每月收费123.50元，请按键选择"
    found = pages(text, (("1", "确认订购这首铃音并付费"),), labels, labels, 40)
    assert all(fits(page.text, 40) for page in found)
    assert any("123.50元" in page.text for page in found), found
    assert text == "".join(page.text.partition("\n")[0] for page in found if not page.keys)


@pytest.mark.parametrize(
    ("expected", "tables"),
    [
        ("a screen of gateway thin holds 140 letters", '[[ussd.gateways]]\nname = "thin"\ndialect = "nalo"\n'),
        ("a screen of gateway thin holds 60 letters", '[[ussd.gateways]]\nname = "thin"\nscreen_chars = 60\n'),
        ("a screen of bind main holds 150 letters", _SPEAKS + '[[ussd.gateways]]\nname = "wide"\n'),
    ],
    ids=["its dialect's", "its own", "a bind's"],
)
def test_what_does_not_fit_is_told_with_the_lowest_limit_and_whose_it_is(
    tmp_path: Path, expected: str, tables: str
) -> None:
    menus, found = checking.findings(load(settings_of(tmp_path, tables), {}))
    sizes = [one for one in found if "page" in one.what or "cut off" in one.what or "screen" in one.what]
    assert menus is not None
    assert sizes
    assert all(expected in one.right for one in sizes), sizes


def test_a_bind_for_texts_alone_limits_no_screen(tmp_path: Path) -> None:
    _, found = checking.findings(load(settings_of(tmp_path, f"{_BIND}ussd_screen_chars = 40\n"), {}))
    assert () == found


@pytest.mark.parametrize(
    ("expected", "text", "screen_chars"),
    [
        ("Sorry, something went wrong on our side.", "Sorry, something went wrong on our side. Dial again.", 44),
        ("抱歉，系统出错。未扣费，请稍后再拨", "抱歉，系统出错。未扣费，请稍后再拨。谢谢您的理解", 40),
        ("Sorry.", "Sorry.", 40),
    ],
    ids=["between words", "16 bits", "whole"],
)
def test_a_last_word_that_no_page_can_follow_is_as_much_of_it_as_fits(
    expected: str, text: str, screen_chars: int
) -> None:
    assert expected == first_of(text, screen_chars)
