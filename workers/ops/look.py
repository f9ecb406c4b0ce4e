"""`messages` and `show`: what came, and the whole life of one message."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from workers.journal import Database, Filter, Reader, Search
from workers.journal.schema import require_newest
from workers.ops.life import timeline
from workers.ops.money import money_of
from workers.ops.shown import as_json, as_table, moment, veiled
from workers.settings import Settings

_AGO = re.compile(r"(\d+)\s*([smhd])")
_MESSAGE = {
    "id": "id",
    "received": "received_at",
    "number": "number",
    "text": "text",
    "incomplete": "incomplete",
    "state": "state",
    "outcome": "outcome",
    "transaction": "transaction_id",
}
_ANSWER = {
    "no": "answer_no",
    "to": "destination",
    "text": "text",
    "state": "state",
    "created": "created_at",
    "sent": "sent_at",
    "receipt": "receipt_at",
    "id": "message_id",
    "error": "error",
}
_PART = {
    "answer": "answer_no",
    "part": "part",
    "state": "state",
    "sent": "sent_at",
    "receipt": "receipt_at",
    "id": "message_id",
    "error": "error",
}
_CHARGE = {"step": "transaction_id", "for": "thing", "amount": "amount", "offer": "offer_id", "state": "state"}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The journal for one command; raises `JournalUnavailable`, `NotMigrated`."""
    database = Database(settings.journal.url)
    try:
        require_newest(database)
        yield database
    finally:
        database.close()


def messages(settings: Settings, wanted: Filter, *, limit: int, cursor: str, json: bool, reveal: bool) -> None:
    """Show a page of messages, the newest first; where there are more, standard error says how to go on.

    Raises ValueError for a cursor that is none.
    """
    with opened(settings) as database:
        page = Search(database).page(wanted, limit=limit, cursor=cursor)
    found = [veiled(row, reveal=reveal) for row in page.rows]
    if json:
        as_json(found)
    else:
        unsaid = _unsaid(reveal=reveal) | ({"incomplete"} if not any(row["incomplete"] for row in found) else set())
        _table(_MESSAGE, found, unsaid, "no such message")
    if page.cursor:
        print(f"there are more: --cursor {page.cursor}", file=sys.stderr)


def show(settings: Settings, identity: str, *, json: bool, reveal: bool) -> bool:
    """Show the whole life of one message; False where there is none."""
    with opened(settings) as database:
        life = Reader(database).life(identity)
    if life is None:
        return False
    whole: dict[str, Any] = {
        "message": veiled(life.message, reveal=reveal),
        "answers": [veiled(answer, reveal=reveal) for answer in life.answers],
        "history": [veiled(event, reveal=reveal) for event in life.history],
    }
    if life.charges:
        whole["charges"] = [veiled(charge, reveal=reveal) for charge in life.charges]
    moments = timeline(life, reveal=reveal)
    if json:
        as_json(whole | {"timeline": [asdict(one) for one in moments]})
        return True
    money = money_of(settings)
    said = _said(whole["message"])
    said.pop("results", None)  # the time line tells them
    as_table(("message", ""), [(key, _readable(key, one)) for key, one in said.items()], "")
    as_table(("at", "what", ""), [(_precisely(one.at), one.what, one.said(money)) for one in moments], "")
    paid = [charge | {"amount": money(charge["amount"])} for charge in whole.get("charges", ())]
    parts = [answer | part for answer in whole["answers"] for part in answer["parts"]]
    for columns, rows, empty in (
        (_ANSWER, whole["answers"], "no answer yet"),
        *([(_PART, parts, "")] if parts else []),
        *([(_CHARGE, paid, "")] if paid else []),
    ):
        _table(columns, rows, _unsaid(reveal=reveal), empty)
    return True


def _unsaid(*, reveal: bool) -> set[str]:
    """How long a text is that isn't shown is worth no column."""
    return set() if reveal else {"text"}


def _table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], unsaid: Set[str], empty: str) -> None:
    kept = {name: key for name, key in columns.items() if key not in unsaid}
    as_table([*kept], [[_readable(key, row[key]) for key in kept.values()] for row in rows], empty)


def when(text: str) -> float | None:
    """`2h`, `15m`, `3d` ago, or a local date and time in ISO form, as seconds since the epoch; '' is None.

    Raises ValueError.
    """
    if not text:
        return None
    if ago := _AGO.fullmatch(text.strip()):
        return time.time() - int(ago[1]) * _SECONDS[ago[2]]
    return datetime.fromisoformat(text).timestamp()


def _said(values: Any) -> Any:
    """Without what is empty: half of a message's columns are, and hide the rest."""
    if isinstance(values, dict):
        return {key: _said(one) for key, one in values.items() if one or (one == 0 and one is not False)}
    return values


def _readable(key: str, value: object) -> object:
    return moment(value) if key == "at" or key.endswith("_at") else value


def _precisely(at: float) -> str:
    """With milliseconds: much of a message's life lies within one second."""
    return f"{moment(at)}.{int(at % 1 * 1000):03d}"
