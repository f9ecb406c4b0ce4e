"""What reports say: every figure by what it is made of, beside the year before."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.statistics.kit.counts import COUNTED_AT, End, Tone, Word, fill
from workers.journal import Database
from workers.journal.funnel import Funnel, ScreenCount
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.journal.tables import ussd_funnel
from workers.ops.statistics import (
    AsOf,
    Dimension,
    Figure,
    by,
    commands_funnel,
    offers,
    overview,
    screens_funnel,
    tones,
    words,
)

DAY, YEAR_BEFORE = date(2026, 11, 20), date(2025, 11, 20)
NOVEMBER = Span.month(2026, 11)
SOMEBODY, OTHER = "#1", "#2"


@pytest.mark.parametrize(
    ("figure", "growth"),
    [
        (Figure(1729, 1000), 72.9),
        (Figure(321, 100), 221.0),
        (Figure(0, 10), -100.0),
        (Figure(10, 10), 0.0),
        (Figure(-5, 10), -150.0),
        (Figure(5, 0), None),
        (Figure(0, 0), None),
        (Figure(5, -5), None),
        (Figure(5, None), None),
    ],
    ids=str,
)
def test_growth_is_told_where_there_is_something_to_grow_from(figure: Figure, growth: float | None) -> None:
    assert (None if growth is None else pytest.approx(growth)) == figure.growth


ENDS = {
    "order, asked": End(DAY, outcome="asked"),
    "order": End(DAY, confirmed=1, amount=200),
    "two orders in one": End(DAY, results=2, amount=400),
    "copy": End(DAY, "copy", amount=200),
    "bundle": End(DAY, "pack", amount=900),
    "bundles listed": End(DAY, "pack", "listed"),
    "had already": End(DAY, outcome="already"),
    "too poor": End(DAY, outcome="balance"),
    "too poor for two": End(DAY, "gift", "balance", results=2),
    "too poor to renew by itself": End(DAY, "renew", "balance", channel="renewal", messages=0),
    "renewed by itself, lower": End(DAY, "renew", channel="renewal", messages=0, amount=100),
    "deleted": End(DAY, "delete"),
    "opened": End(DAY, "open", amount=500),
    "closed": End(DAY, "close"),
    "joined": End(DAY, "join", amount=1000),
    "left": End(DAY, "leave"),
    "gift": End(DAY, "gift"),
    "gift taken": End(DAY, "accept", amount=700, won=1),
    "gift taken elsewhere": End(DAY, "accept", channel="gift", messages=0, amount=200),
    "gift refused": End(DAY, "decline"),
    "gift refused elsewhere": End(DAY, "decline", "gift_answered", channel="gift", messages=0),
    "gift refused too late": End(DAY, "decline", "gift_answered"),
    "gift over": End(DAY, "decline", channel="gift", messages=0),
    "gift over that the core had ended": End(DAY, "decline", "gift_key", channel="gift", messages=0),
    "no to a question": End(DAY, "decline", "declined"),
    "yes to nothing": End(DAY, "accept", "nothing_asked"),
    "gibberish": End(DAY, "", "not_understood", results=0),
    "nearly": End(DAY, "", "did_you_mean", results=0),
    "flood": End(DAY, "", "flood", results=0),
    "given up": End(DAY, "", "dead"),
    "not known": End(DAY, "order", "unknown"),
}
"""One of each, by what it is."""

FIGURES: dict[str, float] = {
    "messages": len(ENDS) - 6,
    "users": 2,
    "paying": 1,
    "orders": 5,
    "orders_per_user": 2.5,
    "revenue": 200 + 400 + 200 + 900 + 100 + 500 + 1000 + 700 + 200,
    "opened": 2,
    "closed": 1,
    "net_users": 1,
    "tones_ordered": 4,
    "tones_deleted": 1,
    "net_tones": 3,
    "bundles": 1,
    "joined": 1,
    "left": 1,
    "gifts_offered": 1,
    "gifts_accepted": 2,
    "gifts_refused": 2,
    "gifts_expired": 2,
    "recipients_won": 1,
    "lost_to_balance": 3,
    "not_understood": 2,
}


def figures(report: Any) -> dict[str, Figure]:
    named = {field.name: getattr(report, field.name) for field in fields(report)}
    return {name: figure for name, figure in named.items() if isinstance(figure, Figure)}


def test_each_figure_of_the_overview_counts_what_it_says(database: Database, statistics: Statistics) -> None:
    fill(database, [*ENDS.values(), End(DAY, messages=0, results=0, amount=0, person=OTHER),
                    End(DAY, messages=0, results=0, amount=1, person=SOMEBODY)])  # fmt: skip
    found = overview(statistics, NOVEMBER)
    assert AsOf(COUNTED_AT, 0, DAY) == found.as_of
    assert (NOVEMBER, Span.month(2025, 11)) == (found.span, found.before)
    expected = FIGURES | {"revenue": FIGURES["revenue"] + 1}
    assert expected == {name: figure.now for name, figure in figures(found).items()}
    assert {0} == {figure.before for figure in figures(found).values()}


def test_every_figure_stands_beside_that_of_the_year_before(database: Database, statistics: Statistics) -> None:
    fill(
        database,
        [
            *(End(YEAR_BEFORE, amount=200, person=who) for who in (SOMEBODY, OTHER)),
            *(End(DAY, amount=200, person=who) for who in (SOMEBODY, OTHER, "#3", SOMEBODY)),
            End(date(2025, 11, 30), amount=9_000, person="#4"),
        ],
    )
    found = figures(overview(statistics, Span(date(2026, 11, 2), date(2026, 11, 29))))
    assert (Figure(4, 2), Figure(3, 2), Figure(800, 400)) == (found["orders"], found["users"], found["revenue"])
    assert (100.0, 50.0) == (found["orders"].growth, found["users"].growth)
    assert pytest.approx(33.3, abs=0.1) == found["orders_per_user"].growth


def test_a_leap_day_alone_has_no_year_before(database: Database, statistics: Statistics) -> None:
    leap = date(2028, 2, 29)
    fill(database, [End(leap, person=SOMEBODY), End(date(2027, 2, 28), person=SOMEBODY), End(date(2027, 3, 1))])
    found = overview(statistics, Span(leap, leap))
    assert found.before is None
    assert {None} == {figure.before for figure in figures(found).values()}
    rows = by(statistics, Span.month(2028, 2), Dimension.DAY).rows
    assert [("2028-02-28", Figure(0, 1)), ("2028-02-29", Figure(1, None))] == [(row.key, row.messages) for row in rows]
    (month,) = by(statistics, Span.month(2028, 2), Dimension.MONTH).rows
    assert ("2028-02", Figure(1, 1)) == (month.key, month.messages)


def test_an_empty_journal_reports_nothing_and_fails_at_nothing(database: Database, statistics: Statistics) -> None:
    found = overview(statistics, NOVEMBER)
    assert AsOf(None, 0, None) == found.as_of
    assert {(0, 0, None)} == {(one.now, one.before, one.growth) for one in figures(found).values()}
    assert [()] * len(Dimension) == [by(statistics, NOVEMBER, dimension).rows for dimension in Dimension]
    funnel = commands_funnel(statistics, NOVEMBER)
    assert (0, None, ()) == (funnel.total.received, funnel.total.share("understood"), funnel.actions)
    assert () == words(statistics, NOVEMBER).rows + tones(statistics, NOVEMBER).rows + offers(statistics, NOVEMBER).rows
    assert () == screens_funnel(Funnel(database), NOVEMBER, ZoneInfo("UTC")).rows


def test_how_many_users_there_were_is_left_open_where_nobody_can_know(
    database: Database, statistics: Statistics
) -> None:
    fill(database, [End(DAY), End(YEAR_BEFORE)])
    found = overview(statistics, NOVEMBER)
    assert (None, None, None) == (found.users, found.paying, found.orders_per_user)
    assert {None} == {row.users for dimension in Dimension for row in by(statistics, NOVEMBER, dimension).rows}


def test_days_stand_in_order_with_those_between_that_had_nothing(database: Database, statistics: Statistics) -> None:
    fill(database, [End(DAY, amount=200, person=SOMEBODY), End(date(2026, 11, 22), person=OTHER), End(YEAR_BEFORE)])
    found = by(statistics, NOVEMBER, Dimension.DAY)
    assert ["2026-11-20", "2026-11-21", "2026-11-22"] == [row.key for row in found.rows]
    assert [Figure(1, 1), Figure(0, 0), Figure(1, 0)] == [row.orders for row in found.rows]
    assert [Figure(1, 0), Figure(0, 0), Figure(1, 0)] == [row.users for row in found.rows]
    assert [Figure(200, 0), Figure(0, 0), Figure(0, 0)] == [row.revenue for row in found.rows]


@pytest.mark.parametrize("dimension", Dimension)
def test_the_rows_of_either_year_add_up_to_the_overview(
    database: Database, statistics: Statistics, dimension: Dimension
) -> None:
    """What there was a year before and is no more is the growth that is looked for first."""
    fill(
        database,
        [
            End(DAY, brand="gotone", offer="spring", amount=120, person=SOMEBODY),
            End(YEAR_BEFORE, brand="gotone", offer="spring", amount=120, person=SOMEBODY),
            End(date(2025, 11, 3), "copy", channel="ussd", brand="easyown", language="fr", offer="autumn", amount=50),
            End(date(2025, 11, 28), "pack", channel="ussd", brand="easyown", language="fr", offer="autumn", amount=900),
        ],
    )
    rows, whole = by(statistics, NOVEMBER, dimension).rows, overview(statistics, NOVEMBER)
    for name in ("messages", "orders", "revenue"):
        figures_of = [getattr(row, name) for row in rows]
        summed = Figure(sum(one.now for one in figures_of), sum(one.before for one in figures_of))
        assert getattr(whole, name) == summed


def test_months_at_the_edges_of_a_span_are_cut_to_it(database: Database, statistics: Statistics) -> None:
    days = (date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 5), DAY, date(2026, 11, 28))
    fill(database, [End(day, person=SOMEBODY) for day in days])
    found = by(statistics, Span(date(2026, 9, 2), date(2026, 11, 21)), Dimension.MONTH)
    assert [("2026-09", 1, 1), ("2026-10", 1, 1), ("2026-11", 1, 1)] == [
        (row.key, row.messages.now, row.users and row.users.now) for row in found.rows
    ]


def test_everything_else_stands_by_its_messages(database: Database, statistics: Statistics) -> None:
    fill(
        database,
        [
            *(End(DAY, brand="gotone", person=who) for who in (SOMEBODY, OTHER)),
            End(DAY, "list", brand="", person="#3"),
            End(DAY, "list", brand="", person="#3", messages=2),
            End(YEAR_BEFORE, brand="gotone", person=SOMEBODY),
            End(YEAR_BEFORE, brand="long gone", person=OTHER),
        ],
    )
    found = by(statistics, NOVEMBER, Dimension.BRAND)
    assert ("once", "brand not asked for") == (found.people, found.none)
    assert [("", 3, 0, 1), ("gotone", 2, 2, 2), ("long gone", 0, 0, 0)] == [
        (row.key, row.messages.now, row.orders.now, row.users and row.users.now) for row in found.rows
    ]
    assert (Figure(2, 1), Figure(2, 1)) == (found.rows[1].messages, found.rows[1].users)
    assert (Figure(0, 1), Figure(0, 1)) == (found.rows[2].messages, found.rows[2].users)


def test_people_are_held_against_people_who_were_counted_in_the_same_way(
    database: Database, statistics: Statistics
) -> None:
    """This month until today has its number ready, the same days a year before have not."""
    again = date(2025, 11, 10)
    fill(
        database,
        [
            *(End(day, person=SOMEBODY) for day in (again, YEAR_BEFORE, date(2025, 11, 28), date(2026, 11, 3), DAY)),
            End(DAY, person=OTHER),
        ],
    )
    found = by(statistics, Span(date(2026, 11, 1), DAY), Dimension.CHANNEL)
    assert ("once a day", Figure(3, 2)) == (found.people, found.rows[0].users)
    whole = by(statistics, NOVEMBER, Dimension.CHANNEL)
    assert ("once", Figure(2, 1)) == (whole.people, whole.rows[0].users)


def test_by_action_nobody_is_counted_and_what_we_write_to_ourselves_is_no_message(
    database: Database, statistics: Statistics
) -> None:
    fill(database, [End(DAY, person=SOMEBODY), End(DAY, "renew", channel="renewal", messages=0, amount=50)])
    found = by(statistics, NOVEMBER, Dimension.ACTION)
    assert ("", [("order", 1, None, 0), ("renew", 0, None, 50)]) == (
        found.people,
        [(row.key, row.messages.now, row.users, row.revenue.now) for row in found.rows],
    )


def test_the_funnel_goes_from_received_to_done_in_all_and_by_action(database: Database, statistics: Statistics) -> None:
    fill(
        database,
        [
            End(DAY, outcome="asked", messages=10),
            End(DAY, outcome="asked_again", messages=2),
            End(DAY, messages=6, confirmed=6),
            End(DAY, outcome="balance", messages=2, confirmed=2),
            End(DAY, channel="ussd", messages=4, confirmed=4),
            End(DAY, "list", messages=5),
            End(DAY, "", "not_understood", messages=3),
            End(DAY, "renew", channel="renewal", messages=0),
        ],
    )
    found = commands_funnel(statistics, NOVEMBER)
    total = found.total
    assert (32, 29, 16, 12, 15, 10) == (
        total.received, total.understood, total.quoted, total.confirmed, total.done, total.done_after_yes,
    )  # fmt: skip
    order, listed = found.actions
    assert ("order", 24, 24, 16, 12, 10) == (
        order.action, order.received, order.understood, order.quoted, order.confirmed, order.done,
    )  # fmt: skip
    assert [100.0, pytest.approx(66.7, abs=0.1), 75.0, pytest.approx(83.3, abs=0.1)] == [
        order.share(step) for step in ("understood", "quoted", "confirmed", "done_after_yes")
    ]
    assert ("list", 5, None, 100.0) == (listed.action, listed.done, listed.share("confirmed"), listed.share("done"))


def test_what_a_gateway_was_asked_for_was_told_its_price_there(database: Database, statistics: Statistics) -> None:
    fill(database, [End(DAY, messages=3, confirmed=3), End(DAY, outcome="no_consent", messages=1)])
    total = commands_funnel(statistics, NOVEMBER).total
    assert (3, 3, 100.0) == (total.quoted, total.confirmed, total.share("confirmed"))


def test_screens_tell_how_many_gave_up_on_them_by_the_operator_s_days(database: Database) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    noon = 1_700_000_000 // 3600 * 3600  # 2023-11-15 06:00 there
    hours = [
        ScreenCount(noon, "v1", "main", 10, 7, 2, 4, 18_000),
        ScreenCount(noon + 3600, "v1", "main", 10, 4, 2, 0, 12_000),
        ScreenCount(noon - 7 * 3600, "v1", "main", 100, 0, 100, 0, 1),  # the day before
        ScreenCount(noon, "v1", "price", 3, 0, 0, 0, 0),
    ]
    rows = [{field.name: getattr(one, field.name) for field in fields(one)} for one in hours]
    database.write(lambda connection: connection.execute(ussd_funnel.insert(), rows).rowcount)
    day = date(2023, 11, 15)
    main, price = screens_funnel(Funnel(database), Span(day, day), zone).rows
    assert ("main", 20, 11, 4, 4, 20.0, 2.0) == (
        main.screen, main.entries, main.exits, main.drops, main.wrong, main.drop_percent, main.shown_s,
    )  # fmt: skip
    assert ("price", 0.0, None) == (price.screen, price.drop_percent, price.shown_s)


def test_an_offer_is_told_by_what_it_brought(database: Database, statistics: Statistics) -> None:
    fill(
        database,
        [
            End(DAY, offer="spring", results=2, amount=240, person=SOMEBODY),
            End(DAY, "accept", offer="spring", amount=120, person=OTHER),
            End(DAY, "gift", offer="spring", person=OTHER),
            End(DAY, outcome="asked", offer="spring", person="#3"),
            End(DAY, outcome="asked", offer="never taken"),
            End(DAY, amount=200, person=OTHER),
            End(DAY, "list"),
            End(YEAR_BEFORE, offer="spring", amount=120, person=SOMEBODY),
            End(YEAR_BEFORE, offer="over", results=2, amount=100, person=SOMEBODY),
        ],
    )
    spring, catalogue, over = offers(statistics, NOVEMBER).rows
    assert ("spring", Figure(3, 1), Figure(360, 120)) == (spring.offer, spring.taken, spring.revenue)
    assert ("", Figure(1, 0), Figure(200, 0), None) == (
        catalogue.offer, catalogue.taken, catalogue.revenue, catalogue.users,
    )  # fmt: skip
    assert ("over", Figure(0, 2), Figure(0, 100), Figure(0, 1)) == (over.offer, over.taken, over.revenue, over.users)


def test_words_and_tones_are_as_many_as_are_asked_for(database: Database, statistics: Statistics) -> None:
    fill(
        database,
        words=[Word(DAY, "hola", 3), Word(DAY, "bonjour", 2)],
        tones=[
            Tone(DAY, "1", amount=200, name="Moon River"),
            Tone(DAY, "1", "copy", amount=200, name="Moon River"),
            Tone(DAY, "1", "renew", amount=100, name="Moon River"),
            Tone(DAY, "1", "delete", name="Moon River"),
            Tone(DAY, "2", "accept", 3, 600, "Summertime"),
        ],
    )
    assert ["hola"] == [row.word for row in words(statistics, NOVEMBER, limit=1).rows]
    given, bought = tones(statistics, NOVEMBER).rows
    assert ("2", 0, 3, 600) == (given.code, given.orders, given.gifts, given.revenue)
    assert ("1", "Moon River", 2, 0, 1, 1, 500) == (
        bought.code, bought.name, bought.orders, bought.gifts, bought.renewals, bought.deleted, bought.revenue,
    )  # fmt: skip
    assert ("2",) == tuple(row.code for row in tones(statistics, NOVEMBER, limit=1).rows)


SOLD = [
    End(DAY, brand="gotone", language="fr", confirmed=1, amount=200, person=SOMEBODY),
    End(DAY, brand="gotone", channel="ussd", offer="spring", amount=100, person=SOMEBODY),
    End(DAY, brand="mzone", offer="spring", amount=100, person=OTHER),
    End(DAY, "accept", brand="mzone", amount=700, won=1, person=OTHER),
    End(DAY, "open", outcome="balance", brand="mzone", person=OTHER),
    End(YEAR_BEFORE, brand="gotone", amount=200, person=SOMEBODY),
]


@pytest.mark.parametrize(
    ("only", "figures"),
    [
        ({}, "orders 3 1, revenue 1100 200, recipients_won 1 0, lost_to_balance 1 0, users 2 1"),
        ({"brand": "gotone"}, "orders 2 1, revenue 300 200, recipients_won 0 0, lost_to_balance 0 0, users 1 1"),
        ({"brand": "mzone"}, "orders 1 0, revenue 800 0, recipients_won 1 0, lost_to_balance 1 0, users 1 0"),
        ({"offer": "spring"}, "orders 2 0, revenue 200 0, recipients_won 0 0, lost_to_balance 0 0, users 2 0"),
        ({"language": "fr"}, "orders 1 0, revenue 200 0, recipients_won 0 0, lost_to_balance 0 0, users 1 0"),
        # Somebody counts where he was first seen.
        ({"channel": "ussd"}, "orders 1 0, revenue 100 0, recipients_won 0 0, lost_to_balance 0 0, users 0 0"),
        ({"brand": "gotone", "channel": "ussd"}, "orders 1 0, revenue 100 0, recipients_won 0 0, lost_to_balance 0 0"),
        ({"offer": "", "brand": "mzone"}, "orders 0 0, revenue 700 0, recipients_won 1 0, lost_to_balance 1 0"),
    ],
    ids=str,
)
def test_an_overview_of_one_brand_channel_language_or_offer_has_every_figure_of_it(
    database: Database, only: dict[str, str], figures: str
) -> None:
    fill(database, SOLD)
    found = overview(Statistics(database), NOVEMBER, only)
    for name, now, before in (one.split() for one in figures.split(", ")):
        assert Figure(int(now), int(before)) == getattr(found, name), name
    assert ("users" in figures) == (found.users is not None)
    assert only == found.only


@pytest.mark.parametrize("column", ["brand", "channel", "language", "offer"])
def test_what_is_of_each_value_alone_adds_up_to_everything(database: Database, column: str) -> None:
    fill(database, [*ENDS.values(), *SOLD])
    statistics = Statistics(database)
    each = [overview(statistics, NOVEMBER, {column: value}) for value in statistics.known(column)]
    assert len(each) > 1
    everything = overview(statistics, NOVEMBER)
    for name in (
        "messages",
        "orders",
        "revenue",
        "opened",
        "net_users",
        "bundles",
        "gifts_accepted",
        "lost_to_balance",
    ):
        assert getattr(everything, name).now == sum(getattr(one, name).now for one in each) != 0, name
    funnels = [commands_funnel(statistics, NOVEMBER, {column: value}).total for value in statistics.known(column)]
    assert commands_funnel(statistics, NOVEMBER).total.received == sum(one.received for one in funnels)


def test_days_at_the_edges_of_a_span_are_of_what_is_meant_alone_too(database: Database) -> None:
    fill(database, [End(date(2026, 3, day), brand=brand) for day in (1, 2, 30) for brand in ("gotone", "mzone")])
    most = Span(date(2026, 3, 2), date(2026, 3, 31))
    assert 2 == overview(Statistics(database), most, {"brand": "mzone"}).orders.now
    (row,) = by(Statistics(database), most, Dimension.MONTH, {"brand": "mzone"}).rows
    assert (2, None) == (row.orders.now, row.users)
    assert {"2026-03-02": 1, "2026-03-30": 1} == {
        row.key: row.orders.now
        for row in by(Statistics(database), most, Dimension.DAY, {"brand": "mzone"}).rows
        if row.orders.now
    }


def test_orders_of_each_user_are_told_only_where_both_are_of_the_same(database: Database) -> None:
    """Who orders by one channel may have been first seen in another, and is a user there."""
    fill(database, SOLD)
    each = {
        column: overview(Statistics(database), NOVEMBER, {column: value})
        for column, value in (("brand", "gotone"), ("channel", "sms"), ("language", "en"), ("offer", "spring"))
    }
    assert ["offer"] == [column for column, one in each.items() if one.orders_per_user is not None]
    assert Figure(1.0, 0.0) == each["offer"].orders_per_user
