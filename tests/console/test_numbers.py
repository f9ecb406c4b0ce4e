"""Numbers as they are pasted: whoever has one from a ticket must not be told that there is nothing."""

from __future__ import annotations

import pytest

from workers.ops.console.numbers import as_kept

KEPT = "8613800138001"


@pytest.mark.parametrize(
    ("expected", "pasted"),
    [
        (KEPT, KEPT),
        (KEPT, "+86 138 0013 8001"),
        (KEPT, " 0086-138-0013-8001\n"),
        (KEPT, "+86 (138) 0013.8001"),
        (KEPT, "\u202a+86\u00a0138\u00a00013\u00a08001\u202c"),
        ("01a2286fdc48b8d563fd66a7", " 01a2286fdc48b8d563fd66a7 "),
        ("86138*****001", "86138*****001"),
        ("442:2e84-c7", "442:2e84-c7"),
        ("", "  "),
    ],
)
def test_a_number_is_found_however_it_is_written(expected: str, pasted: str) -> None:
    assert expected == as_kept(pasted)
