"""Where the console may listen, and how it is started: never open to others without a log-in."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.conftest import QUICK, SettingsOf
from tests.console.kit.console import PASSWORD, serving, settings_in
from workers.ops.console import address, refusal
from workers.ops.console.service import serve
from workers.ops.users import Role, Users
from workers.settings import SettingsError


def tonegate(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tonegate", "--config", str(folder / "tonegate.toml"), *words]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.parametrize(
    ("refused", "listen", "known"),
    [
        (False, "127.0.0.1:8080", False),
        (False, "[::1]:8080", False),
        (False, "localhost:8080", False),
        (False, "0.0.0.0:8080", True),
        (True, "0.0.0.0:8080", False),
        (True, "[::]:8080", False),
        (True, "192.0.2.1:8080", False),
        (True, "ops.example:8080", False),
    ],
)
def test_others_are_let_in_only_where_somebody_can_log_in(
    tmp_path: Path, refused: bool, listen: str, known: bool
) -> None:
    settings = settings_in(tmp_path, f"sqlite:///{tmp_path / 'j.db'}", listen=listen, users="users.json")
    if known:
        Users(tmp_path / "users.json", hasher=QUICK).add("anna", Role.ADMIN, PASSWORD)
    assert refused is ("`tonegate users add NAME --role admin` adds somebody" in refusal(settings))


def test_a_file_of_users_that_is_broken_keeps_others_out(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("{")
    settings = settings_in(tmp_path, f"sqlite:///{tmp_path / 'j.db'}", listen="0.0.0.0:8080", users="users.json")
    assert "is no file of users" in refusal(settings)


def test_without_a_file_of_users_the_settings_themselves_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lets others in, who must log in"):
        settings_in(tmp_path, f"sqlite:///{tmp_path / 'j.db'}", listen="0.0.0.0:8080")


def test_the_command_says_why_it_does_not_start_and_the_users_command_mends_it(tmp_path: Path) -> None:
    settings_in(tmp_path, f"sqlite:///{tmp_path / 'j.db'}", listen="0.0.0.0:0", users="users.json")
    refused = tonegate(tmp_path, "console")
    assert (1, True) == (refused.returncode, "there is nobody who can log in" in refused.stderr)
    added = tonegate(tmp_path, "users", "add", "anna", "--role", "admin", "--password-stdin", typed=PASSWORD + "\n")
    assert (0, "anna may log in as admin\n") == (added.returncode, added.stdout)
    assert Users(tmp_path / "users.json").verify("anna", PASSWORD) is not None
    listed = tonegate(tmp_path, "users", "list")
    assert "admin" in listed.stdout
    assert PASSWORD not in listed.stdout + added.stderr
    gone = tonegate(tmp_path, "users", "remove", "anna")
    assert (0, {}) == (gone.returncode, dict(Users(tmp_path / "users.json").all()))


@pytest.mark.parametrize(
    ("code", "told", "words"),
    [
        (2, "no king; there are viewer, operator, admin", ("add", "anna", "--role", "king", "--password-stdin")),
        (1, "12 to 200 characters", ("add", "anna", "--password-stdin")),
        (1, "is no name", ("add", "Anna!", "--password-stdin")),
        (1, "no user anna; there are: none", ("remove", "anna")),
    ],
)
def test_a_user_that_can_not_be_is_told_in_one_line(
    tmp_path: Path, code: int, told: str, words: tuple[str, ...]
) -> None:
    settings_in(tmp_path, f"sqlite:///{tmp_path / 'j.db'}", users="users.json")
    refused = tonegate(tmp_path, "users", *words, typed="short\n")
    assert (code, True) == (refused.returncode, told in " ".join(refused.stderr.split())), refused.stderr


@pytest.mark.parametrize(
    ("expected", "console"),
    [
        ("http://127.0.0.1:8080/", {"listen": "127.0.0.1:8080"}),
        ("https://ops.example/", {"listen": "127.0.0.1:8080", "url": "https://ops.example"}),
        ("https://127.0.0.1:1/", {"listen": "127.0.0.1:1", "tls_certificate": "c", "tls_key": "k"}),
    ],
)
def test_its_address_is_where_a_browser_finds_it(tmp_path: Path, expected: str, console: dict[str, object]) -> None:
    assert expected == address(settings_in(tmp_path, f"sqlite:///{tmp_path / 'j.db'}", **console))


async def test_a_port_that_is_taken_is_waited_for_where_patience_is_asked_for(settings_of: SettingsOf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = settings_of(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(OSError, match="already in use"):
            await serve(settings, stop=asyncio.Event())
        stop = asyncio.Event()
        waiting = asyncio.create_task(serve(settings, stop=stop, patience=True))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        stop.set()
        await waiting


async def test_the_settings_in_force_stand_with_their_origin_and_without_secrets(settings_of: SettingsOf) -> None:
    settings = settings_of()
    async with serving(settings) as served:
        _, body = await (await served.logged_in("otto")).get("/settings")
    assert "Kornblume-77" not in body
    assert "hidden" in body
    assert f"{settings.file}:4" in body, "where [core] url stands"
    for words in ("[core]", "timeout_s", "default", "[[smpp.binds]] main"):
        assert words in body
