"""Faults on demand: what may go wrong, how much of it, and the dice that decide.

A share is between 0 and 1 and is drawn for each PDU from one seeded generator, so a run can be repeated.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Thing = TypeVar("Thing")


class Faults(BaseModel):
    """The faults in force; all are off by default.  Replaced as a whole, never changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    latency_s: float = Field(0.0, ge=0, le=60, title="Latency", description="seconds before each response")
    throttle: float = Field(
        0.0, ge=0, le=1, title="Throttled", description="share of submit_sm answered ESME_RTHROTTLED"
    )
    throttle_per_s: float = Field(
        0.0, ge=0, le=100_000, title="Rate limit", description="submit_sm a second, more are throttled; 0 = no limit"
    )
    queue_full: float = Field(
        0.0, ge=0, le=1, title="Queue full", description="share of submit_sm answered ESME_RMSGQFUL"
    )
    no_resp: float = Field(
        0.0, ge=0, le=1, title="No response", description="share of submit_sm that are taken but never answered"
    )
    deliver_twice: float = Field(
        0.0, ge=0, le=1, title="Delivered twice", description="share of texts delivered again after their response"
    )
    parts_shuffled: float = Field(
        0.0, ge=0, le=1, title="Parts shuffled", description="share of long texts whose parts come in any order"
    )
    parts_repeated: float = Field(
        0.0, ge=0, le=1, title="Parts repeated", description="share of long texts of which a part comes twice"
    )
    parts_missing: float = Field(
        0.0, ge=0, le=1, title="Parts missing", description="share of long texts of which a part never comes"
    )
    delay_s: float = Field(
        0.0, ge=0, le=3600, title="Delivery delay", description="seconds that an answer is on its way to the handset"
    )
    undelivered: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Undelivered",
        description="share of answers whose receipt says UNDELIV; no bubble appears",
    )
    unknown_receipts: float = Field(
        0.0, ge=0, le=1, title="Unknown receipts", description="share of receipts with an id that nobody was given"
    )
    congestion: int = Field(
        0, ge=0, le=100, title="Congestion", description="congestion_state told to binds of SMPP 5.0, in per cent"
    )
    malformed: float = Field(
        0.0, ge=0, le=1, title="Malformed", description="share of our PDUs followed by a malformed one"
    )
    disconnect_every: int = Field(
        0, ge=0, le=1_000_000, title="Disconnect", description="PDUs received on a link before it is cut; 0 = never"
    )
    slow_drip_bytes: int = Field(
        0, ge=0, le=65_536, title="Slow drip", description="bytes sent at a time, 10 ms apart; 0 = all at once"
    )
    seed: int = Field(0, ge=0, title="Seed", description="of the dice; setting it starts them again")

    @classmethod
    def parse(cls, text: str) -> Faults:
        """Read `latency=0.2,throttle=0.1`; a name may leave out its unit.  ValueError says what is wrong."""
        given: dict[str, str] = {}
        for item in filter(None, (piece.strip() for piece in text.split(","))):
            name, equals, value = item.partition("=")
            name = _LONG_NAMES.get(name.strip(), name.strip())
            if name not in cls.model_fields or not equals:
                known = ", ".join(cls.model_fields)
                raise ValueError(f"no fault {item!r}: write NAME=VALUE with one of {known}")
            given[name] = value.strip()
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise ValueError(f"fault {first['loc'][0]}: {first['msg'].lower()}") from None


_LONG_NAMES = {
    "latency": "latency_s",
    "delay": "delay_s",
    "rate": "throttle_per_s",
    "disconnect": "disconnect_every",
    "slow_drip": "slow_drip_bytes",
}


class Dice:
    """Seeded draws, and the rate limit, for the faults in force."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._random = random.Random(self.faults.seed)  # noqa: S311 - repeatable on purpose, guards nothing
        self._allowance = 1.0
        self._filled_at = 0.0

    def set(self, faults: Faults) -> None:
        """Put other faults in force; the dice start again only if the seed is another."""
        if faults.seed != self.faults.seed:
            self._random = random.Random(faults.seed)  # noqa: S311
        self.faults = faults

    def hits(self, share: float) -> bool:
        """Say whether a fault of this share strikes now."""
        return share > 0.0 and self._random.random() < share

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Return the same things in some other order, or by chance in the same."""
        return self._random.sample(things, len(things))

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Return one of them."""
        return self._random.choice(things)

    def octets(self, count: int) -> bytes:
        """Draw random octets."""
        return self._random.randbytes(count)

    def over_rate(self, now_s: float) -> bool:
        """Take one from the allowance of `throttle_per_s`; True when none is left.

        A token bucket that holds a tenth of a second's worth, at least one: a burst is not a rate.
        """
        rate = self.faults.throttle_per_s
        if rate <= 0.0:
            return False
        burst = max(1.0, rate / 10.0)
        self._allowance = min(burst, self._allowance + (now_s - self._filled_at) * rate)
        self._filled_at = now_s
        if self._allowance < 1.0:
            return True
        self._allowance -= 1.0
        return False
