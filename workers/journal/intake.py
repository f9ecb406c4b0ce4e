"""A message's way in: kept once, whatever the SMSC repeats.

deliver_sm carries no id, so a redelivery looks like the subscriber texting again.  It counts as one only where
the SMSC had reason to repeat itself: the same network reference, or the same content within `dedupe_s` while
our earlier response was late or its bind has ended.  Anything else is a new message: a second order after a
top-up and a second YES are meant.

What goes in late, after its SMSC was told to keep it, may have come to another host before: then it is left to that.

A message made of a long text is not looked for among others, neither by content nor by reference, nor is any other
taken for it: its parts were, when they came (see `long_texts`), so who has the same text under another reference
has sent it twice.  What makes it one message is that its long text is handed on with it or not at all.

A message that comes `once` has its id from whoever brings it: a dial's, whose gateway may repeat itself at any time.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, false, select, update

from workers.journal import holds, long_texts, redeliveries
from workers.journal.arriving import Accepted, NewMessage, Ticket, content_digest
from workers.journal.line import numbers
from workers.journal.new_rows import INSERT, new_row
from workers.journal.parked import literals
from workers.journal.states import InboxState
from workers.journal.tables import bind_sessions, inbox

_MAY_BE_DONE_YET = (InboxState.UNKNOWN, InboxState.ACCEPTED, InboxState.DEAD, InboxState.REFUSED)
"""Though nothing waits for it: by itself, or by a replay."""
_stop = inbox.alias("stop")
_stop_row = select(_stop.c.id).where(_stop.c.transaction_id == bindparam("stop_id")).scalar_subquery()
_STOP = (
    update(inbox)
    .where(
        inbox.c.number == bindparam("stop_number"),
        inbox.c.state.in_([*numbers.holding, *literals(_MAY_BE_DONE_YET)]),
        inbox.c.stop_requested == false(),
        inbox.c.id < _stop_row,
    )
    .values(stop_requested=True)
)
"""What was sent before and is known not to have taken effect is not to be done any more, also where operations replay
it; what may have is not to be called again once the core says that it never came."""

_ALIKE = (
    select(
        inbox.c.id,
        inbox.c.transaction_id,
        inbox.c.digest,
        inbox.c.network_reference,
        inbox.c.ack_late,
        bind_sessions.c.id.is_not(None).label("session_known"),
        bind_sessions.c.ended_at,
    )
    .outerjoin(bind_sessions, bind_sessions.c.id == inbox.c.session)
    .where(inbox.c.digest.in_(bindparam("digests", expanding=True)), inbox.c.received_at > bindparam("since"))
    .order_by(inbox.c.id)
)
"""Made once: every message that comes asks it."""

_NO_ROW = 0
"""Nothing is attached: to one of this batch, or to what another host took, which answers for both."""

_MARK_LATE = update(inbox).where(inbox.c.transaction_id == bindparam("late_id")).values(ack_late=True)


class Intake:
    """Accepts messages; `dedupe_s` is how long a redelivery is looked for."""

    def __init__(self, dedupe_s: float) -> None:
        self._dedupe_s = dedupe_s
        self._unsettled: list[Ticket] = []
        self._uncommitted: list[Ticket] = []

    def accept(
        self, connection: Connection, tickets: Sequence[Ticket], now: float
    ) -> list[Accepted | holds.ChannelPaused]:
        """Keep what is new, attach what is not; an error in the place of what a paused channel brought."""
        self._mark_those_gone_late(connection, now)
        # Before the look at what is there: who waits for a line must see what another host has taken meanwhile.
        numbers.lock(connection, [ticket.message.number for ticket in tickets])
        digests = [_digest(ticket.message) for ticket in tickets]
        twins, taken = self._twins(connection, digests, now)
        paused = holds.paused_channels(connection)
        known = _known(connection, [ticket.message.transaction_id for ticket in tickets if ticket.message.once])
        fresh: list[dict[str, object]] = []
        accepted: list[Accepted | holds.ChannelPaused] = []
        for ticket, digest in zip(tickets, digests, strict=True):
            message = ticket.message
            if message.once:
                ticket.begun = True  # before `late` is looked at: who sets that looks at this one then, or sees it here
                if ticket.late or message.transaction_id in known:
                    # Late: who brought it was told that it was not taken, and nobody will bring it again.
                    accepted.append(Accepted(message.transaction_id, duplicate=True))
                    continue
            if message.channel in paused and (message.once or message.long_text is not None):
                ticket.begun = False
                accepted.append(_kept_out(message))
                continue
            if message.once:
                known.add(message.transaction_id)
            if message.long_text is not None and not long_texts.close(
                connection, message.long_text, message.transaction_id, now
            ):
                accepted.append(Accepted(_handed_on_before(connection, ticket, now), duplicate=True))
                continue
            twin = twins.get((digest, message.network_reference or None)) or twins.get((digest, None))
            twin = twin or _taken_elsewhere(ticket, taken.get(digest))
            if twin and not message.once:
                accepted.append(Accepted(twin[1], duplicate=True))
                _attach(connection, twin[0], ticket, now)
                continue
            if message.channel in paused:  # only now: what is brought again would else be new once the pause is over
                accepted.append(_kept_out(message))
                continue
            accepted.append(Accepted(message.transaction_id, duplicate=False))
            ticket.marked = ticket.late
            fresh.append(new_row(message, digest, now, ack_late=ticket.marked))
            if message.network_reference or ticket.late:
                twins[(digest, message.network_reference or None)] = (_NO_ROW, message.transaction_id)
        if fresh:
            connection.execute(INSERT, fresh)
        stops = [ticket.message for ticket in tickets if ticket.message.stops]
        if stops:
            connection.execute(_STOP, [{"stop_number": m.number, "stop_id": m.transaction_id} for m in stops])
        self._uncommitted += [ticket for ticket in tickets if not ticket.marked]
        return accepted

    def committed(self) -> None:
        """Forget those whose marks are safe now, and watch those that have just been kept."""
        self._unsettled = self._uncommitted
        self._uncommitted = []

    def _mark_those_gone_late(self, connection: Connection, now: float) -> None:
        """Mark what was committed after its channel gave up, before its redelivery is looked at.

        The redelivery may already stand in this very batch, right behind a commit that took too long.
        """
        unsettled = [ticket for ticket in self._unsettled if not ticket.settled]
        late = {ticket for ticket in unsettled if ticket.late}
        if late:
            mark_late(connection, [ticket.message.transaction_id for ticket in late], now)
            for ticket in late:
                ticket.marked = True
        # Only `committed` lets go of them: what this transaction marks, or keeps, may still be rolled back.
        self._uncommitted = [ticket for ticket in unsettled if ticket not in late]

    def _twins(
        self, connection: Connection, digests: Sequence[int], now: float
    ) -> tuple[dict[tuple[int, str | None], tuple[int, str]], dict[int, str]]:
        """Find earlier rows that messages may be redeliveries of: by reference, or under None by content alone.

        And the last without a reference of each content, whether or not its SMSC had reason to repeat itself.
        """
        lately = {"digests": digests, "since": now - self._dedupe_s}
        twins: dict[tuple[int, str | None], tuple[int, str]] = {}
        taken: dict[int, str] = {}
        for row in connection.execute(_ALIKE, lately):
            if row.network_reference:
                twins[(row.digest, row.network_reference)] = (row.id, row.transaction_id)
                continue
            taken[row.digest] = row.transaction_id
            if row.ack_late or (row.session_known and row.ended_at is not None):
                twins[(row.digest, None)] = (row.id, row.transaction_id)
        return twins, taken


def _known(connection: Connection, transaction_ids: Sequence[str]) -> set[str]:
    if not transaction_ids:
        return set()
    return set(connection.scalars(select(inbox.c.transaction_id).where(inbox.c.transaction_id.in_(transaction_ids))))


def _taken_elsewhere(ticket: Ticket, transaction_id: str | None) -> tuple[int, str] | None:
    """The message that one is left to which goes in late, where there is one with the same content.

    Promise 2: its SMSC was told to keep it, so it has brought it to another host, or will bring it yet.
    """
    if not ticket.late or ticket.message.network_reference or transaction_id is None:
        return None
    ticket.marked = True
    return _NO_ROW, transaction_id


def _kept_out(message: NewMessage) -> holds.ChannelPaused:
    return holds.ChannelPaused(f"{message.channel} is paused by operations")


def mark_late(connection: Connection, transaction_ids: Sequence[str], _now: float) -> list[None]:
    """Mark rows that were committed after their SMSC had been told to keep the message."""
    connection.execute(_MARK_LATE, [{"late_id": late} for late in transaction_ids])
    return [None] * len(transaction_ids)


def _attach(connection: Connection, inbox_id: int, ticket: Ticket, now: float) -> None:
    if inbox_id != _NO_ROW:  # else one answer will do for both
        redeliveries.attach(connection, inbox_id, redeliveries.of(ticket), now)


def _handed_on_before(connection: Connection, ticket: Ticket, now: float) -> str:
    """Attach a message to the one that its long text has become already; the latter's transaction id."""
    message = ticket.message
    first = long_texts.transaction_id_of(connection, message.long_text or 0)
    redeliveries.attach_if_unheard(connection, first, redeliveries.of(ticket), now)
    return first


def _digest(message: NewMessage) -> int:
    mark = "" if message.long_text is None else f"\x1fof long text {message.long_text}"  # equal to no other's
    mark += f"\x1fof dial {message.transaction_id}" if message.once else ""
    return content_digest(message.number, message.short_code, message.text + mark)
