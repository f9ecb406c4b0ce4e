"""Reading what gateways send: forms, queries and JSON, and the few values that every request has.

Whatever comes from outside is met here: each value has a longest length, control, zero-width and bidirectional
characters go, and nothing but `Unreadable` is ever raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from channels.smpp.addresses import Addresses
from channels.ussd.dialects.dialled import Dialled, parted, service_code
from channels.ussd.dialects.shapes import Heard, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from workers.dialogue.clean import seen
from workers.settings import GatewaySettings

LONGEST_INPUT_CHARS = 182
"""What a handset can send (3GPP 23.038 §5: 160 octets of the 7-bit alphabet)."""
_LONGEST_SESSION_CHARS = 128
_SHORTEST_NUMBER_DIGITS = 7
_MOST_FIELDS = 60
_INTERNATIONAL = 1
_addresses = cache(Addresses)

Values = Mapping[str, Any]


def form(text: str | bytes) -> Values:
    """The fields of a query or of a form; of one that comes twice, the first."""
    try:
        spelled = text if isinstance(text, str) else text.decode()
        pairs = parse_qsl(spelled, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise Unreadable("the form can't be read") from None
    return dict(reversed(pairs))


def asked(request: HttpRequest) -> Values:
    """The fields of a request that may come as a query or as a form."""
    return form(request.query if request.method == "GET" else request.body or request.query)


def json_object(body: bytes) -> Values:
    """The fields of a JSON object."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON") from None
    if not isinstance(values, dict):
        raise Unreadable("the body is not a JSON object")
    return values


def inner(values: Values, name: str) -> Values:
    """An object within it; empty where it is missing."""
    found = values.get(name) or {}
    if not isinstance(found, dict):
        raise Unreadable(f"{name} is not an object")
    return found


def told(values: Values, name: str, otherwise: str | None = None) -> str:
    """A value as text: texts and whole numbers are alike, since gateways send either; None is none.

    Raises `Unreadable` where it is missing and there is no `otherwise`, or where it is something else.
    """
    value = values.get(name)
    if value is None:
        if otherwise is None:
            raise Unreadable(f"{name} is missing")
        return otherwise
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(f"{name} is not a text")
    return str(value).strip()


def flag(values: Values, name: str) -> bool | None:
    """A yes or no: true, "true", 1 and "1" alike; None where it is missing or neither."""
    value = str(values.get(name, "")).strip().lower()
    return True if value in ("true", "1", "yes") else False if value in ("false", "0", "no") else None


def heard(
    gateway: GatewaySettings,
    kind: Kind,
    *,
    session: str | None,
    number: str | None,
    code: str = "",
    dialled: str = "",
    text: str = "",
    all_inputs: tuple[str, ...] | None = None,
    request_id: str = "",
    most_chars: int = LONGEST_INPUT_CHARS,
    echo: Mapping[str, str] | None = None,
    named_once: bool = False,
) -> Heard:
    """The request that these values make.

    `session` is None where the gateway has no such id, `number` (as it writes it) None where it names a subscriber by
    the session alone.  `code` is the service's code, where the gateway tells it by itself; `dialled` is all that was
    dialled, where it tells that.
    """
    if session is not None and not (session and len(session) <= _LONGEST_SESSION_CHARS and session.isprintable()):
        raise Unreadable("the session's id is none")
    own_code = service_code(code)
    parts = parted(dialled, (*gateway.service_codes, own_code)) or Dialled(own_code, "")
    said = parts.rest if kind is Kind.BEGIN else text
    return Heard(
        DialRequest(
            kind,
            gateway.name,
            session or "",
            "" if number is None else msisdn(number, gateway),
            own_code or parts.service_code,
            seen(said)[:LONGEST_INPUT_CHARS],
            None if all_inputs is None else tuple(seen(one)[:LONGEST_INPUT_CHARS] for one in all_inputs),
            request_id[:_LONGEST_SESSION_CHARS] if request_id.isprintable() else "",
            min(gateway.screen_chars, most_chars),
            named_once,
        ),
        echo or {},
    )


def msisdn(written: str, gateway: GatewaySettings) -> str:
    """The subscriber's E.164 digits; national numbers are those of the gateway's `country`."""
    reader = _addresses(gateway.country)
    number = (
        reader.international(written)
        if gateway.country and not written.startswith("+")
        else reader.international(written, _INTERNATIONAL)
    )
    if len(number) < _SHORTEST_NUMBER_DIGITS or not number.isascii():
        raise Unreadable("the number is none")
    return number
