"""Pages within a gateway's limit, with room kept for the lines that lead on (3GPP 23.038 §6.2.1 and §6.1.2.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import gsm
from channels.ussd.menu.layout import AT_MOST, Labels, break_at, fits, pages, sentence_end, units_at_most

LABELS = Labels("Back", "Home", "More")


@pytest.mark.parametrize(("expected", "screen_chars"), [(70, 160), (80, 182), (61, 140), (9, 20)], ids=str)
def test_letters_of_16_bits_have_the_octets_of_the_septets(expected: int, screen_chars: int) -> None:
    assert expected == units_at_most(screen_chars)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (True, "x" * 160),
        (False, "x" * 161),
        (True, "€" * 80),
        (False, "€" * 80 + "x"),
        (True, "月" * 70),
        (False, "月" * 71),
        (False, "x" * 70 + "月"),
        (True, "🌙" * 35),
        (False, "🌙" * 36),
    ],
    ids=["160", "161", "80 extension", "80 extension and one", "70", "71", "one foreign", "35 pairs", "36 pairs"],
)
def test_a_screen_holds_what_its_encoding_has_room_for(expected: bool, text: str) -> None:
    assert expected == fits(text, 160)


@pytest.mark.parametrize(
    ("expected", "text", "most"),
    [
        (5, "Moon River", 7),
        (4, "Moon River", 4),
        (5, "Moon River", 5),
        (3, "Moonriver", 3),
        (2, "月亮代表我的心", 2),
        (4, "abc月亮", 4),
        (1, "ae\u0301e\u0301", 2),
    ],
    ids=["in the next word", "before the space", "behind the space", "no space", "chinese", "mixed", "accent"],
)
def test_a_page_ends_between_words_where_there_are_some(expected: int, text: str, most: int) -> None:
    assert expected == break_at(text, most)


@pytest.mark.parametrize(
    ("expected", "text", "most"),
    [
        (17, "It is yours, now. To remove it, send DEL.", 22),
        (0, "Yes. It is yours and you have paid for it.", 30),
        (0, "You paid 12.00 yuan for it", 14),
        (0, "It is yours.", 40),
        (6, "已为您订购。如需取消请发送", 10),
    ],
    ids=["behind a sentence", "too short a sentence", "a point in a number", "all of it", "chinese"],
)
def test_a_page_ends_behind_a_sentence_that_fills_half_of_it(expected: int, text: str, most: int) -> None:
    assert expected == sentence_end(text, most)


def test_a_list_has_five_keys_a_page_and_the_ways_on_below() -> None:
    found = pages(
        "Tones", tuple((str(n), f"Tone {n}") for n in range(1, 8)), Labels("Back", "Home", "More"), LABELS, 160
    )
    assert [
        "Tones\n1 Tone 1\n2 Tone 2\n3 Tone 3\n4 Tone 4\n5 Tone 5\n0 Back 00 Home 98 More",
        "6 Tone 6\n7 Tone 7\n0 Back 00 Home",
    ] == [page.text for page in found]
    assert [("1", "2", "3", "4", "5"), ("6", "7")] == [page.keys for page in found]


def test_a_long_text_goes_over_to_pages_and_its_keys_stand_behind_it() -> None:
    found = pages("word " * 60, (("1", "Yes"),), Labels(None, "Home", "More"), LABELS, 160)
    assert 3 == len(found)
    assert [(), (), ("1",)] == [page.keys for page in found]
    assert found[0].text.endswith("word\n00 Home 98 More")
    assert found[-1].text.endswith("\n1 Yes\n0 Back 00 Home")


TEXTS = st.text(st.one_of(st.sampled_from("ab 月é€[\n"), st.characters(exclude_categories=["Cs"])), max_size=400)


@given(
    TEXTS,
    st.lists(TEXTS.map(lambda text: text.replace("\n", " ")[:40]), max_size=12),
    st.sampled_from([40, 60, 100, 140, 160, 182]),
)
def test_every_page_fits_and_every_key_is_on_one(body: str, words: list[str], screen_chars: int) -> None:
    options = tuple((str(number), text) for number, text in enumerate(words, start=1))
    found = pages(body, options, LABELS, LABELS, screen_chars)
    assert [key for key, _ in options] == [key for page in found for key in page.keys]
    for page in found:
        assert len(page.keys) <= AT_MOST
        if gsm.can_encode(page.text):
            assert len(gsm.encode(page.text)) <= screen_chars
        else:
            assert len(page.text.encode("utf-16-be")) <= -(-screen_chars * 7 // 8)
    assert all("98" in page.text for page in found[:-1])
