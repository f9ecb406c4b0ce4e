"""What a bind's settings point at is looked at before it is bound: at the start, at a reload, by `tonegate check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from channels.smpp.checks import problems
from channels.smpp.listener import BindsDontFit, check
from tests.smpp.kit.in_and_out import settings


@pytest.mark.parametrize(
    ("bind", "told"),
    [
        ({"country": "XX"}, ["country: no numbers are known of 'XX'"]),
        ({"country": "CN"}, []),
        ({"outbind_listen": "127.0.0.1:2776"}, ["outbind_listen: set outbind_system_id and outbind_password"]),
        ({"outbind_listen": "127.0.0.1:2776", "outbind_system_id": "smsc", "outbind_password": "x"}, []),
        ({"tls": True, "tls_ca": Path("/nowhere/ca.pem")}, ["tls_ca"]),
        ({"tls": True}, []),
        ({"statuses": Path("/nowhere/statuses.yaml")}, ["statuses: /nowhere/statuses.yaml:0: can't be read"]),
    ],
)
def test_each_thing_that_is_not_there_is_told_with_its_key(bind: dict[str, Any], told: list[str]) -> None:
    found = list(problems(settings(**bind)))
    assert [True] * len(told) == [wanted in one for wanted, one in zip(told, found, strict=True)], found


def test_a_mistake_in_a_table_of_statuses_is_told_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "statuses.yaml"
    table.write_text("ESME_RSYSERR: {verdict: failed, reason: theirs}\nESME_RSYSER: {verdict: failed, reason: x}\n")
    assert [True] == [f"{table}:2" in one for one in problems(settings(statuses=table))]


def test_binds_that_point_at_what_is_not_there_are_not_started() -> None:
    with pytest.raises(BindsDontFit, match="bind 'main': country"):
        check([settings(country="XX")])
