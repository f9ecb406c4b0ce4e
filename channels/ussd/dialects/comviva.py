"""Comviva Flares (Airtel): a query, answered by text with the flow in headers.

    SessionID, MSISDN, MSC, input (and newRequest, where it is set up so)
        →  the screen; Freeflow: FC (goes on) or FB (ends), charge: N, amount: 0
    SessionID, MSISDN, clean, error: the session is over

The first input is what was dialled without its first `*` and its `#`: `123*2`.  Nothing else marks it, so that
`service_codes` have to say what can be dialled.  A screen costs nothing: what is charged is charged by the core.
Its own proof is the `password` that it sends beside a `userid`.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import text_answer
from channels.ussd.dialects.dialled import begins_with
from channels.ussd.dialects.fields import asked, flag, heard, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = asked(request)
    session = told(said, "SessionID")
    if "clean" in said:
        kind = Kind.TIMEOUT if "time" in told(said, "error", "").lower() else Kind.ABORT
        return heard(gateway, kind, session=session, number=told(said, "MSISDN", "") or None)
    given = told(said, "input")
    begins = flag(said, "newRequest") or begins_with(given, gateway.service_codes)
    return heard(
        gateway,
        Kind.BEGIN if begins else Kind.INPUT,
        session=session,
        number=told(said, "MSISDN"),
        dialled=given if begins else "",
        text="" if begins else given,
    )


def _write(reply: ScreenReply, _: Heard) -> HttpAnswer:
    flow = "FB" if reply.ends else "FC"
    return text_answer(reply.text, {"Freeflow": flow, "charge": "N", "amount": "0", "Cache-Control": "no-store"})


def _own_proof(request: HttpRequest) -> str:
    try:
        return told(asked(request), "password", "")
    except Unreadable:
        return ""


DIALECT = Dialect(
    "comviva",
    _read,
    _write,
    methods=("GET", "POST"),
    known_as=("flares", "comviva flares", "airtel"),
    own_proof=_own_proof,
    tells_begin=False,
)
