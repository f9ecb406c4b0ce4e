"""A menu drawn: as Mermaid's flowchart, which most wikis and code hosts show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from channels.ussd.menu.flow import exits
from channels.ussd.menu.model import (
    ActionScreen,
    FunctionScreen,
    InitialScreen,
    InputScreen,
    Menu,
    MenuScreen,
    PriceScreen,
    QuitScreen,
    RouterScreen,
    Screen,
    UpdateSessionScreen,
)

_SHAPES: Mapping[type[Screen], tuple[str, str]] = MappingProxyType(
    {
        InitialScreen: ("([", "])"),
        MenuScreen: ("[", "]"),
        InputScreen: ("[/", "/]"),
        RouterScreen: ("{", "}"),
        UpdateSessionScreen: ("[", "]"),
        FunctionScreen: ("[[", "]]"),
        PriceScreen: ("{{", "}}"),
        ActionScreen: ("[(", ")]"),
        QuitScreen: ("([", "])"),
    }
)
"""Of each kind, as flowcharts have them: data that is typed leans, a decision stands on its point."""


def mermaid(menu: Menu) -> str:
    """Return the menu as a flowchart, from left to right."""
    return "\n".join(_lines(menu)) + "\n"


class NoDrawing(RuntimeError):
    """A chart can't be drawn here; the text says why and what would help."""


def drawn(chart: str) -> bytes:
    """Return a flowchart as SVG; raises NoDrawing."""
    try:
        from mermaid_render import mermaid_to_svg  # noqa: PLC0415 (no dial needs it)
    except ImportError:
        raise NoDrawing("drawing needs one part more: pip install 'tonegate[graph]'") from None
    return bytes(mermaid_to_svg(chart))


def _lines(menu: Menu) -> Iterator[str]:
    yield f"%% {menu.name}, version {menu.version}"
    yield "flowchart LR"
    for screen in menu.screens.values():
        opening, closing = _SHAPES[type(screen)]
        yield f'    {_id(screen.name)}{opening}"{_told(screen)}"{closing}'
    for alias, name in menu.shortcuts.items():
        yield f'    dial_{alias}(["*{alias}*"]) -.-> {_id(name)}'
    for screen in menu.screens.values():
        ways: dict[str, list[str]] = {}
        for exit_ in exits(screen):
            ways.setdefault(exit_.to, []).append(exit_.why)
        for name, whys in ways.items():
            label = ", ".join(why for why in whys if why)
            yield f"    {_id(screen.name)} -->{f'|{_quoted(label)}|' if label else ''} {_id(name)}"
        if isinstance(screen, PriceScreen):
            yield f'    {_id(screen.name)} ==>|yes| {_id(screen.name)}_placed[("{screen.action}")]'


def _id(name: str) -> str:
    """A name that no word of Mermaid's is: `end` would be one."""
    return f"s_{name}"


def _told(screen: Screen) -> str:
    if isinstance(screen, FunctionScreen):
        return f"{screen.name}: {screen.function}"
    if isinstance(screen, ActionScreen):
        return f"{screen.name}: {screen.action}"
    return screen.name


def _quoted(label: str) -> str:
    return '"' + label.replace('"', "'") + '"'
