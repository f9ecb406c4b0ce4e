"""The states of a message and of an answer, a sentence each, and which of them hold up the line.

The usual transitions leave their time in the row; what is not usual is written to the history.
"""

from __future__ import annotations

from enum import StrEnum


class InboxState(StrEnum):
    """received → claimed → done | refused | accepted | unknown | dead, with `waiting` between attempts."""

    RECEIVED = "received"
    """Committed and acknowledged; nobody has looked at it yet."""
    CLAIMED = "claimed"
    """A worker has it, under a token and a lease."""
    WAITING = "waiting"
    """Known not to have taken effect; tried again at `due_at`."""
    DONE = "done"
    """It took effect, or needed none, and its answer is in the outbox."""
    REFUSED = "refused"
    """It will not take effect: the core, a check of ours or the subscriber's STOP said no."""
    ACCEPTED = "accepted"
    """The core took it and tells the result later: asked again at `due_at`."""
    UNKNOWN = "unknown"
    """A call may have taken effect: the core is asked at `due_at`; with none, it is parked for operations."""
    DEAD = "dead"
    """All attempts used up: operations decide."""


LIVE = (InboxState.RECEIVED, InboxState.CLAIMED, InboxState.WAITING)
"""A live row holds up the younger rows of its number, so that one subscriber's messages take effect in order."""

NOT_DONE = (
    *(InboxState.WAITING, InboxState.ACCEPTED, InboxState.UNKNOWN, InboxState.DEAD),
    InboxState.REFUSED,
)
"""What operations look for: found by an index, by state and in the order of arrival, however many rows are done."""

ENDED = (InboxState.DONE, InboxState.REFUSED, InboxState.DEAD, InboxState.UNKNOWN)
"""What statistics count: nothing more comes of it by itself, if an unknown one is parked."""

FLOOD_TOLD = "flood_told"
"""The outcome of a message whose answer tells its number that no other is done for a while: found by an index."""

REPLAYABLE = (InboxState.UNKNOWN, InboxState.DEAD)


class OutboxState(StrEnum):
    """queued → sending → sent → delivered | undelivered | failed; or shown."""

    QUEUED = "queued"
    """Committed with what it tells; to be sent at `due_at`."""
    SENDING = "sending"
    """A sender has it, under a lease: submit_sm may be on its way."""
    SENT = "sent"
    """The SMSC took it (submit_sm_resp with ESME_ROK)."""
    DELIVERED = "delivered"
    """A receipt says that the handset has it."""
    UNDELIVERED = "undelivered"
    """A receipt says that it expired, was rejected or deleted; or operations have cancelled it."""
    FAILED = "failed"
    """The SMSC refused it for good, or never answered."""
    SHOWN = "shown"
    """A dial's last screen has told it, in the place of a text."""


UNSENT = (OutboxState.QUEUED, OutboxState.SENDING)
"""An unsent row holds up the younger answers to its destination: one in flight for each, in order."""


ANSWERED = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.UNDELIVERED)
"""The SMSC has it: receipts may speak of it."""


class Queue(StrEnum):
    """Urgency, each a Celery queue of its own."""

    INTERACTIVE = "interactive"
    """Somebody is looking at a screen, or the answer costs no call that charges."""
    ORDERS = "orders"
    """What changes the core."""
    BULK = "bulk"
    """Replays and whatever nobody waits for."""
