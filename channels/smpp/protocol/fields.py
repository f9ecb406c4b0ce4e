"""smpplib's tables of commands and parameters, mended, in the form our codec reads.

smpplib names every command, field and TLV and knows their order; its reader is what can't be trusted.  So the
tables are taken from its classes, and here stands what they get wrong:

- `ussd_service_op` is missing from deliver_sm and data_sm, `set_dpf` from every command (a KeyError there);
- `its_session_info` is 2 octets in SMPP 3.4 §5.3.2.43, but 4 with some USSD gateways: kept as octets;
- `source_addr_subunit` is 1 octet (§5.3.2.2), not 2;
- sub-addresses, `callback_num_atag` and `network_error_code` are octet strings, not C-strings;
- a TLV belongs to a tag, not to a command, so one table serves all commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from smpplib import command as smpplib_command
from smpplib import command_codes, consts
from smpplib.ptypes import flag, ostr


class Kind(IntEnum):
    """How a parameter is written."""

    INTEGER = 0
    C_STRING = 1
    """Octets up to a NUL; `size` counts the NUL."""
    OCTETS = 2
    FLAG = 3
    """A TLV that says all by being there."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A mandatory field or a TLV."""

    name: str
    kind: Kind
    size: int = 0
    """Octets of an integer; the most octets of a string; 0 where there is no limit but the PDU's."""
    length_field: str = ""
    """The field before it that holds the length of these octets."""
    tag: int = 0


_KINDS = {int: Kind.INTEGER, str: Kind.C_STRING, ostr: Kind.OCTETS, flag: Kind.FLAG}

_CLASSES: dict[str, Any] = {
    "bind_transmitter": smpplib_command.BindTransmitter,
    "bind_transmitter_resp": smpplib_command.BindTransmitterResp,
    "bind_receiver": smpplib_command.BindReceiver,
    "bind_receiver_resp": smpplib_command.BindReceiverResp,
    "bind_transceiver": smpplib_command.BindTransceiver,
    "bind_transceiver_resp": smpplib_command.BindTransceiverResp,
    "data_sm": smpplib_command.DataSM,
    "data_sm_resp": smpplib_command.DataSMResp,
    "generic_nack": smpplib_command.GenericNAck,
    "submit_sm": smpplib_command.SubmitSM,
    "submit_sm_resp": smpplib_command.SubmitSMResp,
    "deliver_sm": smpplib_command.DeliverSM,
    "deliver_sm_resp": smpplib_command.DeliverSMResp,
    "query_sm": smpplib_command.QuerySM,
    "query_sm_resp": smpplib_command.QuerySMResp,
    "unbind": smpplib_command.Unbind,
    "unbind_resp": smpplib_command.UnbindResp,
    "enquire_link": smpplib_command.EnquireLink,
    "enquire_link_resp": smpplib_command.EnquireLinkResp,
    "alert_notification": smpplib_command.AlertNotification,
}

_MENDED_TLVS = {
    "ussd_service_op": (Kind.INTEGER, 1),
    "set_dpf": (Kind.INTEGER, 1),
    "its_session_info": (Kind.OCTETS, 0),
    "source_addr_subunit": (Kind.INTEGER, 1),
    "source_subaddress": (Kind.OCTETS, 23),
    "dest_subaddress": (Kind.OCTETS, 23),
    "callback_num_atag": (Kind.OCTETS, 65),
    "network_error_code": (Kind.OCTETS, 3),
    "delivery_failure_reason": (Kind.INTEGER, 1),
    "message_payload": (Kind.OCTETS, 0),
}


def _parameter(name: str, param: Any, tag: int = 0) -> Parameter:
    size: int = getattr(param, "size", 0) or getattr(param, "max", 0)
    return Parameter(name, _KINDS[param.type], size, getattr(param, "len_field", ""), tag)


def _is_tlv(cls: Any, name: str) -> bool:
    return name in consts.OPTIONAL_PARAMS and name not in getattr(cls, "mandatory_fields", ())


def _layouts() -> dict[str, tuple[Parameter, ...]]:
    return {
        command: tuple(_parameter(name, cls.params[name]) for name in cls.params_order if not _is_tlv(cls, name))
        for command, cls in _CLASSES.items()
    }


def _tlvs() -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for cls in _CLASSES.values():
        for name, param in cls.params.items():
            if _is_tlv(cls, name):
                found.setdefault(name, _parameter(name, param, consts.OPTIONAL_PARAMS[name]))
    for name, (kind, size) in _MENDED_TLVS.items():
        found[name] = Parameter(name, kind, size, tag=consts.OPTIONAL_PARAMS[name])
    return found


COMMAND_IDS: Mapping[str, int] = dict(command_codes.commands)
COMMAND_NAMES: Mapping[int, str] = {code: name for name, code in command_codes.commands.items()}
LAYOUTS: Mapping[str, tuple[Parameter, ...]] = _layouts()
"""The mandatory fields by command; one that is missing here is read and written as a bare header."""
TLVS: Mapping[str, Parameter] = _tlvs()
TLVS_BY_TAG: Mapping[int, Parameter] = {tlv.tag: tlv for tlv in TLVS.values()}
