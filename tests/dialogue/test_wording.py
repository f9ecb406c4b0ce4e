"""The files of answers: filled in safely, and checked whole before the first subscriber reads one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workers.dialogue import SHIPPED_TEMPLATES, Action, TemplatesError, Wording, check_templates
from workers.dialogue.declared import ANSWERS, DEEDS, FORMATS, MAY_BE_EMPTY, SAMPLES, SOMETHING
from workers.dialogue.text_size import parts_needed

# 3GPP 23.038 §6.2.1, what English texts may use of it; kept apart from the product's own table on purpose.
PLAIN = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !\"#%&'()*+,-./:;<=>?\n")

WORDING = Wording.load(SHIPPED_TEMPLATES, ["en"], "en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED_TEMPLATES, tmp_path / "templates"))


def edit(folder: Path, old: str, new: str) -> int:
    """Change the English answers; the line of the change, from 1."""
    path = folder / "en/answers.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("known", [True, False], ids=["all known", "least known"])
def test_every_text_fills_in_with_plain_letters_and_fits_its_parts(name: str, known: bool) -> None:
    variables = {
        variable: "" if variable in MAY_BE_EMPTY and not known else SAMPLES[variable]
        for variable in ANSWERS[name].variables
    }
    text = WORDING.say(name, "en", **variables)
    assert set(text) <= PLAIN, set(text) - PLAIN
    assert len(text) <= {1: 160, 2: 306, 3: 459}[ANSWERS[name].parts]
    assert "  " not in text
    assert " ." not in text
    assert text[0].isupper() or text[0] in '"+0123456789'


def test_the_shipped_words_have_no_finding() -> None:
    assert check_templates(SHIPPED_TEMPLATES, ["en"], "en") == []


@pytest.mark.parametrize(
    ("minor_units", "text"),
    [(200, "2.00 yuan"), (5, "0.05 yuan"), (0, "0.00 yuan"), (123456, "1234.56 yuan"), (-50, "-0.50 yuan")],
)
def test_money_is_written_from_minor_units(minor_units: int, text: str) -> None:
    assert text == WORDING.money(minor_units, "en")


def test_money_without_decimals_is_a_line_in_the_file(folder: Path) -> None:
    edit(folder, 'money: "{{ amount }} yuan"', 'money: "UGX {{ amount }}"')
    edit(folder, "decimals: 2  ", "decimals: 0  ")
    assert Wording.load(folder, ["en"], "en").money(500, "en") == "UGX 500"


def test_a_language_that_is_not_spoken_falls_to_the_default() -> None:
    assert WORDING.say("gift_self", "en") == WORDING.say("gift_self", "tlh")


@pytest.mark.parametrize(
    "bad", ["Rain\r\nFake: you won", "Rain\x00\x1b[31m", "\u202eniaR", "Ra\u200bin", "Rain\ud800", "x" * 5000]
)
def test_what_is_filled_in_brings_no_control_characters_and_no_endless_text(bad: str) -> None:
    text = WORDING.say("code_missing", "en", word=bad, example="600902000001")
    assert text.isprintable()
    assert len(text) < 1500


def test_a_variable_is_never_read_as_a_template() -> None:
    assert "{{ 7*7 }}" in WORDING.say("bad_number", "en", number="{{ 7*7 }}")


BROKEN = [
    ("send DEL {{ code }}.\n  gift_offered", "send DEL {{ kode }}.\n  gift_offered", "variable 'kode'", "may use"),
    ('gift_self: "You can', 'gift_selves: "You can', "'gift_selves' is no text of 'answers'", "it has"),
    ('gift_self: "You can', 'gift_selves: "You can', "the text 'gift_self' is missing", "the shipped file shows how"),
    ("  balance:\n", "  ballance:\n", "'ballance' is no reason", "the reasons are"),
    ("  balance:\n", "  ballance:\n", "the text 'balance: why' is missing", "add it"),
    ('why: "your balance', 'wy: "your balance', "'wy' is no text of a reason", "has why and then"),
    ('open: "opening', 'opening: "opening', "'opening' is no text of 'deeds'", "it has"),
    ("decimals: 2  ", "decimals: two  ", "'two' can't be the decimals", "0 to 4"),
    ('done: "Done: {{ deed }}."', 'done: "Done: {{ deed }."', "'done' is no template", "it may use deed"),
    ('done: "Done: {{ deed }}."', 'done: ""', "'done' has no text", "write the text"),
    ('done: "Done: {{ deed }}."', 'done: "{{ deed / 2 }}"', "'done' can't be filled in", "use its"),
    ('done: "Done: {{ deed }}."', 'done: "{% if not deed %}x{% endif %}"', "'done' is empty with some values", "words"),
    ('done: "Done: {{ deed }}."', "done: \"{{ deed.__class__.__mro__ }}\"", "'done' can't be filled in", "use its"),
    ('done: "Done: {{ deed }}."', 'done: "Done: {{ deed }}.', "not YAML", "mend the line"),
    ("formats:\n", "format:\n", "'format' is no section", "it has formats"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what", "right"), BROKEN)
def test_a_broken_file_is_refused_with_its_line_and_cure(
    folder: Path, old: str, new: str, what: str, right: str
) -> None:
    line = edit(folder, old, new)
    with pytest.raises(TemplatesError) as caught:
        Wording.load(folder, ["en"], "en")
    told = [finding for finding in caught.value.findings if what in finding.what and right in finding.right]
    assert told, str(caught.value)
    # A text that runs over several lines is told by the line of its name.
    assert "missing" in what or "YAML" in what or abs(told[0].line - line) <= 2
    assert str(folder / "en" / "answers.yaml") in str(caught.value)
    assert [str(finding) for finding in caught.value.findings] == [
        str(finding) for finding in check_templates(folder, ["en"], "en")
    ]


def test_the_default_language_must_be_spoken() -> None:
    with pytest.raises(TemplatesError, match="the default language 'sw' is not spoken"):
        Wording.load(SHIPPED_TEMPLATES, ["en"], "sw")


def test_a_success_that_grows_beyond_one_part_is_a_finding(folder: Path) -> None:
    line = edit(
        folder,
        "Nothing more will be charged. To open",
        "Nothing more will be charged. " + "We miss you. " * 9 + "To open",
    )
    (finding,) = check_templates(folder, ["en"], "en")
    assert "'close_done' needs 2 parts" in finding.what
    assert abs(finding.line - line) <= 1


def test_every_action_and_variable_is_declared() -> None:
    assert set(DEEDS) == {*Action, SOMETHING}
    used = set().union(*(declared.variables for table in (ANSWERS, DEEDS, FORMATS) for declared in table.values()))
    assert used <= set(SAMPLES)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("雨" * 70, 1), ("雨" * 71, 2), ("雨" * 134, 2), ("雨" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2), ("", 1),
    ],
)  # fmt: skip
def test_parts_are_counted_by_the_alphabet_a_text_needs(text: str, parts: int) -> None:
    assert parts == parts_needed(text)


def test_the_reference_page_lists_every_answer_with_its_variables() -> None:
    page = (SHIPPED_TEMPLATES.parent / "docs" / "wording.md").read_text(encoding="utf-8")
    answers = page.partition("## Answers")[2]  # commands have a table of their own, and some of the names
    for name, declared in ANSWERS.items():
        (row,) = (line for line in answers.splitlines() if line.startswith(f"| `{name}` |"))
        *_, parts, variables, _ = (cell.strip() for cell in row.split("|"))
        assert str(declared.parts) == parts
        assert declared.variables == set(variables.replace("`", "").replace(",", "").split())
