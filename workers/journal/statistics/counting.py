"""Counting messages as they come to an end: a batch in one transaction, whatever happens at any line of it, once.

The transaction that adds to the sums marks its messages as counted (`inbox.counted`), so a process that dies in the
midst of it has counted nothing, and one that comes after it counts the same.  One counts at a time: on PostgreSQL
whoever holds the one row of `statistics_turn`, on SQLite whoever writes.

    ended, not counted as that ──▶ out with what it was counted as before ──▶ in with what it comes to ──▶ marked

A message that operations replay may come to another end.  Then what it was counted as (`inbox.counted_as`) is taken
out first.  Its people stay counted: they did text; a day on which they pay is added by the end that charges them.
What is done for good can't end otherwise, and keeps no such note.

People are counted by a keyed hash, the one that a purge leaves of numbers, so that they stay who they are.  Without a
key nobody is counted, and all else is.  Where nobody had to ask the core for a message's brand it is counted as the
brand that was heard last of its number, this year or the year before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select, update

from workers.journal.blanking import Hash
from workers.journal.database import Database
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.replay_rules import MAY_END_OTHERWISE
from workers.journal.states import InboxState
from workers.journal.statistics import ended
from workers.journal.statistics.adding import Sums
from workers.journal.statistics.sightings import ALL, People
from workers.journal.statistics.values import Cell, Count, Counted, EndedMessage, ToneCount
from workers.journal.tables import inbox, statistics_turn
from workers.journal.tables.messages import to_count

BATCH = 250
"""Messages in one transaction: live ones wait no longer for it than for each other."""
_YEARS_KEPT = 1
"""Of people, before this year (see `blanking`): who is not remembered is not counted a second time."""

_TURN = select(statistics_turn.c.id).with_for_update(skip_locked=True)
_ANY = select(inbox.c.id).where(to_count).limit(1)
_LAST = select(statistics_turn.c.counted_at)
_MARK = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"))
    .values(counted=bindparam("new_counted"), counted_as=bindparam("new_counted_as"))
)


_CELL = tuple(one.name for one in fields(Cell))

_One = tuple[EndedMessage, date, Counted]


class Counting:
    """Counts the messages of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(
        self,
        database: Database,
        count: Count,
        zone: ZoneInfo,
        hashed: Hash | None,
        *,
        batch: int = BATCH,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`count` says what a message comes to, `zone` whose midnights end a day; None hashes nobody."""
        self._database = database
        self._count = count
        self._zone = zone
        self._hashed = hashed
        self._batch = batch
        self._sleep = sleep

    def is_due(self, every_s: float) -> bool:
        """Whether there is something to count and nobody has counted for so long: a look, which waits for nobody."""
        with self._database.read() as connection:
            last = connection.scalar(_LAST)
            if last is not None and 0 <= self._database.now() - last < every_s:
                return False
            return connection.execute(_ANY).first() is not None

    def run(self, *, pause_s: float = 0.0, stopping: Callable[[], bool] = lambda: False) -> int:
        """Count until nothing is left or somebody else has the turn; return how many messages.

        `pause_s` lies between two transactions, for the live path.  May end at any line and be done again.
        """
        done = 0
        while not stopping():
            some = self.batch()
            done += some
            if some < self._batch:
                break
            self._sleep(pause_s)
        return done

    def batch(self) -> int:
        """Count one batch; 0 where nothing is left or somebody else has the turn.

        Messages are looked at and added up before it takes the turn, so that on SQLite, where whoever writes waits for
        it, it writes and does little else.
        """
        with self._database.read() as connection:
            messages = ended.look(connection, self._batch)
        if not messages:
            return 0
        hashed = cache(self._hashed) if self._hashed else None
        counted = [(message, self._day(message), self._count(message)) for message in messages]
        return self._database.write(lambda connection: self._add(connection, counted, hashed))

    def _add(self, connection: Connection, counted: Sequence[_One], hashed: Hash | None) -> int:
        if not _has_turn(connection):
            return 0
        unchanged = ended.lock(connection, [message for message, _, _ in counted])
        mine = [one for one in counted if one[0].id in unchanged]
        if not mine:
            return 0
        sums, marks, people = Sums(), [], hashed and People(connection, _wanted(mine, hashed), self._this_year())
        for message, day, comes_to in mine:
            if message.counted_as:
                _take_out(sums, message)
            brand = message.brand
            if people and hashed:
                brand = self._seen(people, hashed, sums, message, day, comes_to)
            sums.add(day, message.channel, brand, message.language, comes_to)
            marks.append(_mark(message, day, brand, comes_to))
        sums.write(connection)
        if people:
            people.write()
        connection.execute(_MARK, marks)
        connection.execute(update(statistics_turn).values(counted_at=self._database.now()))
        return len(mine)

    def _day(self, message: EndedMessage) -> date:
        return datetime.fromtimestamp(message.received_at, self._zone).date()

    def _seen(
        self, people: People, hashed: Hash, sums: Sums, message: EndedMessage, day: date, comes_to: Counted
    ) -> str:
        """Count the message's people; its brand, as far as that is known."""
        person = hashed(message.number)
        brand = message.brand or people.brand(day.year, person)
        by = (message.channel, brand, message.language)
        if not (message.counted_as and day.year < self._this_year() - _YEARS_KEPT):
            for one in comes_to.seen:
                who = hashed(one.number)
                people.see(sums, day, who, ALL, paid=one.paid, by=by)
                for offer, paid in sorted(one.offers.items()):
                    people.see(sums, day, who, offer, paid=paid, by=by)
        people.heard(day.year, person, message.brand)
        return brand

    def _this_year(self) -> int:
        return datetime.fromtimestamp(self._database.now(), self._zone).year


def _has_turn(connection: Connection) -> bool:
    """Whether nobody else counts now; nobody does until commit."""
    if connection.execute(_TURN).first():
        return True
    first = INSERT_BY_DIALECT[connection.dialect.name](statistics_turn).values(id=1).on_conflict_do_nothing()
    return connection.execute(first.returning(statistics_turn.c.id)).first() is not None


def _wanted(counted: Sequence[_One], hashed: Hash) -> set[tuple[int, str]]:
    """Of whom something may be counted, and in which year."""
    return {
        (day.year, hashed(number))
        for message, day, comes_to in counted
        for number in (message.number, *(one.number for one in comes_to.seen))
    }


def _mark(message: EndedMessage, day: date, brand: str, comes_to: Counted) -> dict[str, object]:
    end = f"{message.state}:{message.outcome}"
    for_good = message.state == InboxState.DONE and message.outcome not in MAY_END_OTHERWISE
    note = "" if for_good else _note(day, brand, message.language, comes_to)
    return {"row": message.id, "new_counted": end, "new_counted_as": note}


def _note(day: date, brand: str, language: str, comes_to: Counted) -> str:
    """What takes a message out again: as JSON, without what tells nothing."""
    cells = [
        (c.offer, c.action, c.outcome, c.messages, c.results, c.confirmed, c.amount, c.won) for c in comes_to.cells
    ]
    tones = [(tone.tone_code, tone.action, tone.results, tone.amount) for tone in comes_to.tones]
    note = [day.isoformat(), brand, language, cells, tones, comes_to.word]
    return json.dumps(note, ensure_ascii=False, separators=(",", ":"))


def _take_out(sums: Sums, message: EndedMessage) -> None:
    day, brand, language, cells, tones, word = json.loads(message.counted_as)
    before = Counted(tuple(Cell(*one) for one in cells), tuple(ToneCount(*one) for one in tones), word)
    sums.add(date.fromisoformat(day), message.channel, brand, language, before, -1)
