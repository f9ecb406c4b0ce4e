"""`tonegate offers`: what is wrong with the files of offers, which offer wins and why, and how often each was had."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core_client import CoreClient, CoreError, Refused
from workers.composing import core_client_of
from workers.dialogue import SHIPPED_TEMPLATES, Finding, TemplatesError
from workers.dialogue.club import CLUB_FILE, Club, best, load_club, read_club
from workers.dialogue.club import cautions as club_cautions
from workers.dialogue.club import explain as explain_benefits
from workers.dialogue.offers import Facts, Judged, Offer, Offers, Promotions, Quote, Thing, Used, cautions
from workers.journal import Database, JournalUnavailable
from workers.journal.schema import require_newest
from workers.journal.usage import Usage
from workers.ops.apart import run
from workers.ops.money import money_of
from workers.ops.shown import as_json, as_table, moment
from workers.privacy import mask
from workers.settings import Settings

_ASKED_AT_MOST = 500
"""Tones whose price the core is asked for in one check."""


class CannotTellError(Exception):
    """What the question needs can't be had; the text says what to give instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `explain` is asked; None is to be found out."""

    number: str
    code: str
    at: float
    bundle: bool = False
    brand: str | None = None
    price: int | None = None
    level: str | None = None
    """Of the music club; empty: none."""


def check(settings: Settings, *, json: bool) -> bool:
    """Show what is wrong with offers, promoted tones and the club, and what ought to be known; False if wrong."""
    folder = _folder(settings)
    wrong, offers, club = _loaded(folder)
    doubts = [*cautions(offers.offers, time.time()), *club_cautions(club, folder / CLUB_FILE)]
    notes = [] if settings.core.expected_price else ["none is sold: core.expected_price is false"]
    if not wrong:
        try:
            catalogue, boxes = run(_catalogue(settings, offers.offers, club))
            doubts = [
                *cautions(offers.offers, time.time(), catalogue),
                *club_cautions(club, folder / CLUB_FILE, boxes),
            ]
        except CoreError as error:
            notes.append(f"prices were not held against the catalogue: the core says {error}")
    if json:
        as_json(
            {
                "well": not wrong,
                "offers": len(offers.offers),
                "wrong": [_told(finding) for finding in wrong],
                "cautions": [_told(finding) for finding in doubts],
                "notes": notes,
            }
        )
        return not wrong
    for word, findings in (("WRONG", wrong), ("warn ", doubts)):
        for finding in findings:
            print(f"{word} {finding}")
    for note in notes:
        print(f"note  {note}")
    if not wrong:
        print(f"ok    {len(offers.offers)} offers in {folder}")
    return not wrong


def explain(settings: Settings, question: Question, *, json: bool) -> None:
    """Show which offer wins for a number, a tone and a moment, and why each other doesn't.

    Raises `TemplatesError` for broken files and `CannotTellError`.
    """
    offers, club = Offers.load(_folder(settings)), load_club(_folder(settings))
    thing, facts, level = run(_asked(settings, question, offers, club))
    benefits = club.benefits(level, question.at)
    used = _used(settings, question.number, (*offers.with_quota(thing), *benefits))
    public = offers.price_for(thing, facts, question.at, used)
    quote = best(thing, public, benefits, used)
    amount = str if json else money_of(settings)
    judged = offers.explain(thing, facts, question.at, used, amount)
    judged = explain_benefits(thing, public, judged, benefits, used, amount)
    if json:
        as_json(_answer(question, thing, facts, quote, judged) | {"level": level or None})
        return
    by = f"by offer {quote.offer_id}" if quote.offer_id else "by the catalogue: no offer fits"
    member = f", {level} in the club" if level else ""
    whose = f"{mask(question.number)} ({facts.brand or 'brand unknown'}{member})"
    print(f"{thing.code} costs {amount(quote.price)} at {moment(question.at)} for {whose}, {by}")
    rows = [
        ("wins" if one.wins else "fits" if one.fits else "", one.offer.id, amount(one.price), one.offer.priority,
         one.why, f"{one.offer.file.name}:{one.offer.line}")
        for one in judged
    ]  # fmt: skip
    as_table(("", "offer", "price", "priority", "why", "where"), rows, "there are no offers")


def offers_now(settings: Settings) -> list[dict[str, Any]]:
    """Every offer, whether it is open now, and how often it was had; its price is a `Price`.

    Raises `TemplatesError` and `CannotTellError`.
    """
    offers = Offers.load(_folder(settings)).offers
    now = time.time()
    used = _used(settings, "", offers)
    return [
        {
            "id": offer.id,
            "price": offer.price,
            "priority": offer.priority,
            "open": not offer.when.closed_at(now),
            "had": used.get(offer.id, Used()).total if offer.quota else None,
            "total": offer.quota.total,
            "per_number": offer.quota.per_number,
            "where": f"{offer.file.name}:{offer.line}",
        }
        for offer in offers
    ]


def list_offers(settings: Settings, *, json: bool) -> None:
    """Show them; raises `TemplatesError` and `CannotTellError`."""
    told = offers_now(settings)
    if json:
        as_json([one | {"price": str(one["price"])} for one in told])
        return
    money = money_of(settings)
    shown = [one | {"price": one["price"].written(money), "open": "yes" if one["open"] else "no"} for one in told]
    rows = [[*one.values()] for one in shown]
    as_table(("offer", "price", "priority", "open", "had", "of", "each", "where"), rows, "there are no offers")


def _folder(settings: Settings) -> Path:
    return settings.dialogue.templates or SHIPPED_TEMPLATES


def _loaded(folder: Path) -> tuple[list[Finding], Offers, Club]:
    wrong: list[Finding] = []
    offers = Offers()
    club = read_club(folder, wrong)
    try:
        offers = Offers.load(folder)
    except TemplatesError as error:
        wrong += error.findings
    try:
        Promotions.load(folder)
    except TemplatesError as error:
        wrong += error.findings
    return sorted(wrong), offers, club


async def _catalogue(
    settings: Settings, offers: Sequence[Offer], club: Club
) -> tuple[list[Thing] | None, dict[str, tuple[int, int]]]:
    """The catalogue's prices of the tones that offers name, None where these are too many; and the boxes it sells.

    Patterns can't be asked for.
    """
    codes = dict.fromkeys(tone for offer in offers for tone in offer.tones if tone.isdecimal())
    core = core_client_of(settings)
    try:
        bundles = await core.bundles() if club.levels else []
        boxes = {one.code: (one.price, one.validity_days) for one in bundles}
        if len(codes) > _ASKED_AT_MOST:
            return None, boxes
        tones = [await core.find_tone(code) for code in codes]
    finally:
        await core.close()
    return [Thing(tone.code, tone.price) for tone in tones if tone], boxes


async def _asked(settings: Settings, question: Question, offers: Offers, club: Club) -> tuple[Thing, Facts, str]:
    core = core_client_of(settings)
    try:
        price = question.price if question.price is not None else await _price(core, question)
        thing = Thing(question.code, price, question.bundle)
        brand = question.brand
        if brand is None and offers.brand_matters(thing):
            subscriber = await core.query_subscriber(question.number)
            brand = subscriber.brand if subscriber else ""
        level = question.level
        if level is None:
            level = "" if thing.bundle or not club.levels else await _level(core, question.number, club)
        return thing, Facts(question.number, brand or None), level
    except CoreError as error:
        raise CannotTellError(f"the core says {error}: give --price, --brand and --level yourself") from None
    finally:
        await core.close()


async def _level(core: CoreClient, number: str, club: Club) -> str:
    """The highest level that the core has of a number; empty where it has none."""
    try:
        held = {box.code for box in await core.owned_boxes(number) if box.renewal != "unpaid"}
    except Refused:
        return ""
    return next((level.id for level in reversed(club.levels) if level.code in held), "")


async def _price(core: CoreClient, question: Question) -> int:
    if question.bundle:
        raise CannotTellError("the core tells no bundle's price: give it as --price, in the smallest unit")
    tone = await core.find_tone(question.code)
    if tone is None:
        raise CannotTellError(f"the catalogue has no tone {question.code}: give --price to ask all the same")
    return tone.price


def _used(settings: Settings, number: str, limited: Sequence[Offer]) -> dict[str, Used]:
    if not any(offer.quota for offer in limited):
        return {}
    try:
        database = Database(settings.journal.url)
        try:
            require_newest(database)
            found = Usage(database).used(number, [offer.id for offer in limited])
        finally:
            database.close()
    except JournalUnavailable as error:
        raise CannotTellError(f"how often offers were had is in the journal: {error}") from None
    return {offer: Used(*counts) for offer, counts in found.items()}


def _answer(question: Question, thing: Thing, facts: Facts, quote: Quote, judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "number": mask(question.number),
        "brand": facts.brand,
        "code": thing.code,
        "at": question.at,
        "catalogue_price": thing.price,
        "price": quote.price,
        "offer": quote.offer_id or None,
        "why": quote.why,
        "rules": [
            {
                "offer": one.offer.id,
                "price": one.price,
                "priority": one.offer.priority,
                "fits": one.fits,
                "wins": one.wins,
                "why": one.why,
                "where": f"{one.offer.file.name}:{one.offer.line}",
            }
            for one in judged
        ],
    }


def _told(finding: Finding) -> dict[str, Any]:
    return {"file": str(finding.file), "line": finding.line, "what": finding.what, "right": finding.right}
