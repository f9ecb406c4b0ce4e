"""The shortest coding that holds a text is chosen, among what the habits allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.smpp.text import Habits, NoAlphabet, split

_PLAIN = Habits()
_ALL = Habits(alphabets=("gsm", "ascii", "latin-1", "ucs2"))
_TURKISH = Habits(national=("tr",))
_TURKISH_ONLY = Habits(alphabets=("gsm",), national=("tr",))
_HINDI = Habits(national=("hi",))
_SPANISH = Habits(national=("es",))
_LATIN_1_BY_ZERO = Habits(default_alphabet="latin-1", alphabets=("latin-1", "ucs2"))
_FLASH = Habits(message_class=0)


def chosen(text: str, habits: Habits) -> tuple[str, int]:
    """Coding and tables, and the parts."""
    made = split(text, habits, lambda: 7)
    return "/".join(made.plan.split("/")[:2]), len(made.parts)


@pytest.mark.parametrize(
    ("coding", "count", "text", "habits"),
    [
        # the plainest alphabet that holds it
        ("gsm:00/-", 1, "Done.", _PLAIN),
        ("ucs2:08/-", 1, "完成", _PLAIN),
        ("gsm:00/-", 1, "Done.", _ALL),
        ("ucs2:08/-", 1, "完成", _ALL),
        ("latin-1:03/-", 1, "ça, âge", _ALL),
        ("ascii:01/-", 1, "`", _ALL),
        # the fewest parts count before the fewest octets, these before the plainest
        ("ascii:01/-", 1, "[" * 140, _ALL),
        ("ascii:01/-", 1, "[", _ALL),
        ("latin-1:03/-", 1, "[", Habits(alphabets=("gsm", "latin-1"))),
        ("gsm:00/-", 1, "[", _PLAIN),
        ("gsm:00/-", 1, "a" * 160, _ALL),
        ("ascii:01/-", 2, "a" * 141 + "[" * 20, _ALL),
        ("gsm:00/-", 1, "a" * 100, replace(_ALL, alphabets=("ucs2", "ascii", "latin-1", "gsm"))),
        ("latin-1:03/-", 1, "ç" * 140, _ALL),
        ("ucs2:08/-", 3, "ç" * 140, _PLAIN),
        # national tables where they save a part, and not where they don't
        ("ucs2:08/-", 1, "ş" * 70, _TURKISH),
        ("gsm:00/tr:l", 1, "ş" * 71, _TURKISH),
        ("gsm:00/tr:l", 1, "ş" * 155, _TURKISH),
        ("gsm:00/tr:s", 1, "ş" + "è" * 70, _TURKISH),
        ("gsm:00/tr:s", 1, "ş" * 20 + "ì" * 60, _TURKISH),
        ("gsm:00/tr:l", 2, "ş" * 156, _TURKISH),
        ("gsm:00/-", 1, "a" * 160, _TURKISH),
        ("gsm:00/hi:l", 1, "न" * 155, _HINDI),
        ("gsm:00/hi:ls", 1, "न" * 71 + "१", _HINDI),
        ("gsm:00/hi:s", 1, "A" * 71 + "१", _HINDI),
        ("gsm:00/es:s", 1, "á" * 30 + "a" * 60, _SPANISH),
        ("ucs2:08/-", 2, "á" * 78, _SPANISH),
        ("gsm:00/es:s", 1, "á" * 77, _SPANISH),
        ("gsm:00/pt:l", 1, "ã" * 71, Habits(national=("tr", "pt"))),
        ("latin-1:03/-", 1, "á" * 71, replace(_SPANISH, alphabets=("gsm", "latin-1", "ucs2"))),
        ("ucs2:08/-", 2, "ş" * 71, replace(_TURKISH, alphabets=("ascii", "ucs2"))),
        ("ucs2:08/-", 2, "ş" * 71, Habits(national=("en", "zh"))),
        # or nothing else holds it
        ("gsm:00/tr:l", 1, "ş", _TURKISH_ONLY),
        ("gsm:00/tr:s", 1, "şè", _TURKISH_ONLY),
        # how the SMSC labels it
        ("gsm:01/-", 1, "Done.", replace(_PLAIN, gsm_data_coding=1)),
        ("latin-1:03/-", 1, "`", replace(_ALL, gsm_data_coding=1)),
        ("latin-1:00/-", 1, "Done.", _LATIN_1_BY_ZERO),
        ("ucs2:08/-", 1, "€", _LATIN_1_BY_ZERO),
        ("ascii:00/-", 1, "Done.", Habits(default_alphabet="ascii", alphabets=("ascii", "ucs2"))),
        ("ucs2:08/-", 1, "Done.", Habits(default_alphabet="latin-1")),
        ("gsm:01/-", 1, "Done.", Habits(default_alphabet="latin-1", gsm_data_coding=1)),
        ("gsm-packed:00/-", 1, "Done.", replace(_PLAIN, gsm_packed=True)),
        # the message class
        ("gsm:f0/-", 1, "Done.", _FLASH),
        ("ucs2:18/-", 1, "完成", _FLASH),
        ("gsm:f3/-", 1, "[", replace(_ALL, message_class=3)),
        ("ucs2:1a/-", 1, "ç", replace(_ALL, message_class=2)),
        ("latin-1:03/-", 1, "ç", Habits(message_class=1, alphabets=("latin-1",))),
        ("gsm:f1/-", 1, "Done.", Habits(message_class=1, default_alphabet="latin-1")),
        ("gsm:f1/tr:l", 1, "ş" * 71, replace(_TURKISH, message_class=1)),
        # whether an SMSC repeats the tables in parts that it makes itself is not known
        ("gsm:00/tr:l", 1, "ş" * 155, replace(_TURKISH, long_texts="payload")),
        ("ucs2:08/-", 1, "ş" * 156, replace(_TURKISH, long_texts="payload")),
        ("gsm:00/tr:l", 1, "ş" * 156, replace(_TURKISH_ONLY, long_texts="payload")),
    ],
)
def test_a_text_is_written_in_the_shortest_coding(coding: str, count: int, text: str, habits: Habits) -> None:
    assert (coding, count) == chosen(text, habits)


@pytest.mark.parametrize(
    ("words", "text", "habits"),
    [
        (r"U\+015F is in none of them \(gsm\)", "aş", Habits(alphabets=("gsm",))),
        (r"U\+5B8C is in none of them \(gsm, latin-1\)", "完", Habits(alphabets=("gsm", "latin-1"))),
        (r"not one of them has all \(gsm, latin-1\)", "Δâ", Habits(alphabets=("gsm", "latin-1"))),
        ("none that the SMSC has a data_coding for", "a", Habits(default_alphabet="ascii", alphabets=("gsm",))),
    ],
)
def test_a_text_that_nothing_holds_is_refused_with_why(words: str, text: str, habits: Habits) -> None:
    """Promise 6: what is said goes into a log, and holds no more of the text than the one character."""
    with pytest.raises(NoAlphabet, match=words):
        split(text, habits, lambda: 7)
