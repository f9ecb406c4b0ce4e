"""Renewals over a real journal and the sandbox core: told once before, tried at the price told, once by text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core_client import CoreClient, Doubtful, Tone
from core_client.sandbox import PATH, create_app, running
from core_client.sandbox.admin import read_ledger
from core_client.sandbox.core import SandboxCore
from tests.journal.kit.answers import sent, take
from tests.journal.kit.messages import accept, answers, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.office import FRIEND, GRAMMAR, INTERPRETER, NUMBER
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.consent import Consent
from workers.dialogue import Action, Command, Rules, Way, queue_of, understand
from workers.dialogue.offers import Price
from workers.dialogue.renewal_prices import LowerPrice, LowerPrices
from workers.dialogue.renewals import AFTER_S, RenewalRules
from workers.dials import DialOrder
from workers.errand import Errand, Limits
from workers.expecting import Expecting
from workers.journal import Journal, NewMessage, Queue
from workers.journal.renewals import CHANNEL
from workers.journal.sweep import Sweep
from workers.reconcile import Reconciler
from workers.renewal_desk import JournalRenewals
from workers.renewal_notices import RenewalNotices
from workers.window import ByChannel

TONE, PRICE, LOWER = "600902000001", 200, 100
HOUR, DAY = 3600.0, 86_400.0
WISH = Sweep(10.0, 5, "sweeper", lambda *_: "we look into it")
NOTICE = ("Paper Boats", "renews by itself on 14 Feb 2027", "2.00 yuan", f"DEL {TONE}")


@dataclass
class Worker:
    """One worker in the test's own loop."""

    journal: Journal
    clock: TurnedClock
    core: SandboxCore
    client: BusyLibrary
    rules: RenewalRules = field(default_factory=RenewalRules)
    prices: LowerPrices = field(default_factory=LowerPrices)
    way: Way = Way.NONE
    """How a yes is asked for before each charge."""
    dies: bool = False
    """Before the next ending is written."""

    def __post_init__(self) -> None:
        desk, breaker = JournalRenewals(self.journal), Breaker(lambda: None)
        calls = Calls(
            self.client, Catalogue(self.client), breaker, clock=self.clock, renewals=desk, zone=ZoneInfo("UTC")
        )
        reconciler = Reconciler(self.client, calls, breaker)
        ways = Rules((), {"order": self.way})
        errand = Errand(
            calls, reconciler, INTERPRETER, Limits(10.0, 5), Consent(ways, self.clock), clock=self.clock,
            expecting=Expecting(self.rules, self.clock),
        )  # fmt: skip
        notices = RenewalNotices(
            calls, reconciler, desk, INTERPRETER, self.rules, lambda: self.prices, self.clock, settle_s=10.0
        )
        self._work = ByChannel({CHANNEL: notices.run}, errand.run)

    async def ask(self, text: str, number: str = NUMBER) -> str:
        """Text, have it worked on, and return what the number heard of it."""
        queue = Queue(queue_of(understand(text, number, GRAMMAR)))
        return await self._told(message(text, number, queue=queue))

    async def confirm(self, order: DialOrder, number: str = NUMBER) -> str:
        """Confirm it on the screen of a dial, likewise."""
        return await self._told(message(order.written(), number, channel="ussd", once=True))

    async def _told(self, new: NewMessage) -> str:
        for text in await take(self.journal):  # who asks has read what he was told before
            await sent(self.journal, text)
        before = len(self.heard(new.number))
        await accept(self.journal, new)
        for _stay in ("the yes is kept", "it is done"):
            await self.work()
        return " ".join(self.heard(new.number)[before:])

    async def later(self, seconds: float) -> None:
        """Let time pass, with a sweep at its end."""
        self.clock.turn(seconds)
        await self.journal.sweep(WISH)
        await self.work()

    async def work(self) -> None:
        """Work on whatever is due."""
        for queue in Queue:
            for suspects in (False, True):
                for row in await claim(self.journal, queue, suspects=suspects):
                    ending = await self._work.run(row)
                    if self.dies:  # as kill -9 ends it: what was called is done, and nothing of it written
                        self.dies = False
                    else:
                        await self.journal.finish(ending)

    def heard(self, number: str = NUMBER) -> list[str]:
        """What a number was sent."""
        return [str(row["text"]) for row in answers(self.journal) if row["destination"] == number]

    async def charges(self) -> list[tuple[str, int, str]]:
        """What the core charged: for what, how much, by which rule."""
        rows = await self.core.writer.run(read_ledger)
        return [(row["action"], row["amount"], row["offer"]) for row in rows]


class BusyLibrary(CoreClient):
    """Somebody else changes the library right after a look at it."""

    after_a_look: Callable[[], Awaitable[object]] | None = None

    async def owned_tones(self, phone_number: str) -> list[Tone]:
        """As the core tells; what happens after the look is not seen by it."""
        tones = await super().owned_tones(phone_number)
        if happens := self.after_a_look:
            self.after_a_look = None
            await happens()
        return tones


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Callable[..., Worker]]:
    clock = TurnedClock()
    app = create_app(f"sqlite:///{tmp_path / 'sandbox.db'}", clock=clock)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(running(app))
        journal = stack.enter_context(Journal(sqlite_url, clock=clock))

        def make(*, query_transaction: bool = True, **more: object) -> Worker:
            client = BusyLibrary(url + PATH, "tonegate", "tonegate", query_transaction=query_transaction)
            stack.push_async_callback(client.close)
            return Worker(journal, clock, app.state.core, client, **more)  # type: ignore[arg-type]

        yield make


@pytest.fixture
def worker(made: Callable[..., Worker]) -> Worker:
    return made(prices=LowerPrices((LowerPrice("low", Price(LOWER), tries=2, every_h=12),)))


# The notice


async def test_the_date_is_the_cores_own_where_an_order_tells_it(made: Callable[..., Worker]) -> None:
    worker = made()
    await worker.core.set_clock(-29.5 * DAY)
    await worker.ask(TONE)
    await worker.later(1)
    assert "renews by itself on 15 Jan 2027" in worker.heard()[-1]


async def test_who_buys_what_renews_by_itself_is_told_so_with_how_to_stop_it(made: Callable[..., Worker]) -> None:
    """Promise 3: the core charges again without another yes, also for what an offer made cheaper the first time."""
    worker = made()
    assert f"It renews by itself; to stop it, send DEL {TONE}" in await worker.ask(TONE)
    assert "They renew by themselves" in await worker.ask("GET 600902000002 600902000003")


async def test_a_number_is_told_once_a_day_before_its_tone_renews(made: Callable[..., Worker]) -> None:
    worker = made()
    await worker.ask(TONE)
    await worker.later(29 * DAY - 60)
    assert 1 == len(worker.heard())
    await worker.later(61)
    told = worker.heard()[-1]
    assert ([], False) == ([words for words in NOTICE if words not in told], "instead" in told)
    for _ in range(3):
        await worker.later(HOUR)
    assert 2 == len(worker.heard())


async def test_each_date_has_a_notice_of_its_own(made: Callable[..., Worker]) -> None:
    worker = made()
    await worker.ask(TONE)
    for _ in range(3):
        await worker.later(29 * DAY + 1)
        await worker.later(DAY + AFTER_S)
    told = [text for text in worker.heard() if "renews by itself on" in text]
    assert (3, 3) == (len(told), len(set(told)))


@pytest.mark.parametrize("text", [f"DEL {TONE}", "STOP"])
async def test_a_tone_that_is_gone_has_none(made: Callable[..., Worker], text: str) -> None:
    worker = made()
    await worker.ask(TONE)
    await worker.ask(text)
    await worker.later(29 * DAY + 1)
    assert 2 == len(worker.heard())


async def test_a_tone_that_was_bought_at_another_door_has_one_once_it_was_listed(made: Callable[..., Worker]) -> None:
    worker = made()
    await worker.client.order_tone(NUMBER, TONE, transaction_id="elsewhere", expected_price=PRICE)
    await worker.later(29 * DAY + HOUR)
    assert [] == worker.heard()
    await worker.ask("LIST")
    await worker.later(1)
    assert [] == [words for words in NOTICE if words not in worker.heard()[-1]]


async def test_a_gift_has_none(made: Callable[..., Worker]) -> None:
    worker = made()
    key = (await worker.client.present_tone(FRIEND, NUMBER, TONE, transaction_id="g", expected_price=PRICE)).key
    await worker.client.affirm_present(NUMBER, key, accept=True, transaction_id="a")
    await worker.ask("LIST")
    await worker.later(29 * DAY + 1)
    assert 1 == len(worker.heard())


async def test_a_core_that_is_away_delays_it_and_loses_nothing(made: Callable[..., Worker]) -> None:
    worker = made()
    await worker.ask(TONE)
    worker.core.dice.set(worker.core.dice.faults.changed({"busy": 1.0}))
    await worker.later(29 * DAY + 1)
    assert 1 == len(worker.heard())
    worker.core.dice.set(worker.core.dice.faults.changed({"busy": 0.0}))
    await worker.later(61)
    assert "renews by itself on" in worker.heard()[-1]


# The lower price


async def test_a_renewal_that_was_not_paid_is_tried_at_the_lower_price_that_was_told(worker: Worker) -> None:
    """Promise 3."""
    await worker.ask(TONE)
    await worker.later(29 * DAY + 1)
    assert "too low then, we try 1.00 yuan instead" in worker.heard()[-1]
    await worker.core.set_balance(NUMBER, LOWER)
    await worker.later(DAY + AFTER_S)
    assert [] == [
        words for words in ("lower price", "You paid 1.00 yuan", "16 Mar 2027") if words not in worker.heard()[-1]
    ]
    assert [("order", PRICE, ""), ("renew", LOWER, "low")] == await worker.charges()


async def test_what_was_renewed_right_before_a_try_is_not_renewed_once_more(worker: Worker) -> None:
    """Promise 3: the lower price is for a period that was not paid; he topped up, and another door renewed it."""
    await worker.ask(TONE)
    await worker.later(29 * DAY + 1)
    await worker.core.set_balance(NUMBER, 0)
    await worker.later(DAY)
    await worker.core.set_clock(0)
    await worker.core.set_balance(NUMBER, 10 * PRICE)
    worker.client.after_a_look = partial(
        worker.client.renew_tone, NUMBER, TONE, transaction_id="elsewhere", expected_price=PRICE
    )
    await worker.later(AFTER_S)
    await worker.later(61)
    assert [("order", PRICE, ""), ("renew", PRICE, "")] == await worker.charges()
    assert [] == [text for text in worker.heard() if "You paid 1.00 yuan" in text]


async def test_all_tries_used_up_are_told_once_and_nothing_is_charged(worker: Worker) -> None:
    """Promise 4."""
    await worker.ask(TONE)
    await worker.later(29 * DAY + 1)
    await worker.core.set_balance(NUMBER, LOWER - 1)
    for _ in range(6):
        await worker.later(DAY + AFTER_S)
    failed = [text for text in worker.heard() if f"RENEW {TONE}" in text]
    assert (1, 3, True) == (len(failed), len(worker.heard()), "Nothing was charged" in failed[0])
    assert [("order", PRICE, "")] == await worker.charges()


async def test_no_lower_price_is_tried_that_was_not_told(worker: Worker) -> None:
    """Promise 3: marketing's rule came after the notice."""
    prices, worker.prices = worker.prices, LowerPrices()
    await worker.ask(TONE)
    await worker.later(29 * DAY + 1)
    worker.prices = prices
    await worker.core.set_balance(NUMBER, LOWER)
    await worker.later(DAY + AFTER_S)
    assert ([("order", PRICE, "")], True) == (await worker.charges(), "was not renewed" in worker.heard()[-1])


@pytest.mark.parametrize("query_transaction", [True, False])
@pytest.mark.parametrize("forgets", [False, True])
async def test_a_try_whose_answer_is_lost_is_charged_once(
    made: Callable[..., Worker], query_transaction: bool, forgets: bool
) -> None:
    """Promise 2, also against a core that forgets transactions."""
    rules = LowerPrices((LowerPrice("low", Price(LOWER)),))
    worker = made(prices=rules, query_transaction=query_transaction)
    await worker.ask(TONE)
    await worker.later(29 * DAY + 1)
    await worker.core.set_balance(NUMBER, 0)
    await worker.later(DAY)
    await worker.core.set_clock(0)  # it is unpaid now; there is money for two tries
    await worker.core.set_balance(NUMBER, 10 * LOWER)
    worker.core.dice.set(worker.core.dice.faults.changed({"forget_transactions": forgets}))
    _lose_one_answer(worker)
    await worker.later(AFTER_S)
    for _ in range(3):
        await worker.later(61)
    assert [("order", PRICE, ""), ("renew", LOWER, "low")] == await worker.charges()


async def test_a_death_before_the_notice_is_written_leaves_it_told_once(made: Callable[..., Worker]) -> None:
    """Promise 4."""
    worker = made()
    await worker.ask(TONE)
    worker.dies = True
    await worker.later(29 * DAY + 1)
    assert 1 == len(worker.heard())
    for _ in range(3):
        await worker.later(61)
    assert 1 == len([text for text in worker.heard() if "renews by itself on" in text])


@pytest.mark.parametrize("forgets", [False, True])
async def test_a_death_after_a_try_charges_once_and_tells_it_once(worker: Worker, forgets: bool) -> None:
    """Promises 2 and 4."""
    await worker.ask(TONE)
    await worker.later(29 * DAY + 1)
    await worker.core.set_balance(NUMBER, 0)
    await worker.later(DAY)
    await worker.core.set_clock(0)
    await worker.core.set_balance(NUMBER, 10 * LOWER)
    worker.core.dice.set(worker.core.dice.faults.changed({"forget_transactions": forgets}))
    worker.dies = True
    await worker.later(AFTER_S)
    for _ in range(3):
        await worker.later(61)
    assert [("order", PRICE, ""), ("renew", LOWER, "low")] == await worker.charges()
    # A core that forgets shows that it is renewed, and not by whom: its number has read both prices in the notice.
    assert (0 if forgets else 1) == len([text for text in worker.heard() if "a lower price" in text])


# By text


async def test_a_tone_is_renewed_by_text_before_its_end_and_the_notice_follows_its_date(
    made: Callable[..., Worker],
) -> None:
    worker = made()
    await worker.ask(TONE)
    await worker.later(DAY)
    told = await worker.ask(f"RENEW {TONE}")
    assert [] == [words for words in ("renewed until 16 Mar 2027", "You paid 2.00 yuan") if words not in told]
    assert [("order", PRICE, ""), ("renew", PRICE, "")] == await worker.charges()
    await worker.later(28 * DAY + 1)
    assert 2 == len(worker.heard())


async def test_what_is_not_owned_is_not_renewed(made: Callable[..., Worker]) -> None:
    worker = made()
    told = await worker.ask(f"RENEW {TONE}")
    assert ("You do not have" in told, "Nothing was" in told, []) == (True, True, await worker.charges())


@pytest.mark.parametrize("query_transaction", [True, False])
@pytest.mark.parametrize("forgets", [False, True])
async def test_a_renewal_by_text_whose_answer_is_lost_is_charged_once(
    made: Callable[..., Worker], query_transaction: bool, forgets: bool
) -> None:
    """Promise 2: the date before the call is in the journal."""
    worker = made(query_transaction=query_transaction)
    await worker.ask(TONE)
    worker.core.dice.set(worker.core.dice.faults.changed({"forget_transactions": forgets}))
    _lose_one_answer(worker)
    await worker.ask(f"RENEW {TONE}")
    for _ in range(3):
        await worker.later(61)
    assert [("order", PRICE, ""), ("renew", PRICE, "")] == await worker.charges()
    assert "is renewed" in worker.heard()[-1]


def _lose_one_answer(worker: Worker) -> None:
    """The next renewal is done, and its answer never comes."""
    real = worker.client.renew_tone

    async def lost(*arguments: Any, **named: Any) -> Any:
        worker.client.renew_tone = real  # type: ignore[method-assign]
        await real(*arguments, **named)
        raise Doubtful("timeout", operation="renewTone")

    worker.client.renew_tone = lost  # type: ignore[method-assign]


async def test_what_is_confirmed_on_a_screen_takes_the_place_of_the_question_that_a_text_asked(
    made: Callable[..., Worker],
) -> None:
    """Promise 3: a YES to the text, by who has confirmed the same on a screen since, is no yes to one more period."""
    worker = made(way=Way.REPLY)
    await worker.client.order_tone(NUMBER, TONE, transaction_id="elsewhere", expected_price=PRICE)
    assert "Reply YES" in await worker.ask(f"RENEW {TONE}")
    worker.clock.turn(1)
    renewal = Command(Action.RENEW, tone_codes=(TONE,))
    await worker.confirm(DialOrder(renewal, "en", {TONE: PRICE}, worker.clock(), "*123#", "renew_price"))
    assert [("order", PRICE, ""), ("renew", PRICE, "")] == await worker.charges()
    worker.clock.turn(1)
    assert "Nothing waits" in await worker.ask("YES")
    assert [("order", PRICE, ""), ("renew", PRICE, "")] == await worker.charges()
