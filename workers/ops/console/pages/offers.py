"""Offers: which there are, which are open now, how often each was had, and by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.dialogue import TemplatesError
from workers.journal.offer_takers import OfferTakers
from workers.ops.console.asking import Asked, CannotDoError, Page, Shown
from workers.ops.console.pulse import DAY_S
from workers.ops.console.surroundings import Surroundings
from workers.ops.offers import CannotTellError, offers_now

_OVER_DAYS = 30
_TAKERS = 50


async def offers(around: Surroundings, _asked: Asked) -> Shown:
    """Every offer of the files, with what it gave in the last 30 days."""
    try:
        found = await asyncio.to_thread(offers_now, around.settings)
    except TemplatesError as error:
        raise CannotDoError(f"The files of offers can't be used: {error}") from None
    except CannotTellError as error:
        raise CannotDoError(f"{error}.", 503) from None
    since = around.database.now() - _OVER_DAYS * DAY_S
    counts = await asyncio.to_thread(OfferTakers(around.database).counts, [one["id"] for one in found], since)
    rows = []
    for one in found:
        count, amount = counts.get(one["id"], (0, 0))
        price, came_to = one["price"].written(around.money), around.money(amount)
        rows.append(one | {"price": price, "count": count, "amount": came_to})
    return Shown("offers.html", {"offers": rows, "days": _OVER_DAYS})


async def takers(around: Surroundings, asked: Asked) -> Shown:
    """The last who had one offer."""
    offer = asked.path["id"]
    rows = await asyncio.to_thread(OfferTakers(around.database).newest, offer, _TAKERS)
    shown = [asked.seen(row) | {"amount": around.money(row["amount"])} for row in rows]
    return Shown("takers.html", {"offer": offer, "rows": shown})


PAGES: Sequence[Page] = (
    Page("/offers", offers, name="Offers"),
    Page("/offers/{id}", takers),
)
