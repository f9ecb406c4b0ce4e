"""What is taken away from messages whose time is over, and from what belongs to them: texts blanked, numbers hashed.

inbox, outbox      text, number, network reference, the digest of both; of the results numbers and what was looked for
questions          number, recipient, words
consents           number and recipient; the salt goes, so that the chain still verifies and tells nobody (`consents`)
charges            number

Each statement finds its rows by an index.  What has a time of its own is in `beside`; rows that are blanked go
themselves, later: see `deleting`.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.sql.elements import BindParameter

from workers.journal.replay_rules import PURGED
from workers.journal.tables import charges, consents, inbox, outbox, questions

_HASH_CHARS = 19
"""Of 4 bits: with its mark it fits where a number stands, and two numbers of a billion are told apart."""

Hash = Callable[[str], str]
"""A number → what stands in its place."""


def hashing(key: bytes) -> Hash:
    """Return what hashes numbers with a key; what is hashed already, or empty, stays as it is."""

    def hashed(number: str) -> str:
        if not number or number.startswith(PURGED):
            return number
        return PURGED + hmac.new(key, number.encode(), "sha256").hexdigest()[:_HASH_CHARS]

    return hashed


def messages(
    connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], hashed: Hash, before: float
) -> Counter[str]:
    """Blank messages (id, number, transaction_id, results) with whatever belongs to them; rows by table."""
    ids, numbers = [row.id for row in rows], sorted({row.number for row in rows})
    answers = connection.execute(select(outbox.c.id, outbox.c.destination).where(outbox.c.inbox_id.in_(ids))).all()
    asked = connection.execute(
        select(questions.c.id, questions.c.number, questions.c.recipient, questions.c.asked).where(
            questions.c.number.in_(numbers), questions.c.inbox_id.in_(ids), questions.c.state != "open"
        )
    ).all()
    recorded = connection.execute(
        select(consents.c.seq, consents.c.number, consents.c.recipient).where(
            consents.c.transaction_id.in_([row.transaction_id for row in rows])
        )
    ).all()
    wanted = {
        inbox: [
            {"row": row.id, "new_number": hashed(row.number), "new_results": _without_people(row.results, hashed)}
            for row in rows
        ],
        outbox: [{"row": row.id, "new_destination": hashed(row.destination)} for row in answers],
        questions: [
            {
                "row": row.id,
                "new_number": hashed(row.number),
                "new_recipient": hashed(row.recipient),
                "new_asked": _without_words(row.asked),
            }
            for row in asked
        ],
        consents: [
            {"row": row.seq, "new_number": hashed(row.number), "new_recipient": hashed(row.recipient)}
            for row in recorded
        ],
        charges: [{"old": number, "before": before, "new_number": hashed(number)} for number in numbers],
    }
    done: Counter[str] = Counter()
    for table, parameters in wanted.items():
        if parameters:
            done[table.name] += connection.execute(_BLANK[table], parameters).rowcount
    return done


def _without_people(results: str, hashed: Hash) -> str:
    if not results:
        return results
    steps = json.loads(results)
    for step in steps.values():
        step.update({name: hashed(step[name]) for name in ("other_number",) if step.get(name)})
        step.update({name: "" for name in ("query", "gift_key") if step.get(name)})
    return json.dumps(steps, separators=(",", ":"))


def _without_words(asked: str) -> str:
    return json.dumps([one | {"meant": ""} if "meant" in one else one for one in json.loads(asked)])


_row: BindParameter[int] = bindparam("row")
_new_number: BindParameter[str] = bindparam("new_number")
_BLANK = {
    inbox: update(inbox)
    .where(inbox.c.id == _row)
    .values(number=_new_number, results=bindparam("new_results"), text="", network_reference="", digest=0),
    outbox: update(outbox)
    .where(outbox.c.id == _row)
    .values(destination=bindparam("new_destination"), text="", push=""),
    questions: update(questions)
    .where(questions.c.id == _row)
    .values(number=_new_number, recipient=bindparam("new_recipient"), asked=bindparam("new_asked"), text_if_expired=""),
    consents: update(consents)
    .where(consents.c.seq == _row)
    .values(number=_new_number, recipient=bindparam("new_recipient"), salt=""),
    charges: update(charges)
    .where(charges.c.number == bindparam("old"), charges.c.at < bindparam("before"))
    .values(number=_new_number),
}
