"""All menus as they are now, and those that dials under way began with."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from channels.ussd.menu.files import menu_files, menu_folders, read_menu
from channels.ussd.menu.model import FunctionScreen, InputScreen, Menu, MenuScreen, PriceScreen, QuitScreen
from channels.ussd.menu.session import Session
from workers.dialogue import SHIPPED_TEMPLATES, Finding, TemplatesError, Words, word_files
from workers.reloading import Reloaded

_KEPT = 16
"""Versions that dials may have begun with: they live for minutes, and nobody edits a menu faster."""


@dataclass(frozen=True, slots=True)
class Menus:
    """Every menu of a folder of templates, by name."""

    by_name: Mapping[str, Menu]

    @classmethod
    def load(cls, templates: Path, languages: Sequence[str], default_language: str) -> Self:
        """Read them all; raises TemplatesError with every finding."""
        words = Words.load(templates, languages, default_language)
        findings: list[Finding] = []
        folders = menu_folders(templates)
        menus = [read_menu(folder, languages, words, findings) for folder in folders]
        found = [menu for menu in menus if menu]
        findings += _same_codes(found)
        if findings:
            raise TemplatesError(findings)
        return cls({menu.name: menu for menu in found})

    def dialled(self, service_code: str) -> Menu:
        """The menu of a service code such as `*123#`; where none names it, the one that names no code.

        KeyError where there is none.
        """
        for menu in self.by_name.values():
            if service_code in menu.service_codes:
                return menu
        others = [menu for menu in self.by_name.values() if not menu.service_codes]
        if not others:
            raise KeyError(f"no menu is dialled by {service_code}")
        return others[0]


def _same_codes(menus: Sequence[Menu]) -> list[Finding]:
    """Two menus that the same dial reaches."""
    seen: dict[str, Menu] = {}
    found = []
    for menu in menus:
        for code in menu.service_codes or ("",):
            if code in seen:
                what = f"{code or 'whatever is dialled'} reaches the menu '{seen[code].name}' too"
                found.append(Finding(menu.files[0], 0, what, "give each menu service_codes of its own, all but one"))
            seen.setdefault(code, menu)
    return found


class MenuShelf:
    """Gives each dial its menu: the newest to one that begins, to any other the version it began with."""

    def __init__(
        self,
        templates: Path | None,
        languages: Sequence[str],
        default_language: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the menus; raises TemplatesError where they are broken from the start.

        An edit is live within a second of `current`, or of `Reloaded.watch` where `watch` runs; a broken one is
        refused with its line in the log, and what was there goes on.
        """
        folder = templates or SHIPPED_TEMPLATES

        def files() -> list[Path]:
            return [*menu_files(folder), *word_files(folder, languages)]

        self.files = Reloaded(lambda: Menus.load(folder, languages, default_language), files, clock=clock)
        self.watch = self.files.watch
        self._versions: OrderedDict[tuple[str, str], Menu] = OrderedDict()
        self._seen: Menus | None = None

    def current(self) -> Menus:
        """The menus as their files are, as of at most a second ago."""
        menus = self.files.current()
        if menus is not self._seen:
            self._seen = menus
            for menu in menus.by_name.values():
                self._versions[menu.name, menu.version] = menu
                self._versions.move_to_end((menu.name, menu.version))
            while len(self._versions) > _KEPT:
                self._versions.popitem(last=False)
        return menus

    def of(self, session: Session) -> tuple[Menu, Session]:
        """The menu that a dial goes on with, and its session as that menu has it.

        A version that this process never had (it was started since) is the newest one in its place: on the screen of
        the same name, and where that is gone or shows nothing by itself, at home.
        """
        menus = self.current()
        menu = self._versions.get((session.menu, session.version))
        if menu:
            return menu, session
        menu = menus.by_name.get(session.menu) or menus.dialled(session.service_code)
        screen = menu.screens.get(session.screen)
        done = session.waiting == "order"  # its result is all that is still to be told
        stays = done or isinstance(screen, MenuScreen | InputScreen | PriceScreen | QuitScreen | FunctionScreen)
        history = tuple(name for name in session.history if name in menu.screens)
        asks = isinstance(screen, PriceScreen | FunctionScreen)  # anew: the price, or the list, is that menu's to show
        return menu, session._replace(
            menu=menu.name,
            version=menu.version,
            screen=screen.name if screen and stays else menu.home,
            waiting="order" if done else "look" if asks else "",
            quote=None,
            history=history,
        )
