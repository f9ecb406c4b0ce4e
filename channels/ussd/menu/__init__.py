"""The USSD menus: files that the product team edits, and the pure engine that walks them.

    shelf = MenuShelf(settings.dialogue.templates, languages, default_language)    # shelf.watch() as a task
    menu = shelf.current().dialled(request.service_code)
    session, effect = begin(menu, caller, typed=request.text, screen_chars=request.screen_chars)
    menu, session = shelf.of(Session.from_json(kept))                              # the version it began with
    session, effect = reply(menu, session, request.text)

An effect is one of `ports`: `Show` ends the step; after `Ask` comes `answered`, `refused`, `failed` or `late`, after
`Place` `placed` or `not_placed`, each with the session that came with the effect.  `resumed` takes up a dial that was
dropped.  A push begins at `GIFT_OFFER` with the variables of `gifts`' rows, or at `CONSENT` with `question` (the text
of an open question) and `question_key`.  Nothing here raises on what a subscriber types; nothing here does I/O but for
reading the files.
"""

from channels.ussd.menu.engine import begin, reply, resumed
from channels.ussd.menu.entering import Step
from channels.ussd.menu.model import Menu
from channels.ussd.menu.returning import answered, failed, late, not_placed, placed, refused
from channels.ussd.menu.session import Quote, Session
from channels.ussd.menu.shelf import Menus, MenuShelf

GIFT_OFFER = "gift_offer_screen"
"""Where a push about a gift begins: `giver`, `name`, `code`, `key`, `days`."""
CONSENT = "consent_screen"
"""Where a push about an open question begins: `question`, `question_key`."""

__all__ = [
    "CONSENT",
    "GIFT_OFFER",
    "Menu",
    "MenuShelf",
    "Menus",
    "Quote",
    "Session",
    "Step",
    "answered",
    "begin",
    "failed",
    "late",
    "not_placed",
    "placed",
    "refused",
    "reply",
    "resumed",
]
