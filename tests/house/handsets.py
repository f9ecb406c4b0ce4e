"""Handsets behind a simulated SMSC in the test's own event loop, and what each of them was sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from types import TracebackType
from typing import Self

from channels.simulator import Conduct, Count, Faults, Smsc
from channels.simulator.answers import Respond
from channels.simulator.joining import Joiner, Piece, read_piece
from channels.simulator.session import Session
from channels.smpp.protocol.pdu import Pdu

SHORT_CODE = "8888"
_QUICK = Conduct(
    response_s=90.0, bind_within_s=90.0, enquire_answer_s=90.0, retry_s=0.2, retry_most_s=1.0, unbind_s=0.5
)
"""Tries again soon, but waits for responses longer than a busy machine lets the listener stand: a text without a
reference that is delivered again while nobody knows that its first response is late is another text to everybody."""


class _Noting(Smsc):
    """A simulator that writes down each answer it takes, also where it then keeps the response to itself."""

    def __init__(self, conduct: Conduct, faults: Faults) -> None:
        super().__init__(conduct=conduct, faults=faults)
        self.answers: dict[str, list[str]] = defaultdict(list)
        self._joiner = Joiner()

    def submit(self, session: Session, pdu: Pdu, respond: Respond) -> None:
        before = self.ledger[Count.ANSWERS_ACCEPTED]
        super().submit(session, pdu, respond)
        if self.ledger[Count.ANSWERS_ACCEPTED] > before:
            self._note(pdu.text("source_addr"), pdu.text("destination_addr"), read_piece(pdu))

    def _note(self, source: str, number: str, piece: Piece) -> None:
        joined, _ = self._joiner.add(source, number, piece, "")
        if joined.is_whole:
            self.answers[number].append(joined.text())


class Handsets:
    """The SMSC of a house; it keeps a text, and delivers it again, until it is acknowledged."""

    def __init__(self, *, references: bool = True, faults: str = "") -> None:
        """`references`: whether texts carry user_message_reference, by which a redelivery is known."""
        self.smsc = _Noting(replace(_QUICK, references=references), Faults.parse(faults))
        self.port = 0
        self.sent: list[tuple[str, str]] = []

    def text(self, number: str, text: str) -> None:
        """Text the short code."""
        self.sent.append((number, text))
        self.smsc.text(number, SHORT_CODE, text)

    def heard(self, number: str) -> list[str]:
        """The answers that a handset was sent, parts joined, in order."""
        return self.smsc.answers[number]

    def told(self, number: str, *words: str) -> bool:
        """Whether one answer it was sent has all these words."""
        return any(all(word in answer for word in words) for answer in self.heard(number))

    def all_acknowledged(self) -> bool:
        """Whether every text was answered ESME_ROK."""
        return self.count(Count.TEXTS_ACCEPTED) == len(self.sent)

    def count(self, what: Count) -> int:
        """One count of the simulator's own ledger."""
        return self.smsc.ledger[what]

    def bound(self) -> bool:
        """Whether an ESME is bound."""
        return bool(self.smsc.binds())

    def faults(self, given: str) -> None:
        """Put other faults in force."""
        self.smsc.set_faults(Faults.parse(given))

    async def __aenter__(self) -> Self:
        _, self.port = await self.smsc.start("127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.smsc.stop()
