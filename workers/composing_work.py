"""How a worker does each kind of message, made: what subscribers send, gifts' deadlines, notices of renewals, dials."""

from __future__ import annotations

from workers.answering import Interpreter
from workers.brands import Branded
from workers.composing import CoreSide, consent_of, pushing_of, renewal_rules_of
from workers.consent_gateway import HttpGateway
from workers.core_calls import Noted
from workers.dials.orders import CHANNEL as DIALS
from workers.dials.showing import OnScreen
from workers.errand import Errand, Limits
from workers.expecting import Expecting
from workers.gift_deadlines import GiftDeadlines
from workers.gifts import Gifts
from workers.journal import Database
from workers.journal.gift_deadlines import CHANNEL as GIFT_CHANNEL
from workers.journal.renewals import CHANNEL as RENEWAL_CHANNEL
from workers.journal.subscribers import Subscribers
from workers.known import Known
from workers.limiting import Limited
from workers.reconcile import Reconciler
from workers.renewal_notices import RenewalNotices
from workers.settings import Settings
from workers.window import ByChannel, Work


def work_of(
    settings: Settings, database: Database, core: CoreSide, interpreter: Interpreter, gateway: HttpGateway | None
) -> Work:
    """Return what does one message, and says how its stay ends; `gateway` is the operator's own for consent."""
    now, known = database.now, Known(Subscribers(database))
    reconciler = Reconciler(core.client, core.calls, core.breaker)
    gifts = Gifts(
        now,
        settings.gifts.deadline_s,
        settings.gifts.remind_before_s,
        core.limits.quiet_until,
        pushing_of(settings),
    )
    rules = renewal_rules_of(settings, core.limits)
    errand = Errand(
        core.calls,
        reconciler,
        interpreter,
        Limits(settings.core.settle_s, settings.worker.attempts),
        consent_of(settings, now, gateway),
        chosen=known.chosen,
        lately=known.lately,
        later=known.later,
        gifts=gifts,
        expecting=Expecting(rules, now),
        clock=now,
    )
    deadlines = GiftDeadlines(
        core.calls,
        reconciler,
        gifts,
        interpreter,
        settle_s=settings.core.settle_s,
        refuses=settings.gifts.refuse_at_deadline,
        chosen=known.chosen,
    )
    notices = RenewalNotices(
        core.calls,
        reconciler,
        core.renewals,
        interpreter,
        rules,
        core.lower_prices.current,
        now,
        settings.core.settle_s,
        known.chosen,
    )
    limited = Limited(errand.run, core.pricing, core.limits, core.book, interpreter)
    on_screen = OnScreen(limited.run, settings.ussd.answer_within_s, now)
    work = ByChannel({GIFT_CHANNEL: deadlines.run, RENEWAL_CHANNEL: notices.run, DIALS: on_screen.run}, limited.run)
    return Branded(Noted(work.run).run).run
