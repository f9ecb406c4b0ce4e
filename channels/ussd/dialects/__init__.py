"""Gateways' dialects over HTTP, one file each: how a request is read, and how a screen is written for it.

Reading and writing are pure: `(HttpRequest, settings) → Heard`, `(ScreenReply, Heard) → HttpAnswer`.  A new dialect is
a file with a `DIALECT`, a line here and a test file; nothing else knows of it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from channels.ussd.dialects import (
    africas_talking,
    arkesel,
    beem,
    comviva,
    dmark,
    hubtel,
    infobip,
    madapi,
    nalo,
    plain,
    restcomm,
    safaricom,
    truroute,
)
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable


def _bare(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


_ALL = (
    africas_talking, arkesel, beem, comviva, dmark, hubtel, infobip, madapi, nalo, plain, restcomm, safaricom, truroute,
)  # fmt: skip

DIALECTS: Mapping[str, Dialect] = MappingProxyType({room.DIALECT.name: room.DIALECT for room in _ALL})
"""Every dialect by the name that `[[ussd.gateways]] dialect` has it by."""

_SPELLINGS = {_bare(name): dialect for dialect in DIALECTS.values() for name in (dialect.name, *dialect.known_as)}


def dialect_of(written: str) -> Dialect | None:
    """The dialect of that name, however it is spelled: `Africa's Talking` is `africas_talking`."""
    return _SPELLINGS.get(_bare(written))


__all__ = ["DIALECTS", "Dialect", "Heard", "HttpAnswer", "HttpRequest", "Unreadable", "dialect_of"]
