"""The SMSC: listens, binds, takes answers, delivers texts; its parts are put together here and nowhere else."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

from channels.simulator.answers import Answers
from channels.simulator.bubbles import Bubble, Bubbles
from channels.simulator.conduct import Conduct
from channels.simulator.delivery import Delivery
from channels.simulator.faults import Dice, Faults
from channels.simulator.ledger import Ledger
from channels.simulator.link import Link
from channels.simulator.malformed import HARMLESS
from channels.simulator.notices import Notices
from channels.simulator.routes import Routes
from channels.simulator.session import Session
from channels.simulator.texts import Texts
from channels.smpp.protocol.pdu import Pdu


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
        self.run = secrets.token_hex(3)  # in every id, so that those of an earlier run are known as such
        self.dice = Dice(faults)
        self.ledger = Ledger()
        self.bubbles = Bubbles()
        self._conduct = conduct or Conduct()
        self._routes: Routes[Session] = Routes()
        self._sessions: set[Session] = set()
        self._server: asyncio.Server | None = None
        delivery = Delivery(self._routes, self.ledger, self._conduct)
        self._notices = Notices(delivery, self.ledger, self._conduct)
        self._answers = Answers(
            self.run,
            dice=self.dice,
            ledger=self.ledger,
            bubbles=self.bubbles,
            send_receipt=self._notices.send,
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
        """Listen; return the address, with the port that was found where 0 was asked for.  Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._answer, host, port)
        address: tuple[str, int] = self._server.sockets[0].getsockname()[:2]
        return address

    async def stop(self) -> None:
        """Stop listening and sending, unbind from everyone, end all links."""
        if self._server is not None:
            self._server.close()
        self._texts.stop()
        self._notices.stop()
        await asyncio.gather(*(session.unbind() for session in list(self._sessions)))

    # -- what a handset, a page or a test does

    def text(self, number: str, short_code: str, text: str) -> Bubble:
        """Send a text from a handset.  Raises StoreFullError, ValueError."""
        return self._texts.take(number, short_code, text)

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
            session.inject(kind or self.dice.choose(HARMLESS))
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

    def submit(self, session: Session, pdu: Pdu) -> tuple[int, str | None]:
        """Take an answer."""
        return self._answers.take(session.system_id, pdu)

    def _answer(self) -> Link:
        link = Link(self.dice)
        self._sessions.add(Session(link, self, self._conduct, self.dice, self.ledger))
        return link
