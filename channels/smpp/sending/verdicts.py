"""What becomes of a text whose submit_sm got a command_status.

The table is ours; operators differ in what they mean, so a status that isn't in it counts as temporary for a
bounded number of tries.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from smpplib import consts


class Verdict(Enum):
    """What a status means for the text it answers."""

    SENT = "sent"
    PAUSE = "pause"
    """The SMSC wants less: the whole bind rests, the text waits, no try is used up."""
    REBIND = "rebind"
    """The SMSC says we are not bound: the session ends, the text waits."""
    LATER = "later"
    """Temporary, and of this text: it is tried again after a growing delay, a bounded number of times."""
    FAILED = "failed"
    """Trying again can't help."""


VERDICTS: Mapping[int, Verdict] = {
    consts.SMPP_ESME_ROK: Verdict.SENT,
    consts.SMPP_ESME_RTHROTTLED: Verdict.PAUSE,
    consts.SMPP_ESME_RMSGQFUL: Verdict.PAUSE,
    consts.SMPP_ESME_RINVBNDSTS: Verdict.REBIND,
    consts.SMPP_ESME_RSYSERR: Verdict.LATER,
    consts.SMPP_ESME_RX_T_APPN: Verdict.LATER,
    consts.SMPP_ESME_RSUBMITFAIL: Verdict.LATER,
    consts.SMPP_ESME_RUNKNOWNERR: Verdict.LATER,
    **dict.fromkeys(
        (
            consts.SMPP_ESME_RINVMSGLEN,
            consts.SMPP_ESME_RINVCMDLEN,
            consts.SMPP_ESME_RINVCMDID,
            consts.SMPP_ESME_RINVPRTFLG,
            consts.SMPP_ESME_RINVREGDLVFLG,
            consts.SMPP_ESME_RINVSRCADR,
            consts.SMPP_ESME_RINVDSTADR,
            consts.SMPP_ESME_RINVSERTYP,
            consts.SMPP_ESME_RINVESMCLASS,
            consts.SMPP_ESME_RINVSRCTON,
            consts.SMPP_ESME_RINVSRCNPI,
            consts.SMPP_ESME_RINVDSTTON,
            consts.SMPP_ESME_RINVDSTNPI,
            consts.SMPP_ESME_RINVREPFLAG,
            consts.SMPP_ESME_RINVSCHED,
            consts.SMPP_ESME_RINVEXPIRY,
            consts.SMPP_ESME_RINVDFTMSGID,
            consts.SMPP_ESME_RX_P_APPN,
            consts.SMPP_ESME_RX_R_APPN,
            consts.SMPP_ESME_RINVOPTPARSTREAM,
            consts.SMPP_ESME_ROPTPARNOTALLWD,
            consts.SMPP_ESME_RINVPARLEN,
            consts.SMPP_ESME_RMISSINGOPTPARAM,
            consts.SMPP_ESME_RINVOPTPARAMVAL,
            consts.SMPP_ESME_RDELIVERYFAILURE,
        ),
        Verdict.FAILED,
    ),
}


def verdict_of(status: int) -> Verdict:
    """What becomes of the text; unknown and vendor statuses (0x400 and up) are temporary."""
    return VERDICTS.get(status, Verdict.LATER)
