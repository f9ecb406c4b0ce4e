"""The reference page says what the code does."""

from pathlib import Path

from workers.settings.models import Settings
from workers.settings.reference import page
from workers.settings.schema import leaves

DOCS = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_page_in_the_repository_is_current() -> None:
    assert page() == DOCS.read_text(encoding="utf-8"), "run `make docs`"


def test_every_setting_says_what_it_is() -> None:
    assert [path for path, field in leaves(Settings) if not field.description] == []


def test_every_setting_has_a_row_of_its_own() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(list(leaves(Settings)))
    assert all(line.count(" | ") == 4 for line in rows)


def test_no_value_is_an_empty_word_and_nought_is_a_value() -> None:
    assert "``" not in page()
    (row,) = (line for line in page().splitlines() if line.startswith("| `gsm_data_coding` |"))
    assert "| `0` `1` |" in row
