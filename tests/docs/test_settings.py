"""Every setting that a page names is one, and every example of a file can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from channels.smpp.sending.verdicts import Verdicts
from core_client.codes import ResultCodes
from tests.docs.pages import DOCS, PAGES, blocks, named, text_of, words_as_code
from workers.dialogue.offers.files import read_offers
from workers.dialogue.offers.promoted import Promotions
from workers.dialogue.renewal_prices import LowerPrices
from workers.dialogue.sources import Finding
from workers.settings import Settings, load
from workers.settings.environment import spelling
from workers.settings.schema import field_at, keys, leaves

_TABLE_AND_KEY = re.compile(r"\[\[?([a-z_.]+)\]\]? ([a-z_]+)\b")
_DOTTED = re.compile(r"([a-z_]+)\.([a-z_]+)(?:\.([a-z_]+))?")
_VARIABLE = re.compile(r"TONEGATE_[A-Z]+__[A-Z0-9_]+")
_A_BIND = """
[[smpp.binds]]
name = "beside"
system_id = "crbt"
short_codes = ["5000"]
"""
"""Without one there are no texts, which would be warned of."""
_SUFFIXES = {"md", "py", "yaml", "yml", "toml", "json", "db", "html", "log", "wsdl"}


def examples() -> list[tuple[str, str]]:
    """Each TOML block of the pages with its place."""
    return [(f"{named(page)}:{one.line}", one.text) for page in PAGES for one in blocks(page, "toml")]


@pytest.mark.parametrize(("place", "text"), examples(), ids=[place for place, _ in examples()])
def test_each_example_of_settings_can_be_used(place: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    file = tmp_path / "tonegate.toml"
    beside = "" if "[[smpp.binds]]" in text else _A_BIND
    file.write_text(re.sub(r'"file:[^"]*"', '"file:secret"', text) + beside)
    assert () == load(file, {}).warnings, place


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_setting_that_is_named_is_one(page: Path) -> None:
    told = words_as_code(page)
    named_so = [(*found[1].split("."), found[2]) for one in told if (found := _TABLE_AND_KEY.match(one))]
    named_so += [
        tuple(filter(None, found.groups()))
        for one in told
        if (found := _DOTTED.fullmatch(one)) and found[1] in keys(Settings) and found[2] not in _SUFFIXES
    ]
    assert [] == [path for path in named_so if field_at(Settings, path) is None]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_variable_that_is_named_is_one(page: Path) -> None:
    told = {one.replace("__0", "") for one in _VARIABLE.findall(text_of(page))}
    assert set() == told - {spelling(path) for path, _ in leaves(Settings)}


def yaml(page: str, beginning: str) -> str:
    """The first YAML block of a page that begins with that."""
    return next(one.text for one in blocks(DOCS / page, "yaml") if one.text.startswith(beginning))


def test_the_offers_that_are_shown_can_be_sold(tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers" / "students.txt").write_text("8613800000001\n")
    (tmp_path / "offers" / "shown.yaml").write_text(yaml("offers.md", "segments:"))
    findings: list[Finding] = []
    offers, _ = read_offers(tmp_path, findings)
    assert (["spring-night"], []) == ([one.id for one in offers], findings)


def test_the_promoted_tones_that_are_shown_can_be_promoted(tmp_path: Path) -> None:
    (tmp_path / "promoted.yaml").write_text(yaml("offers.md", "lists:"))
    assert ["spring"] == [one.name for one in Promotions.load(tmp_path).lists]


def test_the_lower_prices_that_are_shown_can_be_tried(tmp_path: Path) -> None:
    (tmp_path / "renewals.yaml").write_text(yaml("renewals.md", "lower_prices:"))
    assert ["low-balance"] == [one.id for one in LowerPrices.load(tmp_path).rules]


def test_the_result_codes_that_are_shown_can_be_put_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "codes.yaml").write_text(yaml("core.md", '"310001"'))
    assert "gift_limit" == ResultCodes.load(tmp_path / "codes.yaml").meaning("399001", "presentTone").reason


@pytest.mark.parametrize("page", ["smpp.md", "my-smsc.md"])
def test_the_statuses_that_are_shown_can_be_put_over_the_shipped_ones(page: str, tmp_path: Path) -> None:
    (tmp_path / "statuses.yaml").write_text(yaml(page, "ESME_RSUBMITFAIL"))
    assert "pause" == Verdicts.load(tmp_path / "statuses.yaml").of(0x430).verdict
