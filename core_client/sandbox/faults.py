"""Faults on demand: how a core misbehaves, chosen at the start and changed while it runs.

Written as `slow=0.5,busy=0.1,down`: a share is between 0 and 1, a switch stands alone or has `=true`/`=false`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

_SHARES = ("busy", "done_then_timeout", "malformed", "drop")
_SWITCHES = ("down", "forget_transactions")
_WORDS = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


class FaultError(ValueError):
    """A fault that can't be: the text says which, and what would be right."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, in the order in which it is decided for a call."""

    down: bool = False
    """Every call gets HTTP 503."""
    drop: float = 0.0
    """Share of calls cut off before anything was done."""
    slow: float = 0.0
    """Seconds before a call is worked on."""
    busy: float = 0.0
    """Share of calls that are answered 100002, with nothing done."""
    done_then_timeout: float = 0.0
    """Share of calls that are done and never answered."""
    malformed: float = 0.0
    """Share of calls that are done and answered with something that is no answer."""
    forget_transactions: bool = False
    """No transaction id is remembered, and queryTransaction has seen none."""
    seed: int = 0
    """Of the dice that decide shares; the same seed throws the same."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the settings' form. Raises FaultError."""
        given: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = part.partition("=")
            given[name.strip()] = value.strip() if equals else True
        return cls().changed(given)

    def changed(self, given: Mapping[str, Any]) -> Self:
        """These faults with some changed. Raises FaultError."""
        names = [f.name for f in fields(self)]
        unknown = [name for name in given if name not in names]
        if unknown:
            raise FaultError(f"no fault {unknown[0]!r}; there are {', '.join(names)}")
        values: dict[str, Any] = {name: _value(name, value) for name, value in given.items()}
        return replace(self, **values)

    def as_dict(self) -> dict[str, Any]:
        """For the admin door."""
        return asdict(self)


def _value(name: str, value: Any) -> bool | int | float:
    if name in _SWITCHES:
        switch = value if isinstance(value, bool) else _WORDS.get(str(value).lower())
        if switch is None:
            raise FaultError(f"{name} is a switch: write {name} or {name}=false, not {name}={value}")
        return switch
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, bool):
        number = float("nan")
    if name == "seed":
        if not number.is_integer():
            raise FaultError(f"seed must be a whole number, as in seed=7, not {value!r}")
        return int(number)
    highest = 1.0 if name in _SHARES else 3600.0
    if not 0.0 <= number <= highest:
        what = "a share from 0 to 1" if name in _SHARES else "seconds from 0 to 3600"
        raise FaultError(f"{name} must be {what}, as in {name}=0.5, not {value!r}")
    return number


GARBAGE = (
    b"",
    b"<html><body>Bad Gateway</body></html>",
    b'<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><u:ord',
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body/></soap:Envelope>',
    b'<!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><e>&b;</e>',
    b"\x00\xff\xfe\x00<",
)
"""What a malformed answer can be."""


class Dice:
    """The faults in force and the throws that pick which calls they hit."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._random = random.Random(faults.seed)  # noqa: S311 (not a secret: repeatable on purpose)

    def set(self, faults: Faults) -> None:
        """Change them; another seed starts the throws anew."""
        if faults.seed != self.faults.seed:
            self._random = random.Random(faults.seed)  # noqa: S311
        self.faults = faults

    def hit(self, share: float) -> bool:
        """Whether a fault of that share hits now."""
        return share > 0 and self._random.random() < share

    def garbage(self) -> bytes:
        """A malformed answer."""
        return self._random.choice(GARBAGE)
