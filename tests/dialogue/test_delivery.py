"""How answers are delivered is a file: read whole, checked to the line, and not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.dialogue import SHIPPED_TEMPLATES, Action, Result, ToneFacts, Verdict, Wording, text_name
from workers.dialogue.delivery import AS_SET, FILE, Delivery, load_delivery
from workers.dialogue.sources import Finding


def loaded(folder: Path, text: str) -> tuple[dict[str, Delivery], list[Finding]]:
    (folder / FILE).write_text(text, encoding="utf-8")
    findings: list[Finding] = []
    return load_delivery(folder, findings), findings


@pytest.mark.parametrize(
    ("said", "delivery"),
    [
        ("{receipt: never}", Delivery(receipt="never")),
        ("{receipt: failure, valid: 90s}", Delivery(receipt="failure", valid_s=90)),
        ("{valid: 5h, urgent: yes}", Delivery(valid_s=18_000, urgent=True)),
        ("{valid: 10m, urgent: no}", Delivery(valid_s=600)),
        ("{valid: 99d}", Delivery(valid_s=8_553_600)),
    ],
)
def test_what_a_text_says_of_itself_is_read(tmp_path: Path, said: str, delivery: Delivery) -> None:
    assert ({"help": delivery}, []) == loaded(tmp_path, f"texts:\n  help: {said}\n")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("texts:\n  help: {receipt: sometimes}\n", 2, "receipt is 'sometimes'"),
        ("texts:\n  help: {valid: 100d}\n", 2, "valid is '100d'"),
        ("texts:\n  help: {valid: soon}\n", 2, "valid is 'soon'"),
        ("texts:\n  help: {urgent: maybe}\n", 2, "urgent is 'maybe'"),
        ("texts:\n  help: {priority: 1}\n", 2, "has no 'priority'"),
        ("texts:\n  help: never\n", 2, "'help' says nothing"),
        ("texts:\n  empty: {urgent: yes}\n  nonsense: {urgent: yes}\n", 3, "there is no answer 'nonsense'"),
        ("text:\n  help: {urgent: yes}\n", 1, "there is no 'text' here"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    _, findings = loaded(tmp_path, text)
    assert [(line, True)] == [(one.line, what in one.what) for one in findings]


def test_a_folder_without_the_file_leaves_all_to_the_bind(tmp_path: Path) -> None:
    assert {} == load_delivery(tmp_path, [])


def test_the_shipped_question_to_a_gifts_recipient_goes_before_what_else_waits() -> None:
    wording = Wording.load(SHIPPED_TEMPLATES, ["en"], "en")
    assert (True, AS_SET) == (wording.delivery("gift_offer").urgent, wording.delivery("order_done"))


_TONE = ToneFacts("600902000001", "Rain", "", 200, 30)


@pytest.mark.parametrize(
    ("results", "name"),
    [
        ([Result(Action.ORDER, Verdict.DONE)], "order_done"),
        ([Result(Action.LIST, Verdict.DONE)], "list_empty"),
        ([Result(Action.LIST, Verdict.DONE, owned=(_TONE,))], "list_tones"),
        ([Result(Action.ORDER, Verdict.REFUSED, "balance"), Result(Action.ORDER, Verdict.DONE)], "many_order_done"),
    ],
)
def test_an_answers_delivery_is_that_of_the_text_it_begins_with(results: list[Result], name: str) -> None:
    assert name == text_name(results)
