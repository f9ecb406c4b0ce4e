"""At a prompt: called wrongly is 2, wrong is 1 with one line and its cure, and never a traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tonegate
from tests.front_door.hosts import Host, free_port

COMMANDS = [*"up smpp worker simulator sandbox check queues messages show migrate replay bury binds sent".split()]  # noqa: SIM905


def called(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(tonegate.app, words)
    return ended.exit_code, ended.output


def test_help_names_every_command_with_a_sentence() -> None:
    code, said = called("--help")
    assert code == 0
    for command in COMMANDS:
        assert any(line.strip("│ ").startswith(f"{command} ") for line in said.splitlines()), command
    assert "ready" not in said
    assert "redis" not in said


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    code, said = called(command, "--help")
    assert code == 0
    assert "Usage: " in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Usage"),
        (("dance",), "No such command 'dance'"),
        (("up", "--with", "sandpit"), "no sandpit; there are sandbox, simulator"),
        (("up", "--page", "8090"), "is not HOST:PORT"),
        (("simulator", "--listen", "host:99999"), "is not HOST:PORT"),
        (("simulator", "--fault", "gremlins=1"), "no fault"),
        (("sandbox", "--listen", "nowhere"), "is not HOST:PORT"),
        (("worker", "--queues", "urgent"), "there are interactive, orders, bulk"),
        (("worker", "--processes", "0"), "greater than or equal to 1"),
        (("messages", "--state", "lost"), "no lost; there are received"),
        (("messages", "--since", "noon"), "write 2h"),
        (("messages", "--number", "anna"), "its digits with the country code, such as 8613800000001"),
        (("replay", "1", "--report", "report.csv"), "with --yes or --resume"),
        (("show",), "Missing argument"),
        (("replay",), "or --resume, or --runs"),
        (("replay", "1", "--state", "dead", "--yes"), "name messages, or say which by --state and the like, not both"),
        (("replay", "--state", "dead", "--bind", "", "--yes"), "it is empty, which fits every message"),
        (("replay", "--state", "dead", "--number", " "), "it is empty, which fits every message"),
        (("replay", "--resume", "9" * 20), "less than or equal to"),
        (("messages", "--since", "9" * 400 + "d"), "write 2h"),
        (("bury",), "Missing argument"),
        (("binds", "stop"), "Missing argument"),
        (("sent", "replace", "1"), "Missing option"),
        (("sent", "replace", "1", "--text", ""), "say something, or cancel it"),
        (("binds", "stop", "x", "--wait-s", "-1"), "greater than or equal to 0"),
    ],
)
def test_called_wrongly_is_2(words: tuple[str, ...], told: str) -> None:
    code, said = called(*words)
    assert code == 2
    assert told in " ".join(said.replace("│", " ").split())


@pytest.mark.parametrize(
    "command", ["up", "smpp", "worker", "simulator", "sandbox", "check", "queues", "messages", "migrate"]
)
def test_bad_settings_stop_every_command_with_their_line(tmp_path: Path, command: str) -> None:
    file = tmp_path / "tonegate.toml"
    file.write_text("[core]\ntimout_s = 3\n")
    code, said = called("--config", str(file), command)
    assert code == 1
    assert said == f"error: {file}:2: [core] timout_s: no such setting; did you mean timeout_s?\n"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("queues",), "unable to open database file"),
        (("messages",), "unable to open database file"),
        (("replay", "1"), "unable to open database file"),
        (("smpp",), "is not there; `tonegate migrate` makes it"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_1(host: Host, command: tuple[str, ...], told: str) -> None:
    ended = host.run(*command)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_told(host: Host) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        page = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = host.run("simulator", "--listen", f"127.0.0.1:{free_port()}", "--page", page)
    assert ended.returncode == 1
    assert "in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_check_on_a_host_that_is_down_says_how_to_mend_each(host: Host) -> None:
    looked = host.run("check", "--json")
    assert looked.returncode == 1
    lines = {line["what"]: line for line in json.loads(looked.stdout)["lines"] if not line["well"]}
    assert set(lines) == {"journal", "redis", "core", "bind main"}
    assert "tonegate migrate" in lines["journal"]["mend"]
    assert lines["redis"]["mend"] == "start `tonegate up`"
    assert "core.url" in lines["core"]["mend"]
    assert f"127.0.0.1:{host.smsc} can't be reached" in lines["bind main"]["found"]


def test_check_warns_of_a_gateway_whose_shortcuts_are_lost(host: Host) -> None:
    gateway = {"TONEGATE_USSD__GATEWAYS__0__NAME": "hub", "TONEGATE_USSD__GATEWAYS__0__DIALECT": "comviva"}
    warning = '[[ussd.gateways]] "hub": service_codes is empty: '
    assert f"warn  {warning}" in host.run("check", **gateway).stdout
    told = json.loads(host.run("check", "--json", **gateway).stdout)["warnings"]
    assert [True] == [one.startswith(warning) for one in told if "service_codes" in one]
    known = {**gateway, "TONEGATE_USSD__GATEWAYS__0__SERVICE_CODES": '["*123#"]'}
    assert "service_codes" not in host.run("check", **known).stdout


def test_check_names_a_dialect_that_nobody_speaks_and_those_near_it(host: Host) -> None:
    gateway = {"TONEGATE_USSD__GATEWAYS__0__NAME": "hub", "TONEGATE_USSD__GATEWAYS__0__DIALECT": "hubtell"}
    looked = host.run("check", **gateway)
    assert looked.returncode == 1
    assert 'WRONG gateway hub: dialect = "hubtell" is none that is spoken: did you mean hubtel' in looked.stdout


def test_check_names_the_wording_that_is_wrong(host: Host) -> None:
    (host.folder / "words" / "en").mkdir(parents=True)
    looked = host.run("check", TONEGATE_DIALOGUE__TEMPLATES="words")
    assert looked.returncode == 1
    assert f"WRONG templates: {host.folder}/words/" in looked.stdout


def test_migrate_makes_the_journal_and_may_be_repeated(host: Host) -> None:
    for _ in range(2):
        ended = host.run("migrate")
        assert (ended.returncode, ended.stderr) == (0, "")
    assert host.run("queues").stdout == "nothing waits\n"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("TONEGATE_CORE__URL", "https://core.example/usdp"), "the sandbox speaks plain HTTP at /usdp"),
        (("TONEGATE_SMPP__BINDS", "[]"), "the simulator would have nobody to talk to"),
    ],
)
def test_up_with_what_does_not_fit_the_settings_is_refused(host: Host, change: tuple[str, str], told: str) -> None:
    ended = host.run("up", "--with", "sandbox,simulator", **dict([change]))
    assert ended.returncode == 1
    assert told in ended.stderr
    assert not (host.folder / "tonegate.db").exists()
