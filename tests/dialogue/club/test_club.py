"""The club's file, as marketing edits it, and the pure decisions over it: names, lists, and which price wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialogue.offers.kit.rules import ANYBODY, TONE, moment, offer
from workers.dialogue import SHIPPED_TEMPLATES, TemplatesError
from workers.dialogue.club import CLUB_FILE, Club, Level, MembersList, best, explain, load_club
from workers.dialogue.offers import Offers, Price, Quota, Quote, Thing, Used, When

ZONE = ZoneInfo("Asia/Shanghai")
ALWAYS = When(ZONE)
SILVER = Level("silver", "201", 500, 30, {"en": "Silver", "zh": "银卡"}, free=1, then=Price(percent=80))
GOLD = Level("gold", "202", 1000, 30, {"en": "Gold", "ar": "ذهبي"}, free=3, then=Price(100))
CLUB = Club((SILVER, GOLD), (MembersList("first", frozenset({"gold"}), (TONE.code,), ALWAYS),), ZONE)
NOON = moment("2027-02-05 12:00")

FULL = """\
time_zone: Asia/Shanghai
levels:
  silver: {code: '201', price: 500, validity_days: 30, tones: 80%}
  gold:
    code: '202'
    price: 1000
    validity_days: 30
    tones: {free: 3, then: 100}
    names: {en: Gold, zh: 金卡}
    brands: [M-Zone]
lists:
  first: {levels: [gold], tones: ['600902000231'], places: [top]}
"""


def load(folder: Path, text: str) -> Club:
    (folder / CLUB_FILE).write_text(text, encoding="utf-8")
    return load_club(folder)


def test_the_club_is_read_with_all_it_may_say(tmp_path: Path) -> None:
    utc = When(ZoneInfo("UTC"))
    assert Club(
        (
            Level("silver", "201", 500, 30, then=Price(percent=80), line=3),
            Level(
                "gold", "202", 1000, 30, {"en": "Gold", "zh": "金卡"}, 3, Price(100), frozenset({"m-zone"}), utc, line=4
            ),
        ),
        (MembersList("first", frozenset({"gold"}), ("600902000231",), utc, frozenset({"top"})),),
        ZONE,
    ) == load(tmp_path, FULL)


def test_a_folder_may_be_without_a_club_and_the_shipped_one_has_two_levels_and_no_list(tmp_path: Path) -> None:
    shipped = load_club(SHIPPED_TEMPLATES)
    assert Club() == load_club(tmp_path)
    assert (["silver", "gold"], ()) == ([level.id for level in shipped.levels], shipped.lists)


def test_the_page_shows_a_file_that_works(tmp_path: Path) -> None:
    page = (SHIPPED_TEMPLATES.parent / "docs" / "club.md").read_text(encoding="utf-8")
    club = load(tmp_path, page.split("```yaml\n")[1].split("```")[0])
    assert (["silver", "gold"], 1) == ([level.id for level in club.levels], len(club.lists))


@pytest.mark.parametrize(
    ("line", "what", "old", "new"),
    [
        (5, "'gold' has no code", "    code: '202'\n", ""),
        (5, "'gold': code: 'two' is no box's code", "'202'", "two"),
        (4, "'gold' has the code of 'silver'", "'202'", "'201'"),
        (6, "'gold': price: '10.00' is no price", "1000", "10.00"),
        (8, "'gold': tones: 'many' is no number of tones", "free: 3", "free: many"),
        (8, "'gold': tones: has no 'gratis'", "free: 3", "gratis: 3"),
        (9, "'gold': names: '42' is no name of a level", "金卡", "'42'"),
        (4, "'gold' is called SILVER as 'silver' is", "金卡", "Silver"),
        (10, "'gold' has no 'brand'", "brands", "brand"),
        (2, "gives free tones a month, of no time zone", "time_zone: Asia/Shanghai\n", "\n"),
        (12, "'first': there is no level 'platin'", "levels: [gold]", "levels: [platin]"),
        (12, "'first': tones: '6009*' is no one tone's code", "600902000231", "6009*"),
        (1, "time_zone: 'Shanghai' is no time zone", "Asia/Shanghai", "Shanghai"),
        (4, "'GOLD' is no level's id", "  gold:", "  GOLD:"),
        (11, "there is no 'list' here", "lists:", "list:"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, line: int, what: str, old: str, new: str) -> None:
    assert 1 == FULL.count(old)
    with pytest.raises(TemplatesError) as broken:
        load(tmp_path, FULL.replace(old, new))
    told = [(finding.line, finding.what) for finding in broken.value.findings]
    assert any(where in (line, line - 1) and found.startswith(what) for where, found in told), told


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("gold", "GOLD"), ("gold", "gold"), ("gold", "ذهبي"), ("gold", "ذَهَبي"), ("silver", "银卡"),
        (None, "golf"), (None, ""),
    ],
)  # fmt: skip
def test_a_level_is_meant_by_its_name_in_any_language(level: str | None, text: str) -> None:
    found = CLUB.named(text)
    assert level == (found.id if found else None)


@pytest.mark.parametrize(("level", "text"), [("gold", "golf"), ("silver", "sliver"), ("gold", "the gold one")])
def test_the_nearest_level_is_named_where_none_is_meant(level: str, text: str) -> None:
    nearest = CLUB.nearest(text)
    assert nearest is not None
    assert level == nearest.id
    assert Club().nearest(text) is None


def test_a_members_list_is_for_its_levels_where_and_while_it_says() -> None:
    assert ((GOLD,), ()) == (CLUB.may_have(TONE.code, NOON), CLUB.may_have("600902000002", NOON))
    assert ((TONE.code,), (), ()) == tuple(CLUB.shown(level, NOON, "top") for level in ("gold", "silver", ""))
    over = replace(CLUB.lists[0], when=replace(ALWAYS, last=datetime(2027, 2, 1)))  # noqa: DTZ001 - a local time
    assert () == replace(CLUB, lists=(over,)).may_have(TONE.code, NOON), "then everybody may have it"
    in_new = replace(CLUB, lists=(replace(CLUB.lists[0], places=frozenset({"new"})),))
    assert () == in_new.shown("gold", NOON, "top")


def test_a_month_of_free_tones_begins_at_midnight_of_the_clubs_zone() -> None:
    before, after = moment("2027-02-28 23:59", "Asia/Shanghai"), moment("2027-03-01 00:00", "Asia/Shanghai")
    ids = [[benefit.id for benefit in CLUB.benefits("gold", at)] for at in (before, after)]
    assert [["club:gold:2027-02", "club:gold"], ["club:gold:2027-03", "club:gold"]] == ids
    assert () == CLUB.benefits("platin", after), "a level that is no more brings nothing"


FREE, CHEAP = CLUB.benefits("gold", NOON)


@pytest.mark.parametrize(
    ("winner", "price", "otherwise", "used"),
    [
        ("club:gold:2027-02", 0, 200, 2),
        ("club:gold", 100, 200, 3),
        ("spring", 0, 0, 0),
        ("spring", 100, 100, 3),
        ("spring", 50, 50, 3),
        ("club:gold", 100, 101, 3),
    ],
)
def test_the_lower_price_wins_and_the_offer_for_everybody_at_the_same(
    winner: str, price: int, otherwise: int, used: int
) -> None:
    had = {"club:gold:2027-02": Used(used, used)}
    quote = best(TONE, Quote(otherwise, "spring"), (FREE, CHEAP), had)
    assert (winner, price) == (quote.offer_id, quote.price)


def test_a_membership_makes_no_bundle_cheaper() -> None:
    assert Quote(400) == best(Thing("101", 400, bundle=True), Quote(400), (FREE, CHEAP), {})


PRICES = st.integers(0, 300)


@given(
    catalogue=PRICES,
    offered=st.lists(st.tuples(PRICES, st.integers(-1, 1)), max_size=3),
    free=st.integers(0, 3),
    then=st.none() | PRICES.map(Price) | st.integers(0, 100).map(lambda percent: Price(percent=percent)),
    used=st.integers(0, 4),
)
def test_a_member_never_pays_more_than_everybody_and_one_rule_wins_in_any_order(
    catalogue: int, offered: list[tuple[int, int]], free: int, then: Price | None, used: int
) -> None:
    """Promise 3, and a quota that is used up gives nothing."""
    thing = Thing(TONE.code, catalogue)
    level = replace(GOLD, free=free, then=then)
    benefits = Club((level,), zone=ZONE).benefits("gold", NOON)
    had = {f"club:gold:{2027}-02": Used(used, used)}
    rules = [offer(f"offer-{no}", price, priority=priority) for no, (price, priority) in enumerate(offered)]
    winners = set()
    for order in permutations(rules):
        offers = Offers(tuple(order))
        public = offers.price_for(thing, ANYBODY, NOON)
        quote = best(thing, public, benefits, had)
        winners.add((quote.price, quote.offer_id))
        assert quote.price <= public.price <= catalogue
        if quote.offer_id.startswith("club:"):
            assert quote.price < public.price
        if quote.offer_id == "club:gold:2027-02":
            assert used < free
        judged = explain(thing, public, offers.explain(thing, ANYBODY, NOON), benefits, had)
        assert ([quote.offer_id] if quote.offer_id else []) == [one.offer.id for one in judged if one.wins]
        assert len(rules) + len(benefits) == len(judged)
    assert 1 == len(winners)


def test_explain_says_why_each_benefit_wins_or_loses() -> None:
    offers = Offers((offer("spring", 100, quota=Quota(total=5)),))
    public = offers.price_for(TONE, ANYBODY, NOON)
    judged = explain(TONE, public, offers.explain(TONE, ANYBODY, NOON), (FREE, CHEAP), {})
    as_money = explain(TONE, public, judged, (FREE, CHEAP), {}, "¤{}".format)
    assert "wins: a member's price ¤0" == as_money[0].why
    assert [
        ("club:gold:2027-02", "wins: a member's price 0"),
        ("club:gold", "no cheaper than spring, which costs everybody so"),
        ("spring", "beaten by club:gold:2027-02, a member's price, which is cheaper"),
    ] == [(one.offer.id, one.why) for one in judged]
