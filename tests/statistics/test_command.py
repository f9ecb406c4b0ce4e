"""`tonegate stats`: the same figures for people, for a script and for a spreadsheet; and what it says to bad days."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rich.text import Text
from typer.testing import CliRunner

import tonegate
from tests.statistics.kit.counts import COUNTED_AT, End, Tone, Word, fill
from workers.dialogue.offers.clock_times import local
from workers.journal import Database
from workers.ops.shown import moment
from workers.ops.statistics import Dimension
from workers.ops.statistics.sheets import UNKNOWN
from workers.ops.statistics_commands import By

ZONE = "Asia/Shanghai"
Stats = Callable[..., Result]


@pytest.fixture
def stats(journal_url: str, tmp_path: Path) -> Stats:
    file = tmp_path / "tonegate.toml"
    file.write_text(
        f'[journal]\nurl = "{journal_url}"\n[core]\npassword = "x"\n[limits]\ntime_zone = "{ZONE}"\n', encoding="utf-8"
    )

    def run(*words: str) -> Result:
        return CliRunner().invoke(tonegate.app, ["--config", str(file), "stats", *words])

    return run


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """A day that does not end while it is told of; elsewhere it has not begun."""
    now = datetime(2026, 11, 28, 20, 0, tzinfo=UTC).timestamp()
    monkeypatch.setattr("workers.ops.statistics.looking.local", lambda _, zone: local(now, zone))
    return date(2026, 11, 29)


def told(ended: Result) -> Any:
    assert 0 == ended.exit_code, ended.output
    return json.loads(ended.stdout)


def lines(ended: Result) -> list[dict[str, str]]:
    assert 0 == ended.exit_code, ended.output
    return [*csv.DictReader(io.StringIO(ended.stdout))]


def words_of(ended: Result) -> str:
    """What it says, with its columns set apart by one space."""
    assert 0 == ended.exit_code, ended.output
    return " ".join(ended.stdout.split())


def test_the_overview_is_of_the_last_thirty_days_until_today(database: Database, stats: Stats, today: date) -> None:
    fill(database, [End(today, amount=200, person="#1"), End(today - timedelta(days=30), person="#1")])
    found = told(stats("--json"))
    assert {"from": str(today - timedelta(days=29)), "to": str(today)} == found["span"]
    assert {"counted_at": COUNTED_AT, "to_count": 0, "since": str(today - timedelta(days=30))} == found["as_of"]
    assert {"now": 1, "before": 0, "growth_percent": None} == found["orders"]
    assert {"now": 1, "before": 0, "growth_percent": None} == found["users"]
    said = words_of(stats())
    assert f"counted at {moment(COUNTED_AT)}" in said
    assert "users 1 0 —" in said
    assert "revenue 2.00 yuan 0.00 yuan —" in said
    (revenue,) = [line for line in lines(stats("--csv")) if line["figure"] == "revenue"]
    assert {"figure": "revenue", "value": "200", "value_before": "0", "value_growth_percent": ""} == revenue


def test_growth_is_told_in_per_cent_and_over_which_days(database: Database, stats: Stats) -> None:
    fill(database, [*(End(date(2024, 3, 5), amount=200) for _ in range(3)), End(date(2023, 3, 4), amount=200)])
    days = ("--from", "2024-03-01", "--to", "2024-03-10")
    assert {"now": 600, "before": 200, "growth_percent": 200.0} == told(stats(*days, "--json"))["revenue"]
    said = words_of(stats(*days))
    assert "2024-03-01 to 2024-03-10; counted at" in said
    assert (
        "growth is over 2023-03-01 to 2023-03-10, of which the first days are missing: counts begin on 2023-03-04"
        in said
    )
    assert "revenue 6.00 yuan 2.00 yuan +200.0 %" in said
    assert "of which nothing was counted: counts begin on 2023-03-04" in words_of(stats("--month", "2023-03"))
    assert "growth is over 2023-03-04 " in words_of(stats("--from", "2024-03-04", "--to", "2024-03-04")) + " "
    assert "there is no growth" in words_of(stats("--from", "2024-02-29", "--to", "2024-02-29"))


@pytest.mark.parametrize("dimension", Dimension)
def test_by_tells_the_same_for_people_scripts_and_spreadsheets(
    database: Database, stats: Stats, dimension: Dimension
) -> None:
    day = date(2024, 3, 5)
    fill(database, [End(day, brand="gotone", offer="spring", amount=120, person="#1")])
    options = ("by", dimension.value, "--month", "2024-03")
    (row,) = told(stats(*options, "--json"))["rows"]
    keys = ("2024-03-05", "2024-03", "gotone", "spring", "sms", "en", "order")
    assert dict(zip(Dimension, keys, strict=True))[dimension] == row["key"]
    (line,) = lines(stats(*options, "--csv"))
    assert (row["key"], "1", "120") == (line[dimension.value], line["orders"], line["revenue"])
    assert f"{row['key']} 1 — 1 —" in words_of(stats(*options))
    assert (dimension is not Dimension.ACTION) == ("users" in line)
    assert (None if dimension is Dimension.ACTION else 1) == (row["users"] and row["users"]["now"])


def test_a_row_without_a_name_has_words_for_people_and_none_for_a_script(database: Database, stats: Stats) -> None:
    fill(database, [End(date(2024, 3, 5))])
    for dimension, words in (("brand", "brand not asked for"), ("offer", "no offer")):
        options = ("by", dimension, "--year", "2024")
        assert f"{words} 1" in words_of(stats(*options))
        assert "" == told(stats(*options, "--json"))["rows"][0]["key"] == lines(stats(*options, "--csv"))[0][dimension]


def test_it_says_how_people_were_added_up_and_where_nobody_can_know(database: Database, stats: Stats) -> None:
    fill(database, [End(date(2024, 3, day), person="#1") for day in (5, 6, 20)])
    said = words_of(stats("by", "brand", "--from", "2024-03-05", "--to", "2024-03-10"))
    assert "note: users and paying are sums over days: one person counts once in each" in said
    assert "note" not in words_of(stats("by", "brand", "--month", "2024-03"))
    assert UNKNOWN not in words_of(stats("--month", "2024-03"))


def test_without_a_key_to_hash_numbers_with_it_says_that_nobody_was_counted(database: Database, stats: Stats) -> None:
    fill(database, [End(date(2024, 3, 5))])
    assert UNKNOWN in words_of(stats("--month", "2024-03"))
    assert UNKNOWN in words_of(stats("by", "brand", "--month", "2024-03"))
    assert None is told(stats("--month", "2024-03", "--json"))["users"]
    assert UNKNOWN not in words_of(stats("by", "action", "--month", "2024-03"))


def test_the_funnel_has_a_row_for_all_and_one_for_each_action(database: Database, stats: Stats) -> None:
    day = date(2024, 3, 5)
    fill(database, [End(day, outcome="asked", messages=4), End(day, messages=3, confirmed=3), End(day, "", "flood")])
    found = told(stats("funnel", "--year", "2024", "--json"))
    assert (8, 7, 4, 75.0) == (*(found["total"][name] for name in ("received", "understood", "quoted")),
                              found["total"]["percent"]["confirmed"])  # fmt: skip
    assert ["order"] == [one["action"] for one in found["actions"]]
    everything, order = lines(stats("funnel", "--year", "2024", "--csv"))
    assert ("", "8", "87.5") == (everything["action"], everything["received"], everything["understood_percent"])
    assert "all 8 7 87.5 % 4" in words_of(stats("funnel", "--year", "2024"))
    assert "order" == order["action"]


def test_where_a_terminal_is_narrow_growth_stands_below_its_figure(
    database: Database, stats: Stats, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(
        database,
        [
            End(date(2024, 3, 5), amount=200, brand="gotone", person="#1"),
            End(date(2023, 3, 5), messages=2, brand="gotone"),
        ],
    )
    monkeypatch.setenv("FORCE_COLOR", "1")
    for width, heads, row in (
        ("80", 6, ["gotone 1 1 1 1 2.00 yuan", "-50.0 % +0.0 % — — —"]),
        ("200", 11, ["gotone 1 -50.0 % 1 +0.0 % 1 — 1 — 2.00 yuan —"]),
    ):
        monkeypatch.setenv("COLUMNS", width)
        shown = Text.from_ansi(stats("by", "brand", "--month", "2024-03").stdout).plain.splitlines()
        said = [" ".join(line.split()) for line in shown if line.strip()]
        (head,) = [at for at, line in enumerate(said) if line.startswith("brand messages")]
        assert heads == len(said[head].split())
        assert row == said[head + 2 :]


@pytest.mark.parametrize("said", ["=1+1", "+hello", "-hello", "@sum(1)", "\t=1", "＝1"])
def test_no_word_that_somebody_has_texted_runs_in_a_spreadsheet(database: Database, stats: Stats, said: str) -> None:
    fill(database, words=[Word(date(2024, 3, 5), said, 2)], tones=[Tone(date(2024, 3, 5), "1", name=said)])
    (line,) = lines(stats("words", "--year", "2024", "--csv"))
    assert {"word": f"'{said}", "language": "en", "messages": "2"} == line
    (tone,) = lines(stats("tones", "--year", "2024", "--csv"))
    assert f"'{said}" == tone["name"]
    assert [said] == [row["word"] for row in told(stats("words", "--year", "2024", "--json"))["rows"]]


@pytest.mark.parametrize(
    ("command", "empty"),
    [
        ("words", "every message was understood"),
        ("tones", "no tone was ordered, given or deleted"),
        ("offers", "nothing was bought"),
        ("screens", "no screen was shown"),
        ("funnel", "all 0 0 — 0 —"),
        ("by brand", "no message was counted"),
    ],
)
def test_where_there_is_nothing_it_says_so(stats: Stats, command: str, empty: str) -> None:
    assert empty in words_of(stats(*command.split()))
    assert command == "screens" or "nothing was counted yet" in words_of(stats(*command.split()))
    assert 0 == stats(*command.split(), "--csv").exit_code
    assert told(stats(*command.split(), "--json"))["span"]


def test_rows_are_as_many_as_are_asked_for(database: Database, stats: Stats) -> None:
    fill(
        database,
        [End(date(2024, 3, 5), brand=brand) for brand in "abc"],
        [Word(date(2024, 3, 5), one) for one in "xyz"],
    )
    for command in (("by", "brand"), ("words",)):
        ended = stats(*command, "--year", "2024", "--limit", "2", "--json")
        assert 2 == len(told(ended)["rows"])
        assert "there are more than these 2: --limit says how many are shown" in ended.stderr
        ended = stats(*command, "--year", "2024", "--limit", "3", "--json")
        assert (3, "") == (len(told(ended)["rows"]), ended.stderr)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "2026-13-01"), "2026-13-01 is no date: write YYYY-MM-DD"),
        (("by", "day", "--month", "2024-3"), "2024-3 is no month: write YYYY-MM"),
        (("words", "--last", "3h"), "3h is no length of time: write 30d for days or 12m for months"),
        (("--from", "2024-03-05", "--to", "2024-03-01"), "2024-03-01 is before 2024-03-05"),
        (("--year", "2024", "--last", "3d"), "say it in one way"),
        (("--json", "--csv"), "take --json or --csv"),
        (("by", "colour"), "'colour' is not one of"),
        (("--last", "3d", "words"), "write options behind the command"),
        (("words", "--limit", "0"), "greater than or equal to 1"),
    ],
    ids=str,
)
def test_what_is_asked_wrongly_is_told_what_is_wrong_and_how_it_would_be_right(
    stats: Stats, words: tuple[str, ...], why: str
) -> None:
    ended = stats(*words)
    assert 2 == ended.exit_code
    assert why in " ".join(ended.output.replace("│", " ").split())


def test_the_command_line_knows_each_dimension_that_there_is() -> None:
    assert [*Dimension] == [*By]


def test_figures_of_one_brand_or_offer_alone_are_had_and_said_to_be(database: Database, stats: Stats) -> None:
    day = date(2024, 3, 5)
    fill(
        database, [End(day, brand="gotone", amount=120, person="#1"), End(day, brand="mzone", amount=500, person="#2")]
    )
    month = ("--month", "2024-03")
    found = told(stats(*month, "--brand", "gotone", "--json"))
    assert ({"brand": "gotone"}, 120, 1) == (found["only"], found["revenue"]["now"], found["users"]["now"])
    said = words_of(stats(*month, "--brand", "gotone"))
    assert "2024-03-01 to 2024-03-31; only brand gotone; counted at" in said
    assert "a person is a user of the brand that he was first seen in" in said
    assert "only brand gotone, no offer" in words_of(stats(*month, "--brand", "gotone", "--offer", ""))
    (row,) = told(stats("by", "day", *month, "--brand", "mzone", "--json"))["rows"]
    assert (500, None) == (row["revenue"]["now"], row["users"])
    assert "users" not in stats("by", "day", *month, "--brand", "mzone", "--csv").stdout.splitlines()[0]
    assert 1 == told(stats("funnel", *month, "--brand", "mzone", "--json"))["total"]["received"]


def test_a_brand_that_nothing_was_counted_of_is_refused_with_those_there_are(database: Database, stats: Stats) -> None:
    fill(database, [End(date(2024, 3, 5), brand="gotone"), End(date(2024, 3, 5))])
    refused = stats("--month", "2024-03", "--brand", "gotnoe")
    said = " ".join(Text.from_ansi(refused.output).plain.replace("│", " ").split())
    assert 2 == refused.exit_code
    assert (
        "Invalid value for --brand: nothing was ever counted of gotnoe; there is '' (brand not asked for), gotone"
        in said
    )
    assert 0 == stats("--month", "2023-03", "--brand", "gotone").exit_code, "a month without it is none of its fault"
    assert 2 == stats("--brand", "gotone", "words").exit_code, "options stand behind their command"
