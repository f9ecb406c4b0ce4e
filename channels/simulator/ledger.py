"""The ledger: what this SMSC has seen, as counts that a test can hold against the other side's.

Two sums always hold: `texts.taken = texts.waiting + texts.accepted + texts.rejected`, and
`answers.submits = answers.accepted + answers.throttled + answers.queue_full + answers.invalid`.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum


class Count(StrEnum):
    """Everything that is counted, as `group.name`."""

    TEXTS_TAKEN = "texts.taken"  # handset texts taken into the store
    TEXTS_REFUSED = "texts.refused"  # handset texts turned away because the store was full
    TEXTS_ACCEPTED = "texts.accepted"  # every part answered ESME_ROK
    TEXTS_REJECTED = "texts.rejected"  # answered ESME_RX_P_APPN or ESME_RX_R_APPN: not tried again

    DELIVERIES_ATTEMPTS = "deliveries.attempts"  # deliver_sm of texts written, the deliberate doubles too
    DELIVERIES_ACKNOWLEDGED = "deliveries.acknowledged"  # answered ESME_ROK in time
    DELIVERIES_REFUSED = "deliveries.refused"  # answered with another status
    DELIVERIES_UNANSWERED = "deliveries.unanswered"  # no response in time
    DELIVERIES_LATE = "deliveries.late"  # a response after its time, ignored
    DELIVERIES_CUT = "deliveries.cut"  # the link ended before the response
    DELIVERIES_WITHHELD = "deliveries.withheld"  # parts of long texts that are never sent, on purpose
    DELIVERIES_REPEATED = "deliveries.repeated"  # deliver_sm that carried a part once more, whatever the reason

    ANSWERS_SUBMITS = "answers.submits"  # submit_sm and data_sm received on a bind that may send them
    ANSWERS_ACCEPTED = "answers.accepted"  # of these, taken for the handset (its response may be withheld)
    ANSWERS_THROTTLED = "answers.throttled"
    ANSWERS_QUEUE_FULL = "answers.queue_full"
    ANSWERS_INVALID = "answers.invalid"  # no destination address, or a time that can't be read
    ANSWERS_UNANSWERED = "answers.unanswered"  # accepted, response withheld on purpose
    ANSWERS_UNDELIVERED = "answers.undelivered"  # accepted, not shown, receipt says UNDELIV
    ANSWERS_EXPIRED = "answers.expired"  # accepted, not shown: its validity was over before it was due
    ANSWERS_CANCELLED = "answers.cancelled"  # accepted, not shown: taken back by cancel_sm
    ANSWERS_REPLACED = "answers.replaced"  # replace_sm that put other words in place
    ANSWERS_SHOWN = "answers.shown"  # whole messages shown on a handset, parts joined

    RECEIPTS_ASKED = "receipts.asked"
    RECEIPTS_ATTEMPTS = "receipts.attempts"
    RECEIPTS_ACKNOWLEDGED = "receipts.acknowledged"
    RECEIPTS_DROPPED = "receipts.dropped"  # given up: nobody answered ESME_ROK

    RECEIPTS_UNKNOWN = "receipts.unknown"  # of those asked for, sent with an id that nobody was given

    DIALS_SCREENS = "dials.screens"  # submit_sm of USSD that a handset showed
    DIALS_REFUSED = "dials.refused"  # of a session that was over, or to a handset busy with another

    OPERATIONS_QUERIES = "operations.query_sm"
    OPERATIONS_CANCELS = "operations.cancel_sm"
    OPERATIONS_REPLACES = "operations.replace_sm"
    OPERATIONS_ALERTS = "operations.alert_notification"  # written, one for each bind
    OPERATIONS_OUTBINDS = "operations.outbind"  # written

    BINDS_ACCEPTED = "binds.accepted"
    BINDS_REFUSED = "binds.refused"
    BINDS_UNBOUND = "binds.unbound"  # ended by an unbind, ours or theirs
    BINDS_LOST = "binds.lost"  # ended without one

    PDUS_IN = "pdus.in"
    PDUS_OUT = "pdus.out"
    PDUS_BROKEN = "pdus.broken"  # could not be read as a PDU
    PDUS_UNKNOWN = "pdus.unknown"  # a command we don't serve, answered generic_nack
    PDUS_OUT_OF_STATE = "pdus.out_of_state"  # not allowed on this bind, answered ESME_RINVBNDSTS
    PDUS_NACKED = "pdus.nacked"  # generic_nack received

    FAULTS_DISCONNECT = "faults.disconnect"
    FAULTS_MALFORMED = "faults.malformed"


class Ledger:
    """Counts by name."""

    def __init__(self) -> None:
        self._counts: Counter[Count] = Counter()

    def add(self, what: Count) -> None:
        """Count one."""
        self._counts[what] += 1

    def __getitem__(self, what: Count) -> int:
        return self._counts[what]

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return every count, zeros too, as `{group: {name: count}}`."""
        groups: dict[str, dict[str, int]] = {}
        for count in Count:
            group, name = count.value.split(".")
            groups.setdefault(group, {})[name] = self._counts[count]
        return groups
