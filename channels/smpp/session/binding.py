"""The bind's request, and what its response says of the SMSC (SMPP 3.4 §4.1, §5.2.4)."""

from __future__ import annotations

from collections.abc import Mapping

from smpplib import consts

from channels.smpp.protocol.pdu import Pdu, Value
from channels.smpp.protocol.statuses import status_name
from channels.smpp.session.terms import Terms, Version

SMPP_3_4: int = consts.SMPP_VERSION_34
_VERSIONS: Mapping[Version, int] = {"3.4": SMPP_3_4, "5.0": 0x50}
_ABOUT_THE_ACCOUNT = frozenset(
    {
        consts.SMPP_ESME_RALYBND,
        consts.SMPP_ESME_RINVPASWD,
        consts.SMPP_ESME_RINVSYSID,
        consts.SMPP_ESME_RINVSYSTYP,
        consts.SMPP_ESME_RTHROTTLED,
    }
)
"""Refusals that another version can't mend.  The standard has no status for a version that isn't served."""


def bind_fields(terms: Terms, system_id: str, password: str, system_type: str) -> dict[str, Value]:
    """The mandatory fields of bind_transmitter, bind_receiver and bind_transceiver alike."""
    return {
        "system_id": system_id,
        "password": password,
        "system_type": system_type,
        "interface_version": _VERSIONS[terms.interface_version],
        "addr_ton": terms.addr_ton,
        "addr_npi": terms.addr_npi,
        "address_range": terms.address_range,
    }


def refusal(terms: Terms, response: Pdu) -> str:
    """Why the SMSC didn't bind, and what to try where the version may be the reason."""
    why = f"the SMSC refused the bind: {status_name(response.status)}"
    told = response.tlvs.get("additional_status_info_text")
    if isinstance(told, str) and told:
        why = f"{why} ({''.join(filter(str.isprintable, told))})"
    if terms.interface_version == "3.4" or response.status in _ABOUT_THE_ACCOUNT:
        return why
    return f"{why}; it may not serve SMPP {terms.interface_version}: set interface_version to 3.4"


def peer_version(response: Pdu) -> int | None:
    """sc_interface_version, 0x34 for 3.4; None where the SMSC doesn't tell, which many of 3.4 don't."""
    version = response.tlvs.get("sc_interface_version")
    return version if isinstance(version, int) else None


def takes_tlvs(version: int | None) -> bool:
    """Whether the SMSC knows optional parameters: one below 3.4 doesn't (SMPP 3.4 §3.4)."""
    return version is None or version >= SMPP_3_4


def version_name(version: int) -> str:
    """`3.3` for 0x33."""
    return f"{version >> 4}.{version & 0x0F}"
