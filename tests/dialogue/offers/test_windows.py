"""An offer is open in half-open windows of its own time zone, over midnight and over the changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialogue.offers.kit.rules import moment, when
from workers.dialogue.offers.clock_times import local, reached
from workers.dialogue.offers.windows import When

FRI, SAT, SUN = 4, 5, 6
BERLIN, SHANGHAI = "Europe/Berlin", "Asia/Shanghai"


@pytest.mark.parametrize(
    ("closed", "holds", "at"),
    [
        # 2027-02-05 is a Friday.
        ("hours", when("UTC", "09:00-17:30"), "2027-02-05 08:59:59"),
        ("", when("UTC", "09:00-17:30"), "2027-02-05 09:00:00"),
        ("", when("UTC", "09:00-17:30"), "2027-02-05 17:29:59"),
        ("hours", when("UTC", "09:00-17:30"), "2027-02-05 17:30:00"),
        ("", when("UTC", "09:00-12:00", "14:00-24:00"), "2027-02-05 23:59:59"),
        ("hours", when("UTC", "09:00-12:00", "14:00-24:00"), "2027-02-05 13:00:00"),
        # over midnight: the night is of the day on which it begins
        ("", when("UTC", "22:00-06:00", days=(FRI,)), "2027-02-05 22:00:00"),
        ("", when("UTC", "22:00-06:00", days=(FRI,)), "2027-02-06 05:59:59"),
        ("hours", when("UTC", "22:00-06:00", days=(FRI,)), "2027-02-06 06:00:00"),
        ("days", when("UTC", "22:00-06:00", days=(FRI,)), "2027-02-06 22:00:00"),
        ("days", when("UTC", "22:00-06:00", days=(FRI,)), "2027-02-05 05:59:59"),
        ("", when("UTC", days=(SAT, SUN)), "2027-02-06 00:00:00"),
        ("days", when("UTC", days=(SAT, SUN)), "2027-02-08 00:00:00"),
        # dates: the last is no longer meant, and cuts a night off
        ("not yet", when("UTC", first="2027-02-05"), "2027-02-04 23:59:59"),
        ("", when("UTC", first="2027-02-05", last="2027-02-06"), "2027-02-05 00:00:00"),
        ("", when("UTC", first="2027-02-05", last="2027-02-06"), "2027-02-05 23:59:59"),
        ("over", when("UTC", first="2027-02-05", last="2027-02-06"), "2027-02-06 00:00:00"),
        ("over", when("UTC", "22:00-06:00", last="2027-02-06"), "2027-02-06 00:00:00"),
        ("", when("UTC", "22:00-06:00", first="2027-02-06"), "2027-02-06 00:00:00"),
        ("not yet", when("UTC", first="2027-02-05 09:00"), "2027-02-05 08:59:59"),
        # whose midnight
        ("not yet", when(SHANGHAI, first="2027-02-05"), "2027-02-04 15:59:59"),
        ("", when(SHANGHAI, first="2027-02-05"), "2027-02-04 16:00:00"),
    ],
)
def test_a_window_is_open_from_its_first_moment_and_closed_at_its_last(closed: str, holds: When, at: str) -> None:
    assert closed == holds.closed_at(moment(at))


@pytest.mark.parametrize(
    ("opened", "holds", "at"),
    [
        # 2027-03-28 at 02:00 clocks in Berlin go to 03:00: what can't be shown is reached by the jump
        (False, when(BERLIN, "02:30-04:00"), "2027-03-28 00:59:59"),
        (True, when(BERLIN, "02:30-04:00"), "2027-03-28 01:00:00"),
        (True, when(BERLIN, "02:30-04:00"), "2027-03-28 01:59:59"),
        (False, when(BERLIN, "02:30-04:00"), "2027-03-28 02:00:00"),
        (False, when(BERLIN, "02:00-02:30"), "2027-03-28 01:00:00"),
        (False, when(BERLIN, "01:00-02:30"), "2027-03-28 01:00:00"),
        # 2027-10-31 at 03:00 they go back to 02:00: an hour comes twice, a window of it once
        (True, when(BERLIN, "02:00-02:30"), "2027-10-31 00:00:00"),
        (False, when(BERLIN, "02:00-02:30"), "2027-10-31 00:30:00"),
        (False, when(BERLIN, "02:00-02:30"), "2027-10-31 01:00:00"),
        (False, when(BERLIN, "02:00-02:30"), "2027-10-31 01:29:59"),
        (True, when(BERLIN, "02:30-03:00"), "2027-10-31 00:30:00"),
        (True, when(BERLIN, "02:30-03:00"), "2027-10-31 01:00:00"),
        (True, when(BERLIN, "02:30-03:00"), "2027-10-31 01:59:59"),
        (False, when(BERLIN, "02:30-03:00"), "2027-10-31 02:00:00"),
        # São Paulo's clocks went back at midnight: 23:00 came twice on the 17th
        (True, when("America/Sao_Paulo", days=(SAT,)), "2018-02-18 02:59:59"),
        (False, when("America/Sao_Paulo", days=(SAT,)), "2018-02-18 03:00:00"),
        # Samoa had no 30 December 2011, a Friday
        (False, when("Pacific/Apia", days=(FRI,)), "2011-12-30 10:00:00"),
        (True, when("Pacific/Apia", days=(SAT,)), "2011-12-30 10:00:00"),
    ],
)
def test_clocks_that_change_open_no_window_twice_and_close_it_when_its_end_is_reached(
    opened: bool, holds: When, at: str
) -> None:
    assert opened == holds.open_at(moment(at))


ZONES = st.sampled_from(
    ["UTC", BERLIN, SHANGHAI, "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns", "Asia/Beirut",
     "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]
)  # fmt: skip
DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 1))


@given(ZONES, DAYS, st.integers(0, 2880))
def test_a_time_is_reached_at_the_first_moment_that_the_clock_shows_it(zone: str, day: date, minute: int) -> None:
    place = ZoneInfo(zone)
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    found = reached(place, day, minute)
    assert local(found, place) >= wall
    assert local(found - 1, place) < wall
    assert found == reached(place, day, minute)


@given(ZONES, DAYS, st.integers(0, 86_399))
def test_every_moment_is_of_exactly_one_day(zone: str, day: date, second: int) -> None:
    at = datetime.combine(day, datetime.min.time(), UTC).timestamp() + second
    open_on = [number for number in range(7) if when(zone, days=(number,)).open_at(at)]
    assert 1 == len(open_on)


@given(ZONES, DAYS, st.integers(0, 86_399), st.integers(0, 1439), st.integers(1, 1440))
def test_two_halves_of_a_window_are_never_open_at_once(
    zone: str, day: date, second: int, start: int, middle: int
) -> None:
    at = datetime.combine(day, datetime.min.time(), UTC).timestamp() + second
    low, high = sorted((start, middle))
    if high in (low, 1440):
        return
    clock = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (0, low, high)]
    parts = [f"{clock[1]}-{clock[2]}", f"{clock[2]}-24:00"] + ([f"00:00-{clock[1]}"] if low else [])
    assert 1 == sum(when(zone, part).open_at(at) for part in parts)


@given(ZONES, DAYS, st.integers(0, 86_399))
def test_the_intervals_of_a_window_are_the_moments_at_which_it_is_open(zone: str, day: date, second: int) -> None:
    holds = when(zone, "01:30-02:30", "22:00-00:30", days=(FRI, SAT), last="2027-02-06")
    at = datetime.combine(day, datetime.min.time(), UTC).timestamp() + second
    listed = any(start <= at < end for start, end in holds.intervals(day - timedelta(days=3), 6))
    assert listed == holds.open_at(at)
