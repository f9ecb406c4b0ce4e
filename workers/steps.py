"""The steps of one message: each is one change at the core, under a transaction id of its own.

An id is the message's, fixed when it was kept, with the step's number behind it, so that it is the same on every
retry and replay.  What became of the steps so far is kept in the row as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from workers.dialogue import Action, BundleFacts, Command, LevelFacts, Result, SettingFacts, ToneFacts, Verdict
from workers.journal import ClaimedRow

CHARGED = frozenset({Action.ORDER, Action.GIFT, Action.OPEN, Action.COPY, Action.RENEW, Action.PACK, Action.JOIN})
"""What costs its sender money: a STOP that overtakes it cancels it."""


_LISTS: dict[str, type[ToneFacts] | type[BundleFacts] | type[LevelFacts] | type[SettingFacts]] = {
    "owned": ToneFacts,
    "found": ToneFacts,
    "bundles": BundleFacts,
    "levels": LevelFacts,
    "playing": SettingFacts,
}
_MADE_OF_FACTS = ("tone", *_LISTS)
_SIMPLE = tuple(one.name for one in fields(Result) if one.name not in _MADE_OF_FACTS)


_FIRST_ACTION = re.compile(r'\{"\d+":\{"action":"([a-z_]+)"')

ROUND, LAST_ROUND = 10, 8
"""Step numbers of one round, more than a text may have codes, and the last round that two digits have room for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change, or one look, at the core."""

    no: int
    action: Action
    number: str = field(repr=False)
    transaction_id: str
    tone_code: str = ""
    recipient: str = field(default="", repr=False)
    gift_key: str = field(default="", repr=False)
    agreed: bool = False
    """The subscriber said yes to `price`: at any other, nothing is called."""
    price: int | None = None
    """Minor units; None where the core didn't say."""
    told_at: float | None = None
    """When `price` was told: an offer that was open then is good for the yes to it."""
    fee: int | None = None
    """Of a gift that opens its recipient's service, too: the first month's, which was agreed to."""
    rule: str = ""
    """Of a renewal at a lower price than the full one: where that comes from."""
    hours: tuple[str, ...] = ()
    query: str = field(default="", repr=False)
    first: int = 0
    """Of a list that goes on: how many were shown before."""
    language: str = ""
    member_of: str = ""
    """The level of the music club that the number is remembered to have; the core has the last word."""
    on_screen: bool = False
    """It is looked at in a dial's menu."""

    def result(self, verdict: Verdict, reason: str = "", **more: object) -> Result:
        """Return this step's end, with what was asked for filled in."""
        facts: dict[str, object] = {
            "tone_code": self.tone_code,
            "other_number": self.recipient,
            "gift_key": self.gift_key,
            "hours": self.hours,
            "query": self.query,
            "first": self.first,
            "language": self.language,
        } | more
        return Result(self.action, verdict, reason, **facts)  # type: ignore[arg-type]


def steps_of(
    command: Command,
    row: ClaimedRow,
    agreed: Mapping[str, int | None] | None = None,
    told_at: float | None = None,
    round_: int = 0,
) -> list[Step]:
    """Return the steps a command takes: one for each tone, else one.

    `agreed` has the prices that a yes was said to, `told_at` is when they were told.  A `round_` after the
    first asks for the same anew, under transaction ids that were never used.
    """
    return [
        Step(
            no,
            command.action,
            row.number,
            f"{row.transaction_id}{no:02d}",
            code,
            command.recipient,
            command.gift_key,
            agreed is not None,
            (agreed or {}).get(code),
            told_at,
            (agreed or {}).get("") if code else None,
            "",
            command.hours,
            command.query,
            command.first,
            command.language,
            row.member_of,
        )
        for no, code in enumerate(command.tone_codes or ("",), start=1 + round_ * ROUND)
    ]


def write_results(results: dict[int, Result]) -> str:
    """Return the results as JSON, by step number."""
    return json.dumps({no: _values(result) for no, result in results.items()}, separators=(",", ":"))


def _values(result: Result) -> dict[str, object]:
    # Not `asdict`, which copies deeply: this is written for every message.
    lists = {name: [asdict(one) for one in getattr(result, name)] for name in _LISTS}
    return {
        **{name: getattr(result, name) for name in _SIMPLE},
        "tone": result.tone and asdict(result.tone),
        **{name: facts for name, facts in lists.items() if facts},
    }


def first_action(results: str) -> str:
    """The first result's action as `write_results` wrote it, without reading the rest; empty where there is none."""
    found = _FIRST_ACTION.match(results)
    return found[1] if found else ""


def read_results(text: str) -> dict[int, Result]:
    """Read what `write_results` wrote; empty text is no results."""
    if not text:
        return {}
    return {int(no): _result(values) for no, values in json.loads(text).items()}


def _result(values: dict[str, object]) -> Result:
    def each(name: str) -> tuple[object, ...]:
        facts = values.get(name)
        return tuple(_LISTS[name](**one) for one in facts) if isinstance(facts, list) else ()

    tone, hours = values["tone"], values.get("hours")
    return Result(
        **values  # type: ignore[arg-type]
        | {
            "action": Action(str(values["action"])),
            "verdict": Verdict(str(values["verdict"])),
            "tone": ToneFacts(**tone) if isinstance(tone, dict) else None,
            "hours": tuple(hours) if isinstance(hours, list) else (),
            **{name: each(name) for name in _LISTS},
        }
    )
