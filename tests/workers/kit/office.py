"""A worker's errands on one message, against a core in memory: run it as often as it comes due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core_client import CoreClient
from tests.workers.kit.small_core import SmallCore
from workers.answering import Interpreter
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.consent import Consent
from workers.consent_outside import Gateway
from workers.dialogue import SHIPPED_TEMPLATES, Languages, Rule, Rules, Way, Words
from workers.errand import Errand, Limits
from workers.gift_deadlines import GiftDeadlines
from workers.gifts import GiftDesk, Gifts
from workers.journal import ClaimedRow, Ending, InboxState, Queue
from workers.journal.gift_deadlines import CHANNEL
from workers.overtaking import Later
from workers.pricing import Pricing
from workers.reconcile import Reconciler
from workers.window import ByChannel

NUMBER, FRIEND = "8613800138001", "8613800138002"
WORDS = Words.load(SHIPPED_TEMPLATES, ["en"], "en")
GRAMMAR, WORDING = WORDS.grammar, WORDS.wording
INTERPRETER = Interpreter(lambda: WORDS, Languages(("en",), "en"))
TRANSACTION = "0123456789abcdef01234567"


def row_of(text: str, **more: object) -> ClaimedRow:
    """Return a message in work."""
    values: dict[str, object] = {
        "id": 1, "transaction_id": TRANSACTION, "token": "t", "channel": "sms", "bind": "smsc", "number": NUMBER,
        "short_code": "10086", "text": text, "queue": Queue.ORDERS, "attempts": 0, "asks": 0, "stop_requested": False,
        "doubtful": False, "noticed": False, "answers": 0, "results": "", "received_at": 0.0,
    }  # fmt: skip
    return ClaimedRow(**values | more)  # type: ignore[arg-type]


def next_stay(ending: Ending, **more: object) -> ClaimedRow:
    """Return the row as the journal gives it out again after such an ending."""
    row = ending.row
    return replace(
        row,
        attempts=row.attempts + ending.uses_attempt,
        asks=row.asks + ending.asked,
        doubtful=ending.doubtful,
        noticed=row.noticed or ending.noticed,
        answers=row.answers + len(ending.answers),
        results=ending.results or row.results,
        **more,  # type: ignore[arg-type]
    )


def crashed(row: ClaimedRow) -> ClaimedRow:
    """Return the row as it is given out again after its worker died: nothing of its work was written."""
    return replace(row, doubtful=True, attempts=row.attempts + 1)


@dataclass
class Office:
    """One worker."""

    core: SmallCore = field(default_factory=SmallCore)
    query_transaction: bool = True
    attempts: int = 3
    now_s: float = 0.0
    way: Way = Way.NONE
    """How a yes is asked for before each charge."""
    rules: tuple[Rule, ...] = ()
    tells_silence: bool = False
    gateway: Gateway | None = None
    pricing: Pricing | None = None
    expects_price: bool = True
    gift_opens_service: bool = True
    gift_needs_service: bool = True
    order_opens_service: bool = False
    interpreter: Interpreter = INTERPRETER
    gift_desk: GiftDesk | None = None
    gift_deadline_s: float = 18_000.0
    later: Later | None = None

    def __post_init__(self) -> None:
        client = CoreClient(
            "http://core.invalid/usdp",
            "portal",
            "secret",
            transport=self.core,
            query_transaction=self.query_transaction,
            expects_price=self.expects_price,
            gift_opens_service=self.gift_opens_service,
            gift_needs_service=self.gift_needs_service,
            order_opens_service=self.order_opens_service,
        )
        self.breaker = Breaker(lambda: None, clock=lambda: self.now_s, spread=lambda: 0.5)
        catalogue = Catalogue(client, clock=lambda: self.now_s)
        calls = self.calls = Calls(client, catalogue, self.breaker, self.pricing, gifts=self.gift_desk)
        reconciler = Reconciler(client, calls, self.breaker)
        limits = Limits(10.0, self.attempts)
        consent = Consent(
            Rules(self.rules, dict.fromkeys(("open", "order", "join", "gift", "copy"), self.way)),
            lambda: self.now_s,
            tells_silence=self.tells_silence,
            gateway=self.gateway,
        )
        gifts = Gifts(lambda: self.now_s, self.gift_deadline_s)
        self._errand = Errand(
            calls, reconciler, self.interpreter, limits, consent, later=self.later, gifts=gifts,
            clock=lambda: self.now_s, spread=lambda: 0.5,
        )  # fmt: skip
        deadlines = GiftDeadlines(calls, reconciler, gifts, self.interpreter, settle_s=10.0)
        self._work = ByChannel({CHANNEL: deadlines.run}, self._errand.run)

    async def run(self, row: ClaimedRow) -> Ending:
        """Run the message once."""
        ending = await self._work.run(row)
        return self.pricing.settled(ending) if self.pricing else ending

    async def finish(self, ending: Ending, stays: int = 20) -> Ending:
        """Run it again and again until nothing is due any more."""
        for _ in range(stays):
            if ending.due_in_s is None:
                return ending
            self.now_s += ending.due_in_s
            ending = await self.run(next_stay(ending))
        raise AssertionError(f"still {ending.state} after {stays} stays")


def said(ending: Ending) -> str:
    """Return what the sender hears."""
    return " ".join(answer.text for answer in ending.answers if answer.destination == NUMBER)


DECIDED = (InboxState.DONE, InboxState.REFUSED)
