"""The settings say which processes a host has, in which order."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from workers.ops.processes import CannotRunError, programs
from workers.ops.supervise import Program
from workers.settings import load

BIND = '[[smpp.binds]]\nname="a"\nsystem_id="x"\nhost="::1"\n'


def host(folder: Path, text: str, added: Collection[str] = ()) -> list[Program]:
    file = folder / "tonegate.toml"
    file.write_text(text)
    return programs(load(file, {}), added, "127.0.0.1:8090", {"TONEGATE_LOG": "json"}, 0.0)


@pytest.mark.parametrize(
    ("names", "text", "added"),
    [
        ("redis interactive worker console ready", "", ()),
        ("interactive worker console ready", "[redis]\nurl='redis://h'\n", ()),
        ("redis interactive worker smpp console ready", BIND, ()),
        ("redis interactive worker smpp ussd console ready", BIND + "[[ussd.gateways]]\nname='hub'\n", ()),
        ("redis interactive worker console metrics ready", '[metrics]\nlisten="127.0.0.1:9464"\n', ()),
        ("redis sandbox simulator interactive worker smpp console ready", BIND, ("simulator", "sandbox")),
    ],
)
def test_each_setting_brings_its_process_and_nothing_else_runs(
    tmp_path: Path, names: str, text: str, added: Collection[str]
) -> None:
    found = host(tmp_path, text, added)
    assert [program.name for program in found] == names.split()
    stages = [program.stage for program in found]
    assert stages == sorted(stages), "each process needs only those of the stages before it"


def test_every_process_is_the_front_door_with_these_settings(tmp_path: Path) -> None:
    start = [sys.executable, "-m", "tonegate", "--config", str(tmp_path / "tonegate.toml")]
    assert all(list(program.command[:5]) == start for program in host(tmp_path, BIND))


def test_the_peers_listen_where_the_settings_look_for_them(tmp_path: Path) -> None:
    text = BIND + "port=2776\n[core]\nurl='http://127.0.0.1/usdp'\n"
    commands = {program.name: " ".join(program.command) for program in host(tmp_path, text, ("sandbox", "simulator"))}
    assert commands["sandbox"].endswith("sandbox --listen 127.0.0.1:80")
    assert commands["simulator"].endswith("simulator --listen [::1]:2776 --page 127.0.0.1:8090")


@pytest.mark.parametrize(
    ("text", "added", "told"),
    [
        ("[core]\nurl='https://h/usdp'\n", ["sandbox"], "plain HTTP at /usdp"),
        ("[core]\nurl='http://h/other'\n", ["sandbox"], "plain HTTP at /usdp"),
        ("", ["simulator"], "add a \\[\\[smpp.binds\\]\\]"),
    ],
)
def test_a_peer_that_cannot_stand_in_is_refused(tmp_path: Path, text: str, added: list[str], told: str) -> None:
    with pytest.raises(CannotRunError, match=told):
        host(tmp_path, text, added)


def test_all_of_a_host_has_ten_seconds_and_a_little_to_stop(tmp_path: Path) -> None:
    longest: dict[int, int] = {}
    for program in host(tmp_path, BIND, ("sandbox", "simulator")):
        if program.forever:
            longest[program.stage] = max(longest.get(program.stage, 0), program.stop_within_s)
    assert sum(longest.values()) <= 15
