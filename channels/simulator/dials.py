"""USSD sessions of handsets: an input is a deliver_sm with ussd_service_op, a submit_sm with one is a screen.

We speak as the gateways do that keep closest to SMPP 3.4 (§5.3.2.43, §5.3.2.44), and are the network too: a handset
has one session at a time, and one that waits too long is cut off.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from smpplib import consts

from channels.simulator.delivery import Delivery, Outcome
from channels.simulator.routes import Wish
from channels.simulator.wrapping import INTERNATIONAL, ISDN, UNKNOWN, Parcel
from channels.smpp.protocol.pdu import Pdu, Value
from channels.smpp.text import decode_text, gsm

KEPT = 1_000
"""Handsets whose last screen is kept."""
_BEGINS, _GOES_ON, _HUNG_UP = 1, 18, 17
_PROMPTS, _TELLS = 2, 3
"""USSR request, USSN request: those that we may also begin a session with."""
_GSM, _UCS2 = 15, 72
"""3GPP 23.038 §5."""
_SAME_AS_SMS = {_GSM: 0, _UCS2: 8}
_NOBODY = "Connection problem or invalid MMI code."


class DialState(StrEnum):
    """How a session stands."""

    WAITING = "waiting"  # the network has the input, no screen has come yet
    OPEN = "open"  # a screen waits for an answer
    ENDED = "ended"  # the last screen
    LOST = "lost"  # nobody answered, or refused


@dataclass(frozen=True, slots=True)
class Dial:
    """What one handset shows of its session."""

    number: str
    service: str
    """What was dialled up to the service, digits alone: `123`."""
    session: int
    """8 bits."""
    count: int
    """Of the messages both ways, 7 bits."""
    state: DialState
    text: str = field(repr=False)
    pushed: bool = False
    """The service began it."""
    at_ms: int = 0


class Dials:
    """The sessions under way, one to a handset."""

    def __init__(
        self,
        delivery: Delivery,
        changed: Callable[[Dial], None],
        *,
        within_s: float = 20.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`changed` is told each new screen; `within_s` is how long the network waits for one."""
        self._delivery = delivery
        self._changed = changed
        self._within_s = within_s
        self._now = now
        self._dials: OrderedDict[str, Dial] = OrderedDict()
        self._waits: dict[str, asyncio.TimerHandle] = {}
        self._sessions = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def all(self) -> list[Dial]:
        """What every handset shows."""
        return list(self._dials.values())

    def dial(self, number: str, code: str) -> Dial:
        """Begin a session; raises ValueError where the code is none."""
        digits = code.strip("*#").split("*")[0]
        if not digits.isdigit() or code[:1] not in ("*", "#") or not code.endswith("#"):
            raise ValueError(f"{code!r} is no USSD code: write one such as *123#")
        dial = Dial(number, digits, next(self._sessions) & 0xFF, 0, DialState.WAITING, "")
        self._say(dial, _BEGINS, code)
        return self._put(dial)

    def press(self, number: str, keys: str) -> Dial:
        """Answer the screen; raises ValueError where none waits for an answer."""
        dial = self._dials.get(number)
        if dial is None or dial.state is not DialState.OPEN:
            raise ValueError("no screen waits for an answer: dial first")
        waiting = replace(dial, state=DialState.WAITING, count=dial.count + 1 & 0x7F)
        self._say(waiting, _GOES_ON, keys)
        return self._put(waiting)

    def hang_up(self, number: str) -> None:
        """End the session, whatever it shows; a session that is over is left as it is."""
        dial = self._dials.get(number)
        if dial is not None and dial.state in (DialState.OPEN, DialState.WAITING):
            self._say(dial, _HUNG_UP, "", last=True)
            self._put(replace(dial, state=DialState.ENDED, text=""))

    def take(self, pdu: Pdu) -> int | None:
        """Show a submit_sm that is a screen; the status of its response, or None where it is a text message."""
        operation = pdu.tlvs.get("ussd_service_op")
        if not isinstance(operation, int):
            return None
        number, info = pdu.text("destination_addr").removeprefix("+"), _info(pdu)
        dial = self._dials.get(number)
        known = dial is not None and dial.session == info >> 8 and dial.state in (DialState.WAITING, DialState.OPEN)
        if not known and operation not in (_PROMPTS, _TELLS):
            return int(consts.SMPP_ESME_RSUBMITFAIL)  # the handset is gone
        if not known and dial is not None and dial.state in (DialState.WAITING, DialState.OPEN):
            return int(consts.SMPP_ESME_RSUBMITFAIL)  # it is busy with another
        if dial is None or not known:
            dial = Dial(number, pdu.text("source_addr"), info >> 8, 0, DialState.OPEN, "", pushed=True)
        ends = bool(info & 1) or operation not in (_PROMPTS, _TELLS)
        state = DialState.ENDED if ends else DialState.OPEN
        self._put(replace(dial, state=state, text=_text(pdu), count=info >> 1 & 0x7F))
        return int(consts.SMPP_ESME_ROK)

    def stop(self) -> None:
        """Leave off."""
        for wait in self._waits.values():
            wait.cancel()
        for task in self._tasks:
            task.cancel()

    def _put(self, dial: Dial) -> Dial:
        dial = replace(dial, at_ms=int(self._now() * 1000))
        self._dials[dial.number] = dial
        self._dials.move_to_end(dial.number)
        if len(self._dials) > KEPT:
            self._dials.popitem(last=False)
        if (wait := self._waits.pop(dial.number, None)) is not None:
            wait.cancel()
        if dial.state is DialState.WAITING:
            self._waits[dial.number] = asyncio.get_running_loop().call_later(self._within_s, self._cut_off, dial)
        self._changed(dial)
        return dial

    def _cut_off(self, dial: Dial) -> None:
        self._say(dial, _HUNG_UP, "", last=True)
        self._put(replace(dial, state=DialState.LOST, text=_NOBODY))

    def _say(self, dial: Dial, operation: int, text: str, *, last: bool = False) -> None:
        task = asyncio.create_task(self._deliver(dial, _parcel(dial, operation, text, last=last)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, dial: Dial, parcel: Parcel) -> None:
        """Once: who dials does not wait for a second try."""
        try:
            async with asyncio.timeout(self._within_s):  # nobody may be bound
                outcome = await self._delivery.once(Wish(short_code=dial.service), parcel)
        except TimeoutError:
            return  # and it is cut off
        now = self._dials.get(dial.number)
        waits = now is not None and (now.session, now.state) == (dial.session, DialState.WAITING)
        if outcome is not Outcome.ACKNOWLEDGED and now is not None and waits:
            self._put(replace(now, state=DialState.LOST, text=_NOBODY))


def _parcel(dial: Dial, operation: int, text: str, *, last: bool) -> Parcel:
    seven_bit = gsm.can_encode(text)
    info = dial.session << 8 | dial.count << 1 | last
    fields: dict[str, Value] = {
        "source_addr_ton": INTERNATIONAL,
        "source_addr_npi": ISDN,
        "source_addr": dial.number,
        "dest_addr_ton": UNKNOWN,
        "dest_addr_npi": ISDN,
        "destination_addr": dial.service,
        "data_coding": _GSM if seven_bit else _UCS2,
        "short_message": gsm.encode(text) if seven_bit else text.encode("utf-16-be", "replace"),
    }
    return Parcel("deliver_sm", fields, {"ussd_service_op": operation, "its_session_info": info.to_bytes(2, "big")})


def _info(pdu: Pdu) -> int:
    value = pdu.tlvs.get("its_session_info")
    return int.from_bytes(value[:2].ljust(2, b"\0"), "big") if isinstance(value, bytes) else 0


def _text(pdu: Pdu) -> str:
    octets, coding = pdu.fields.get("short_message", b""), pdu.number("data_coding")
    octets = octets if isinstance(octets, bytes) and octets else pdu.tlvs.get("message_payload", b"")
    return decode_text(octets if isinstance(octets, bytes) else b"", _SAME_AS_SMS.get(coding, coding))
