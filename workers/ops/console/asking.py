"""What a page is: what was asked, who may ask it, and what is shown or done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from workers.ops.console.sessions import Who
from workers.ops.shown import veiled
from workers.ops.users import Role

if TYPE_CHECKING:
    from workers.ops.console.surroundings import Surroundings

LONGEST_REASON = 500


class CannotDoError(Exception):
    """What was asked can't be done, or not so; the text tells the user what would be right."""

    def __init__(self, told: str, status: int = 400) -> None:
        super().__init__(told)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, by somebody who may make it."""

    who: Who
    path: Mapping[str, str] = field(repr=False)
    """What the path's placeholders stand for."""
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    """What was filled in or ticked: what a page that changes something was sent, else the query, each field as often as
    it is there."""

    def one(self, name: str) -> str:
        """A field of the form, stripped; '' where it is missing."""
        return self.form.get(name, [""])[0].strip()

    def reason(self) -> str:
        """Why it is done, for the history; raises `CannotDoError` without one."""
        reason = self.one("reason")
        if not reason:
            raise CannotDoError("Say why, in the field Reason: it is kept with what you do.")
        return reason[:LONGEST_REASON]

    def seen(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the journal as whoever asks may see it: for a viewer without numbers and texts."""
        return veiled(row, reveal=self.who.may(Role.OPERATOR))


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, and what it shows."""

    template: str
    values: Mapping[str, Any] = field(repr=False)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """After a change: the page to look at next, so that a reload doesn't do it again."""

    to: str
    told: str = ""
    """Said once on that page."""


@dataclass(frozen=True, slots=True)
class File:
    """Something else than a page."""

    content: bytes = field(repr=False)
    media_type: str
    name: str = ""
    """To be saved under; '' for what is shown."""
    policy: str = ""
    """A Content-Security-Policy of its own."""


Handler: TypeAlias = "Callable[[Surroundings, Asked], Awaitable[Shown | Moved | File]]"


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the console."""

    path: str
    handler: Handler
    role: Role = Role.VIEWER
    """The least that may ask for it."""
    changes: bool = False
    """Whether it does something: a POST, with the form's token."""
    name: str = ""
    """Its place in the navigation; '' for what is reached from another page."""
    needs_users: bool = False
    """Of use only where users log in."""
    under: str = ""
    """The page of the navigation that it belongs to, where its own address doesn't say so."""

    @property
    def place(self) -> str:
        """Where it stands in the navigation: its address, below that of the page it belongs to."""
        return self.under + self.path
