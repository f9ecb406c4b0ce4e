"""Answers shown on the handset they went to, long ones whole."""

from __future__ import annotations

from channels.simulator.bubbles import Bubble, Bubbles, State
from channels.simulator.joining import Joiner, read_piece
from channels.simulator.ledger import Count, Ledger
from channels.simulator.messages import Message
from channels.smpp.text import Habits


class Showing:
    """Makes bubbles of messages; `habits` are how this SMSC means its data codings."""

    def __init__(self, run: str, *, habits: Habits, ledger: Ledger, bubbles: Bubbles) -> None:
        self._run = run
        self._habits = habits
        self._ledger = ledger
        self._bubbles = bubbles
        self._joiner = Joiner()

    def show(self, message: Message, now: float) -> None:
        """Show a message, or its long text with one part more; `now` is Unix time in seconds."""
        piece = read_piece(message.pdu)
        source, destination = message.pdu.text("source_addr"), message.pdu.text("destination_addr")
        bubble_id, is_whole = f"{self._run}-a{message.number:x}", True
        if piece.total > 1:
            joined, again = self._joiner.add(source, destination, piece, bubble_id)
            if again:
                return
            bubble_id, text, is_whole = joined.bubble_id, joined.text(self._habits), joined.is_whole
        else:
            text = piece.text(self._habits)
        begun = self._bubbles.get(bubble_id)
        at_ms = int(now * 1000)
        self._bubbles.put(
            Bubble(
                id=bubble_id,
                number=destination.removeprefix("+"),
                short_code=source,
                side="service",
                text=text,
                state=State.RECEIVED if is_whole else State.PARTIAL,
                at_ms=begun.at_ms if begun else at_ms,
                done_at_ms=at_ms if is_whole else None,
                parts=piece.total,
            )
        )
        if is_whole:
            self._ledger.add(Count.ANSWERS_SHOWN)
