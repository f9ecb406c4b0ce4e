"""The table of result codes: every row the domain knows, and an operator's file over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core_client import ResultCodeError, ResultCodes
from core_client.codes import CodeOutcome, Meaning

ROWS = [
    ("done", "", "orderTone", "000000"),
    ("accepted", "", "presentTone", "000001 000003"),
    ("already", "subscribed", "subscribe", "301002"),
    ("already", "owned", "orderTone", "302002 303031"),
    ("already", "", "orderTone", "302011 302123 303021"),
    ("already", "", "delInboxTone", "302003 303032 302017"),
    ("already", "", "unSubscribe", "301001"),
    ("busy", "busy", "orderTone", "100002"),
    ("doubtful", "timeout", "orderTone", "100003"),
    ("doubtful", "network", "orderTone", "100004"),
    ("doubtful", "database", "orderTone", "100005 100006 100008"),
    ("account", "account_or_password", "orderTone", "200007"),
    ("account", "right", "orderTone", "200008"),
    ("account", "account", "orderTone", "200011 200012 200013 312004 312017 312021 312022 312024"),
    ("mistake", "parameter", "orderTone", "200001 200002 200003 200004 200005 200006 200009 200010"),
    ("mistake", "number", "orderTone", "201001"),
    ("mistake", "tone_code", "orderTone", "202002"),
    ("unsupported", "not_supported", "queryTransaction", "100010"),
    ("refused", "tone_missing", "orderTone", "302003 303032 302017"),
    ("refused", "tone_expired", "orderTone", "302019"),
    ("refused", "library_full", "orderTone", "303023"),
    ("refused", "limit", "orderTone", "303024 302133 308024 308025 309123"),
    ("refused", "spending_limit", "orderTone", "301023"),
    ("refused", "balance", "orderTone", "310001"),
    ("refused", "price_changed", "orderTone", "310002"),
    ("refused", "charge_failed", "orderTone", "302010"),
    ("refused", "arrears", "orderTone", "301011"),
    ("refused", "no_service", "orderTone", "301001"),
    ("refused", "barred", "orderTone", "301030"),
    ("refused", "in_process", "orderTone", "309008"),
    ("refused", "owner_forbids", "orderTone", "301016"),
    ("refused", "copy_refused", "orderTone", "301018 303056"),
    ("refused", "owned", "presentTone", "302011 302123 303021"),
    ("refused", "gift_no_service", "presentTone", "308001"),
    ("refused", "gift_library_full", "presentTone", "308002"),
    ("refused", "gift_already", "presentTone", "308004"),
    ("refused", "gift_is_subscriber", "presentTone", "308006"),
    ("refused", "gift_self", "presentTone", "308007"),
    ("refused", "gift_key", "presentToneAffirm", "308020 308021"),
    ("refused", "gift_repeated", "presentTone", "308023"),
    ("refused", "gift_answered", "presentToneAffirm", "308026"),
    ("refused", "gift_limit", "presentTone", "308027"),
    ("doubtful", "duplicate", "orderTone", "316001"),
    ("doubtful", "transaction_reused", "orderTone", "316002"),
    ("refused", "transaction_unknown", "queryTransaction", "316003"),
    ("doubtful", "unknown_code", "orderTone", "100777 199999 000777 400000 1 12345 1234567 abcdef 30200٣"),
    ("refused", "other", "orderTone", "299999 399999"),
]
SINGLE = [(o, r, op, code) for o, r, op, codes in ROWS for code in codes.split()]


@pytest.mark.parametrize(("outcome", "reason", "operation", "code"), SINGLE)
def test_each_code_means_for_its_operation_what_the_domain_says(
    outcome: str, reason: str, operation: str, code: str
) -> None:
    assert Meaning(CodeOutcome(outcome), reason) == ResultCodes.shipped().meaning(code, operation)


def test_the_shipped_table_has_no_row_that_is_not_tested() -> None:
    assert {code for code, _ in ResultCodes.shipped()} <= {code for *_, code in SINGLE}


def test_an_operators_row_replaces_the_shipped_one_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text(
        '310001: {outcome: refused, reason: arrears, for: {orderTone: {outcome: busy}}}\n"777777": {outcome: done}\n'
    )
    codes = ResultCodes.load(path)
    assert Meaning(CodeOutcome.BUSY) == codes.meaning("310001", "orderTone")
    assert Meaning(CodeOutcome.REFUSED, "arrears") == codes.meaning("310001", "subscribe")
    assert Meaning(CodeOutcome.DONE) == codes.meaning("777777", "orderTone")
    assert Meaning(CodeOutcome.DONE) == codes.meaning("000000", "orderTone")


def test_an_unquoted_code_of_zeros_is_still_its_six_digits(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text("000000: {outcome: accepted}\n")
    assert Meaning(CodeOutcome.ACCEPTED) == ResultCodes.load(path).meaning("000000", "orderTone")


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text("# nothing yet\n")
    assert list(ResultCodes.shipped()) == list(ResultCodes.load(path))


@pytest.mark.parametrize(
    ("line", "words", "text"),
    [
        (1, "six digits", "12: {outcome: done}"),
        (2, "no outcome 'don'; there are done, accepted", '\n"302003": {outcome: don}'),
        (1, "outcome is missing", '"302003": {reason: balance}'),
        (1, "needs a reason", '"302003": {outcome: refused}'),
        (1, "not one word", '"302003": {outcome: refused, reason: No Money}'),
        (1, "no key 'outcom'", '"302003": {outcom: done}'),
        (3, "a second time", '"302003": {outcome: done}\n\n"302003": {outcome: busy}'),
        (1, "no operation 'orderTune'", '"302003": {outcome: done, for: {orderTune: {outcome: busy}}}'),
        (1, "a row must be a mapping", '"302003": done'),
        (1, "the file must be a mapping", "- 1"),
        (1, "a plain word", '"302003": {outcome: [done]}'),
        (2, "", '"302003": {outcome: done\n"1": ]'),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_line_what_is_wrong_and_what_would_be_right(
    tmp_path: Path, line: int, words: str, text: str
) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text(text)
    with pytest.raises(ResultCodeError) as caught:
        ResultCodes.load(path)
    assert f"codes.yaml, line {line}: " in str(caught.value)
    assert words in str(caught.value)
    assert "outcome: refused, reason: tone_missing" in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: \x00"])
def test_a_file_that_is_no_text_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "codes.yaml"
    path.write_bytes(content)
    with pytest.raises(ResultCodeError, match=r"codes\.yaml"):
        ResultCodes.load(path)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ResultCodes.load(tmp_path / "none.yaml")


def test_the_page_about_the_core_names_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "core.md").read_text()
    assert [code for code, _ in ResultCodes.shipped() if code not in page] == []
