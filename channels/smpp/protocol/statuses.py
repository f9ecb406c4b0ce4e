"""command_status: its names, which are smpplib's (SMPP 3.4 §5.1.3), and those that we answer with."""

from __future__ import annotations

from collections.abc import Mapping

from smpplib import consts

ROK: int = consts.SMPP_ESME_ROK
RINVCMDLEN: int = consts.SMPP_ESME_RINVCMDLEN
RINVBNDSTS: int = consts.SMPP_ESME_RINVBNDSTS
RINVDSTADR: int = consts.SMPP_ESME_RINVDSTADR
RX_T_APPN: int = consts.SMPP_ESME_RX_T_APPN
"""Temporary: the SMSC keeps the message and delivers it again."""
RX_P_APPN: int = consts.SMPP_ESME_RX_P_APPN
"""For good: the SMSC need not try again."""
RUNKNOWNERR: int = consts.SMPP_ESME_RUNKNOWNERR

NAMES: Mapping[int, str] = {
    value: name.removeprefix("SMPP_")
    for name, value in vars(consts).items()
    if name.startswith("SMPP_ESME_") and isinstance(value, int)
}


def status_name(status: int) -> str:
    """ESME_RTHROTTLED for 0x58; the number where the standard has no name."""
    return NAMES.get(status, f"0x{status:08x}")
