"""Octets to `Pdu` and back, by the tables of `fields`.

Reading never raises: what can't be read is a `Malformed` that says which command_status its sender deserves.
Requests are read strictly, responses leniently, since a response that can't be understood still answers.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from smpplib import consts

from channels.smpp.protocol.fields import COMMAND_IDS, COMMAND_NAMES, LAYOUTS, TLVS, TLVS_BY_TAG, Kind, Parameter
from channels.smpp.protocol.pdu import NOTHING, RESPONSE_BIT, Malformed, Pdu, Value

HEADER = struct.Struct(">LLLL")
HEADER_OCTETS = 16
_TLV_HEADER = struct.Struct(">HH")
_INTEGER, _C_STRING, _OCTETS, _FLAG = Kind.INTEGER, Kind.C_STRING, Kind.OCTETS, Kind.FLAG


class CannotEncode(ValueError):
    """A value doesn't fit its field; smpplib cuts it short without a word, which sends to another number."""


class _Unreadable(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def decode(frame: bytes) -> Pdu | Malformed:
    """Read one framed PDU of at least 16 octets."""
    _, command_id, status, sequence = HEADER.unpack_from(frame)
    command = COMMAND_NAMES.get(command_id)
    is_response = bool(command_id & RESPONSE_BIT)
    if command is None:
        why = f"unknown command id 0x{command_id:08x}"
        return Malformed("", sequence, is_response, consts.SMPP_ESME_RINVCMDID, why, status)
    layout = LAYOUTS.get(command)
    if len(frame) == HEADER_OCTETS and (is_response or not layout):
        return Pdu(command, sequence, status)
    if not layout:
        return (is_response and _read_bodiless(frame, command, sequence, status)) or Pdu(command, sequence, status)
    try:
        fields, position = _read_fields(frame, layout, lenient=is_response)
        if position == len(frame):
            return Pdu(command, sequence, status, fields)
        tlvs, unknown = _read_tlvs(frame, position)
    except _Unreadable as error:
        bare = _read_bodiless(frame, command, sequence, status) if is_response else None
        return bare or Malformed(command, sequence, is_response, error.status, str(error), status)
    return Pdu(command, sequence, status, fields, tlvs, unknown)


def _read_bodiless(frame: bytes, command: str, sequence: int, status: int) -> Pdu | None:
    """A response whose TLVs follow the header at once; None where it is none of these.

    An SMSC that leaves out the body of a refusal (SMPP 3.4 §4.4.2) still tells its congestion_state or why, which a
    5.0 one may do in any response (SMPP 5.0 §4.8.4.7).
    """
    try:
        tlvs, unknown = _read_tlvs(frame, HEADER_OCTETS)
    except _Unreadable:
        return None
    return Pdu(command, sequence, status, NOTHING, tlvs, unknown) if tlvs else None


def _read_fields(frame: bytes, layout: tuple[Parameter, ...], *, lenient: bool) -> tuple[dict[str, Value], int]:
    fields: dict[str, Value] = {}
    position, end = HEADER_OCTETS, len(frame)
    for parameter in layout:
        kind, name = parameter.kind, parameter.name
        if position == end and lenient:
            break
        if kind is _INTEGER:
            if position >= end:
                raise _Unreadable(consts.SMPP_ESME_RINVCMDLEN, f"ends before {name}")
            fields[name] = frame[position]
            position += 1
        elif kind is _C_STRING:
            stop = frame.find(0, position)
            if stop < 0:
                raise _Unreadable(consts.SMPP_ESME_RINVCMDLEN, f"{name} has no end")
            if stop - position >= parameter.size and not lenient:
                raise _Unreadable(consts.SMPP_ESME_RINVPARLEN, f"{name} is too long")
            fields[name] = frame[position:stop].decode("latin-1")
            position = stop + 1
        else:
            length = int(fields[parameter.length_field])
            if position + length > end:
                raise _Unreadable(consts.SMPP_ESME_RINVMSGLEN, f"ends inside {name}")
            fields[name] = frame[position : position + length]
            position += length
    return fields, position


def _read_tlvs(frame: bytes, position: int) -> tuple[dict[str, Value], tuple[tuple[int, bytes], ...]]:
    known: dict[str, Value] = {}
    unknown: list[tuple[int, bytes]] = []
    end = len(frame)
    while position < end:
        if position + 4 > end:
            raise _Unreadable(consts.SMPP_ESME_RINVOPTPARSTREAM, "ends inside a TLV's header")
        tag, length = _TLV_HEADER.unpack_from(frame, position)
        position += 4
        if position + length > end:
            raise _Unreadable(consts.SMPP_ESME_RINVOPTPARSTREAM, f"ends inside TLV 0x{tag:04x}")
        octets = frame[position : position + length]
        position += length
        parameter = TLVS_BY_TAG.get(tag)
        value = None if parameter is None else _tlv_value(parameter, octets)
        if parameter is None or value is None or parameter.name in known:
            unknown.append((tag, octets))
        else:
            known[parameter.name] = value
    return known, tuple(unknown)


def _tlv_value(parameter: Parameter, octets: bytes) -> Value | None:
    """The value by its kind; None for an integer of another length, which is kept raw."""
    if parameter.kind is _INTEGER:
        return int.from_bytes(octets, "big") if len(octets) == parameter.size else None
    if parameter.kind is _C_STRING:
        return octets.split(b"\0", 1)[0].decode("latin-1")  # many SMSCs leave out the NUL
    if parameter.kind is _FLAG:
        return octets[0] if octets else 1
    return octets


def encode(pdu: Pdu) -> bytes:
    """Write a PDU; fields left out are zero or empty.  Raises CannotEncode."""
    body = [_write_field(pdu.fields, parameter) for parameter in LAYOUTS.get(pdu.command, ())]
    body.extend(_write_tlv(name, value) for name, value in pdu.tlvs.items())
    body.extend(_TLV_HEADER.pack(tag, len(octets)) + octets for tag, octets in pdu.unknown_tlvs)
    octets = b"".join(body)
    header = HEADER.pack(HEADER_OCTETS + len(octets), COMMAND_IDS[pdu.command], pdu.status, pdu.sequence)
    return header + octets


_EMPTY = {_INTEGER: b"\0", _C_STRING: b"\0", _OCTETS: b""}


def _write_field(fields: Mapping[str, Value], parameter: Parameter) -> bytes:
    value = fields.get(parameter.name)
    if parameter.name == "sm_length":
        value = len(_octets(parameter, fields.get("short_message", b"")))
    if not value:
        return _EMPTY[parameter.kind]
    return _write(parameter, value)


def _write_tlv(name: str, value: Value) -> bytes:
    parameter = TLVS.get(name)
    if parameter is None:
        raise CannotEncode(f"{name} is no optional parameter")
    octets = _flag(parameter, value) if parameter.kind is _FLAG else _write(parameter, value)
    return _TLV_HEADER.pack(parameter.tag, len(octets)) + octets


def _write(parameter: Parameter, value: Value) -> bytes:
    if parameter.kind is _INTEGER:
        if not isinstance(value, int) or not 0 <= value < 256**parameter.size:
            raise CannotEncode(f"{parameter.name} must be an integer of {parameter.size} octets")
        return value.to_bytes(parameter.size, "big")
    if parameter.kind is _C_STRING:
        return _c_string(parameter, value)
    octets = _octets(parameter, value)
    if parameter.size and len(octets) > parameter.size:
        raise CannotEncode(f"{parameter.name} holds at most {parameter.size} octets")
    return octets


def _c_string(parameter: Parameter, value: Value) -> bytes:
    try:
        octets = value.encode("latin-1") if isinstance(value, str) else b"\0"
    except UnicodeEncodeError:
        octets = b"\0"
    if b"\0" in octets:
        raise CannotEncode(f"{parameter.name} must be a Latin-1 string without NUL")
    if len(octets) >= parameter.size:
        raise CannotEncode(f"{parameter.name} holds at most {parameter.size - 1} characters")
    return octets + b"\0"


def _flag(parameter: Parameter, value: Value) -> bytes:
    if not isinstance(value, int) or not 0 <= value <= 255:
        raise CannotEncode(f"{parameter.name} must be an integer of one octet")
    return b"" if value == 1 else bytes((value,))


def _octets(parameter: Parameter, value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise CannotEncode(f"{parameter.name} must be octets")
    return value


def response(request: Pdu | Malformed, status: int, fields: Mapping[str, Value] = NOTHING) -> Pdu:
    """The answer to a request: its own `_resp`, or a generic_nack where the command is unknown."""
    command = f"{request.command}_resp" if f"{request.command}_resp" in COMMAND_IDS else "generic_nack"
    return Pdu(command, request.sequence, status, fields)
