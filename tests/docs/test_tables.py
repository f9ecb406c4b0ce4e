"""The tables of the pages have a row for each thing of its kind that the code knows, and none for another."""

from __future__ import annotations

import re

import pytest

from channels.ussd.dialects import DIALECTS
from channels.ussd.menu.orders import FREE, NEEDS
from channels.ussd.menu.screens import KINDS
from channels.ussd.over_smpp.variants import VARIANTS
from core_client.codes import CodeOutcome, ResultCodes
from core_client.contract import operations
from tests.docs.pages import DOCS, codes, rows, text_of
from workers.dialogue import SHIPPED_TEMPLATES, Action
from workers.dialogue.declared import ANSWERS, DEEDS, MAY_BE_EMPTY, WHY
from workers.dials.lookups import FUNCTIONS
from workers.ops.console.app import PAGES as CONSOLE_PAGES
from workers.ops.statistics.sheets import FIGURES
from workers.ops.users import Role

_OF_EVERY_EVENT = {"portalAccount", "portalPwd", "portalType"}
_OF_EVERY_CHANGE = {"moduleCode", "role", "roleCode", "transactionID"}
_OF_EVERY_ANSWER = {"returnCode", "resultCode", "resultInfo", "operationID", "transactionID", "eventClassName"}
_CODE = re.compile(r"\b[0-9]{6}\b")
_OUTCOMES = {
    "done": CodeOutcome.DONE,
    "accepted": CodeOutcome.ACCEPTED,
    "already so": CodeOutcome.ALREADY,
    "busy": CodeOutcome.BUSY,
    "doubtful": CodeOutcome.DOUBTFUL,
    "our account": CodeOutcome.ACCOUNT,
    "our mistake": CodeOutcome.MISTAKE,
    "not supported": CodeOutcome.UNSUPPORTED,
}
"""The classes of the table of result codes; any other row is of refusals, by their subject."""


def in_bold(page: str, name: str) -> str:
    """What a page says behind `**name**`, to the next item of its list."""
    (found,) = re.findall(rf"^- \*\*{name}\*\*(.*?)(?=^- |^$)", text_of(DOCS / page), re.MULTILINE | re.DOTALL)
    return str(found)


# ---- wording.md, for marketing


def test_each_action_has_its_command() -> None:
    assert set(Action) == {name for row in rows(DOCS / "wording.md", "action") for name in codes(row[0])}


def test_each_answer_is_one() -> None:
    assert set(ANSWERS) == {codes(row[0])[0] for row in rows(DOCS / "wording.md", "answer")}


def test_each_variable_of_an_answer_is_explained() -> None:
    explained = {name for row in rows(DOCS / "wording.md", "variable") for name in codes(row[0])}
    explained |= {name for row in rows(DOCS / "wording.md", "variable")[:1] for name in codes(row[1])}
    used = set[str]().union(*(one.variables for one in (*ANSWERS.values(), *DEEDS.values(), WHY)))
    assert (set(), set()) == (used - explained, explained - used - {"formats"})


def test_what_may_be_empty_is_told() -> None:
    (told,) = re.findall(r"Some values are not always known: (.*?)\. Put", text_of(DOCS / "wording.md"), re.DOTALL)
    assert MAY_BE_EMPTY == set(codes(told))


def test_the_words_that_are_quoted_of_refused_gifts_are_those_of_the_templates() -> None:
    told = [row[1].strip('"').removeprefix("… ").rstrip(".") for row in rows(DOCS / "gifts.md", "what")]
    answers = (SHIPPED_TEMPLATES / "en" / "answers.yaml").read_text(encoding="utf-8")
    assert [] == [words for words in told if words not in answers]


# ---- menus.md, for the product team


def test_each_type_of_screen_has_its_keys() -> None:
    told = {codes(row[0])[0]: (set(codes(row[1])), set(codes(row[2]))) for row in rows(DOCS / "menus.md", "type")}
    assert {name: (set(needs), set(may)) for name, (needs, may, _) in KINDS.items()} == told


def test_each_function_of_a_menu_is_told() -> None:
    assert set(FUNCTIONS) - {"quote"} == set(codes(in_bold("menus.md", "functions"))) & set(FUNCTIONS)


@pytest.mark.parametrize(
    ("name", "actions"), [("actions of a price screen", NEEDS), ("actions of an action screen", FREE)]
)
def test_each_action_of_a_screen_is_told(name: str, actions: dict[Action, object]) -> None:
    assert set(actions) == set(codes(in_bold("menus.md", name))) & set(Action)


# ---- ussd.md and smpp.md, for who connects a gateway


def test_each_dialect_has_its_heading() -> None:
    _, _, dialects = text_of(DOCS / "ussd.md").partition("\n## The dialects\n")
    assert set(DIALECTS) == set(re.findall(r"^### (\w+)$", dialects, re.MULTILINE))


def test_each_variant_of_ussd_over_smpp_has_its_row() -> None:
    assert set(VARIANTS) == {codes(row[0])[0] for row in rows(DOCS / "smpp.md", "`ussd_dialect`")}


# ---- core.md, for who connects a core


def test_each_operation_of_the_contract_has_its_row() -> None:
    told = {codes(row[1])[0]: row for row in rows(DOCS / "core.md", "service")}
    assert set(operations()) == set(told)
    for name, one in operations().items():
        _, _, changes, parameters, answers = told[name]
        own = {field.name for field in one.event_fields} - _OF_EVERY_EVENT
        own -= _OF_EVERY_CHANGE if one.changes else set()
        given = set(one.answer_fields) - _OF_EVERY_ANSWER
        assert (name, "yes" if one.changes else "") == (name, changes)
        assert (name, set()) == (name, own - set(re.findall(r"\w+", parameters)))
        assert (name, set()) == (name, given - set(re.findall(r"\w+", answers)))


def test_each_result_code_stands_in_the_row_of_its_class() -> None:
    shipped = ResultCodes.shipped()
    for what, told in ((row[0], row[1]) for row in rows(DOCS / "core.md", "class")):
        outcome = _OUTCOMES.get(what, CodeOutcome.REFUSED)
        for part in told.split("; "):
            named = _CODE.findall(part)
            for operation in codes(part) if part.startswith("for ") else [""]:
                meant = {one: shipped.meaning(one, operation).outcome for one in named}
                assert (what, operation, dict.fromkeys(named, outcome)) == (what, operation, meant)


def test_each_operation_for_which_a_code_says_already_so_is_told() -> None:
    (told,) = (row[1] for row in rows(DOCS / "core.md", "class") if row[0] == "already so")
    found = {
        (code, operation) for part in told.split("; ") for operation in codes(part) for code in _CODE.findall(part)
    }
    shipped = ResultCodes.shipped()
    everywhere = {code for code, _ in shipped if shipped.meaning(code, "").outcome == CodeOutcome.ALREADY}
    assert found == {
        (code, operation)
        for code, _ in shipped
        for operation in operations()
        if code not in everywhere and shipped.meaning(code, operation).outcome == CodeOutcome.ALREADY
    }


# ---- console.md and statistics.md


def test_each_page_of_the_console_is_told() -> None:
    told = ", ".join(row[0] for row in rows(DOCS / "console.md", "page"))
    assert {one.name for one in CONSOLE_PAGES if one.name} == set(re.split(r", ", told))


def test_each_role_has_its_row() -> None:
    assert [role.word for role in Role] == [row[0] for row in rows(DOCS / "console.md", "role")]


def test_each_figure_of_the_overview_is_explained() -> None:
    told = set[str]()
    for row in rows(DOCS / "statistics.md", "figure"):
        first, *others = row[0].split(", ")
        told |= {first, *(f"{first.rpartition(' ')[0]} {one}" for one in others)}
    assert {name.replace(",", "") for name in FIGURES.values()} == told
