"""What follows a command word: one reader for each kind of arguments.

Whatever would be charged is understood only when nothing else stands in the text, for GET CODE in a sentence is no
order.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from workers.dialogue.clean import clean
from workers.dialogue.grammar import Arguments
from workers.dialogue.outcomes import Action, Command, Misunderstood
from workers.dialogue.pieces import ECHO_CHARS, Text, after, number_of
from workers.dialogue.whom_and_when import clearing, setting

CHANGES_NOTHING = frozenset({Action.LIST, Action.STATUS, Action.TOP, Action.NEW, Action.MORE, Action.CLUB, Action.HELP})
"""Further words do no harm here."""

_QUESTION_KEY = re.compile(r"[0-9]{1,3}")
"""The number of a question of ours; `Grammar` sees to it that no gift's key looks so."""

_QUERY_CHARS = 60
"""Of what is searched for."""


def bare(text: Text) -> Command | Misunderstood:
    """A text without a command word: codes, or something to help with."""
    if not text.rest:
        return text.helped("empty")
    digits, words = text.pieces()
    if not digits or (words and not any(text.grammar.tone_code.fullmatch(piece) for piece in digits)):
        return text.helped("unknown")
    return _codes(text)


def _codes(text: Text) -> Command | Misunderstood:
    """One code or several: GET c, DEL c c, or codes alone."""
    grammar = text.grammar
    pieces, words = text.pieces()
    digits = [piece.lstrip("+") for piece in pieces]
    if not digits:
        return text.helped("code_missing")
    codes = list(dict.fromkeys(digits))
    wrong = [code for code in codes if not grammar.tone_code.fullmatch(code)]
    if wrong:
        joined = "".join(digits)
        if len(wrong) < len(codes) or not grammar.tone_code.fullmatch(joined):
            return text.helped("bad_code", code=(wrong[0] if len(wrong) < len(codes) else codes[0])[:ECHO_CHARS])
        # 6009 0200 0001 is how codes are read aloud.
        codes = [joined]
    if len(codes) > grammar.codes_at_most:
        return text.helped("too_many_codes", count=len(codes), most=grammar.codes_at_most)
    return text.alone(Command(text.action, tone_codes=tuple(codes)), words)


def _code(text: Text) -> Command | Misunderstood:
    """Exactly one code: INFO c."""
    understood = _codes(text)
    if isinstance(understood, Command) and len(understood.tone_codes) > 1:
        return text.helped("code_missing")
    return understood


def _code_and_number(text: Text) -> Command | Misunderstood:
    """GIFT c number, or the number first; the number may be in groups: +86 138 0013 8001."""
    code_shape = text.grammar.tone_code
    digits, words = text.pieces()
    if len(digits) < 2:
        return text.helped("gift_form")
    if code_shape.fullmatch(digits[0]):
        code, groups = digits[0], digits[1:]
    elif code_shape.fullmatch(digits[-1]):
        code, groups = digits[-1], digits[:-1]
    else:
        return text.helped("bad_code", code=digits[0][:ECHO_CHARS])
    written, number = number_of(groups, text)
    if number is None:
        if len(groups) > 1 and any(code_shape.fullmatch(group) for group in groups):
            return text.helped("gift_one")
        return text.helped("bad_number", number=written[:ECHO_CHARS])
    if number == text.sender.lstrip("+"):
        return text.helped("gift_self")
    return text.alone(Command(text.action, tone_codes=(code,), recipient=number), words)


def _number_alone(text: Text) -> Command | Misunderstood:
    """COPY number."""
    digits, words = text.pieces()
    if not digits:
        return text.helped("copy_form")
    written, number = number_of(digits, text)
    if number is None:
        return text.helped("bad_number", number=written[:ECHO_CHARS])
    if number == text.sender.lstrip("+"):
        return text.helped("copy_self")
    return text.alone(Command(text.action, recipient=number), words)


def _nothing(text: Text) -> Command | Misunderstood:
    """A word that stands alone."""
    if not text.rest or text.action in CHANGES_NOTHING or text.word in text.lexicon.stops_in_a_sentence:
        return Command(text.action)
    return text.helped("extra_words", suggestion=text.lexicon.posters[text.word, text.action])


def _key(text: Text) -> Command | Misunderstood:
    """YES, YES key, NO, NO key: a gift's key among other words does no harm, since it says what is meant.

    The number of a question of ours, or none, is understood only alone: YES BUT NOT NOW is no yes.
    """
    pieces = text.rest.split()
    keys = dict.fromkeys(piece for piece in pieces if text.grammar.gift_key.fullmatch(piece))
    if len(keys) == 1:
        return Command(text.action, gift_key=next(iter(keys)))
    if len(pieces) == 1 and _QUESTION_KEY.fullmatch(pieces[0]):
        return Command(text.action, question_key=str(int(pieces[0])))
    has_digits = any(char.isdigit() for char in text.rest)
    if not pieces or (text.action is Action.DECLINE and not has_digits):
        return Command(text.action)
    return text.helped("key_missing") if has_digits else text.helped("extra_words", suggestion=text.shown_word)


def _query(text: Text) -> Command | Misunderstood:
    """FIND and the words of a name, as they were written: a core may know nothing of our folding."""
    query = after(text.raw, text.typed).strip(" *#,;:.\"'!?،؛؟，。、：")[:_QUERY_CHARS].strip()
    return Command(text.action, query=query) if clean(query) else text.helped("find_form")


def _bundle(text: Text) -> Command | Misunderstood:
    """PACK shows the bundles, PACK id buys one."""
    pieces = text.rest.split()
    if not pieces:
        return Command(text.action)
    codes = [piece for piece in pieces if text.grammar.bundle_code.fullmatch(piece)]
    if len(codes) != 1:
        return text.helped("pack_form")
    return text.alone(Command(text.action, tone_codes=(codes[0],)), len(pieces) > 1)


def _level(text: Text) -> Command | Misunderstood:
    """JOIN and a level of the music club, by the name that its file gives it; JOIN alone shows them."""
    return Command(text.action, query=text.rest[:_QUERY_CHARS])


def _language(text: Text) -> Command | Misunderstood:
    """LANG and a language, by its letters or by its name in any language."""
    language = text.lexicon.names.get(text.rest)
    return Command(text.action, language=language) if language else text.helped("language_form")


READERS: dict[Arguments, Callable[[Text], Command | Misunderstood]] = {
    Arguments.NOTHING: _nothing,
    Arguments.CODES: _codes,
    Arguments.CODE: _code,
    Arguments.CODE_AND_NUMBER: _code_and_number,
    Arguments.NUMBER: _number_alone,
    Arguments.SETTING: setting,
    Arguments.CLEARING: clearing,
    Arguments.KEY: _key,
    Arguments.QUERY: _query,
    Arguments.BUNDLE: _bundle,
    Arguments.LANGUAGE: _language,
    Arguments.LEVEL: _level,
}
