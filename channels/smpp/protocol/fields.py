"""smpplib's tables of commands and parameters, mended, in the form our codec reads.

smpplib names every command, field and TLV and knows their order; its reader is what can't be trusted.  So the
tables are taken from its classes, each was held against the standard, and here stands what they get wrong or lack:

- cancel_sm, replace_sm and outbind have a command id there but no fields (SMPP 3.4 §4.9, §4.10, §4.1.7);
- the addresses in data_sm and alert_notification hold up to 65 octets (§4.7.1, §4.12.1), not 21;
- `ussd_service_op` is missing from deliver_sm and data_sm, `set_dpf` from every command (a KeyError there);
- `its_session_info` is 2 octets in SMPP 3.4 §5.3.2.43, but 4 with some USSD gateways: kept as octets;
- `source_addr_subunit` and `source_telematics_id` are 1 octet (§5.3.2.2, §5.3.2.8), not 2;
- `delivery_failure_reason` is an integer (§5.3.2.33), not a string;
- sub-addresses, `callback_num_atag` and `network_error_code` are octet strings, not C-strings;
- the TLVs that SMPP 5.0 adds (§4.8.4) are unknown there; `alert_on_message_delivery`, empty in 3.4, may hold an
  octet since;
- a TLV belongs to a tag, not to a command, so one table serves all commands.

Right there, and so left alone: query_sm and its response (§4.8), whose `message_state` is a field and no TLV.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    """A TLV that says all by being there, which is the value 1; another value is an octet (SMPP 5.0 §4.8.4.2)."""


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

_ADDRESS_65 = ("source_addr", "destination_addr", "esme_addr")
_LONG_ADDRESSES = frozenset({"data_sm", "alert_notification"})


def _numbered(name: str) -> tuple[Parameter, ...]:
    """Type of number, numbering plan and address, which always go together."""
    which = {"destination_addr": "dest_addr"}.get(name, name)
    return (
        Parameter(f"{which}_ton", Kind.INTEGER, 1),
        Parameter(f"{which}_npi", Kind.INTEGER, 1),
        Parameter(name, Kind.C_STRING, 21),
    )


_MISSING_LAYOUTS: Mapping[str, tuple[Parameter, ...]] = {
    "outbind": (Parameter("system_id", Kind.C_STRING, 16), Parameter("password", Kind.C_STRING, 9)),
    "cancel_sm": (
        Parameter("service_type", Kind.C_STRING, 6),
        Parameter("message_id", Kind.C_STRING, 65),
        *_numbered("source_addr"),
        *_numbered("destination_addr"),
    ),
    "replace_sm": (
        Parameter("message_id", Kind.C_STRING, 65),
        *_numbered("source_addr"),
        Parameter("schedule_delivery_time", Kind.C_STRING, 17),
        Parameter("validity_period", Kind.C_STRING, 17),
        Parameter("registered_delivery", Kind.INTEGER, 1),
        Parameter("sm_default_msg_id", Kind.INTEGER, 1),
        Parameter("sm_length", Kind.INTEGER, 1),
        Parameter("short_message", Kind.OCTETS, 254, "sm_length"),
    ),
}

_MENDED_TLVS = {
    "ussd_service_op": (Kind.INTEGER, 1),
    "set_dpf": (Kind.INTEGER, 1),
    "its_session_info": (Kind.OCTETS, 0),
    "source_addr_subunit": (Kind.INTEGER, 1),
    "source_telematics_id": (Kind.INTEGER, 1),
    "source_subaddress": (Kind.OCTETS, 23),
    "dest_subaddress": (Kind.OCTETS, 23),
    "callback_num_atag": (Kind.OCTETS, 65),
    "network_error_code": (Kind.OCTETS, 3),
    "delivery_failure_reason": (Kind.INTEGER, 1),
    "message_payload": (Kind.OCTETS, 0),
}

_SMPP_5_TLVS = (
    Parameter("congestion_state", Kind.INTEGER, 1, tag=0x0428),
    Parameter("broadcast_channel_indicator", Kind.INTEGER, 1, tag=0x0600),
    Parameter("broadcast_content_type", Kind.OCTETS, 3, tag=0x0601),
    Parameter("broadcast_content_type_info", Kind.OCTETS, 255, tag=0x0602),
    Parameter("broadcast_message_class", Kind.INTEGER, 1, tag=0x0603),
    Parameter("broadcast_rep_num", Kind.INTEGER, 2, tag=0x0604),
    Parameter("broadcast_frequency_interval", Kind.OCTETS, 3, tag=0x0605),
    Parameter("broadcast_area_identifier", Kind.OCTETS, 100, tag=0x0606),
    Parameter("broadcast_error_status", Kind.INTEGER, 4, tag=0x0607),
    Parameter("broadcast_area_success", Kind.INTEGER, 1, tag=0x0608),
    Parameter("broadcast_end_time", Kind.C_STRING, 17, tag=0x0609),
    Parameter("broadcast_service_group", Kind.OCTETS, 255, tag=0x060A),
    Parameter("billing_identification", Kind.OCTETS, 1024, tag=0x060B),
    Parameter("source_network_id", Kind.C_STRING, 66, tag=0x060D),
    Parameter("dest_network_id", Kind.C_STRING, 66, tag=0x060E),
    Parameter("source_node_id", Kind.OCTETS, 6, tag=0x060F),
    Parameter("dest_node_id", Kind.OCTETS, 6, tag=0x0610),
    Parameter("dest_addr_np_resolution", Kind.INTEGER, 1, tag=0x0611),
    Parameter("dest_addr_np_information", Kind.OCTETS, 10, tag=0x0612),
    Parameter("dest_addr_np_country", Kind.OCTETS, 5, tag=0x0613),
)
"""SMPP 5.0 §4.8.4, those that 3.4 doesn't have."""
_VENDORS_TLVS = (Parameter("ussd_vendor_session", Kind.OCTETS, 4, tag=0x1501),)
"""Of the range for vendors (SMPP 3.4 §5.3.2): a USSD gateway's number of a session."""


def _parameter(name: str, param: Any, tag: int = 0) -> Parameter:
    size: int = getattr(param, "size", 0) or getattr(param, "max", 0)
    return Parameter(name, _KINDS[param.type], size, getattr(param, "len_field", ""), tag)


def _is_tlv(cls: Any, name: str) -> bool:
    return name in consts.OPTIONAL_PARAMS and name not in getattr(cls, "mandatory_fields", ())


def _layout(command: str, cls: Any) -> tuple[Parameter, ...]:
    fields = (_parameter(name, cls.params[name]) for name in cls.params_order if not _is_tlv(cls, name))
    if command not in _LONG_ADDRESSES:
        return tuple(fields)
    return tuple(replace(field, size=65) if field.name in _ADDRESS_65 else field for field in fields)


def _layouts() -> dict[str, tuple[Parameter, ...]]:
    return {command: _layout(command, cls) for command, cls in _CLASSES.items()} | dict(_MISSING_LAYOUTS)


def _tlvs() -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for cls in _CLASSES.values():
        for name, param in cls.params.items():
            if _is_tlv(cls, name):
                found.setdefault(name, _parameter(name, param, consts.OPTIONAL_PARAMS[name]))
    for name, (kind, size) in _MENDED_TLVS.items():
        found[name] = Parameter(name, kind, size, tag=consts.OPTIONAL_PARAMS[name])
    return found | {tlv.name: tlv for tlv in (*_SMPP_5_TLVS, *_VENDORS_TLVS)}


COMMAND_IDS: Mapping[str, int] = dict(command_codes.commands)
COMMAND_NAMES: Mapping[int, str] = {code: name for name, code in command_codes.commands.items()}
LAYOUTS: Mapping[str, tuple[Parameter, ...]] = _layouts()
"""The mandatory fields by command; one that is missing here is read and written as a bare header.

submit_multi is missing: we send none, and an SMSC doesn't send it to us.
"""
TLVS: Mapping[str, Parameter] = _tlvs()
TLVS_BY_TAG: Mapping[int, Parameter] = {tlv.tag: tlv for tlv in TLVS.values()}
