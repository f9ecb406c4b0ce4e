"""What a subscriber confirmed on a screen, as it is kept: the text of its row in the journal."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from workers.dialogue import Action, Command

CHANNEL = "ussd"
"""Of the rows whose text is a dial's order."""


STEPS_AT_MOST = 255
"""Of one dial: more has no id of its own."""


def new_dial_id(clock: float) -> str:
    """Return 22 hex digits: 12 of the time in milliseconds, so that they sort by age, and 10 at random."""
    return f"{int(clock * 1000) & 0xFFFFFFFFFFFF:012x}{secrets.token_hex(5)}"


def transaction_of(dial: str, step: int) -> str:
    """Return the transaction id of what is confirmed at a step of a dial: the same step again is the same order."""
    return f"{dial}{step:02x}"


@dataclass(frozen=True, slots=True)
class DialOrder:
    """One confirmed screen: a command, and the prices that stood on it."""

    command: Command = field(repr=False)
    language: str
    """The session's, a folder under templates/: the result is told in it."""
    prices: Mapping[str, int | None] | None = None
    """Minor units by tone code, and under `""` the service's own fee where one was shown: what was said yes to.
    None where no price was on the screen: then whatever is charged is asked about by text first (promise 3)."""
    told_at: float = 0.0
    """When the prices were shown, seconds since the epoch: an offer that was open then is good for the yes to it."""
    service_code: str = ""
    """What was dialled, such as `*123#`."""
    screen: str = ""
    """Where it was confirmed, for the record of consents."""

    @property
    def agreed(self) -> dict[str, int] | None:
        """What was said yes to, by tone code and under `""` the service's fee; None where a price is missing."""
        told = {code: price for code, price in (self.prices or {}).items() if price is not None}
        codes = self.command.tone_codes
        if any(code not in told for code in codes or ("",)):
            return None
        if codes and not told.get(""):
            told.pop("", None)  # his service costs nothing more: there is nothing to be agreed to
        return {code: told[code] for code in (*codes, "") if code in told}

    def written(self) -> str:
        """Return it as JSON that people can read, for a row's text; `read` is its inverse."""
        values: dict[str, object] = {
            "command": {name: value for name, value in asdict(self.command).items() if value and name != "languages"},
            "language": self.language,
            "told_at": self.told_at,
            "dialled": self.service_code,
            "screen": self.screen,
        }
        if self.prices is not None:
            values["prices"] = dict(self.prices)
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> DialOrder:
        """Read what `written` wrote; raises ValueError where it is something else."""
        try:
            values = json.loads(text)
            said = values["command"]
            command = Command(
                **said
                | {
                    "action": Action(said["action"]),
                    "tone_codes": tuple(said.get("tone_codes", ())),
                    "hours": tuple(said.get("hours", ())),
                }
            )
            return cls(
                command,
                values["language"],
                values.get("prices"),
                float(values["told_at"]),
                values["dialled"],
                values["screen"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no order of a dial: {type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of an order as far as its screen can wait for it."""

    transaction_id: str
    text: str = field(default="", repr=False)
    """What is answered; empty where nothing is known in time: the answer follows by text message."""
    by_text_too: bool = True
    """Whether the same words also go out as a text message, as whatever was charged does."""
    in_doubt: bool = False
    """Nobody knows yet whether it was committed: a text message will tell what has become of it."""
