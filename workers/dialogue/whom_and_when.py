"""To whom and when a tone plays: a caller's number, hours, or both."""

from __future__ import annotations

import re

from workers.dialogue.outcomes import Command, Misunderstood
from workers.dialogue.pieces import ECHO_CHARS, Text, number_of

_HOURS = re.compile(r"([01]?[0-9]|2[0-4]) ?([0-5][0-9]) ([01]?[0-9]|2[0-4]) ?([0-5][0-9])")
"""0900 1800, 9 00 18 00, as 0900-1800 and 9:00-18:00 read once they are cleaned."""
_WHOLE_HOURS = re.compile(r"([01]?[0-9]|2[0-4]) ([01]?[0-9]|2[0-4])")

_Hours = tuple[str, str] | tuple[()]


def setting(text: Text) -> Command | Misunderstood:
    """SET c for all callers; SET c number for one; SET c 0900-1800 for hours; SET c number 0900-1800."""
    digits, words = text.pieces()
    if not digits:
        return text.helped("set_form")
    code = digits[0].lstrip("+")
    if not text.grammar.tone_code.fullmatch(code):
        return text.helped("bad_code", code=code[:ECHO_CHARS])
    number, hours, wrong = _whom_and_when(digits[1:], text, "set_form")
    if wrong:
        return wrong
    return text.alone(Command(text.action, tone_codes=(code,), recipient=number, hours=hours), words)


def clearing(text: Text) -> Command | Misunderstood:
    """CLEAR number, CLEAR 0900-1800, CLEAR number 0900-1800, and with a code before or alone: only that tone's.

    What may be a number is one: who clears what a caller hears names the caller.
    """
    digits, words = text.pieces()
    if not digits:
        return text.helped("clear_form")
    is_code = text.grammar.tone_code.fullmatch(digits[0]) and number_of(digits[:1], text)[1] is None
    codes = (digits[0],) if is_code else ()
    number, hours, wrong = _whom_and_when(digits[len(codes) :], text, "clear_form")
    if wrong:
        return wrong
    return text.alone(Command(text.action, tone_codes=codes, recipient=number, hours=hours), words)


def _hours(written: str) -> _Hours:
    """Two times of day as HH:MM, the end after midnight where it is the lower; empty where it is none."""
    if whole := _WHOLE_HOURS.fullmatch(written):
        times = [(int(whole[1]), 0), (int(whole[2]), 0)]
    elif exact := _HOURS.fullmatch(written):
        times = [(int(exact[1]), int(exact[2])), (int(exact[3]), int(exact[4]))]
    else:
        return ()
    if any(hour == 24 and minute for hour, minute in times):
        return ()
    begin, end = (f"{hour % 24:02d}:{minute:02d}" for hour, minute in times)
    return begin, end


def _whom_and_when(digits: list[str], text: Text, form: str) -> tuple[str, _Hours, Misunderstood | None]:
    """The caller, the hours, or else the reply that helps; a number may be in groups: +86 138 0013 8001."""
    for end in range(len(digits)):
        hours = _hours(" ".join(digits[end:]))
        number = number_of(digits[:end], text)[1] if end else ""
        if hours and number is not None:
            return (number, hours, None) if hours[0] != hours[1] else ("", (), text.helped(form))
    if not digits:
        return "", (), None
    written, number = number_of(digits, text)
    if number is None:
        return "", (), text.helped("bad_number", number=written[:ECHO_CHARS])
    return number, (), None
