"""An amount reads alike wherever people read one: operations' way is out of the subscribers' own file."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from workers.dialogue import SHIPPED_TEMPLATES, Wording
from workers.ops.money import money_of

LANGUAGES = sorted(file.parent.name for file in SHIPPED_TEMPLATES.glob("*/answers.yaml"))
WAY = """\
  money: "{{ amount }} yuan"
  decimals: 2                 # 200 in the core's smallest unit is 2.00
  decimal_mark: "."
"""


def settings(language: str = "en", folder: Path | None = None) -> Any:
    return SimpleNamespace(dialogue=SimpleNamespace(default_language=language, templates=folder))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED_TEMPLATES / "en", tmp_path / "en")
    return tmp_path / "en" / "answers.yaml"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert 1 == text.count(old)
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_operations_read_an_amount_as_subscribers_do(language: str) -> None:
    wording, money = Wording.load(SHIPPED_TEMPLATES, [language], language), money_of(settings(language))
    for amount in (0, 5, 200, 123456, -50):
        assert wording.money(amount, language) == money(amount)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ('  decimals: 0\n  decimal_mark: "."\n  money: "UGX {{ amount }}"\n', "UGX 1250"),
        ('  money: &way "{{ amount }}  {# twice #} €"\n  decimals: 3\n  decimal_mark: ","\n', "1,250 €"),
        ("  money: |\n    {{ amount }} kr\n  decimals: '1'\n  decimal_mark: \"\\u200b,\"\n", "125,0 kr"),
    ],
)
def test_the_way_is_the_file_s_own(file: Path, way: str, expected: str) -> None:
    change(file, WAY, way)
    folder = file.parents[1]
    assert expected == Wording.load(folder, ["en"], "en").money(1250, "en")
    assert expected == money_of(settings(folder=folder))(1250)


def test_a_mistake_in_the_words_takes_no_money_away(file: Path) -> None:
    """Marketing edits them while operations look."""
    with file.open("a", encoding="utf-8") as words:
        words.write('\n  order_done: "{{ nothing }"\n  \tnot: [yaml\n')
    assert "2.00 yuan" == money_of(settings(folder=file.parents[1]))(200)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  decimals: 2  ", "  decimals: two  "),
        ("  decimals: 2  ", "  decimals: 5  "),
        ('  decimal_mark: "."\n', ""),
        ("{{ amount }} yuan", "{{ amount yuan"),
        ("{{ amount }} yuan", "{{ sum }} yuan"),
        ("{{ amount }} yuan", "{{ amount // 0 }} yuan"),
        ("{{ amount }} yuan", ""),
        ("formats:\n", "forms:\n"),
        ("formats:\n", "formats: [\n"),
        ("formats:\n", "- formats:\n"),
    ],
)
def test_an_amount_without_a_way_says_its_unit(file: Path, old: str, new: str) -> None:
    """A bare 200 would be read as a hundred times what it is."""
    change(file, old, new)
    assert "1,200 minor units" == money_of(settings(folder=file.parents[1]))(1200)


def test_a_way_that_was_changed_counts_at_once(file: Path) -> None:
    """A console need not be started anew for it, nor for a file that was taken away and put back."""
    money = money_of(settings(folder=file.parents[1]))
    assert "2.00 yuan" == money(200)
    change(file, "{{ amount }} yuan", "{{ amount }} euros")
    assert "2.00 euros" == money(200)
    away = file.rename(file.with_suffix(".away"))
    assert "200 minor units" == money(200)
    away.rename(file)
    assert "2.00 euros" == money(200)


@pytest.mark.parametrize("octets", [None, b"", b"\xff\xfe", b"- 1\n"], ids=["none", "empty", "no text", "no table"])
def test_an_amount_without_a_file_says_its_unit(file: Path, octets: bytes | None) -> None:
    file.unlink()
    if octets is not None:
        file.write_bytes(octets)
    assert "200 minor units" == money_of(settings(folder=file.parents[1]))(200)
