"""Charts: points where the values are, round numbers beside them, gaps where nothing is known."""

from __future__ import annotations

import pytest

from workers.ops.console.charts import lines

TIMES = [1_700_000_000 + 60 * at for at in range(3)]


@pytest.mark.parametrize(
    ("labels", "most"),
    [
        (["0", "1", "2", "3", "4"], 0.0),
        (["0", "1", "2", "3", "4"], 4.0),
        (["0", "2", "4", "6", "8"], 4.5),
        (["0", "2.5", "5", "7.5", "10"], 9.0),
        (["0", "500", "1,000", "1,500", "2,000"], 1_999.0),
        (["0", "0.02", "0.04", "0.06", "0.08"], 0.07),
    ],
)
def test_the_values_beside_it_are_round_and_reach_the_greatest(labels: list[str], most: float) -> None:
    assert labels == [guide.label for guide in lines("x", TIMES, {"a": [0.0, most, 0.0]}, every=1).values]


def test_a_line_goes_from_the_oldest_to_the_newest_and_up_with_its_value() -> None:
    (series,) = lines("x", TIMES, {"a": [0.0, 2.0, 4.0]}, every=1).series
    assert ("52.0,168.0 382.0,88.0 712.0,8.0",) == series.pieces


def test_what_is_not_known_is_a_gap_and_a_value_alone_a_dot() -> None:
    (series,) = lines("x", [*TIMES, TIMES[-1] + 60], {"a": [1.0, 1.0, None, 4.0]}, every=1).series
    assert (1, ((712.0, 8.0),)) == (len(series.pieces), series.dots)


def test_nothing_at_all_is_drawn_as_nothing() -> None:
    chart = lines("x", TIMES, {"a": [None] * 3}, every=2)
    assert ((), ()) == (chart.series[0].pieces, chart.series[0].dots)
    assert 2 == len(chart.times), "the newest, and every second before it"
