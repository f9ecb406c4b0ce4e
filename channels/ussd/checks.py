"""What can be said against a gateway's settings before its door is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rapidfuzz import process

from channels.ussd.dialects import DIALECTS, dialect_of
from workers.ops.line import Line
from workers.settings import GatewaySettings

_NEAR_ENOUGH = 70


class GatewaysDontFit(ValueError):
    """A door can't be opened as the settings have it; the text says which, why, and what would be right."""


def problems(gateway: GatewaySettings) -> Iterator[str]:
    """Sentences, each with the key that is wrong and what would be right; none where all is well."""
    if dialect_of(gateway.dialect) is None:
        scored = process.extract(gateway.dialect, list(DIALECTS), processor=str.lower)
        near = [name for name, score, _ in scored if score >= _NEAR_ENOUGH]
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(DIALECTS)}"
        yield f'dialect = "{gateway.dialect}" is none that is spoken: {meant}'


def cautions(gateway: GatewaySettings) -> Iterator[str]:
    """What works, but less well than it could."""
    dialect = dialect_of(gateway.dialect)
    if dialect and not dialect.tells_begin and not gateway.service_codes:
        what = f"a first request of {dialect.name} is known only by what is dialled, and a shortcut is lost without"
        yield f'service_codes is empty: {what}; write service_codes = ["*123#"]'


def require_fit(gateways: list[GatewaySettings]) -> None:
    """Raise `GatewaysDontFit` with all that is wrong."""
    if found := _of_each(gateways, problems):
        raise GatewaysDontFit("\n".join(found))


def lines(gateways: list[GatewaySettings]) -> list[Line]:
    """A line of `tonegate check` for each gateway that no door can be opened for."""
    return [
        Line(f"gateway {gateway.name}", False, what, "set it in its [[ussd.gateways]]; docs/ussd.md has each dialect")
        for gateway in gateways
        for what in problems(gateway)
    ]


def warnings_of(gateways: list[GatewaySettings]) -> list[str]:
    """The cautions of all of them, each with its gateway: for `tonegate check`, and for the log as the door opens."""
    return _of_each(gateways, cautions)


def _of_each(gateways: list[GatewaySettings], said: Callable[[GatewaySettings], Iterator[str]]) -> list[str]:
    return [f'[[ussd.gateways]] "{gateway.name}": {what}' for gateway in gateways for what in said(gateway)]
