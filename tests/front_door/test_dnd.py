"""`tonegate dnd`: numbers put on the list of those to be left alone, shown masked, and taken off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.front_door.hosts import Host
from workers.journal import migrate

NUMBER = "8613800138001"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    migrate(f"sqlite:///{tmp_path / 'tonegate.db'}")
    one = Host(tmp_path)
    yield one
    one.end()


def listed(host: Host, *words: str) -> list[str]:
    return [row["number"] for row in json.loads(host.run("dnd", "list", "--json", *words).stdout)]


def test_a_number_is_put_on_shown_masked_and_taken_off(host: Host) -> None:
    assert 0 == host.run("dnd", "add", f"+{NUMBER}", NUMBER).returncode
    assert [NUMBER] == listed(host, "--reveal")
    assert NUMBER not in host.run("dnd", "list").stdout
    assert 0 == host.run("dnd", "remove", NUMBER).returncode
    assert ([], 1) == (listed(host), host.run("dnd", "remove", NUMBER).returncode)


def test_what_is_no_number_is_told_and_nothing_is_put_on(host: Host) -> None:
    done = host.run("dnd", "add", NUMBER, "12")
    assert (2, True, []) == (done.returncode, "no telephone number" in done.stderr, listed(host))
