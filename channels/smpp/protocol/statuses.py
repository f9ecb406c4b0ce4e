"""command_status: its names (SMPP 3.4 §5.1.3, by smpplib; 5.0 §4.7.6, by us), and those that we answer with."""

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

_SMPP_5: Mapping[int, str] = {
    0x100: "ESME_RSERTYPUNAUTH",
    0x101: "ESME_RPROHIBITED",
    0x102: "ESME_RSERTYPUNAVAIL",
    0x103: "ESME_RSERTYPDENIED",
    0x104: "ESME_RINVDCS",
    0x105: "ESME_RINVSRCADDRSUBUNIT",
    0x106: "ESME_RINVDSTADDRSUBUNIT",
    0x107: "ESME_RINVBCASTFREQINT",
    0x108: "ESME_RINVBCASTALIAS_NAME",
    0x109: "ESME_RINVBCASTAREAFMT",
    0x10A: "ESME_RINVNUMBCAST_AREAS",
    0x10B: "ESME_RINVBCASTCNTTYPE",
    0x10C: "ESME_RINVBCASTMSGCLASS",
    0x10D: "ESME_RBCASTFAIL",
    0x10E: "ESME_RBCASTQUERYFAIL",
    0x10F: "ESME_RBCASTCANCELFAIL",
    0x110: "ESME_RINVBCAST_REP",
    0x111: "ESME_RINVBCASTSRVGRP",
    0x112: "ESME_RINVBCASTCHANIND",
}

NAMES: Mapping[int, str] = {
    **_SMPP_5,
    **{
        value: name.removeprefix("SMPP_")
        for name, value in vars(consts).items()
        if name.startswith("SMPP_ESME_") and isinstance(value, int)
    },
}


def status_name(status: int) -> str:
    """ESME_RTHROTTLED for 0x58; the number where the standard has no name."""
    return NAMES.get(status, f"0x{status:08x}")
