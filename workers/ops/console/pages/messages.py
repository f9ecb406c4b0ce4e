"""Finding messages, and the whole life of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from workers.journal import Filter, InboxState, Reader, Search
from workers.ops.console.asking import Asked, CannotDoError, File, Page, Shown
from workers.ops.console.numbers import as_kept
from workers.ops.console.pager import links, page
from workers.ops.console.sessions import Who
from workers.ops.console.surroundings import Surroundings
from workers.ops.life import timeline
from workers.ops.look import when
from workers.ops.spreadsheet import csv_line
from workers.ops.users import Role

_IN_A_FILE = 10_000
_COLUMNS = (
    *("id", "received_at", "number", "short_code", "text", "state", "outcome", "channel", "bind"),
    *("attempts", "finished_at", "transaction_id"),
)
_FIELDS = ("number", "code", "state", "outcome", "bind", "channel", "since", "until")
_TELLING = ("number", "code")
"""Who may not see numbers may not guess them either: an answer to "is it this one?" would tell, try by try."""
_CHANNELS = ("sms", "ussd", "gift")


async def messages(around: Surroundings, asked: Asked) -> Shown:
    """A page of those that fit, the newest first."""
    given = {name: asked.query.get(name, "").strip() for name in _FIELDS}
    found = await page(Search(around.database).page, wanted(given, asked.who), asked)
    asked_for = {name: value for name, value in given.items() if value}
    return Shown(
        "messages.html",
        {
            "given": given,
            "rows": [asked.seen(row) for row in found.rows],
            "csv": f"/messages.csv?{urlencode(asked_for)}",
            "pager": links(asked, "/messages", found, given),
            "states": [*InboxState],
            "binds": sorted({bind.name for bind in around.settings.smpp.binds}),
            "channels": _CHANNELS,
            "sees_numbers": asked.who.may(Role.OPERATOR),
        },
    )


async def as_csv(around: Surroundings, asked: Asked) -> File:
    """What was found, the newest 10,000, for a spreadsheet."""
    given = {name: asked.query.get(name, "").strip() for name in _FIELDS}
    found = await asyncio.to_thread(Search(around.database).page, wanted(given, asked.who), limit=_IN_A_FILE)
    rows = [asked.seen(row) for row in found.rows]
    lines = [csv_line(_COLUMNS), *(csv_line(row[column] for column in _COLUMNS) for row in rows)]
    return File("".join(lines).encode(), "text/csv; charset=utf-8", "messages.csv")


def wanted(given: Mapping[str, str], who: Who) -> Filter:
    """What was asked for; raises `CannotDoError`, for a viewer also where numbers or words are asked for."""
    if any(given.get(name) for name in _TELLING) and not who.may(Role.OPERATOR):
        raise CannotDoError("Searching by number or words is for operators: what is found would tell a number.", 403)
    state = given.get("state", "")
    if state and state not in [*InboxState]:
        raise CannotDoError(f"There is no state {state}; there are {', '.join(InboxState)}.")
    try:
        since, until = when(given.get("since", "")), when(given.get("until", ""))
    except ValueError:
        raise CannotDoError("Write a time as 2h or 3d, which is ago, or as 2025-01-31T08:00.") from None
    return Filter(
        number=as_kept(given.get("number", "")),
        state=state,
        outcome=given.get("outcome", ""),
        bind=given.get("bind", ""),
        channel=given.get("channel", ""),
        code=given.get("code", ""),
        since=since,
        until=until,
    )


async def message(around: Surroundings, asked: Asked) -> Shown:
    """One message: how it stands, and its time line."""
    life = await asyncio.to_thread(Reader(around.database).life, asked.path["id"])
    if life is None:
        raise CannotDoError("There is no such message.", 404)
    reveal = asked.who.may(Role.OPERATOR)
    return Shown(
        "message.html",
        {
            "message": asked.seen(life.message),
            "answers": [asked.seen(answer) for answer in life.answers],
            "moments": timeline(life, reveal=reveal),
            "charges": [asked.seen(charge) for charge in life.charges],
            "money": around.money,
        },
    )


PAGES: Sequence[Page] = (
    Page("/messages", messages, name="Messages"),
    Page("/messages.csv", as_csv),
    Page("/messages/{id}", message),
)
