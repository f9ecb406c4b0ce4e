"""Whatever is written can be read: any text, any alphabet that holds it, any way to split it, in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channels.smpp.text import (
    Habits,
    NoAlphabet,
    Part,
    Split,
    decode_text,
    join,
    national,
    split,
    split_as,
    split_header,
)
from channels.smpp.text.alphabets import alphabet_of


@dataclass(frozen=True)
class Arrived:
    number: int
    octets: bytes
    header: bytes
    data_coding: int


def arrived(parts: tuple[Part, ...]) -> list[Arrived]:
    return [
        Arrived(number, body, header, part.data_coding)
        for number, part in enumerate(parts, start=1)
        for header, body in [split_header(part.octets, part.esm_class)]
    ]


_LETTERS = {
    code: sorted({*filter(None, language.locking), *language.single.values()})
    for code, language in national.languages().items()
}
# NUL is padding to who reads: no text of ours holds it
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_TEXTS = st.one_of(
    st.text(_CHARACTERS, max_size=200),
    st.text(st.sampled_from("a€[🎵订@\r"), min_size=60, max_size=400),
    st.text(st.sampled_from("aAz €[]@\r\n"), min_size=120, max_size=700),
    st.text(st.characters(max_codepoint=0xFF, exclude_characters="\0"), min_size=60, max_size=400),
    st.sampled_from(national.LANGUAGES).flatmap(
        lambda code: st.text(st.sampled_from(_LETTERS[code]), min_size=60, max_size=400)
    ),
)
_HABITS = st.builds(
    Habits,
    default_alphabet=st.sampled_from(["gsm", "ascii", "latin-1"]),
    gsm_data_coding=st.sampled_from([0, 1]),
    gsm_packed=st.booleans(),
    alphabets=st.lists(st.sampled_from(["gsm", "ascii", "latin-1", "ucs2"]), min_size=1, unique=True).map(tuple),
    national=st.lists(st.sampled_from(national.LANGUAGES), max_size=3, unique=True).map(tuple)
    | st.just(national.LANGUAGES),
    message_class=st.sampled_from([None, None, 0, 1, 2, 3]),
    long_texts=st.sampled_from(["udh", "udh16", "sar", "payload"]),
)


def split_or_skip(text: str, habits: Habits) -> Split:
    try:
        return split(text, habits, lambda: 0xABCD)
    except NoAlphabet:
        assume(False)
        raise


@given(text=_TEXTS, habits=_HABITS, data=st.data())
def test_split_shuffled_and_joined_is_the_text(text: str, habits: Habits, data: st.DataObject) -> None:
    """Promise 4: the answer that arrives is the one that was written."""
    parts = split_or_skip(text, habits).parts
    # a payload can't be cut so that a CR at its packed end is no filling
    assume(not (habits.gsm_packed and habits.long_texts == "payload" and text.endswith("\r")))
    shuffled = data.draw(st.permutations(arrived(parts)))
    assert text == join(shuffled, len(parts), habits)


@given(text=_TEXTS, habits=_HABITS)
def test_no_part_ends_inside_a_character(text: str, habits: Habits) -> None:
    """Guards smpplib: its make_parts cuts inside escapes and surrogate pairs."""
    assume(
        not re.search("[\ufeff\ufffe]", text)
    )  # by itself, a part that begins with one begins with a byte order mark
    parts = arrived(split_or_skip(text, habits).parts)
    assume(len(parts) > 1)
    assert text == "".join(decode_text(part.octets, part.data_coding, part.header, habits) for part in parts)


@given(text=_TEXTS, habits=_HABITS, others=_HABITS)
def test_a_plan_makes_the_same_parts_whatever_the_habits_have_become(text: str, habits: Habits, others: Habits) -> None:
    """Promise 4: parts that another process sends on later fit those that have arrived."""
    made = split_or_skip(text, habits)
    assert len(made.plan) <= 64
    assert made == split_as(text, made.plan)


@given(text=_TEXTS, habits=_HABITS)
def test_what_is_sent_is_labelled_as_the_smsc_means_it(text: str, habits: Habits) -> None:
    made = split_or_skip(text, habits)
    alphabet = made.plan.split(":")[0].removesuffix("-packed")
    assert {alphabet} == {alphabet_of(part.data_coding, habits) for part in made.parts}


@pytest.mark.parametrize(("packed", "long_texts"), list(product([False, True], ["udh", "udh16", "sar", "payload"])))
def test_texts_of_every_length_are_read_as_they_were_written(packed: bool, long_texts: str) -> None:
    """Each length once, so that each of the eight ends that packed septets can have is there in each part."""
    habits = Habits(gsm_packed=packed, long_texts=long_texts)  # type: ignore[arg-type]
    endings = ("", "@", "@@", "[", "a\r@", *(() if packed and long_texts == "payload" else ("\r", "@\r", "\r\r")))
    for ending, count in product(endings, range(330)):
        text = "€" + "a" * count + ending
        made = split(text, habits, lambda: 1)
        assert text == join(arrived(made.parts), len(made.parts), habits)
        assert made == split_as(text, made.plan)
