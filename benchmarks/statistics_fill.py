"""Statistics as two years of ten million messages a month leave them: made by the database itself, day by day.

What is assumed stands in `statistics_assumed`.  Of a day's messages each combination has its expected count, and one
that is expected less than once a day is there on as many days as it should be.  So the rows are as many, and as
unequal, as a real service's would be.  The years are alike: growth costs no more to read than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, text
from statistics_assumed import OFFERS, Assumed, messages, tones, users, words

from workers.journal import Database

_AT_ONCE = 250_000
_MENU_SCREENS = 40
_WHOLE = {"sqlite": "CAST({0} AS INTEGER)", "postgresql": "CAST(floor({0}) AS integer)"}
_SERIES = {
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM s WHERE n < {high}) SELECT n FROM s)",
    "postgresql": "(SELECT generate_series(CAST({low} AS bigint), {high}) AS n)",
}
_PERSON = {  # spread over all, as a hash's are
    "sqlite": "printf('%020x', n * 2654435761 % 4294967296)",
    "postgresql": "lpad(to_hex(n * 2654435761 % 4294967296), 20, '0')",
}
_MD5 = "md5(random()\\:\\:text)"
_RANDOM = {
    "sqlite": "randomblob(46)",
    "postgresql": f"substr(decode({_MD5} || {_MD5} || {_MD5}, 'hex'), 1, 46)",
}
_NO_DAY = {"sqlite": "zeroblob(46)", "postgresql": "decode(repeat('00', 46), 'hex')"}
_TABLES: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "statistics": (
        ("channel", "brand", "language", "offer", "action", "outcome"),
        {
            "messages": "m",
            "results": "CASE WHEN action = '' THEN 0 ELSE m END",
            "confirmed": "CASE WHEN price > 0 THEN m ELSE 0 END",
            "amount": "m * price",
            "won": "CASE WHEN action = 'gift' AND outcome = 'done' THEN m / 5 ELSE 0 END",
        },
    ),
    "statistics_tones": (("tone_code", "action", "name"), {"results": "m", "amount": "m * 200"}),
    "statistics_words": (("language", "word"), {"messages": "m"}),
    "statistics_users": (("scope", "channel", "brand", "language"), {"users": "m", "paying": "m / 4"}),
}
"""The keys of each, and what is counted of the `m` messages of a day."""
_DAY = """
INSERT INTO {table} (grain, begin, {keys}, {counts})
SELECT 'd', begin, {keys}, {values} FROM (
 SELECT mix.*, day.begin, {m} AS m
 FROM (SELECT * FROM bench_days WHERE month = {month}) AS day CROSS JOIN bench_mix AS mix
) AS counted WHERE m > 0
"""
_LONG = """
INSERT INTO {table} (grain, begin, {keys}, {counts})
SELECT '{grain}', {begin}, {keys}, {sums} FROM {table} WHERE grain = '{of}' AND begin >= {begin} AND begin < {end}
GROUP BY {keys}
"""
_TOGETHER = """
INSERT INTO statistics (grain, begin, channel, brand, language, offer, action, outcome, {counts})
SELECT upper(grain), begin, channel, '', '', '', action, outcome, {sums} FROM statistics
WHERE grain IN ('d', 'm') AND begin >= {begin} AND begin < {end} GROUP BY grain, begin, channel, action, outcome
"""
_PEOPLE = """
INSERT INTO statistics_people (year, person, scope, days, paid_days, brand)
SELECT {year}, {person}, '{scope}', {random}, CASE n % 3 WHEN 0 THEN {random} ELSE {no_day} END, 'easyown'
FROM {series} AS series
"""
_RETURNS = """
INSERT INTO statistics_returns (scope, day, before, users, paying)
SELECT '{scope}', day.begin, earlier.begin, {most} / ((day.n - earlier.n) * (day.n - earlier.n)) + 1, 1
FROM bench_days AS day JOIN bench_days AS earlier ON earlier.n BETWEEN day.n - {longest} AND day.n - 1
"""
_SCREENS = """
INSERT INTO ussd_funnel (hour, menu, screen, entries, exits, drops, wrong, shown_ms)
SELECT hour.n * 3600, 'main-' || hour.n / 2000, 'screen-' || screen.n, 400 / screen.n, 300 / screen.n, 90 / screen.n,
 10 / screen.n, 3000000 / screen.n
FROM {hours} AS hour CROSS JOIN {screens} AS screen
"""
"""Each hour somebody sees each screen; the menu is changed every twelve weeks."""


def fill(database: Database, assumed: Assumed, until: date) -> None:
    """Fill the tables with the two years of months before `until`'s, and its own until then."""
    months = [_month(until, -back) for back in range(24, -1, -1)]
    database.write(lambda connection: _lay_days(connection, assumed, months[0], until))
    for table, mix in (
        ("statistics", messages()),
        ("statistics_tones", tones(assumed.tones)),
        ("statistics_words", words(assumed.words)),
        ("statistics_users", users()),
    ):
        rows = list(mix)
        database.write(lambda connection, rows=rows: _lay_mix(connection, rows))  # type: ignore[misc]
        for month in months:
            for statement in _of_a_month(database.engine.dialect.name, table, month):
                database.write(lambda connection, sql=statement: connection.execute(text(sql)))  # type: ignore[misc]
    database.write(
        lambda connection: connection.execute(text(_screens(database.engine.dialect.name, months[0], until)))
    )
    for statement in _others(database.engine.dialect.name, assumed, sorted({month.year for month in months})):
        database.write(lambda connection, sql=statement: connection.execute(text(sql)))  # type: ignore[misc]
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum would have long ago


def rows(database: Database) -> dict[str, int]:
    """How many there are of each table."""
    with database.read() as connection:
        return {
            table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
            for table in (*_TABLES, "statistics_people", "statistics_returns", "ussd_funnel")
        }


def _month(day: date, more: int) -> date:
    months = day.year * 12 + day.month - 1 + more
    return date(months // 12, months % 12 + 1, 1)


def _literal(day: date) -> str:
    return f"'{day.isoformat()}'"


def _lay_days(connection: Connection, assumed: Assumed, since: date, until: date) -> None:
    connection.execute(text("CREATE TABLE bench_days (n integer, begin date, month date, messages float)"))
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    for n, day in enumerate(days):
        busier = 1.2 if day.weekday() >= 5 else 0.92
        connection.execute(
            text("INSERT INTO bench_days VALUES (:n, :begin, :month, :messages)"),
            {
                "n": n,
                "begin": day.isoformat(),
                "month": day.replace(day=1).isoformat(),
                "messages": assumed.messages_a_month / 30.4 * busier,
            },
        )


def _lay_mix(connection: Connection, mix: Sequence[Mapping[str, object]]) -> None:
    kinds = {"n": "integer", "price": "integer", "part": "double precision"}
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in mix[0])
    values = ", ".join(f":{name}" for name in mix[0])
    connection.execute(text("DROP TABLE IF EXISTS bench_mix"))
    connection.execute(text(f"CREATE TABLE bench_mix ({columns})"))
    connection.execute(text(f"INSERT INTO bench_mix VALUES ({values})"), mix)


def _of_a_month(dialect: str, table: str, month: date) -> Iterator[str]:
    keys, counts = _TABLES[table]
    # A fraction of its own for each day and combination decides whether the next whole number is reached.
    m = _WHOLE[dialect].format("part * messages + (mix.n * 7919 + day.n * 104729) % 1000 / 1000.0")
    shared = {"table": table, "keys": ", ".join(keys), "counts": ", ".join(counts)}
    yield _DAY.format(**shared, values=", ".join(counts.values()), m=m, month=_literal(month))
    sums = ", ".join(f"sum({name})" for name in counts)
    days = {"begin": _literal(month), "end": _literal(_month(month, 1))}
    yield _LONG.format(**shared, **days, sums=sums, grain="m", of="d")
    if table == "statistics":
        yield _TOGETHER.format(**days, counts=shared["counts"], sums=sums)


def _screens(dialect: str, since: date, until: date) -> str:
    low, high = ((day - date(1970, 1, 1)).days * 24 for day in (since, until))
    series = _SERIES[dialect]
    return _SCREENS.format(hours=series.format(low=low, high=high), screens=series.format(low=1, high=_MENU_SCREENS))


def _others(dialect: str, assumed: Assumed, years: Iterable[int]) -> Iterator[str]:
    """The years of users, and who they are."""
    keys, counts = _TABLES["statistics_users"]
    for year in years:
        yield _LONG.format(
            table="statistics_users",
            keys=", ".join(keys),
            counts=", ".join(counts),
            sums=", ".join(f"sum({name})" for name in counts),
            grain="y",
            of="m",
            begin=_literal(date(year, 1, 1)),
            end=_literal(date(year + 1, 1, 1)),
        )
        for scope in OFFERS:
            persons = int(assumed.persons * assumed.took_offer) if scope else assumed.persons
            for low in range(1, persons + 1, _AT_ONCE):
                yield _PEOPLE.format(
                    year=year,
                    scope=scope,
                    person=_PERSON[dialect],
                    random=_RANDOM[dialect],
                    no_day=_NO_DAY[dialect],
                    series=_SERIES[dialect].format(low=low, high=min(low + _AT_ONCE - 1, persons)),
                )
    for scope in OFFERS:
        # Somebody comes again after any time; who took an offer, within half a year if at all.
        yield _RETURNS.format(scope=scope, most=assumed.persons // 20, longest=180 if scope else 730)
    yield "DROP TABLE bench_mix"
    yield "DROP TABLE bench_days"
