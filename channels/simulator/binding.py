"""Binding: who may bind, as what, and for which short codes (SMPP 3.4 §4.1)."""

from __future__ import annotations

from enum import Enum

from smpplib import consts

from channels.simulator.conduct import Conduct
from channels.simulator.routes import Wish
from channels.smpp.protocol.pdu import Pdu, Value


class Mode(Enum):
    """What a bind may do."""

    OPEN = "open"
    TRANSMITTER = "transmitter"
    RECEIVER = "receiver"
    TRANSCEIVER = "transceiver"

    @property
    def sends(self) -> bool:
        """Whether it may submit answers to us."""
        return self in (Mode.TRANSMITTER, Mode.TRANSCEIVER)

    @property
    def receives(self) -> bool:
        """Whether it takes deliver_sm from us."""
        return self in (Mode.RECEIVER, Mode.TRANSCEIVER)


MODES = {
    "bind_transmitter": Mode.TRANSMITTER,
    "bind_receiver": Mode.RECEIVER,
    "bind_transceiver": Mode.TRANSCEIVER,
}
_VERSIONS = {"3.4": 0x34, "5.0": 0x50}


def status_of_bind(pdu: Pdu, mode: Mode, conduct: Conduct) -> int:
    """Return ESME_ROK where the bind may be made, else why not."""
    status = consts.SMPP_ESME_ROK
    if mode is not Mode.OPEN:
        status = consts.SMPP_ESME_RALYBND
    elif conduct.system_id not in (None, pdu.text("system_id")):
        status = consts.SMPP_ESME_RINVSYSID
    elif conduct.password not in (None, pdu.text("password")):
        status = consts.SMPP_ESME_RINVPASWD
    return int(status)


def tlvs_of_bind(pdu: Pdu, conduct: Conduct) -> dict[str, Value]:
    """Return the response's TLVs: our version, to a peer that knows TLVs (SMPP 3.4 §3.2.4.1)."""
    if pdu.number("interface_version") < _VERSIONS["3.4"]:
        return {}
    return {"sc_interface_version": _VERSIONS[conduct.version]}


def is_told_congestion(bind: Pdu, conduct: Conduct) -> bool:
    """Say whether a bind is told how busy we are: where both sides speak SMPP 5.0 (§4.8.4.18)."""
    return conduct.version == "5.0" and bind.number("interface_version") >= _VERSIONS["5.0"]


class AddressRange:
    """The short codes a bind named: codes apart by commas, `50.*` or `50*` for a prefix; none means any.

    SMPP 3.4 §5.2.7 allows UNIX regular expressions; a peer's expression is not run, these forms are what is met.
    """

    def __init__(self, text: str = "") -> None:
        self._ranges: list[tuple[str, bool]] = []
        for piece in text.replace(";", ",").replace("|", ",").split(","):
            plain = piece.strip().removeprefix("^").removesuffix("$")
            digits = plain.removesuffix("*").removesuffix(".")
            if plain:
                self._ranges.append((digits, digits != plain))

    def holds(self, short_code: str) -> bool:
        """Say whether a short code is in the range."""
        return not self._ranges or any(
            short_code.startswith(digits) if is_prefix else short_code == digits for digits, is_prefix in self._ranges
        )


def serves(wish: Wish, *, system_id: str, address_range: AddressRange) -> bool:
    """Say whether a bind takes what is wished for: receipts of its account, texts to its codes."""
    if wish.system_id is not None:
        return wish.system_id == system_id
    return address_range.holds(wish.short_code or "")
