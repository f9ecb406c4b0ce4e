"""Who has which number, before anything happened: numbers are born with a state that their prefix tells."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVE, DELETED, SUSPENDED = "2", "4", "5"
BRAND_FEES = {"Gold": 800, "Campus": 300, "Easy": 500}
"""The service's monthly fee by brand, minor units."""

_FUNDS = 100_000_000  # a million orders


@dataclass(frozen=True, slots=True)
class Profile:
    """A number's account."""

    number: str
    status: str
    """2 has the service, 5 has it and plays nothing, 4 has not."""
    brand: str
    balance: int
    """Minor units."""
    barred: bool
    stored: bool = False
    """Whether the database has it already; a number nothing was changed for is only a rule."""

    @property
    def in_service(self) -> bool:
        """Whether the ringback service is open."""
        return self.status in (ACTIVE, SUSPENDED)

    @property
    def forbids_copying(self) -> bool:
        """Whether nobody may copy what this number plays: so born are those that end in 99."""
        return self.number.endswith("99")

    @property
    def monthly_fee(self) -> int:
        """Minor units."""
        return BRAND_FEES[self.brand]


_BY_PREFIX = {
    "86138": (ACTIVE, _FUNDS, False),
    "86139": (DELETED, _FUNDS, False),
    "86137": (ACTIVE, 0, False),
    "86136": (ACTIVE, _FUNDS, True),
}


def born(number: str) -> Profile | None:
    """The state a number starts with; None for a number of another operator."""
    rule = _BY_PREFIX.get(number[:5])
    if rule is None or len(number) != 13:
        return None
    status, balance, barred = rule
    brand = tuple(BRAND_FEES)[int(number[-1]) % len(BRAND_FEES)]
    return Profile(number, status, brand, balance, barred)


def masked(number: str) -> str:
    """A number as a log may show it."""
    return f"{number[:5]}{'*' * max(0, len(number) - 7)}{number[-2:]}" if len(number) > 8 else "*" * len(number)
