"""What a replay does to one message, and why: a pure decision over what its row and its questions say.

state      why it ended                      a replay does            why it is safe (promise 2)
done       a question that ran out           asks again               nothing is called before a new yes
done       a question answered or replaced   nothing                  its words would ask for what nobody waits for
done       anything else                     sends its answer again   nothing is called
refused    a cause that may have passed      does it again            the core did nothing; same transaction id
refused    the same, its yes is too old      asks again               nothing is called before a new yes
refused    the same, itself as old           asks, where it costs     likewise: without a question it was the yes
refused    the same, and a STOP came since   sends its answer again   nothing is called
refused    buried                            asks the core, goes on   same transaction id
refused    anything else                     sends its answer again   nothing is called
unknown    -                                 asks the core, goes on   called only if it never came; same transaction id
dead       -                                 likewise                 its attempts are given back
the three  a STOP came since                 asks the core            nothing that costs is called for
waiting    -                                 tries now                known not to have taken effect
others     -                                 nothing                  somebody has it, or its text is gone
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workers.journal.states import InboxState

PURGED = "#"
"""What a number begins with that a keyed hash has taken the place of."""

BURIED = "buried"
"""The outcome of what operations gave up."""

MAY_END_OTHERWISE = ("asked", "asked_again")
"""The outcomes of messages that are done, and done again where their question ran out."""


class Deed(StrEnum):
    """What is done to a message."""

    ANSWER = "answer"
    """Its last answer is sent again."""
    AGAIN = "again"
    """Its refused steps are done again."""
    CONSENT = "consent"
    """Its price is told and asked about again."""
    ASK = "ask"
    """The core is asked what became of it, and called only if it never came."""
    NOW = "now"
    """It is tried now instead of later."""
    BURY = "bury"
    """It is given up."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a message that may be replayed."""

    state: str
    outcome: str
    results: str = ""
    """Of its steps, as the row has them."""
    purged: bool = False
    ran_out: bool = False
    """It was answered with a question, and nobody answered that in time."""
    settled: bool = False
    """It was answered with a question, and that has been answered, withdrawn, or another has taken its place."""
    agreed_at: float | None = None
    """When it said yes; None where it never did."""
    received_at: float | None = None
    """When it came; None: lately."""
    stopped: bool = False
    """Its number has sent STOP since."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What will be done, and why: a sentence, the same for all messages of one kind."""

    deed: Deed
    why: str


_MAY_HAVE_PASSED: Mapping[str, str] = {
    "balance": "the balance was too low, and may have been topped up",
    "charge_failed": "the payment did not go through, and may now",
    "arrears": "bills were open, and may have been paid",
    "spending_limit": "the day's spending was used up, and a new day may have begun",
    "limit": "a limit was reached, and its time may be over",
    "library_full": "the library was full, and may have room again",
    "no_service": "the service was not open, and may be now",
    "barred": "the number was barred, and may be free again",
    "in_process": "the core was busy with the number, and is done by now",
    "price_changed": "the price had changed: it is read anew",
    "tone_missing": "the catalogue did not have the tone, and may have it now",
    "bundle_missing": "the bundle was not there, and may be now",
    "parameter": "the core could make nothing of the call, which may be mended",
    "number": "the core did not take the number, which may be mended",
    "tone_code": "the core did not take the tone's code, which may be mended",
    "not_supported": "the core had no such operation, and may have it now",
    "owner_forbids": "the tone's owner did not allow it, and may now",
    "gift_no_service": "the recipient had no service, and may have it now",
    "gift_library_full": "the recipient's library was full, and may have room again",
    "gift_limit": "the month's gifts were used up, and a new month may have begun",
    "quiet_hours": "it was night, and is day by now",
    "our_side": "something was wrong on our side, and may be mended",
}
"""The reasons of the result-code table, and of our own limits, that time or somebody may have done away with."""

_BY_STATE: Mapping[str, Decision] = {
    InboxState.UNKNOWN: Decision(Deed.ASK, "unknown: the core is asked first, and called only if it never came"),
    InboxState.DEAD: Decision(Deed.ASK, "dead: the core is asked first, then it is tried again"),
    InboxState.WAITING: Decision(Deed.NOW, "waiting: tried now instead of later"),
    InboxState.RECEIVED: Decision(Deed.NOTHING, "not looked at yet: its turn comes by itself"),
    InboxState.CLAIMED: Decision(Deed.NOTHING, "a worker has it"),
    InboxState.ACCEPTED: Decision(Deed.NOTHING, "the core has it and is asked by itself"),
}
_PURGED = Decision(Deed.NOTHING, "purged: its text and its number are gone")
_BURIED = Decision(Deed.ASK, "buried: the core is asked first, then it is tried again")
_STOPPED_SINCE = Decision(
    Deed.ASK, "its number sent STOP since: the core is asked, and nothing that costs is called for"
)
_DONE = Decision(Deed.ANSWER, "done: only its answer is sent again")
_REFUSED = Decision(Deed.ANSWER, "refused for good: only its answer is sent again")
_RAN_OUT = Decision(Deed.CONSENT, "its question ran out: it is asked again")
# A yes to words that hold no more finds nothing that waits, or another question, of another tone (promise 3).
_SETTLED = Decision(Deed.NOTHING, "its question is answered or replaced: replay the message that did so")
_TOO_OLD = Decision(Deed.CONSENT, "its yes is too old to act on: it is asked again")
_TOO_LONG_AGO = Decision(Deed.CONSENT, "it is too old to be charged for: what costs is asked about again")
_STOPPED = Decision(Deed.ANSWER, "refused, and its number sent STOP since: only its answer is sent again")
_FLOODED = Decision(Deed.NOTHING, "one of a flood: it was told that none of these is done")


def decide(facts: Facts, *, now: float, act_within_s: float) -> Decision:
    """Return what a replay does; a yes is acted upon for `act_within_s` seconds."""
    if facts.purged:
        return _PURGED
    if facts.state == InboxState.DONE:
        asked = facts.outcome in MAY_END_OTHERWISE
        return _RAN_OUT if asked and facts.ran_out else _SETTLED if asked and facts.settled else _DONE
    if facts.state != InboxState.REFUSED or facts.outcome == BURIED:
        decision = _BURIED if facts.outcome == BURIED else _BY_STATE[facts.state]
        return _STOPPED_SINCE if facts.stopped and decision.deed is Deed.ASK else decision
    if facts.outcome == "flood":
        return _FLOODED
    passed = next((_MAY_HAVE_PASSED[one] for one in _reasons(facts) if one in _MAY_HAVE_PASSED), "")
    if not passed:
        return _REFUSED
    if facts.stopped:
        return _STOPPED
    if facts.agreed_at is not None and now - facts.agreed_at > act_within_s:
        return _TOO_OLD
    if facts.agreed_at is None and facts.received_at is not None and now - facts.received_at > act_within_s:
        return _TOO_LONG_AGO
    return Decision(Deed.AGAIN, f"refused: {passed}")


def without_refusals(results: str) -> str:
    """Return the results without those that are to be had anew: whatever took effect, or is final, stays."""
    if not results:
        return ""
    kept = {no: one for no, one in json.loads(results).items() if not _is_open_again(one)}
    return json.dumps(kept, separators=(",", ":")) if kept else ""


def _is_open_again(result: Mapping[str, object]) -> bool:
    return result.get("verdict") == "refused" and result.get("reason") in _MAY_HAVE_PASSED


def _reasons(facts: Facts) -> list[str]:
    if not facts.results:
        return [facts.outcome]
    return [str(one.get("reason")) for one in json.loads(facts.results).values() if one.get("verdict") == "refused"]
