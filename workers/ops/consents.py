"""`consents verify`, `show` and `export`: the record of what subscribers agreed to, proved, looked up and taken out."""

from __future__ import annotations

import dataclasses
import json as json_format
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from workers.journal.consents import Head, Record
from workers.ops.look import opened
from workers.ops.money import AsMoney, money_of
from workers.ops.shown import as_json, as_table, moment, veiled
from workers.ops.spreadsheet import csv_line
from workers.settings import Settings

_COLUMNS = {
    "seq": "seq",
    "at": "at",
    "number": "number",
    "event": "event",
    "way": "way",
    "action": "action",
    "tones": "tones",
    "prices": "prices",
    "transaction": "transaction_id",
}
_CSV = (
    *("seq", "at", "event", "way", "action", "number", "recipient", "tones", "prices", "channel", "bind", "short_code"),
    *("language", "asked_at", "expires_at", "message_at", "message_id", "transaction_id", "question_id", "reference"),
    *("previous", "hash"),
)


def verify(settings: Settings, noted: Head | None, *, json: bool) -> bool:
    """Look at every row of the chain; False where one is not as it was written."""
    with opened(settings) as database:
        found = Record(database).verify(noted)
    if json:
        as_json({"ok": not found.flaws} | dataclasses.asdict(found))
        return not found.flaws
    for flaw in found.flaws:
        print(f"row {flaw.seq} {flaw.what}")
    end = f"{found.head.seq}:{found.head.hash}" if found.head.hash else "none yet"
    print(f"{found.rows} rows, {len(found.flaws) or 'no'} flaws; the chain's end: {end}")
    return not found.flaws


def head_of(text: str) -> Head | None:
    """`42:9f86…` as `verify` prints it; raises ValueError.  Empty is None."""
    if not text:
        return None
    seq, _, hash_ = text.partition(":")
    if not (seq.isdecimal() and len(hash_) == 64 and set(hash_) <= set("0123456789abcdef")):
        raise ValueError(text)
    return Head(int(seq), hash_)


def show(settings: Settings, identity: str, *, json: bool, reveal: bool) -> bool:
    """Show the rows of a number, a transaction id or a place in the chain; False where there is none."""
    with opened(settings) as database:
        rows = [veiled(told(row), reveal=reveal) for row in Record(database).of(identity)]
    if json:
        as_json(rows)
    elif rows:
        money = money_of(settings)
        shown = [row | {"at": moment(row["at"]), "prices": _joined(prices(row, money))} for row in rows]
        as_table([*_COLUMNS], [[row[key] for key in _COLUMNS.values()] for row in shown], "")
    return bool(rows)


def export(
    settings: Settings, form: Literal["jsonl", "csv"], since: float | None, until: float | None, *, reveal: bool
) -> None:
    """Write the record of a time to standard output, row by row."""
    with opened(settings) as database:
        rows = (veiled(told(row), reveal=reveal) for row in Record(database).all(since, until))
        for line in _csv_lines(rows) if form == "csv" else map(_json_line, rows):
            sys.stdout.write(line)


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its tones and prices as plain texts, beside what was asked; prices in minor units, for a script."""
    asked = row["asked"]
    return dict(row) | {
        "tones": " ".join(one["tone"] for one in asked if "tone" in one),
        "prices": " ".join("+".join(_prices(one, str)) for one in asked),
    }


def prices(row: Mapping[str, Any], money: AsMoney) -> list[list[str]]:
    """The prices of each thing that a row asked, for people: of a gift with the service, both."""
    return [_prices(one, money) for one in row["asked"]]


def _joined(found: Iterable[Iterable[str]]) -> str:
    return ", ".join(" + ".join(one) for one in found)


def _prices(asked: Mapping[str, Any], amount: AsMoney) -> list[str]:
    """A tone's price, or the service's; both for a gift that opens the service, too."""
    return ["?" if asked[name] is None else amount(asked[name]) for name in ("price", "monthly_fee") if name in asked]


def _json_line(row: Mapping[str, Any]) -> str:
    return json_format.dumps(row, ensure_ascii=False) + "\n"


def _csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    yield csv_line(_CSV)
    for row in rows:
        yield csv_line(row[key] for key in _CSV)
