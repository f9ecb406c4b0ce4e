"""Which text a receipt speaks of, and what that makes of it: pure decisions over what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workers.journal.leaving import Receipt
from workers.journal.states import OutboxState

_SAID: Mapping[str, OutboxState] = {
    "delivered": OutboxState.DELIVERED,
    "undelivered": OutboxState.UNDELIVERED,
}
"""A receipt's word → the state it leads to; any other word is no end."""

DECIDED = frozenset(_SAID.values())


@dataclass(slots=True)
class Candidate:
    """A text, or one part of it, that went out under an id which the receipt's may be."""

    outbox_id: int
    number: int
    """The part, from 1; 0 for a text in one."""
    key: str
    via: str
    """The bind that it left by."""
    destination: str = field(repr=False)
    state: OutboxState
    """As it is now: `after` the receipts that were read before in the same transaction."""


def choose(receipt: Receipt, keys: Sequence[str], found: Sequence[Candidate]) -> Candidate | None:
    """What the receipt speaks of, among those that went out by the binds with its SMSC; `keys` are its id's forms.

    The first form is believed, another only where the receipt speaks of the very number that the text went to.
    One with that number comes before one without, then the likelier form, then the newest: SMSCs use ids again,
    and some give all parts of a text the same one, so of those the first that has no end yet.
    """
    binds = receipt.binds or (receipt.bind,)
    best: tuple[tuple[bool, int, int, bool, int], Candidate] | None = None
    for one in found:
        near = bool(receipt.number) and receipt.number == one.destination
        form = keys.index(one.key)
        if one.via not in binds or (form and not near):
            continue
        rank = (near, -form, one.outbox_id, one.state not in DECIDED, -one.number)
        if best is None or rank > best[0]:
            best = (rank, one)
    return best[1] if best else None


def after(state: OutboxState, said: str) -> OutboxState:
    """The state of a text or part of which a receipt says `said`.

    What is delivered stays so, since a handset does not give it back; what is no end changes nothing.
    """
    told = _SAID.get(said)
    return state if told is None or state is OutboxState.DELIVERED else told


def state_of(parts: Sequence[OutboxState], rule: str) -> OutboxState:
    """The state of a text that was sent in parts, by a bind's `receipt_part`: `all`, `first` or `last`.

    Under `all` it is delivered once every part is, undelivered as soon as one is.
    """
    deciding = {"first": parts[:1], "last": parts[-1:]}.get(rule, parts)
    if OutboxState.UNDELIVERED in deciding:
        return OutboxState.UNDELIVERED
    return OutboxState.DELIVERED if {*deciding} == {OutboxState.DELIVERED} else OutboxState.SENT
