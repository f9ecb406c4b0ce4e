"""A deliver_sm of a USSD gateway: what it says, and what its answer must say again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.smpp.protocol.pdu import Pdu
from channels.ussd.over_smpp.variants import Key, Variant
from channels.ussd.ports import Kind

SERVICE_TYPE = "USSD"
"""SMPP 3.4 §5.2.11."""
_END_BIT = 0x0001
_CALLED_LIKE = "*#"


@dataclass(frozen=True, slots=True)
class Address:
    """As it came, to go back as it came."""

    ton: int
    npi: int
    addr: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """What the screens of one session have in common on the wire."""

    subscriber: Address
    service: Address
    service_type: str
    info: int | None
    """its_session_info, 16 bits, the end bit cleared."""
    reference: int | None
    """user_message_reference."""
    vendor: bytes | None = field(repr=False)
    """TLV 0x1501."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a gateway."""

    kind: Kind
    session: str
    """The gateway's own, by what its variant goes by; empty where it sent nothing of the kind."""
    thread: Thread


def hear(pdu: Pdu, variant: Variant, text: str) -> Heard | None:
    """Read a message by its variant; None where it is a text message and no dial at all.

    An operation that the variant does not know is read by its text: a dialled string begins, all else goes on.
    """
    operation = pdu.tlvs.get("ussd_service_op")
    vendor = _octets(pdu.tlvs.get("ussd_vendor_session"))
    if operation is None and vendor is None and pdu.text("service_type") != SERVICE_TYPE:
        return None
    info = _number(pdu.tlvs.get("its_session_info"))
    ends = bool(info is not None and info & _END_BIT)
    thread = Thread(
        subscriber=_address(pdu, "source_addr", "source_addr"),
        service=_address(pdu, "dest_addr", "destination_addr"),
        service_type=variant.service_type or pdu.text("service_type"),
        info=None if info is None else info & ~_END_BIT,
        reference=_number(pdu.tlvs.get("user_message_reference")),
        vendor=vendor,
    )
    return Heard(_kind(operation, ends, variant, text), session_of(thread, variant.keys), thread)


def _kind(operation: object, ends: bool, variant: Variant, text: str) -> Kind:
    if operation in variant.aborts or (ends and variant.bit_aborts):
        return Kind.ABORT
    if operation in variant.begins:
        return Kind.BEGIN
    if operation in variant.goes_on:
        return Kind.INPUT
    dialled = text[:1] in _CALLED_LIKE and text.endswith("#") if text else False
    return Kind.BEGIN if dialled else Kind.INPUT


def session_of(thread: Thread, keys: tuple[Key, ...]) -> str:
    """The gateway's session by the first key that came; empty where none did."""
    found: Mapping[Key, str] = {
        "vendor": thread.vendor.hex() if thread.vendor else "",
        "session": "" if thread.info is None else f"{thread.info >> 8:02x}",
        "info": "" if thread.info is None else f"{thread.info:04x}",
        "reference": "" if thread.reference is None else str(thread.reference),
    }
    return next((f"{key}-{found[key]}" for key in keys if found[key]), "")


def _address(pdu: Pdu, numbered: str, name: str) -> Address:
    return Address(pdu.number(f"{numbered}_ton"), pdu.number(f"{numbered}_npi"), pdu.text(name))


def _number(value: object) -> int | None:
    if isinstance(value, bytes):  # of two octets, or one from gateways that leave the second away
        return int.from_bytes(value[:2].ljust(2, b"\0"), "big") if value else None
    return value if isinstance(value, int) else None


def _octets(value: object) -> bytes | None:
    return value if isinstance(value, bytes) and value else None
