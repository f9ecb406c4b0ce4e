"""What every dialect is: a way to read a gateway's request, and a way to write a screen for it; both pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from channels.ussd.ports import DialRequest, ScreenReply, nothing
from workers.settings import GatewaySettings


class Unreadable(Exception):
    """Not a request of this dialect; the text says why in a few words, without anything of the request's own."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came, past the trust."""

    method: str = "POST"
    rest: str = ""
    """What follows the gateway's own path: empty, or `/abc/start`."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By their names in small letters."""
    query: str = field(default="", repr=False)
    """Behind the question mark, as it came."""
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer as it goes out."""

    body: bytes = field(repr=False)
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    arrived: Callable[[], None] = field(default=nothing, repr=False, compare=False)
    """The screen's: to be called once it is on its way."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request, read."""

    dial: DialRequest
    echo: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the answer must bear of the request, under the answer's names."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of gateway.

    `read` raises `Unreadable`.  `write` never fails: it is told every screen, the ends that nobody reads too.
    """

    name: str
    read: Callable[[HttpRequest, GatewaySettings], Heard]
    write: Callable[[ScreenReply, Heard], HttpAnswer]
    methods: tuple[str, ...] = ("POST",)
    known_as: tuple[str, ...] = ()
    """Other names that people know the gateway by."""
    most_chars: int = 182
    """Characters on a screen that the gateway passes on, whatever the settings allow."""
    refuse: Callable[[str], HttpAnswer] | None = None
    """How the gateway is told in its own form, and in that sentence, that its request made no sense."""
    own_proof: Callable[[HttpRequest], str] | None = None
    """The secret as the gateway sends it in its own way, where it has one; empty where it sent none."""
    tells_begin: bool = True
    """Whether a request shows by itself that it is a session's first; else `service_codes` have to."""
