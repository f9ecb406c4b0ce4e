"""The record of what subscribers agreed to or refused: append-only, each row chained to the one before.

    hash = SHA-256(previous hash, line feed, canonical JSON of the content)      content has its `seq`

A row that is changed no longer has its hash, one that is taken out leaves a gap, one that is put in does not follow.
Whoever appends holds the chain's end (`consent_chain`) until commit, so that workers of any number of hosts make one
chain.  The end itself can be noted elsewhere: who may write to the database could else make the whole chain anew.

Of the subscriber the content has SHA-256(salt, number, recipient) alone: number and salt stand beside it, outside of
the chain, and may be taken away when their time is over.  Without the salt nobody finds the number by trying all.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.asking import NewConsent
from workers.journal.database import Database
from workers.journal.pages import Page, page_by
from workers.journal.rows import ClaimedRow
from workers.journal.tables import consent_chain, consents

_THE_CHAIN = 1
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One yes or no, said by a message."""

    row: ClaimedRow
    consent: NewConsent
    at: float


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's end."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """One row that is not as it was written."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found."""

    rows: int
    head: Head
    flaws: list[Flaw]


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Append rows in the caller's transaction; the chain's end stays locked until its commit."""
    if not entries:
        return
    head = _locked_head(connection)
    rows = []
    for entry in entries:
        row = _row(entry, head)
        head = Head(int(str(row["seq"])), str(row["hash"]))
        rows.append(row)
    connection.execute(insert(consents), rows)
    at_end = update(consent_chain).where(consent_chain.c.id == _THE_CHAIN)
    connection.execute(at_end.values(seq=head.seq, hash=head.hash))


def chained(previous: str, content: str) -> str:
    """Return a row's hash, as hex."""
    return sha256(f"{previous}\n{content}".encode()).hexdigest()


def person(salt: str, number: str, recipient: str) -> str:
    """Return what the chain knows of whose consent it is."""
    return sha256("\n".join((salt, number, recipient)).encode()).hexdigest()


class Record:
    """Reads the record of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verify(self, noted: Head | None = None) -> Verified:
        """Look at every row; `noted` is an end that was noted earlier and must still be in the chain."""
        flaws: list[Flaw] = []
        last = Head(0, "")
        rows = 0
        with self._database.read() as connection:
            # The end first: what is appended meanwhile stands behind it, and is as good as the rest.
            end = _head(connection)
            for row in _pages(connection):
                rows += 1
                flaws += [Flaw(row.seq, what) for what in _flaws_of(row, last)]
                if noted and noted.seq == row.seq and noted.hash != row.hash:
                    flaws.append(Flaw(row.seq, "is not the row whose hash was noted: the chain was made anew"))
                last = Head(row.seq, row.hash)
            if last.seq > (now_ends := _head(connection)).seq:
                flaws.append(Flaw(last.seq, f"was put in: the chain ends with {now_ends.seq}"))
        if last.seq < end.seq:
            flaws.append(Flaw(end.seq, f"is missing: the chain ends there, the last row is {last.seq}"))
        elif noted and last.seq < noted.seq:
            flaws.append(Flaw(noted.seq, "is missing: it was noted, and the chain is shorter"))
        elif last.seq == end.seq and last.hash != end.hash:
            flaws.append(Flaw(end.seq, "is not the row that the chain ends with"))
        return Verified(rows, end, flaws)

    def of(self, identity: str) -> list[dict[str, Any]]:
        """Rows by number, by transaction id or by `seq`, the oldest first; the content is laid open."""
        with self._database.read() as connection:
            found = connection.execute(select(consents).where(_named(identity)).order_by(consents.c.seq)).all()
        return [_open(row) for row in found]

    def head(self) -> Head:
        """The chain's end as it is now."""
        with self._database.read() as connection:
            return _head(connection)

    def page(self, identity: str = "", *, limit: int = 50, cursor: str = "") -> Page:
        """Rows as `of` finds them, or all, the newest first; ValueError for a cursor that is none."""
        query = select(consents).where(_named(identity)) if identity else select(consents)
        with self._database.read() as connection:
            rows, more = page_by(consents.c.seq, connection, query, limit, cursor)
        return Page([_open(row) for row in rows], more)

    def all(self, since: float | None = None, until: float | None = None) -> Iterator[dict[str, Any]]:
        """Every row of a time, the oldest first, page by page."""
        with self._database.read() as connection:
            for row in _pages(connection):
                opened = _open(row)
                if (since is None or opened["at"] >= since) and (until is None or opened["at"] < until):
                    yield opened


def _named(identity: str) -> ColumnElement[bool]:
    by = [consents.c.number == identity.lstrip("+"), consents.c.transaction_id == identity[:24]]
    if identity.isascii() and identity.isdecimal() and len(identity) < 10:
        by.append(consents.c.seq == int(identity))
    return or_(*by)


def _locked_head(connection: Connection) -> Head:
    end = select(consent_chain.c.seq, consent_chain.c.hash).where(consent_chain.c.id == _THE_CHAIN).with_for_update()
    row = connection.execute(end).first()
    if row is None:  # the very first: who comes second finds it made, and waits for its commit
        connection.execute(_make_chain(connection))
        row = connection.execute(end).one()
    return Head(row.seq, row.hash)


def _make_chain(connection: Connection) -> Any:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_or_leave  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import insert as insert_or_leave  # type: ignore[assignment]  # noqa: PLC0415
    return insert_or_leave(consent_chain).values(id=_THE_CHAIN, seq=0, hash="").on_conflict_do_nothing()


def _head(connection: Connection) -> Head:
    row = connection.execute(select(consent_chain.c.seq, consent_chain.c.hash)).first()
    return Head(row.seq, row.hash) if row else Head(0, "")


def _row(entry: Entry, head: Head) -> dict[str, object]:
    row, consent = entry.row, entry.consent
    salt = secrets.token_hex(16)
    content = _canonical(
        {
            "seq": head.seq + 1,
            "at": entry.at,
            "event": consent.event,
            "way": consent.way,
            "action": consent.action,
            "asked": json.loads(consent.asked),
            "person": person(salt, row.number, consent.recipient),
            "channel": row.channel,
            "bind": row.bind,
            "short_code": row.short_code,
            "language": consent.language,
            "question_id": consent.question_id,
            "asked_at": entry.at if consent.asked_at is None else consent.asked_at,
            "expires_at": consent.expires_at,
            "message_id": row.id,
            "message_at": row.received_at,
            "transaction_id": row.transaction_id,
            "reference": consent.reference,
        }
    )
    return {
        "seq": head.seq + 1,
        "previous": head.hash,
        "hash": chained(head.hash, content),
        "content": content,
        "transaction_id": row.transaction_id,
        "number": row.number,
        "recipient": consent.recipient,
        "salt": salt,
    }


def _canonical(content: dict[str, object]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _pages(connection: Connection) -> Iterator[Row[Any]]:
    after = -1
    while True:
        query = select(consents).where(consents.c.seq > after).order_by(consents.c.seq).limit(_PAGE)
        page = connection.execute(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].seq


def _flaws_of(row: Row[Any], last: Head) -> Iterator[str]:
    """What is wrong with one row that follows `last`."""
    if row.seq != last.seq + 1:
        missing = f"{last.seq + 1}" if row.seq == last.seq + 2 else f"{last.seq + 1} to {row.seq - 1}"
        yield f"does not follow {last.seq}: {missing} is missing" if row.seq > last.seq else "stands before the first"
    elif row.previous != last.hash:
        yield f"does not follow {last.seq}: one of the two was changed or put in"
    if row.hash != chained(row.previous, row.content):
        yield "was changed: it is not what its hash says"
        return
    content = json.loads(row.content)
    if (content["seq"], content["transaction_id"]) != (row.seq, row.transaction_id):
        yield "was changed: its number or transaction is not the content's"
    if row.salt and person(row.salt, row.number, row.recipient) != content["person"]:
        yield "was changed: it is another subscriber's"


def _open(row: Row[Any]) -> dict[str, Any]:
    content = json.loads(row.content) if row.content else {}
    content.pop("person", None)
    return content | {
        "seq": row.seq,
        "number": row.number,
        "recipient": row.recipient,
        "hash": row.hash,
        "previous": row.previous,
    }
