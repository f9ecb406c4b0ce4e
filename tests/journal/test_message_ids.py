"""An SMSC's message ids: the same one, however its responses and its receipts write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.journal.message_ids import forms, message_key, receipt_forms


@pytest.mark.parametrize(
    ("key", "message_id"),
    [
        ("a1b", "A1B"),
        ("a1b", "0000000a1B"),
        ("a1b", " 0a1b "),
        ("77", "0077\0"),
        ("0", "0"),
        ("0", "000"),
        ("", ""),
        ("", "   "),
        ("c0ffee-0001", "C0FFEE-0001"),
    ],
)
def test_an_id_is_matched_without_case_zeros_and_blanks(key: str, message_id: str) -> None:
    assert key == message_key(message_id)


@pytest.mark.parametrize(
    ("expected", "receipt_key", "rule"),
    [
        (("a1b",), "a1b", "same"),
        (("2587",), "2587", "same"),
        (("2587", "a1b", "9607"), "2587", "auto"),
        (("a1b", "2587"), "a1b", "auto"),
        (("a1b-1",), "a1b-1", "auto"),
        (("7",), "7", "auto"),  # the same in both bases
        (("a1b", "2587"), "2587", "hex_to_decimal"),  # the response was hexadecimal
        (("a1b",), "a1b", "hex_to_decimal"),  # it can't be decimal, so this SMSC makes an exception
        (("2587", "a1b"), "a1b", "decimal_to_hex"),
        (("xyz",), "xyz", "decimal_to_hex"),
        (("0",), "0", "auto"),
        ((), "", "auto"),
    ],
)
def test_the_ids_that_a_response_may_have_had_come_the_likeliest_first(
    expected: tuple[str, ...], receipt_key: str, rule: str
) -> None:
    assert expected == forms(receipt_key, rule)


IDS = st.one_of(
    st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.from_regex(r"[0-9A-Fa-f]{1,16}", fullmatch=True), st.text()
)


@given(IDS, st.sampled_from(["auto", "same", "hex_to_decimal", "decimal_to_hex"]))
def test_what_a_receipt_may_name_is_what_a_response_looks_for(receipt_id: str, rule: str) -> None:
    receipt_key = message_key(receipt_id)
    assert all(receipt_key in receipt_forms(response_key) for response_key in forms(receipt_key, rule))


@given(st.integers(0, 2**64))
def test_an_id_in_the_other_base_is_known_under_auto_and_under_its_rule(number: int) -> None:
    decimal, hexadecimal = message_key(str(number)), message_key(f"{number:016X}")
    assert hexadecimal == forms(decimal, "hex_to_decimal")[0]
    assert decimal == forms(hexadecimal, "decimal_to_hex")[0]
    assert {decimal, hexadecimal} <= set(forms(decimal, "auto"))
    assert {decimal, hexadecimal} <= set(forms(hexadecimal, "auto"))
