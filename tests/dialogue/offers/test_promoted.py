"""Promoted tones come first where and when marketing's lists say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from core_client.sandbox.catalogue import starting_catalogue
from tests.dialogue.offers.kit.rules import moment
from workers.dialogue import SHIPPED_TEMPLATES, TemplatesError
from workers.dialogue.offers import Promotions

LISTS = """\
lists:
  summer:
    order: 2
    tones: ['600902000001', '600902000002']
  zone:
    order: 1
    brands: M-Zone
    tones: ['600902000003', '600902000001']
  spring:
    dates: {from: 2027-02-01, to: 2027-03-01}
    time_zone: Asia/Shanghai
    places: [top, help]
    tones: '600902000004'
"""
SPRING, LATER = moment("2027-02-28 15:59:59"), moment("2027-02-28 16:00")


@pytest.mark.parametrize(
    ("shown", "at", "brand", "place"),
    [
        ("4 1 2", SPRING, None, "top"),
        ("1 2", SPRING, None, "new"),
        ("4 1 2", SPRING, "easyown", ""),
        ("4 3 1 2", SPRING, "m-zone", "help"),
        ("3 1 2", LATER, "M-ZONE", "help"),
        ("1 2", LATER, None, ""),
        ("4 1 2", SPRING, None, "new top"),
        ("1 2", SPRING, None, "new menu"),
    ],
)
def test_lists_show_their_tones_by_date_brand_place_and_order_each_once(
    tmp_path: Path, shown: str, at: float, brand: str | None, place: str
) -> None:
    (tmp_path / "promoted.yaml").write_text(LISTS)
    expected = tuple(f"60090200000{last}" for last in shown.split())
    assert expected == Promotions.load(tmp_path).promoted(at, brand, *place.split())


def test_the_example_in_the_shipped_file_does_as_it_says_with_the_tones_of_the_demo(tmp_path: Path) -> None:
    lines = (SHIPPED_TEMPLATES / "promoted.yaml").read_text().splitlines()
    begin, end = lines.index("#lists:"), lines.index("lists: {}")
    (tmp_path / "promoted.yaml").write_text("\n".join(line.removeprefix("#") for line in lines[begin:end]))
    found = Promotions.load(tmp_path)
    sold = {tone.code for tone in starting_catalogue() if not (tone.expired or tone.withdrawn)}
    evening = found.promoted(moment("2027-02-05 12:00"), None, "top")  # eight in the evening in Shanghai
    assert (4, set()) == (len(evening), set(evening) - sold)
    assert evening[2:] == found.promoted(moment("2027-02-05 04:00"), None, "top")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("lists:\n  a: {tones: '6009*'}\n", 2, "'6009*' is no one tone's code"),
        ("lists:\n  a: {order: 1}\n", 2, "'a' has no tones"),
        ("lists:\n  a: {tones: '1', places: roof}\n", 2, "'roof' is no place"),
        ("lists:\n  a:\n    tones: '1'\n    dates: {to: 2027-03-01}\n", 4, "says dates of no time zone"),
        ("lists:\n  a: {tones: '1', until: 2027}\n", 2, "'a' has no 'until'"),
        ("tones:\n  a: {tones: '1'}\n", 1, "there is no 'tones' here"),
    ],
)
def test_a_broken_list_is_refused_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    (tmp_path / "promoted.yaml").write_text(text)
    with pytest.raises(TemplatesError) as caught:
        Promotions.load(tmp_path)
    assert [(line, True)] == [(finding.line, what in finding.what) for finding in caught.value.findings]
