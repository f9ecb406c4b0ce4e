"""The SMSC: listens, binds, takes answers, delivers texts; its parts are put together here and nowhere else."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from smpplib import consts

from channels.simulator.answers import Answers, Respond
from channels.simulator.bubbles import Bubble, Bubbles
from channels.simulator.conduct import Conduct
from channels.simulator.delivery import Delivery
from channels.simulator.dials import Dial, Dials
from channels.simulator.faults import Dice, Faults
from channels.simulator.handover import Handover
from channels.simulator.ledger import Count, Ledger
from channels.simulator.link import Link
from channels.simulator.malformed import HARMLESS
from channels.simulator.messages import Messages
from channels.simulator.notices import Notices
from channels.simulator.operations import Operations
from channels.simulator.outbind import Outbind
from channels.simulator.routes import Routes, Wish
from channels.simulator.session import Session
from channels.simulator.showing import Showing
from channels.simulator.texts import Texts
from channels.simulator.tls import server_context
from channels.simulator.wrapping import INTERNATIONAL, ISDN, UNKNOWN
from channels.smpp.protocol.pdu import Pdu, Value


class Smsc:
    """One SMSC; make it inside the event loop that runs it."""

    def __init__(
        self,
        *,
        faults: Faults | None = None,
        conduct: Conduct | None = None,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the faults to begin with and the conduct; the clocks are in seconds."""
        run = secrets.randbits(24) | 0x800000  # in every id, so that those of an earlier run are known as such
        self.run = f"{run:06x}"
        self.dice = Dice(faults)
        self.ledger = Ledger()
        self.bubbles = Bubbles()
        self._conduct = conduct or Conduct()
        self._routes: Routes[Session] = Routes()
        self._sessions: set[Session] = set()
        self._server: asyncio.Server | None = None
        self._calling: asyncio.Task[None] | None = None
        delivery = Delivery(self._routes, self.ledger, self._conduct)
        self._dials = Dials(delivery, lambda _: self.bubbles.wake(), within_s=self._conduct.dial_s, now=now)
        self._notices = Notices(delivery, self.ledger, self._conduct)
        messages = Messages(run, self._conduct.response_id)
        self._handover = Handover(
            dice=self.dice,
            ledger=self.ledger,
            showing=Showing(self.run, habits=self._conduct.habits, ledger=self.ledger, bubbles=self.bubbles),
            conduct=self._conduct,
            send_receipt=self._notices.send,
            now=now,
        )
        self._operations = Operations(messages, self._handover, self.ledger)
        self._answers = Answers(
            dice=self.dice,
            ledger=self.ledger,
            messages=messages,
            handover=self._handover,
            conduct=self._conduct,
            now=now,
            monotonic=monotonic,
        )
        self._texts = Texts(
            self.run,
            delivery=delivery,
            dice=self.dice,
            ledger=self.ledger,
            bubbles=self.bubbles,
            conduct=self._conduct,
            now=now,
        )

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen, and call the ESME that waits for an outbind; return the address, with the port that was found.

        Raises OSError where the port is taken or a certificate can't be used, ValueError for a bad `outbind`.
        """
        if self._conduct.outbind is not None:
            outbind = Outbind(self._conduct.outbind, connect=self.outbind, conduct=self._conduct)
            self._calling = asyncio.create_task(outbind.run())
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: self._open()[0], host, port, ssl=server_context(self._conduct))
        address: tuple[str, int] = self._server.sockets[0].getsockname()[:2]
        return address

    async def stop(self) -> None:
        """Stop listening and sending, unbind from everyone, end all links."""
        if self._server is not None:
            self._server.close()
        if self._calling is not None:
            self._calling.cancel()
        self._texts.stop()
        self._dials.stop()
        self._handover.stop()
        self._notices.stop()
        await asyncio.gather(*(session.unbind() for session in list(self._sessions)))

    # -- what a handset, a page or a test does

    def text(self, number: str, short_code: str, text: str) -> Bubble:
        """Send a text from a handset.  Raises StoreFullError, ValueError."""
        return self._texts.take(number, short_code, text)

    def dial(self, number: str, code: str) -> Dial:
        """Begin a USSD session from a handset.  Raises ValueError."""
        return self._dials.dial(number, code)

    def press(self, number: str, keys: str) -> Dial:
        """Answer the screen of a handset's session.  Raises ValueError."""
        return self._dials.press(number, keys)

    def hang_up(self, number: str) -> None:
        """End a handset's session."""
        self._dials.hang_up(number)

    def dials(self) -> list[Dial]:
        """What the handsets show of their sessions."""
        return self._dials.all()

    def alert(self, number: str, short_code: str = "") -> int:
        """Tell the binds of a short code that a handset can be reached again; return how many were told.

        SMPP 3.4 §4.12: alert_notification, which nobody answers.
        """
        wish = Wish(short_code=short_code)
        binds = [one for one in self._routes.binds if not short_code or one.serves(wish)]
        for session in binds:
            self.ledger.add(Count.OPERATIONS_ALERTS)
            session.say(
                "alert_notification",
                {
                    "source_addr_ton": INTERNATIONAL,
                    "source_addr_npi": ISDN,
                    "source_addr": number,
                    "esme_addr_ton": UNKNOWN,
                    "esme_addr_npi": ISDN,
                    "esme_addr": short_code,
                },
            )
        return len(binds)

    async def outbind(self, host: str, port: int) -> Session:
        """Connect to an ESME and ask it to bind (SMPP 3.4 §2.2.1); return the link.  Raises OSError."""
        link, session = self._open()
        try:
            await asyncio.get_running_loop().create_connection(lambda: link, host, port)
        except BaseException:
            session.abandon()
            raise
        self.ledger.add(Count.OPERATIONS_OUTBINDS)
        session.say("outbind", {"system_id": self._conduct.name, "password": self._conduct.outbind_password})
        return session

    def set_faults(self, faults: Faults) -> None:
        """Put other faults in force."""
        self.dice.set(faults)
        self.bubbles.wake()

    def cut_links(self) -> int:
        """End every link at once; return how many there were."""
        links = list(self._sessions)
        for session in links:
            session.cut()
        return len(links)

    def inject(self, kind: str | None = None) -> int:
        """Send each bind one malformed PDU; return how many binds there were."""
        binds = [session for session in self._sessions if session.system_id]
        for session in binds:
            session.inject(kind or self.dice.pick(HARMLESS))
        return len(binds)

    # -- what they see

    @property
    def waiting(self) -> int:
        """Texts not yet acknowledged."""
        return self._texts.waiting

    def binds(self) -> list[dict[str, str]]:
        """Return each bind's account and mode."""
        return [{"system_id": one.system_id, "mode": one.mode.value} for one in self._sessions if one.system_id]

    def ledger_now(self) -> dict[str, dict[str, int]]:
        """Return every count, and how many texts wait."""
        counts = self.ledger.as_dict()
        counts["texts"]["waiting"] = self.waiting
        return counts

    def status(self) -> dict[str, Any]:
        """Return what the page shows besides bubbles."""
        return {"receiving": len(self._routes.binds), "ledger": self.ledger_now()}

    # -- what sessions ask (session.Exchange)

    def came(self, session: Session) -> None:
        """A bind was made: texts that wait may go to it."""
        if session.mode.receives:
            self._routes.add(session)
        self.bubbles.wake()

    def went(self, session: Session) -> None:
        """A link ended."""
        self._sessions.discard(session)
        self._routes.remove(session)
        self.bubbles.wake()

    def submit(self, session: Session, pdu: Pdu, respond: Respond) -> None:
        """Take an answer, or a screen."""
        status = self._dials.take(pdu)
        if status is None:
            self._answers.take(session.system_id, pdu, respond)
        else:
            self.ledger.add(Count.DIALS_SCREENS if status == consts.SMPP_ESME_ROK else Count.DIALS_REFUSED)
            respond(status)

    def operate(self, session: Session, pdu: Pdu) -> tuple[int, Mapping[str, Value]]:
        """Look into an answer, take it back or change it."""
        return self._operations.answer(session.system_id, pdu)

    def _open(self) -> tuple[Link, Session]:
        link = Link(self.dice)
        session = Session(link, self, self._conduct, self.dice, self.ledger)
        self._sessions.add(session)
        return link, session
