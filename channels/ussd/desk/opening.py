"""A desk by the settings, with all that stands behind it: made in the process that answers, and closed with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from channels.ussd.desk.desk import MenuDesk, Times
from channels.ussd.desk.funnel import FunnelCounter, Lapses
from channels.ussd.menu import MenuShelf
from channels.ussd.sessions import SessionStore
from workers.app import make_app, make_bell
from workers.breaker import Breaker
from workers.composing import core_side_of
from workers.dialogue import language_of
from workers.dials.doubts import Doubts
from workers.dials.looking import DialLookups
from workers.dials.placing import DialOrders, Route
from workers.dials.results import Results
from workers.embedded import redis_url
from workers.journal import Journal, JournalUnavailable
from workers.journal.holds import Holds
from workers.reception import Reception
from workers.reloading import watch
from workers.settings import Settings
from workers.settings.text_route import text_route
from workers.spoken import languages_of, words_of

_LOOK_EVERY_S = 0.5
"""How often it is looked whether operations want no call to the core."""


@dataclass(frozen=True, slots=True)
class OpenedDesk:
    """A desk at work."""

    desk: MenuDesk
    journal: Journal
    ending: Callable[[str], str]
    """The last words of a screen that can't be shown, in the language of a number."""


async def _hold(breaker: Breaker, holds: Holds) -> None:
    """Ask the core nothing while operations have paused it; a journal that can't say changes nothing."""
    while True:
        with contextlib.suppress(JournalUnavailable):
            breaker.hold(await asyncio.to_thread(holds.core_is_held))
        await asyncio.sleep(_LOOK_EVERY_S)


@asynccontextmanager
async def opened_desk(settings: Settings) -> AsyncIterator[OpenedDesk]:
    """Have a desk for as long as the block runs.

    Raises `TemplatesError` for menus or words that are broken from the start, and `NotMigrated`.
    """
    dialogue, ussd = settings.dialogue, settings.ussd
    words = words_of(settings)
    shelf = MenuShelf(dialogue.templates, dialogue.languages, dialogue.default_language)
    async with AsyncExitStack() as stack:
        journal = Journal(settings.journal.url, dedupe_s=dialogue.dedupe_s)
        stack.push_async_callback(asyncio.to_thread, journal.close)
        journal.require_newest()
        bell = make_bell(settings, make_app(settings))
        stack.push_async_callback(asyncio.to_thread, bell.close)
        core = core_side_of(settings, journal, lambda: None)
        stack.push_async_callback(core.client.close)
        results = Results(redis_url(settings))
        await results.start()
        stack.push_async_callback(results.close)
        store = SessionStore(redis_url(settings), ussd.session_s)
        stack.push_async_callback(store.close)
        funnel = FunnelCounter(journal, clock=journal.database.now)
        stack.push_async_callback(funnel.flush)
        reception = Reception(journal, bell, words.current, clock=journal.database.now)
        doubts = Doubts(reception, redis_url(settings))
        stack.push_async_callback(doubts.close)
        languages = languages_of(settings)
        offers = core.offers.current
        desk = MenuDesk(
            shelf,
            store,
            DialLookups(core.calls, journal.database, words.current, languages, offers),
            DialOrders(reception, journal, results, doubts, Route(*text_route(settings))),
            funnel,
            Times(ussd.answer_within_s, ussd.look_within_s, ussd.repeat_s),
            clock=journal.database.now,
        )
        stack.push_async_callback(desk.close)
        watching = watch(words, core.offers, core.promotions, core.club, shelf.files)
        background = [asyncio.create_task(watching), asyncio.create_task(funnel.run())]
        lapses = Lapses(store, funnel, clock=journal.database.now)
        background += [asyncio.create_task(doubts.run()), asyncio.create_task(lapses.run())]
        background.append(asyncio.create_task(_hold(core.breaker, Holds(journal.database))))
        stack.callback(lambda: [task.cancel() for task in background])

        def ending(number: str) -> str:
            language = language_of("", (), number, languages)
            return words.current().wording.say("screen_away", language)

        yield OpenedDesk(desk, journal, ending)
