"""The kinds of screens as menu files write them: which keys each has, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from channels.ussd.menu import model, orders, validation
from channels.ussd.menu.model import Value
from channels.ussd.menu.reading import Source
from channels.ussd.menu.validation import Validator
from workers.dialogue import Action, Grammar
from workers.dialogue.sources import NOTHING, Entry
from workers.dials.lookups import FUNCTIONS

_QUOTE = frozenset({"quote"})
_NO_HTTP = (
    "a dial must not make this host call an address that stands in a menu",
    "take a function_screen: its functions are " + ", ".join(sorted(set(FUNCTIONS) - {"quote"})),
)
_ANYTHING = Validator("words", lambda typed, _: typed[:60] or None, "W" * 20)


class Refused(Exception):
    """A screen of which nothing can be made; what is wrong has been told."""


Builder = Callable[[Source, dict[str, Any], Entry, Grammar], model.Screen]


def read_screen(source: Source, name: str, entry: Entry, grammar: Grammar) -> model.Screen | None:
    """One screen; None where it can't be used, with the reasons in the findings of its source."""
    kind = entry.table.get("type", NOTHING).text
    if kind == "http_screen":
        source.find(entry, f"'{name}': there is no http_screen, since {_NO_HTTP[0]}", _NO_HTTP[1])
        return None
    if kind not in KINDS:
        source.find(entry, f"'{name}' has no type that is known", "the types are " + ", ".join(KINDS))
        return None
    needed, allowed, build = KINDS[kind]
    source.only(name, entry, ("type", "given", *needed, *allowed))
    missing = [key for key in needed if key not in entry.table]
    if missing:
        source.find(entry, f"'{name}' has no {' and no '.join(missing)}", f"a {kind} needs {', '.join(needed)}")
        return None
    given = tuple(item.text for item in entry.table.get("given", NOTHING).items)
    source.kept.update(given)
    try:
        return build(source, {"name": name, "file": source.file, "line": entry.line, "given": given}, entry, grammar)
    except Refused:
        return None


def _initial(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    return model.InitialScreen(**common, next_screen=source.word(common["name"], entry, "next_screen"))


def _menu(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    name, table = common["name"], entry.table
    options = source.options(name, table.get("options", NOTHING))
    confirm = table.get("confirm", NOTHING).text == "true"
    return model.MenuScreen(
        **common,
        text=source.text(name, table["text"]),
        options=options,
        items=source.items(name, table["items"]) if "items" in table else None,
        empty=source.text(f"{name}: empty", table["empty"]) if "empty" in table else None,
        confirm=confirm,
        fixed={} if "items" in table or confirm else _fixed(options, source.languages),
    )


def _fixed(options: Sequence[model.Option], languages: Sequence[str]) -> Mapping[str, tuple[model.Choice, ...]]:
    """The keys by language; none where one of them depends on who dials."""
    if any(option.when or option.values or not option.text.fixed for option in options):
        return {}
    return {
        language: tuple(
            model.Choice(str(key), option.text.say(language, {}), option.next_screen, {})
            for key, option in enumerate(options[: model.KEYS_AT_MOST], start=1)
        )
        for language in languages
    }


def _input(source: Source, common: dict[str, Any], entry: Entry, grammar: Grammar) -> model.Screen:
    name, table = common["name"], entry.table
    identifier = source.word(name, entry, "input_identifier")
    source.kept.add(identifier)
    return model.InputScreen(
        **common,
        text=source.text(name, table["text"]),
        input_identifier=identifier,
        check=_validator(source, name, table["validate"], grammar),
        error=source.text(f"{name}: error_message", table["error_message"]),
        next_screen=source.word(name, entry, "next_screen"),
    )


def _validator(source: Source, name: str, entry: Entry, grammar: Grammar) -> Validator:
    known = {
        "tone_code": Validator("tone_code", validation.digits_matching(grammar.tone_code), grammar.tone_code_example),
        "bundle_code": Validator("bundle_code", validation.matching(grammar.bundle_code), grammar.bundle_code_example),
        "msisdn": Validator("msisdn", validation.msisdn, "8613800138000"),
        "hours": Validator("hours", validation.hours, "09:00-18:00"),
        "words": _ANYTHING,
    }
    if entry.text in known:
        return known[entry.text]
    if "regex" in entry.table:
        try:
            return Validator("regex", validation.matching(re.compile(entry.table["regex"].text)), "W" * 20)
        except re.error as error:
            right = "write one such as '[0-9]{4}'"
            raise _refusal(source, entry, f"'{name}': regex is no regular expression: {error}", right) from None
    ends = [entry.table.get(key, NOTHING).text for key in ("from", "to")]
    if set(entry.table) == {"from", "to"} and all(end.isdecimal() for end in ends):
        least, most = map(int, ends)
        if 1 <= least <= most:
            return Validator("number", validation.between(least, most), ends[1])
        raise _refusal(
            source, entry, f"'{name}': no number is from {least} to {most}", "begin at 1 (0 leads back), end higher"
        )
    right = f"write one of {', '.join(known)}, {{from: 1, to: 5}} or {{regex: '…'}}"
    raise _refusal(source, entry, f"'{name}' validates nothing that is known", right)


def _refusal(source: Source, entry: Entry, what: str, right: str) -> Refused:
    source.find(entry, what, right)
    return Refused(what)


def _router(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    name, routes, expressions = common["name"], [], []
    for item in entry.table["router"].items:
        source.only(name, item, ("expression", "next_screen"))
        expression = item.table.get("expression", NOTHING)
        routes.append((source.condition(name, expression), source.word(name, item, "next_screen")))
        expressions.append(expression.text)
    default = source.word(name, entry, "default_next_screen")
    return model.RouterScreen(
        **common, routes=tuple(routes), default_next_screen=default, expressions=tuple(expressions)
    )


def _update(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    name, table = common["name"], entry.table
    values = source.values(name, table.get("values", NOTHING))
    source.kept.update(values)
    return model.UpdateSessionScreen(
        **common,
        values=values,
        language=source.value(f"{name}: language", table["language"]) if "language" in table else None,
        next_screen=source.word(name, entry, "next_screen"),
    )


def _function(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    name, table = common["name"], entry.table
    function, key = table["function"].text, source.word(name, entry, "session_key")
    source.kept.add(key)
    if function == "quote":
        raise _refusal(
            source, table["function"], f"'{name}' asks for a price", "take a price_screen: it shows it as well"
        )
    if function not in FUNCTIONS:
        right = "the functions are " + ", ".join(sorted(set(FUNCTIONS) - {"quote"}))
        raise _refusal(source, table["function"], f"'{name}': there is no function '{function}'", right)
    known = FUNCTIONS[function]
    return model.FunctionScreen(
        **common,
        function=function,
        arguments=_arguments(source, name, entry, frozenset(known.takes), frozenset(known.may_take)),
        session_key=key,
        next_screen=source.word(name, entry, "next_screen"),
        refused=source.words(table.get("refused", NOTHING)),
    )


def _arguments(
    source: Source, name: str, screen: Entry, needed: frozenset[str], may: frozenset[str]
) -> Mapping[str, Value]:
    entry = screen.table.get("arguments", NOTHING)
    for key in sorted(needed - set(entry.table)):
        source.find(screen, f"'{name}' lacks the argument '{key}'", f"it takes {', '.join(sorted(needed | may))}")
    for key in sorted(set(entry.table) - needed - may):
        right = f"it takes {', '.join(sorted(needed | may)) or 'none'}"
        source.find(entry.table[key], f"'{name}' has no argument '{key}'", right)
    return source.values(name, entry)


def _price(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    name, table = common["name"], entry.table
    action = table["action"].text
    if action not in orders.CHARGED:
        right = f"the prices are of {', '.join(sorted(orders.CHARGED))}; what is free takes an action_screen"
        raise _refusal(source, table["action"], f"'{name}': nothing is asked for '{action}'", right)
    asked = {key: table[key] for key in ("code", "number") if key in table}
    for key in sorted(orders.NEEDS[Action(action)] ^ set(asked)):
        needs = ", ".join(sorted(orders.NEEDS[Action(action)])) or "nothing"
        source.find(entry, f"'{name}': the price of {action} is asked for by {needs}, not by '{key}'", "correct that")
    return model.PriceScreen(
        **common,
        action=action,
        code=source.value(name, asked["code"]) if "code" in asked else None,
        number=source.value(name, asked["number"]) if "number" in asked else None,
        text=source.text(name, table["text"], _QUOTE),
        confirm=source.text(f"{name}: confirm", table["confirm"], _QUOTE),
        options=source.options(name, table.get("options", NOTHING), _QUOTE),
        refused=source.words(table.get("refused", NOTHING)),
    )


def _action(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    name, table = common["name"], entry.table
    action = table["action"].text
    if action in orders.CHARGED:
        raise _refusal(source, table["action"], f"'{name}': {action} may be charged", "take a price_screen")
    if action not in orders.FREE:
        right = f"the actions are {', '.join(sorted(orders.FREE))}"
        raise _refusal(source, table["action"], f"'{name}': there is no action '{action}'", right)
    arguments = _arguments(source, name, entry, *orders.FREE[Action(action)])
    return model.ActionScreen(**common, action=action, arguments=arguments)


def _quit(source: Source, common: dict[str, Any], entry: Entry, _: Grammar) -> model.Screen:
    return model.QuitScreen(**common, text=source.text(common["name"], entry.table["text"]))


KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Builder]] = MappingProxyType(
    {
        "initial_screen": (("next_screen",), (), _initial),
        "menu_screen": (("text",), ("options", "items", "empty", "confirm"), _menu),
        "input_screen": (("text", "input_identifier", "validate", "error_message", "next_screen"), (), _input),
        "router_screen": (("router", "default_next_screen"), (), _router),
        "update_session_screen": (("next_screen",), ("values", "language"), _update),
        "function_screen": (("function", "session_key", "next_screen"), ("arguments", "refused"), _function),
        "price_screen": (("action", "text", "confirm"), ("code", "number", "options", "refused"), _price),
        "action_screen": (("action",), ("arguments",), _action),
        "quit_screen": (("text",), (), _quit),
    }
)
"""By the type's name: the keys that it needs, those that it may have, and what is made of them."""
