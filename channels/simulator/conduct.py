"""How this SMSC conducts itself when nothing is wrong: times, sizes, dialect, and whom it lets bind."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from channels.simulator.message_ids import IdForm
from channels.simulator.receipts import ReceiptForm
from channels.smpp.text import Habits

TextCommand = Literal["deliver_sm", "data_sm"]
_BETWEEN = "+"  # a comma already stands between settings


@dataclass(frozen=True, slots=True)
class Conduct:
    """Defaults are an ordinary SMSC's; tests shorten the times."""

    __pydantic_config__ = ConfigDict(arbitrary_types_allowed=True, allow_inf_nan=False)

    system_id: str | None = None  # the account that may bind; None = any
    password: str | None = field(default=None, repr=False)  # its password; None = any
    name: str = "tonegate-sim"  # our own system_id in bind responses
    version: Literal["3.4", "5.0"] = "3.4"  # what sc_interface_version says; 5.0 also tells congestion_state
    window: int = 50  # deliver_sm on one bind that may wait for their response at once
    response_s: float = 10.0  # how long a deliver_sm waits for it
    retry_s: float = 0.5  # pause before the second attempt of a text; doubles with each
    retry_most_s: float = 30.0  # and grows no longer than this
    receipt_attempts: int = 5  # a receipt is given up after these
    bind_within_s: float = 10.0  # session_init_timer (SMPP 3.4 §7.2): a link that hasn't bound by then is closed
    enquire_link_s: float = 30.0  # silence after which the link is asked
    enquire_answer_s: float = 10.0  # and how long anything may take to come back
    unbind_s: float = 2.0  # how long an ESME may take to answer our unbind when we stop
    dial_s: float = 20.0  # how long a handset's USSD input waits for its screen
    store: int = 100_000  # texts, and receipts, that may wait
    references: bool = True  # whether a text carries user_message_reference, the same each time it is delivered

    habits: Habits = field(default=Habits())  # alphabets and long texts: what data_coding means, how texts are split
    texts_by: TextCommand = "deliver_sm"  # the request that carries texts and receipts to an ESME

    response_id: IdForm = "hex"  # how submit_sm_resp writes a message's id
    receipt_id: IdForm | None = None  # how a receipt writes it; None = the same
    receipt_form: ReceiptForm = "both"  # what a receipt looks like
    receipt_part: Literal["all", "first", "last"] = "all"  # which parts of a long text have one
    receipt_first: bool = False  # whether a receipt leaves before the submit_sm_resp of its message
    receipt_first_s: float = 1.0  # how long the response then waits for a receipt that can't leave

    outbind: str | None = None  # HOST:PORT of an ESME to connect to and say outbind (SMPP 3.4 §2.2.1)
    outbind_password: str = field(default="", repr=False)  # what our outbind says beside our name

    tls_certificate: Path | None = None  # a PEM file; with it only TLS is spoken
    tls_key: Path | None = None  # its key; None = in the same file
    tls_client_ca: Path | None = None  # who signs ESMEs' certificates; None = none is asked for

    def pause_s(self, attempts: int) -> float:
        """Return the pause after so many failed attempts."""
        return min(self.retry_most_s, self.retry_s * 2.0 ** min(attempts - 1, 30))

    @classmethod
    def parse(cls, text: str) -> Conduct:
        """Read `version=5.0,long_texts=sar,national=tr+pt`; names of `Habits` stand beside our own.

        ValueError says what is wrong.
        """
        ours: dict[str, Any] = {}
        habits: dict[str, Any] = {}
        for item in filter(None, (piece.strip() for piece in text.split(","))):
            name, equals, value = (piece.strip() for piece in item.partition("="))
            if not equals or name not in _NAMES | _HABITS:
                raise ValueError(f"no conduct {item!r}: write NAME=VALUE with one of {', '.join(sorted(_SPOKEN))}")
            if name in _HABITS:
                habits[name] = _habit(name, value)
            else:
                ours[name] = value
        read: Conduct = _validated({**ours, "habits": _validated(habits, TypeAdapter(Habits))}, TypeAdapter(cls))
        if read.outbind is not None:
            host_and_port(read.outbind)
        return read


def host_and_port(address: str) -> tuple[str, int]:
    """Read HOST:PORT.  Raises ValueError."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ValueError(f"outbind {address!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


_NAMES = frozenset(one.name for one in fields(Conduct)) - {"habits"}
_HABITS = frozenset(one.name for one in fields(Habits))
_LISTS = frozenset({"alphabets", "national"})
_SPOKEN = _NAMES | _HABITS


def _habit(name: str, value: str) -> str | int | tuple[str, ...]:
    if name in _LISTS:
        return tuple(filter(None, value.split(_BETWEEN)))
    return int(value) if value.isdigit() else value


def _validated(given: dict[str, Any], reader: TypeAdapter[Any]) -> Any:
    try:
        return reader.validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"conduct {first['loc'][0]}: {first['msg'].lower()}") from None
