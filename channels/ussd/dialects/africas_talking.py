"""Africa's Talking: a form with all inputs joined by `*`, answered by `CON` or `END`.

    sessionId, serviceCode, phoneNumber (+254…), networkCode, text

Its notice of a session's end comes to the address of events, which may be this one: `status`, with `Success`,
`Incomplete` (the subscriber left) or `Failed`.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import con_or_end, text_answer
from channels.ussd.dialects.fields import form, heard, told
from channels.ussd.dialects.joined import joined
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = form(request.body)
    session, number = told(said, "sessionId"), told(said, "phoneNumber")
    code = told(said, "serviceCode", "")
    if "status" in said:
        # a time-out is told as a failure with its reason; a session that came to its end is over already
        timed_out = "time" in told(said, "errorMessage", "").lower()
        kind = Kind.TIMEOUT if timed_out else Kind.ABORT
        return heard(gateway, kind, session=session, number=number, code=code)
    return joined(gateway, session=session, number=number, code=code, inputs=told(said, "text"))


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    return text_answer("") if heard.dial.kind in (Kind.ABORT, Kind.TIMEOUT) else con_or_end(reply)


DIALECT = Dialect("africas_talking", _read, _write)
