"""What may be typed, and what is kept of it."""

from __future__ import annotations

import re

import pytest

from channels.ussd.menu.inputs import typed_as
from channels.ussd.menu.validation import between, digits_matching, hours, msisdn

CALLER = "8613800138000"


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("09:00-18:00", "09001800"),
        ("09:00-18:00", "0918"),
        ("09:00-18:00", "0900*1800"),
        ("09:00-18:00", "9-18"),
        ("09:05-18:30", "9:05-18:30"),
        ("22:00-06:00", "2206"),
        ("00:00-06:30", "2400*0630"),
        (None, "0909"),
        (None, "2500*1800"),
        (None, "0960*1800"),
        (None, "2401*1800"),
        (None, "9"),
        (None, "09001"),
        (None, ""),
        (None, "1*2*3"),
    ],
)
def test_hours_are_two_times_of_day(expected: str | None, typed: str) -> None:
    assert expected == hours(typed, CALLER)


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("8613900138001", "13900138001"),
        ("8613900138001", "008613900138001"),
        ("8613900138001", "+86 139-0013-8001"),
        ("254712345678", "+254712345678"),
        (None, "110"),
        (None, "600902000001"),
        (None, "1390013800x"),
        (None, ""),
    ],
)
def test_a_number_is_read_as_the_caller_would_dial_it(expected: str | None, typed: str) -> None:
    assert expected == msisdn(typed, CALLER)


@pytest.mark.parametrize(("expected", "typed"), [("600902000001", "6009 0200 0001"), (None, "60090200001")])
def test_a_code_may_come_in_groups(expected: str | None, typed: str) -> None:
    assert expected == digits_matching(re.compile("[0-9]{12}"))(typed, CALLER)


@pytest.mark.parametrize(
    ("expected", "typed"), [("3", "3"), ("3", "03"), (None, "0"), (None, "6"), (None, "-3"), (None, "9" * 40)]
)
def test_a_number_keeps_to_its_range(expected: str | None, typed: str) -> None:
    assert expected == between(1, 5)(typed, CALLER)


@pytest.mark.parametrize(
    ("expected", "typed"),
    [("12", "１２"), ("12", "١٢"), ("1 2", " 1 \n 2 "), ("*1#", "*1#"), ("12", "1\u200b2"), ("", "\x00\u202e")],
    ids=["full width", "Arabic-Indic", "spaces", "signs", "zero width", "nothing seen"],
)
def test_an_input_is_read_as_a_keypad_would_have_written_it(expected: str, typed: str) -> None:
    assert expected == typed_as(typed)
