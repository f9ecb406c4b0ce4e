"""An edited menu is live in under two seconds, and dials under way go on with the version they began with."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.ussd.menu import MenuShelf, answered, begin, reply, resumed
from channels.ussd.menu.session import Waiting
from channels.ussd.ports import Ask, Place, Show
from tests.house.until import until
from tests.ussd.menu.kit.files import edit, templates
from tests.ussd.menu.kit.shipped import CODE, caller, quote, shown
from workers.dialogue import TemplatesError


class Shelved:
    """A shelf over a folder, and the clock that says when to look at it."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 0.0
        self.folder = templates(folder)
        self.home = self.folder / "ussd" / "main" / "home.yaml"
        self.shelf = MenuShelf(self.folder, ["en"], "en", clock=lambda: self.now_s)

    def later(self) -> MenuShelf:
        self.now_s += 1.0
        return self.shelf

    def rename(self, old: str = "Ringback tones", new: str = "Your tunes") -> int:
        return edit(self.home, f"text: {{en: {old},", f"text: {{en: {new},")


@pytest.fixture
def shelved(tmp_path: Path) -> Iterator[Shelved]:
    return Shelved(tmp_path)


def first_screen(shelf: MenuShelf) -> str:
    return shown(begin(shelf.current().dialled("*123#"), caller())).split("\n")[0]


def test_an_edited_text_is_live_at_the_next_look(shelved: Shelved) -> None:
    assert "Ringback tones" == first_screen(shelved.shelf)
    shelved.rename()
    assert "Your tunes" == first_screen(shelved.later())


async def test_an_edited_text_is_live_by_itself_while_it_is_watched(shelved: Shelved) -> None:
    watch = asyncio.create_task(shelved.shelf.watch())
    try:
        await asyncio.sleep(0)
        shelved.rename()
        await until(lambda: first_screen(shelved.shelf) == "Your tunes", "the edited text")
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


def test_a_broken_edit_is_refused_with_its_line_and_what_was_there_goes_on(shelved: Shelved) -> None:
    line = edit(shelved.home, "next_screen: browse\n", "next_screen: nowhere\n")
    with capture_logs() as logs:
        assert "Ringback tones" == first_screen(shelved.later())
    told = [log["finding"] for log in logs if log["event"] == "templates_refused"]
    assert 1 == len(told)
    assert f"home.yaml:{line - 1}: 'home' leads to 'nowhere', which is no screen" in told[0]


def test_a_mended_one_is_live_again(shelved: Shelved) -> None:
    edit(shelved.home, "next_screen: browse\n", "next_screen: nowhere\n")
    shelved.later().current()
    edit(shelved.home, "next_screen: nowhere\n", "next_screen: browse\n")
    shelved.rename()
    assert "Your tunes" == first_screen(shelved.later())


def test_a_dial_under_way_keeps_the_version_it_began_with(shelved: Shelved) -> None:
    session, _ = begin(shelved.shelf.current().dialled("*123#"), caller())
    shelved.rename()
    assert "Your tunes" == first_screen(shelved.later())
    menu, session = shelved.shelf.of(session)
    assert shown(reply(menu, session, "00")).startswith("Ringback tones")


def test_a_dial_keeps_its_version_through_many_edits(shelved: Shelved) -> None:
    session, _ = begin(shelved.shelf.current().dialled("*123#"), caller())
    name = "Ringback tones"
    for number in range(4):
        shelved.rename(name, f"Tunes {number}")
        name = f"Tunes {number}"
        shelved.later().current()
    assert shown(reply(*shelved.shelf.of(session), "00")).startswith("Ringback tones")


@pytest.mark.parametrize(
    ("expected", "screen"),
    [("enter_code", "enter_code"), ("home", "a_screen_that_is_gone")],
    ids=["still there", "gone"],
)
def test_a_version_that_this_process_never_had_is_the_newest_in_its_place(
    shelved: Shelved, expected: str, screen: str
) -> None:
    session, _ = begin(shelved.shelf.current().dialled("*123#"), caller())
    session = session._replace(version="of yesterday", screen=screen, history=("home", "gone"))
    menu, session = shelved.shelf.of(session)
    assert (expected, menu.version, ("home",)) == (session.screen, session.version, session.history)
    assert isinstance(reply(menu, session, "00")[1], Show)


@pytest.mark.parametrize(
    ("expected", "screen", "waiting"),
    [
        ("home", "pause", ""),
        ("home", "which_status", ""),
        ("pause", "pause", "order"),
        ("look_status", "look_status", "look"),
    ],
    ids=["does something", "shows nothing", "was done", "was looking"],
)
def test_a_dial_is_never_taken_to_where_something_would_be_done_unasked(
    shelved: Shelved, expected: str, screen: str, waiting: Waiting
) -> None:
    session, _ = begin(shelved.shelf.current().dialled("*123#"), caller())
    menu, session = shelved.shelf.of(session._replace(version="of yesterday", screen=screen, waiting=waiting))
    assert expected == session.screen
    assert not isinstance(reply(menu, session, "1")[1], Place)
    assert not isinstance(resumed(replace(menu, resume="continue"), session, caller())[1], Place)


def test_a_price_of_another_version_is_asked_for_again(shelved: Shelved) -> None:
    session, _ = begin(shelved.shelf.current().dialled("*123#"), caller(), typed=f"2*{CODE}")
    session, _ = answered(shelved.shelf.of(session)[0], session, quote(), 1.0)
    assert isinstance(reply(*shelved.shelf.of(session), "1")[1], Place)
    assert isinstance(reply(*shelved.shelf.of(session._replace(version="of yesterday")), "1")[1], Ask)


def test_another_service_code_reaches_the_menu_that_names_it(shelved: Shelved) -> None:
    folder = shelved.folder / "ussd"
    shutil.copytree(folder / "main", folder / "young")
    edit(folder / "young" / "menu.yaml", "  resume: ask  ", "  service_codes: ['*321#']\n  resume: ask  ")
    menus = shelved.later().current()
    assert ("young", "main") == (menus.dialled("*321#").name, menus.dialled("*123#").name)


def test_two_menus_that_one_dial_reaches_are_refused(shelved: Shelved) -> None:
    folder = shelved.folder / "ussd"
    shutil.copytree(folder / "main", folder / "young")
    with pytest.raises(TemplatesError, match="whatever is dialled reaches the menu 'main' too"):
        MenuShelf(shelved.folder, ["en"], "en")
