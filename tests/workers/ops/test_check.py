"""`tonegate check` comes to its end whatever hangs, says which it is and where to look, and how full the disk is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.console.kit.console import settings_in
from tests.workers.kit.hung import silent_name_server, silent_server, turn_taken
from workers.journal import Database
from workers.ops import apart
from workers.ops.check import Checks, Patience
from workers.ops.line import Line
from workers.ops.room import Room
from workers.settings import Settings, load


def looked_at(settings: Settings, **how: Any) -> dict[str, Line]:
    """As `tonegate check` looks, each line by what it is about: it comes back only if nothing waits for what hangs."""
    return {line.what: line for line in apart.run(Checks(settings, **how).look())}


def changed(settings: Settings, **environ: object) -> Settings:
    """The same with these set by the environment."""
    return load(settings.file, {f"TONEGATE_{key}": str(value) for key, value in environ.items()})


def test_a_writer_that_is_stopped_is_told_with_where_to_look(settings: Settings) -> None:
    path = Database(settings.journal.url).path
    assert path
    with turn_taken(path.parent):
        line = looked_at(settings, patience=Patience(journal_s=0.0))["journal"]
    assert (False, f"{settings.journal.url} does not answer within 0 s") == (line.well, line.found)
    assert line.mend.startswith(f"`lslocks` shows which process holds {path}")


def test_a_journal_that_another_has_locked_is_told_with_where_to_look(settings: Settings) -> None:
    with closing(Database(settings.journal.url)) as theirs, theirs.engine.begin():  # and goes past the turnstile
        line = looked_at(settings, patience=Patience(journal_s=60.0))["journal"]
    assert "database is locked" in line.found
    assert line.mend.startswith("`lslocks` shows which process")


def test_a_database_server_that_is_stopped_is_told_without_its_password(settings: Settings) -> None:
    with silent_server() as port:
        url = f"postgresql+psycopg://tonegate:sesam@127.0.0.1:{port}/tonegate"
        found = looked_at(
            changed(settings, JOURNAL__URL=url, RETENTION__KEY="k" * 32), patience=Patience(journal_s=0.0)
        )
    where = f"postgresql+psycopg://tonegate:***@127.0.0.1:{port}/tonegate"
    assert f"{where} does not answer within 0 s" == found["journal"].found
    assert "pg_stat_activity" in found["journal"].mend
    assert "disk" not in found  # it is the server's


async def test_a_journal_that_hangs_is_asked_once_however_often_it_is_looked_at(settings: Settings) -> None:
    path = Database(settings.journal.url).path
    assert path
    checks = Checks(settings, beside=True, patience=Patience(journal_s=0.0))
    with turn_taken(path.parent):
        for _ in range(3):
            (line,) = [one for one in await checks.look() if one.what == "journal"]
            assert "does not answer" in line.found
    while not line.well:  # as soon as who was stopped goes on, by the one question that still waits
        (line,) = [one for one in await checks.look() if one.what == "journal"]


def test_a_redis_that_is_stopped_is_told_as_that_and_no_bind_is_called_unbound(settings: Settings) -> None:
    with silent_server() as redis, silent_server() as smsc:
        url = f"redis://127.0.0.1:{redis}/0"
        found = looked_at(changed(settings, REDIS__URL=url, SMPP__BINDS__0__PORT=smsc), patience=Patience(redis_s=0.1))
    assert "redis does not answer within 0.1 s" == found["redis"].found
    assert found["redis"].mend.startswith("See whether the server of [redis] url is stopped")
    told = f"127.0.0.1:{smsc} accepts connections; whether it is bound can't be seen without Redis"
    assert told == found["bind main"].found


@pytest.mark.parametrize(("timeout_s", "core_s"), [(0.1, 60.0), (60.0, 0.1)])
def test_a_core_that_is_stopped_is_told_as_that(settings: Settings, timeout_s: float, core_s: float) -> None:
    with silent_server() as port:
        url = f"http://127.0.0.1:{port}/usdp"
        settings = changed(settings, CORE__URL=url, CORE__TIMEOUT_S=timeout_s, CORE__SETTLE_S=60)
        line = looked_at(settings, patience=Patience(core_s=core_s))["core"]
    assert (False, f"{url}: does not answer within 0.1 s") == (line.well, line.found)


NAME = "silent.invalid"
UNNAMED = f"the name {NAME} could not be looked up within 0.1 s"


@pytest.mark.parametrize(
    ("what", "told", "key", "environ"),
    [
        ("core", f"http://{NAME}:1/usdp: {UNNAMED}", "core.url", {"CORE__URL": f"http://{NAME}:1/usdp"}),
        ("redis", UNNAMED, "[redis] url", {"REDIS__URL": f"redis://:sesam@{NAME}/0"}),
        (
            "bind main",
            f"{NAME}:2775 can't be reached: {UNNAMED}",
            "host of [[smpp.binds]] main",
            {"SMPP__BINDS__0__HOST": NAME, "SMPP__BINDS__0__PORT": 2775},
        ),
        (
            "journal",
            UNNAMED,
            "[journal] url",
            {"JOURNAL__URL": f"postgresql+psycopg://tonegate:sesam@{NAME}/tonegate", "RETENTION__KEY": "k" * 32},
        ),
    ],
)
def test_a_name_server_that_does_not_answer_is_told_as_that(
    what: str, told: str, key: str, environ: dict[str, object], settings: Settings
) -> None:
    with silent_name_server(NAME):
        line = looked_at(changed(settings, **environ), patience=Patience(name_s=0.1, journal_s=0.0))[what]
    assert (False, told) == (line.well, line.found)
    assert line.mend.startswith("see that the name servers in /etc/resolv.conf answer")
    assert line.mend.endswith(f"or put an address in its place ({key})")


@pytest.mark.parametrize(
    ("what", "environ"),
    [
        ("core", {"CORE__URL": "http://127.0.0.1:1/usdp"}),
        ("bind main", {"SMPP__BINDS__0__PORT": 1}),
    ],
)
def test_an_address_needs_no_name_server(what: str, environ: dict[str, object], settings: Settings) -> None:
    with silent_name_server("127.0.0.1"):
        line = looked_at(changed(settings, **environ), patience=Patience(name_s=0.0))[what]
    assert (False, True) == (line.well, "name" not in line.found)


@pytest.mark.parametrize(
    ("well", "mended", "told", "free"),
    [
        (False, True, "1.0 MB of 100.0 GB are left on the disk of the journal, ", 10**6),
        (True, True, "100.0 MB of 100.0 GB are left on the disk of the journal, ", 10**8),
        (True, False, "50.0 GB of 100.0 GB are left beside the journal", 5 * 10**10),
    ],
)
def test_a_disk_that_is_full_is_wrong_and_one_that_will_be_is_a_caution(
    well: bool, mended: bool, told: str, free: int, settings: Settings
) -> None:
    """Promise 1: what can't commit is not acknowledged; a write that merely begins does not see it."""
    line = looked_at(settings, room=lambda named: Room(named.path, free, 10**11))["disk"]
    assert (well, mended) == (line.well, line.mend.startswith("Make room there"))
    assert line.found.startswith(told)


async def test_a_disk_that_hangs_is_told(tmp_path: Path, sqlite_url: str) -> None:
    never = Event()
    found = await Checks(
        settings_in(tmp_path, sqlite_url), room=lambda _: never.wait() and None, patience=Patience(disk_s=0.0)
    ).look()
    never.set()
    (line,) = [one for one in found if one.what == "disk"]
    assert "does not answer within 0 s" in line.found


def test_who_looks_beside_others_leaves_the_disk_and_the_smscs_to_them(settings: Settings) -> None:
    assert not {"disk", "bind main"} & looked_at(settings, beside=True).keys()
