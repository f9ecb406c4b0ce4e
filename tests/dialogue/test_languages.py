"""In which language a subscriber is answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dialogue import Languages, language_of

SPOKEN = Languages(("en", "zh", "fr", "ar", "sw"), "en", {"86": "zh", "255": "sw", "2": "fr", "8613": "ar"})
CHINESE, TANZANIAN, AFRICAN, ELSEWHERE = "8615800138001", "255712345678", "237650000001", "447911123456"


@pytest.mark.parametrize(
    ("language", "chosen", "words", "number"),
    [
        ("fr", "fr", ("zh",), CHINESE),  # what was chosen counts most
        ("zh", "", ("zh",), TANZANIAN),  # then the words
        ("sw", "", ("en", "fr", "sw"), TANZANIAN),  # STOP is of three languages: the number tells which
        ("en", "", ("fr", "en"), CHINESE),  # of those the default, where the number's is not among them
        ("fr", "", ("fr", "sw"), CHINESE),  # else the first
        ("zh", "", (), CHINESE),  # a bare code tells nothing
        ("sw", "", (), TANZANIAN),
        ("fr", "", (), AFRICAN),
        ("ar", "", (), "8613800138001"),  # the longest beginning counts
        ("sw", "", (), "+255712345678"),
        ("en", "", (), ELSEWHERE),
        ("en", "", (), ""),
        ("en", "", (), "SHOP"),
        ("zh", "zh-Hant-TW", (), ELSEWHERE),  # the one it is a kind of
        ("sw", "de", (), TANZANIAN),  # one that is not spoken any more counts for nothing
        ("ar", "de-CH", ("tlh", "ar"), TANZANIAN),
    ],
)
def test_the_surest_thing_that_is_known_decides(
    language: str, chosen: str, words: tuple[str, ...], number: str
) -> None:
    assert language == language_of(chosen, words, number, SPOKEN)


_WORD = st.one_of(st.sampled_from([*SPOKEN.spoken, "zh-Hant", "-", "de"]), st.text(max_size=8))


@given(_WORD, st.lists(_WORD, max_size=4), st.text(max_size=16))
def test_it_is_always_one_that_is_spoken(chosen: str, words: list[str], number: str) -> None:
    assert language_of(chosen, words, number, SPOKEN) in SPOKEN.spoken
