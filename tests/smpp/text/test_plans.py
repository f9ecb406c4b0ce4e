"""A plan in the journal is read back or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import Habits, split, split_as


@pytest.mark.parametrize(
    ("plan", "text", "habits"),
    [
        ("gsm:00/-/one/0/1", "Done.", Habits()),
        ("gsm:00/-/udh/17/2", "a" * 161, Habits()),
        ("gsm:00/-/udh16/4369/2", "a" * 161, Habits(long_texts="udh16")),
        ("gsm:00/tr:l/sar/4369/2", "ş" * 156, Habits(national=("tr",), long_texts="sar")),
        ("gsm-packed:f1/-/udh/17/2", "a" * 161, Habits(gsm_packed=True, message_class=1)),
        ("ucs2:08/-/payload/0/1", "订" * 71, Habits(long_texts="payload")),
        ("latin-1:03/-/one/0/1", "é", Habits(alphabets=("latin-1",))),
    ],
)
def test_a_plan_says_how_a_text_was_split(plan: str, text: str, habits: Habits) -> None:
    """These stand in journals: a release that writes others still reads them."""
    assert plan == split(text, habits, lambda: 0x1111).plan


@pytest.mark.parametrize(
    "plan",
    [
        "",
        "gsm",
        "gsm:00/-/udh/17",
        "gsm:00/-/udh/17/3/4",
        "gsm:00/-/udh/256/2",
        "gsm:00/-/udh16/65536/2",
        "gsm:00/-/udh/17/256",
        "gsm:00/-/udh/17/0",
        "gsm:00/-/one/1/1",
        "gsm:00/-/one/0/2",
        "gsm:00/-/payload/0/2",
        "gsm:00/-/post/0/1",
        "gsm:100/-/one/0/1",
        "gsm:00/tr/one/0/1",
        "gsm:00/tr:/one/0/1",
        "gsm:00/es:l/one/0/1",
        "gsm:00/en:s/one/0/1",
        "ucs2:08/tr:s/one/0/1",
        "ucs2-packed:08/-/one/0/1",
        "utf-8:08/-/one/0/1",
        "gsm:00/-/one/0/1\n",
    ],
)
def test_what_is_no_plan_is_refused(plan: str) -> None:
    with pytest.raises(ValueError, match="is no plan"):
        split_as("a", plan)


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        ("gsm:00/-/one/0/1", "订"),
        ("gsm:00/-/one/0/1", "a" * 161),
        ("gsm:00/-/udh/17/3", "a" * 161),
        ("gsm:00/tr:s/udh/17/2", "订" * 161),
    ],
)
def test_another_texts_plan_is_refused(plan: str, text: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        split_as(text, plan)


@given(st.text(max_size=64) | st.from_regex(r"(gsm|ucs2):[0-9a-f]{2}/(-|[a-z]{2}:[ls]*)/[a-z0-9]+/[0-9]+/[0-9]+"))
def test_anything_in_the_place_of_a_plan_is_read_or_refused(plan: str) -> None:
    try:
        made = split_as("a" * 200, plan)
    except ValueError:
        return
    assert plan == made.plan
