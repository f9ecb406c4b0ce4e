"""What a screen makes of an order: the charged ones from a price that was shown, the others from their table.

Here, and nowhere else, a `DialOrder` with prices is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from channels.ussd.menu.session import Quote, Session
from workers.dialogue import Action, Command
from workers.dials import DialOrder

CHARGED = frozenset({Action.ORDER, Action.GIFT, Action.COPY, Action.PACK, Action.JOIN, Action.OPEN})
"""What may be charged: only a price screen leads to it."""

NEEDS: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        Action.ORDER: frozenset({"code"}),
        Action.GIFT: frozenset({"code", "number"}),
        Action.COPY: frozenset({"number"}),
        Action.PACK: frozenset({"code"}),
        Action.JOIN: frozenset({"code"}),
        Action.OPEN: frozenset(),
    }
)
"""What a price screen asks for the price of, by action."""

FREE: Mapping[Action, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        Action.DELETE: (frozenset({"code"}), frozenset()),
        Action.SET: (frozenset({"code"}), frozenset({"number", "hours"})),
        Action.PAUSE: (frozenset(), frozenset()),
        Action.RESUME: (frozenset(), frozenset()),
        Action.CLOSE: (frozenset(), frozenset()),
        # The price of what a yes is said to stands with the question, in the journal.
        Action.ACCEPT: (frozenset(), frozenset({"key", "question_key"})),
        Action.DECLINE: (frozenset(), frozenset({"key", "question_key"})),
        Action.LEAVE: (frozenset(), frozenset()),
        Action.LANGUAGE: (frozenset({"language"}), frozenset()),
        Action.HELP: (frozenset(), frozenset()),
        Action.STATUS: (frozenset(), frozenset()),
        Action.LIST: (frozenset(), frozenset()),
    }
)
"""What an action screen may do: the arguments that it needs and those that it may have."""


def charged(quote: Quote, session: Session) -> DialOrder:
    """The order of what a screen showed, at the price that it showed."""
    codes = (quote.code,) if quote.code else ()
    return DialOrder(
        Command(Action(quote.action), tone_codes=codes, recipient=quote.number),
        session.language,
        quote.prices,
        quote.told_at,
        session.service_code,
        quote.screen,
    )


def free(action: str, arguments: Mapping[str, str], session: Session) -> DialOrder:
    """The order of what costs nothing; raises ValueError for whatever may be charged."""
    if action not in FREE:
        raise ValueError(f"{action} may be charged: it needs a price screen")
    code, hours = arguments.get("code", ""), arguments.get("hours", "")
    command = Command(
        Action(action),
        tone_codes=(code,) if code else (),
        recipient=arguments.get("number", ""),
        gift_key=arguments.get("key", ""),
        question_key=arguments.get("question_key", ""),
        hours=tuple(hours.split("-")) if hours else (),
        language=arguments.get("language", ""),
    )
    return _unpriced(command, command.language or session.language, session)


def _coded(action: Action) -> Callable[[Mapping[str, str]], Command]:
    return lambda said: Command(action, tone_codes=(said["code"],))


_QUOTED: Mapping[str, Callable[[Mapping[str, str]], Command]] = MappingProxyType(
    {
        "order": _coded(Action.ORDER),
        "pack": _coded(Action.PACK),
        "join": _coded(Action.JOIN),
        "gift": lambda said: Command(Action.GIFT, tone_codes=(said["code"],), recipient=said["number"]),
        "copy": lambda said: Command(Action.COPY, recipient=said["number"]),
        "open": lambda _: Command(Action.OPEN),
    }
)
_BY_TEXT: Mapping[str, Callable[[Mapping[str, str]], Command]] = MappingProxyType(
    {
        "top": lambda _: Command(Action.TOP),
        "new": lambda _: Command(Action.NEW),
        "find": lambda said: Command(Action.FIND, query=said["query"]),
        "my_tones": lambda _: Command(Action.LIST),
        "packs": lambda _: Command(Action.PACK),
        "club": lambda _: Command(Action.CLUB),
        "status": lambda _: Command(Action.STATUS),
        "quote": lambda said: _QUOTED[said["action"]](said),
    }
)


def instead(function: str, arguments: Mapping[str, str], session: Session) -> DialOrder | None:
    """What is asked by text where a look takes too long; None where no text message tells the same.

    It has no price: whatever is charged is asked about by text first.
    """
    make = _BY_TEXT.get(function)
    if make is None:
        return None
    return _unpriced(make(arguments), session.language, session)


def _unpriced(command: Command, language: str, session: Session) -> DialOrder:
    return DialOrder(command, language, service_code=session.service_code, screen=session.screen)
