"""What the settings name, made: the way to the core with its prices, words and offers, the yes before a charge.

Made in the process that uses it, after a fork: an HTTP pool belongs to one event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core_client import CoreClient, ResultCodes
from workers import core_calls
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.club import JournalRegister, Members
from workers.consent import Consent
from workers.consent_gateway import HttpGateway
from workers.counting import count
from workers.dialogue import SHIPPED_TEMPLATES
from workers.dialogue.club import CLUB_FILE, Club, load_club
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import OFFERS_FOLDER, PROMOTED_FILE, Offers, Promotions
from workers.dialogue.renewal_prices import RENEWALS_FILE, LowerPrices
from workers.dialogue.renewals import RenewalRules
from workers.gifts import JournalGifts
from workers.journal import Database, Journal
from workers.journal.blanking import hashing
from workers.journal.statistics.counting import Counting
from workers.pricing import JournalBook, Pricing
from workers.pushing import Pushing
from workers.reloading import Reloaded
from workers.renewal_desk import JournalRenewals
from workers.retention import NoKeyError, key_of
from workers.settings import Settings
from workers.settings.consent_rules import consent_rules
from workers.settings.number_limits import number_limits

_CONNECTIONS_SPARE = 4


@dataclass(frozen=True, slots=True)
class CoreSide:
    """One process's way to the core: what it calls, at which prices, and what stands before each call."""

    client: CoreClient
    breaker: Breaker
    calls: Calls
    pricing: Pricing
    limits: NumberLimits
    book: JournalBook
    offers: Reloaded[Offers]
    promotions: Reloaded[Promotions]
    club: Reloaded[Club]
    renewals: JournalRenewals
    lower_prices: Reloaded[LowerPrices]


def core_side_of(settings: Settings, journal: Journal, on_recovery: Callable[[], None]) -> CoreSide:
    """Return a way to the core; `on_recovery` is called when it answers again after it did not."""
    client, breaker = core_client_of(settings), Breaker(on_recovery)
    limits, book = number_limits(settings.limits), JournalBook(journal)
    offers, promotions, club = offers_of(settings), promotions_of(settings), club_of(settings)
    members = Members(client, club.current, JournalRegister(journal), clock=journal.database.now)
    told = settings.core.expected_price  # else the core charges its own price, whatever an offer says
    in_force, benefits = (offers.current, members) if told else (Offers, None)
    pricing = Pricing(in_force, limits, book, benefits=benefits, clock=journal.database.now)
    renewals, lower_prices = JournalRenewals(journal), lower_prices_of(settings)
    calls = Calls(
        client,
        Catalogue(client),
        breaker,
        pricing,
        promotions=promotions.current,
        clock=journal.database.now,
        gifts=JournalGifts(journal),
        members=members,
        renewals=renewals,
        zone=limits.zone,
    )
    return CoreSide(client, breaker, calls, pricing, limits, book, offers, promotions, club, renewals, lower_prices)


def core_client_of(settings: Settings) -> CoreClient:
    """Return a client for the core that the settings name; connects when first used."""
    core = settings.core
    codes = ResultCodes.load(core.codes)
    return CoreClient(
        core.url,
        core.account,
        core.password.get_secret_value(),
        timeout_s=core.timeout_s,
        flavour=core.flavour,
        query_transaction=core.query_transaction,
        expects_price=core.expected_price,
        gift_opens_service=core.gift_opens_service,
        gift_needs_service=core.gift_needs_service,
        order_opens_service=core.order_opens_service,
        renew_tone=core.renew_tone,
        codes=codes,
        connections=settings.worker.concurrency + _CONNECTIONS_SPARE,
        observe=core_calls.observer(codes),
    )


def gateway_of(settings: Settings, clock: Callable[[], float]) -> HttpGateway | None:
    """Return the operator's own consent gateway, where the settings name one."""
    gateway = settings.consent.gateway
    if not (gateway.url and gateway.secret):
        return None
    return HttpGateway(gateway.url, gateway.secret.get_secret_value(), timeout_s=gateway.wait_s, clock=clock)


def consent_of(settings: Settings, clock: Callable[[], float], gateway: HttpGateway | None) -> Consent:
    """Return the rules of the yes before a charge."""
    consent = settings.consent
    return Consent(
        consent_rules(consent),
        clock,
        expires_s=consent.expires_s,
        act_within_s=consent.act_within_s,
        tells_silence=consent.silence == "told",
        gateway=gateway,
        pushing=pushing_of(settings),
    )


def pushing_of(settings: Settings) -> Pushing:
    """Return whether questions are shown on a screen first."""
    return Pushing(frozenset(settings.ussd.push), settings.ussd.push_wait_s)


def offers_of(settings: Settings) -> Reloaded[Offers]:
    """Return the offers of the folder that the settings name, as they change; none where they start broken."""
    folder = settings.dialogue.templates or SHIPPED_TEMPLATES
    return Reloaded(lambda: Offers.load(folder), (folder / OFFERS_FOLDER).iterdir, otherwise=Offers())


def promotions_of(settings: Settings) -> Reloaded[Promotions]:
    """Return marketing's lists, as they change; none where they start broken."""
    folder = settings.dialogue.templates or SHIPPED_TEMPLATES
    return Reloaded(lambda: Promotions.load(folder), lambda: (folder / PROMOTED_FILE,), otherwise=Promotions())


def club_of(settings: Settings) -> Reloaded[Club]:
    """Return the music club, as its file changes; none where it starts broken."""
    folder = settings.dialogue.templates or SHIPPED_TEMPLATES
    return Reloaded(lambda: load_club(folder), lambda: (folder / CLUB_FILE,), otherwise=Club())


def lower_prices_of(settings: Settings) -> Reloaded[LowerPrices]:
    """Return marketing's lower prices of renewals, as they change; none where they start broken."""
    folder = settings.dialogue.templates or SHIPPED_TEMPLATES
    return Reloaded(lambda: LowerPrices.load(folder), lambda: (folder / RENEWALS_FILE,), otherwise=LowerPrices())


def renewal_rules_of(settings: Settings, limits: NumberLimits) -> RenewalRules:
    """Return when a number is told that a tone renews."""
    return RenewalRules(settings.renewals.notice_before_s, limits.quiet_until)


def counting_of(settings: Settings, database: Database) -> Counting:
    """Return what counts messages for statistics; without a key for their numbers it counts no people."""
    try:
        hashed = hashing(key_of(settings, database))
    except (NoKeyError, OSError):  # `tonegate check` says so, and how to mend it
        hashed = None
    return Counting(database, count, number_limits(settings.limits).zone, hashed)
