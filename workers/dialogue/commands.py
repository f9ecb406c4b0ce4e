"""From a text to a command: the parsing half of parse → decide → act.

Pure and total: any text gives a Command or the reply that helps, never an exception.  Whatever would be charged
is understood only when nothing else stands in the text, for GET CODE in a sentence is no order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from workers.dialogue.clean import clean
from workers.dialogue.grammar import ARGUMENTS, Arguments, Grammar
from workers.dialogue.numbers import e164_digits
from workers.dialogue.outcomes import Action, Command, Misunderstood

_PIECES = re.compile(r"\+?[0-9]+|[^0-9+ ]+")
_CODE_LIKE = re.compile(r"[0-9]{5}")
"""As many digits as make STOP 60090200001 a mistyped code and not a sentence."""
_QUESTION_KEY = re.compile(r"[0-9]{1,3}")
"""The number of a question of ours; `Grammar` sees to it that no gift's key looks so."""
_ECHO_CHARS = 20
"""Of a wrong code or number that are said back."""

_CHANGES_NOTHING = frozenset({Action.LIST, Action.HELP})
"""Further words do no harm here."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text taken apart."""

    action: Action
    word: str
    """The command word as it was written, empty for bare codes."""
    rest: str
    """Cleaned, what follows the word."""
    sender: str
    grammar: Grammar

    def pieces(self) -> tuple[list[str], bool]:
        """Runs of digits, perhaps with a plus before; and whether there were words too."""
        found = _PIECES.findall(self.rest)
        digits = [piece for piece in found if piece[-1].isdigit()]
        return digits, len(digits) < len(found)

    def helped(self, reply: str, **variables: object) -> Misunderstood:
        """The reply that helps, with what most of them show."""
        shown = {
            "word": self.word,
            "example": self.grammar.tone_code_example,
            "example_key": self.grammar.gift_key_example,
        }
        return Misunderstood(reply, shown | variables)


def understand(text: str, sender: str, grammar: Grammar, *, incomplete: bool = False) -> Command | Misunderstood:
    """Read a text from `sender` (E.164 digits).

    Of one that came `incomplete`, nobody knows what the missing parts said: it is understood only where it charges
    nothing and changes nothing, or begins with a word that stops whatever comes after it.
    """
    understood, word = _read(text, sender, grammar)
    if not incomplete:
        return understood
    safe = isinstance(understood, Command) and (
        understood.action in _CHANGES_NOTHING
        or (understood.action is Action.CLOSE and word in grammar.stops_in_a_sentence)
    )
    return understood if safe else Misunderstood("incomplete", {})


def _read(text: str, sender: str, grammar: Grammar) -> tuple[Command | Misunderstood, str]:
    """What a text says, and its command word."""
    cleaned = clean(text)
    found = grammar.first.match(cleaned)
    if not found:
        return _bare(_Text(Action.ORDER, "", cleaned, sender, grammar)), ""
    word = found.group()
    rest = cleaned[found.end() :].strip()
    actions = grammar.words[word]
    action = actions[0]
    if len(actions) > 1:
        action = Action.DELETE if _CODE_LIKE.search(rest) else Action.CLOSE
    return _READERS[ARGUMENTS[action]](_Text(action, word, rest, sender, grammar)), word


def _bare(text: _Text) -> Command | Misunderstood:
    """A text without a command word: codes, or something to help with."""
    if not text.rest:
        return text.helped("empty")
    digits, words = text.pieces()
    if not digits or (words and not any(text.grammar.tone_code.fullmatch(piece) for piece in digits)):
        return text.helped("unknown")
    return _codes(text)


def _codes(text: _Text) -> Command | Misunderstood:
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
            return text.helped("bad_code", code=(wrong[0] if len(wrong) < len(codes) else codes[0])[:_ECHO_CHARS])
        # 6009 0200 0001 is how codes are read aloud.
        codes = [joined]
    if len(codes) > grammar.codes_at_most:
        return text.helped("too_many_codes", count=len(codes), most=grammar.codes_at_most)
    if words:
        return text.helped("extra_words", suggestion=" ".join([text.word, *codes]).strip())
    return Command(text.action, tone_codes=tuple(codes))


def _code_and_number(text: _Text) -> Command | Misunderstood:
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
        return text.helped("bad_code", code=digits[0][:_ECHO_CHARS])
    written = groups[0] + "".join(groups[1:]).replace("+", "")
    number = e164_digits(written, text.sender)
    if number is None:
        if len(groups) > 1 and any(code_shape.fullmatch(group) for group in groups):
            return text.helped("gift_one")
        return text.helped("bad_number", number=written[:_ECHO_CHARS])
    if number == text.sender.lstrip("+"):
        return text.helped("gift_self")
    if words:
        return text.helped("extra_words", suggestion=f"{text.word} {code} {number}")
    return Command(text.action, tone_codes=(code,), recipient=number)


def _nothing(text: _Text) -> Command | Misunderstood:
    """A word that stands alone."""
    if not text.rest or text.action in _CHANGES_NOTHING or text.word in text.grammar.stops_in_a_sentence:
        return Command(text.action)
    return text.helped("extra_words", suggestion=text.grammar.posters[text.word, text.action])


def _key(text: _Text) -> Command | Misunderstood:
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
    return text.helped("key_missing") if has_digits else text.helped("extra_words", suggestion=text.word)


_READERS: dict[Arguments, Callable[[_Text], Command | Misunderstood]] = {
    Arguments.NOTHING: _nothing,
    Arguments.CODES: _codes,
    Arguments.CODE_AND_NUMBER: _code_and_number,
    Arguments.KEY: _key,
}
