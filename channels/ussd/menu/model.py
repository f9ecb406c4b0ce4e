"""A menu as the engine walks it: screens by name, one type for each kind that a menu file may have.

The kinds have the names of ussd-airflow's journeys, the best-known convention; two are our own, since money is at
stake: `price_screen` asks for a price, shows it and takes the yes to it, `action_screen` does what costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

from channels.ussd.menu.validation import Validator

KEYS_AT_MOST = 97
"""Of a screen: 98 leads on."""

Variables = Mapping[str, Any]
Value = Callable[[Variables], str]
"""A template of one language or of none, filled in."""
Condition = Callable[[Variables], Any]
"""An expression's value; what it doesn't know counts as nothing."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in all languages of its menu."""

    by_language: Mapping[str, Value]
    line: int
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    """As they are written, by language."""

    def say(self, language: str, variables: Variables) -> str:
        """The text in that language, filled in; raises what a template raises."""
        return self.by_language[language](variables)

    @property
    def fixed(self) -> bool:
        """Whether it says the same to everybody."""
        return bool(self.sources) and not any("{" in source for source in self.sources.values())


class Choice(NamedTuple):
    """One key as the subscriber has it."""

    key: str
    words: str
    next_screen: str
    values: Mapping[str, Any]
    """Kept in the session by choosing it."""


@dataclass(frozen=True, slots=True)
class Option:
    """A key of a screen."""

    text: Text
    next_screen: str
    when: Condition | None
    """Only then it is there."""
    values: Mapping[str, Value]
    """Kept in the session by choosing it."""
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A key for each row of a list."""

    rows: Condition
    name: str
    """What the row is called, in the text and in the session once it is chosen."""
    text: Text
    next_screen: str
    line: int


@dataclass(frozen=True, slots=True)
class Screen:
    """What every screen has."""

    name: str
    file: Path
    line: int
    given: tuple[str, ...]
    """Variables that a push brings; only then it is begun with."""


@dataclass(frozen=True, slots=True)
class InitialScreen(Screen):
    """Where a dial begins; nothing is shown."""

    next_screen: str


@dataclass(frozen=True, slots=True)
class MenuScreen(Screen):
    """A text and its keys."""

    text: Text
    options: tuple[Option, ...]
    items: Items | None
    empty: Text | None
    """In the place of the text where the list has no row."""
    confirm: bool
    """Its keys count once all of it has been shown, and none is the one that led here."""
    fixed: Mapping[str, tuple[Choice, ...]]
    """Its keys by language, where they are the same to everybody: most screens', made once; else empty."""


@dataclass(frozen=True, slots=True)
class InputScreen(Screen):
    """Asks for something typed."""

    text: Text
    input_identifier: str
    """What it is called in the session."""
    check: Validator
    error: Text
    """In the place of the text after a wrong input."""
    next_screen: str


@dataclass(frozen=True, slots=True)
class RouterScreen(Screen):
    """Goes on by the first condition that holds; nothing is shown."""

    routes: tuple[tuple[Condition, str], ...]
    default_next_screen: str
    expressions: tuple[str, ...]
    """As they are written, for the graph."""


@dataclass(frozen=True, slots=True)
class UpdateSessionScreen(Screen):
    """Keeps values; nothing is shown."""

    values: Mapping[str, Value]
    language: Value | None
    """The dial goes on in it."""
    next_screen: str


@dataclass(frozen=True, slots=True)
class FunctionScreen(Screen):
    """Looks something up; nothing is shown but why not."""

    function: str
    arguments: Mapping[str, Value]
    session_key: str
    next_screen: str
    refused: Mapping[str, str]
    """Screens by the reason for a no; any other is told."""


@dataclass(frozen=True, slots=True)
class PriceScreen(Screen):
    """Asks for a price, shows it and takes the yes to it: the only way to whatever is charged."""

    action: str
    code: Value | None
    number: Value | None
    text: Text
    confirm: Text
    options: tuple[Option, ...]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActionScreen(Screen):
    """Does what is not charged, and ends with what has become of it."""

    action: str
    arguments: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class QuitScreen(Screen):
    """Says the last word."""

    text: Text


Shown = MenuScreen | InputScreen | PriceScreen | QuitScreen
"""Those that a subscriber sees."""


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu, read and held against its rules; never changed, replaced by a newer version."""

    name: str
    version: str
    """Of the files that it was read from."""
    languages: tuple[str, ...]
    default_language: str
    screens: Mapping[str, Screen]
    words: Mapping[str, Text]
    """What the engine says by itself, by its name in `words.WORDS`."""
    shortcuts: Mapping[str, str]
    """What may be dialled behind the service code, and the screen it leads to."""
    service_codes: tuple[str, ...]
    """That reach this menu; none: whatever reaches no other."""
    resume: str
    """`start`, `continue` or `ask`."""
    files: tuple[Path, ...]
    words_file: Path
    """Where the engine's words stand."""

    @property
    def home(self) -> str:
        """The first screen that is shown, where `00` leads."""
        return cast(InitialScreen, self.screens["initial_screen"]).next_screen
