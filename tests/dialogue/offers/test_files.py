"""Offers are files that marketing edits: read whole, refused with file, line and reason, and never needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.dialogue.offers.kit.rules import NUMBER, moment, write
from workers.dialogue import SHIPPED_TEMPLATES, TemplatesError
from workers.dialogue.offers import Facts, Hours, Offer, Offers, Price, Promotions, Quota, Thing, When, cautions

FULL = """\
segments:
  students: {prefixes: ['86138', '86139'], numbers: students.txt}
offers:
  spring-night:
    brands: [M-Zone, EasyOwn]
    segment: students
    days: [fri, Saturday]
    hours: [22:00-06:00, 12:00-13:00]
    dates: {from: 2027-02-01, to: 2027-03-01 06:00}
    time_zone: Asia/Shanghai
    tones: ['600902000001', '6009030*']
    price: 100
    quota: {total: 1000, per_number: 1}
    priority: 10
"""


def test_an_offer_is_read_with_all_it_may_say(tmp_path: Path) -> None:
    path = write(tmp_path, FULL)
    (path.parent / "students.txt").write_text("8613700000001\n+8613700000002\n\n")
    found = Offers.load(tmp_path)
    assert (
        Offer(
            "spring-night",
            Price(100),
            When(
                ZoneInfo("Asia/Shanghai"),
                datetime(2027, 2, 1),  # noqa: DTZ001 - a local time
                datetime(2027, 3, 1, 6),  # noqa: DTZ001
                frozenset({4, 5}),
                (Hours(1320, 360), Hours(720, 780)),
            ),
            10,
            frozenset({"m-zone", "easyown"}),
            frozenset({"students"}),
            ("600902000001", "6009030*"),
            "",
            Quota(1000, 1),
            path,
            4,
        ),
    ) == found.offers
    assert [True, True, True, False] == [
        found.segments["students"].holds(number)
        for number in ("8613800000001", "8613700000001", "8613700000002", "8613700000003")
    ]


def test_what_is_off_is_no_offer_and_the_rest_is_sorted_over_all_files(tmp_path: Path) -> None:
    write(tmp_path, "offers:\n  b: {price: 100}\n  c: {price: 1, off: yes}\n", "1.yaml")
    write(tmp_path, "offers:\n  a: {price: 50%, off: no}\n", "2.yaml")
    assert ["a", "b"] == [offer.id for offer in Offers.load(tmp_path).offers]


def test_a_folder_without_offers_sells_at_the_catalogues_price(tmp_path: Path) -> None:
    found = Offers.load(tmp_path).price_for(Thing("1", 200), Facts(NUMBER, "any"), 1.8e9)
    assert (200, "") == (found.price, found.offer_id)


def test_the_shipped_files_do_nothing_by_themselves() -> None:
    assert () == Offers.load(SHIPPED_TEMPLATES).offers
    assert () == Promotions.load(SHIPPED_TEMPLATES).promoted(moment("2027-02-05 12:00"))
    assert (SHIPPED_TEMPLATES / "offers").is_dir()


BROKEN = [
    ("    price: 100\n", "    price: cheap\n", "price: 'cheap' is no price", "such as 100, or as 50%"),
    ("    price: 100\n", "    price: 101%\n", "price: '101%' is no price", "such as 100"),
    ("    price: 100\n", "    price: 1.50\n", "price: '1.50' is no price", "smallest unit"),
    ("    price: 100\n", "", "'spring-night' has no price", "write price: 100"),
    ("    priority: 10", "    priority: high", "'high' is no priority", "the highest wins"),
    ("    brands: [M-Zone, EasyOwn]", "    brands: []", "brands: says nothing", "leave it out for all"),
    ("    brands", "    brand", "'spring-night' has no 'brand'", "there are brands, segment"),
    ("segment: students", "segment: [students, staff]", "there is no segment 'staff'", "the segments are students"),
    ("[fri, Saturday]", "[fri, weekend]", "'weekend' is no day", "mon, tue"),
    ("12:00-13:00]", "12:00-12:00]", "'12:00-12:00' never opens", "00:00-24:00 is all day"),
    ("12:00-13:00]", "12-13]", "'12-13' is no part of a day", "09:00-17:30"),
    ("12:00-13:00]", "12:00-24:01]", "'12:00-24:01' is no part of a day", "09:00-17:30"),
    ("12:00-13:00]", "24:00-06:00]", "'24:00-06:00' is no part of a day", "09:00-17:30"),
    ("to: 2027-03-01 06:00", "to: 2027-02-01", "never opens", "no longer meant"),
    ("to: 2027-03-01 06:00", "to: 1.3.2027", "'1.3.2027' is no date", "2027-02-01"),
    ("to: 2027-03-01 06:00", "until: 2027-03-01", "has no 'until'", "write {from"),
    ("Asia/Shanghai", "Beijing", "'Beijing' is no time zone", "Asia/Shanghai"),
    ("    time_zone: Asia/Shanghai\n", "", "says days and hours and dates of no time zone", "add time_zone"),
    ("'6009030*'", "'rain*'", "'rain*' is no tone's code", "* for any digits"),
    ("tones: [", "bundle: '9001'\n    tones: [", "is for tones and for a bundle", "make two offers"),
    ("total: 1000", "total: 0", "total is 0: it could never be had", "off: yes"),
    ("per_number: 1", "per_number: few", "'few' is no number of times", "whole number"),
    ("per_number: 1", "each: 1", "has no 'each'", "total: 1000"),
    ("spring-night:", "spring night:", "'spring night' is no offer's id", "letters, digits"),
    ("offers:", "offer:", "there is no 'offer' here", "it has segments, offers"),
    ("students.txt", "lost.txt", "the numbers of 'lost.txt' can't be read", "a number on each line"),
    ("'86138', '86139'", "'+86'", "'+86' is no beginning of a number", "country's code"),
    ("    price: 100", "   price: 100", "not YAML", "mend the line"),
]


@pytest.mark.parametrize(("old", "new", "what", "right"), BROKEN)
def test_a_broken_file_is_refused_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, what: str, right: str
) -> None:
    assert 1 == FULL.count(old)
    path = write(tmp_path, FULL.replace(old, new))
    (path.parent / "students.txt").write_text("8613700000001\n")
    line = FULL[: FULL.index(old)].count("\n") + 1
    with pytest.raises(TemplatesError) as caught:
        Offers.load(tmp_path)
    told = [finding for finding in caught.value.findings if what in finding.what and right in finding.right]
    assert told, str(caught.value)
    assert path == told[0].file
    assert "not YAML" in what or "of no time zone" in what or "no price" in what or abs(told[0].line - line) <= 1


def test_a_list_of_numbers_with_a_mistake_is_refused_without_its_number(tmp_path: Path) -> None:
    path = write(tmp_path, FULL)
    (path.parent / "students.txt").write_text("8613700000001\n86137x0000002\n")
    with pytest.raises(TemplatesError, match=r"line 2 of 'students\.txt' is no number") as caught:
        Offers.load(tmp_path)
    assert "86137x" not in str(caught.value)


def test_an_id_that_stands_in_two_files_is_refused_with_both_places(tmp_path: Path) -> None:
    write(tmp_path, "offers:\n  a: {price: 100}\n", "1.yaml")
    write(tmp_path, "\noffers:\n  a: {price: 90}\n", "2.yaml")
    with pytest.raises(TemplatesError, match=r"2.yaml:3: the offer 'a' stands at 1.yaml:2 too"):
        Offers.load(tmp_path)


NOW = moment("2027-02-05 12:00")
CATALOGUE = [Thing("600902000001", 200), Thing("600902000012", 300)]
DATED = "dates: {from: 2027-02-06, to: 2027-02-09}, time_zone: UTC"
CAUTIONS = [
    ([], "a: {price: 100}"),
    (["'a' is over"], "a: {price: 100, dates: {to: 2027-02-05}, time_zone: UTC}"),
    (["'a' never opens"], f"a: {{price: 100, days: [wed], {DATED}}}"),
    ([], f"a: {{price: 100, days: [mon], {DATED}}}"),
    (["more than the catalogue's price of 600902000001 (200)"], "a: {price: 201}"),
    (["'a' is for the tone 700, which the catalogue does not have"], "a: {price: 1, tones: ['700', '7*']}"),
    (["'b' meets 'a' (a.yaml:2) at the same priority, first at 2027-02-05 12:00"], "a: {price: 1}\n  b: {price: 1}"),
    ([], "a: {price: 1}\n  b: {price: 1, priority: 1}"),
    (["'b' meets 'a' (a.yaml:2) at", "'c' meets 'a' (a.yaml:2) and 1 more at"],
     "a: {price: 1}\n  b: {price: 1}\n  c: {price: 1}"),
    ([], "a: {price: 1, brands: x}\n  b: {price: 1, brands: y}"),
    (["meets"], "a: {price: 1, brands: x}\n  b: {price: 1, brands: [X, y]}"),
    ([], "a: {price: 1, tones: '600902000001'}\n  b: {price: 1, tones: '6009020000?2'}"),
    (["meets"], "a: {price: 1, tones: '6*1'}\n  b: {price: 1, tones: '60*'}"),
    (["meets"], "a: {price: 1, tones: '600902000001'}\n  b: {price: 1}"),
    ([], "a: {price: 1, hours: 09:00-12:00, time_zone: UTC}\n  b: {price: 1, hours: 12:00-14:00, time_zone: UTC}"),
    (["first at 2027-02-05 13:00"],
     "a: {price: 1, hours: 13:00-15:00, time_zone: UTC}\n  b: {price: 1, hours: 21:00-23:00, time_zone: Asia/Tokyo}"),
    (["first at 2027-02-06 00:00"],
     "a: {price: 1, hours: 22:00-06:00, days: fri, time_zone: UTC}\n  b: {price: 1, days: sat, time_zone: UTC}"),
    ([], f"a: {{price: 1, dates: {{to: 2027-02-06}}, time_zone: UTC}}\n  b: {{price: 1, {DATED}}}"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "offers"), CAUTIONS)
def test_what_an_operator_ought_to_know_of_good_offers_is_told(tmp_path: Path, told: list[str], offers: str) -> None:
    write(tmp_path, f"offers:\n  {offers}\n")
    found = [str(caution) for caution in cautions(Offers.load(tmp_path).offers, NOW, CATALOGUE)]
    assert len(told) == len(found), found
    assert all(words in caution for words, caution in zip(told, found, strict=True)), found
