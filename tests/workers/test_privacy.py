"""Numbers are unreadable wherever they stand."""

import pytest

from workers.privacy import mask, mask_text


@pytest.mark.parametrize(
    ("masked", "number"),
    [
        ("86138*****001", "8613800000001"),
        ("49151***678", "49151000678"),
        ("*******890", "1234567890"),
        ("****567", "1234567"),
        ("*234", "1234"),
        ("***", "123"),
        ("", ""),
    ],
)
def test_a_number_keeps_what_operations_need_and_no_more(masked: str, number: str) -> None:
    assert mask(number) == masked


@pytest.mark.parametrize(
    ("masked", "text"),
    [
        ("to +86138*****001, from 8888", "to +8613800000001, from 8888"),
        ("number86138*****001x", "number8613800000001x"),
        ("86138*****001/86139*****002", "8613800000001/8613900000002"),
        ("at 12:30:01.123456 after 123456 µs", "at 12:30:01.123456 after 123456 µs"),
        ("*****٦٧٨", "١٢٣٤٥٦٧٨"),
        ("no digits", "no digits"),
    ],
)
def test_a_text_has_each_of_its_numbers_masked(masked: str, text: str) -> None:
    assert mask_text(text) == masked
