"""How this SMSC conducts itself when nothing is wrong: times, sizes, and whom it lets bind."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Conduct:
    """Defaults are an ordinary SMSC's; tests shorten the times."""

    system_id: str | None = None  # the account that may bind; None = any
    password: str | None = field(default=None, repr=False)  # its password; None = any
    name: str = "tonegate-sim"  # our own system_id in bind responses
    window: int = 50  # deliver_sm on one bind that may wait for their response at once
    response_s: float = 10.0  # how long a deliver_sm waits for it
    retry_s: float = 0.5  # pause before the second attempt of a text; doubles with each
    retry_most_s: float = 30.0  # and grows no longer than this
    receipt_attempts: int = 5  # a receipt is given up after these
    bind_within_s: float = 10.0  # session_init_timer (SMPP 3.4 §7.2): a link that hasn't bound by then is closed
    enquire_link_s: float = 30.0  # silence after which the link is asked
    enquire_answer_s: float = 10.0  # and how long anything may take to come back
    unbind_s: float = 2.0  # how long an ESME may take to answer our unbind when we stop
    store: int = 100_000  # texts, and receipts, that may wait
    references: bool = True  # whether a text carries user_message_reference, the same each time it is delivered

    def pause_s(self, attempts: int) -> float:
        """Return the pause after so many failed attempts."""
        return min(self.retry_most_s, self.retry_s * 2.0 ** min(attempts - 1, 30))
