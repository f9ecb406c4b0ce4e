"""Whoever asks how it is has an answer: seldom a new look, never two at once, and none waits for a journal for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.console.kit.console import settings_in
from tests.workers.kit.hung import silent_name_server, silent_server, turn_taken
from workers.journal import Database
from workers.ops import apart
from workers.ops.health import Health, Nurse, look_around
from workers.ops.room import Room
from workers.settings import Settings

WELL = Health(well=True)
NOWHERE = Database("sqlite:////nowhere/tonegate.db")


class Looks:
    """In the place of a look around: each is answered by the test."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[asyncio.Future[Health]] = asyncio.Queue()
        self.count = 0

    def __call__(self, *_: Any) -> asyncio.Future[Health]:
        look = asyncio.get_running_loop().create_future()
        self.begun.put_nowait(look)
        self.count += 1
        return look


def nurse(looks: Looks, *, answers_within_s: float = 60.0, monotonic: Callable[[], float] = lambda: 0.0) -> Nurse:
    nobody: Any = None
    return Nurse(nobody, NOWHERE, look=looks, answers_within_s=answers_within_s, monotonic=monotonic)


async def test_all_who_ask_at_once_have_one_look_and_for_a_second_there_is_no_other() -> None:
    looks, now = Looks(), [0.0]
    one = nurse(looks, monotonic=lambda: now[0])
    asking = [asyncio.create_task(one.ask()) for _ in range(3)]
    (await looks.begun.get()).set_result(WELL)
    assert [WELL] * 3 == await asyncio.gather(*asking)
    now[0] = 0.9
    assert (WELL, 1) == (await one.ask(), looks.count)
    now[0] = 1.0
    again = asyncio.create_task(one.ask())
    (await looks.begun.get()).set_result(Health(well=False))
    assert not (await again).well


async def test_a_journal_that_does_not_answer_is_told_and_asked_no_second_time() -> None:
    looks = Looks()
    one = nurse(looks, answers_within_s=0.0)
    for _ in range(3):
        told = await one.ask()
        (concern,) = told.wrong
        assert (False, "The journal does not answer: sqlite:////nowhere/tonegate.db.") == (told.well, concern.what)
        assert one.waits
    assert 1 == looks.count
    looks.begun.get_nowait().set_result(WELL)
    assert WELL == await one.ask()
    assert not one.waits


async def test_a_look_that_fails_is_no_last_word() -> None:
    looks, now = Looks(), [0.0]
    one = nurse(looks, monotonic=lambda: now[0])
    asking = asyncio.create_task(one.ask())
    (await looks.begun.get()).set_exception(RuntimeError("a fault of ours"))
    assert "a fault of ours" in str((await asyncio.gather(asking, return_exceptions=True))[0])
    assert not one.waits


def at_a_prompt(settings: Settings, database: Database) -> Health:
    """As `tonegate health` asks, out of patience: it comes back only if nothing waits for what hangs."""
    with closing(database):
        return apart.run(Nurse(settings, database, answers_within_s=0.0).ask())


def test_a_writer_that_is_stopped_holds_up_neither_the_answer_nor_the_end(settings: Settings) -> None:
    database = Database(settings.journal.url)
    assert database.path
    with turn_taken(database.path.parent):
        (concern,) = at_a_prompt(settings, database).wrong
    assert f"The journal does not answer: {settings.journal.url}." == concern.what
    assert concern.mend.startswith(f"`lslocks` shows which process holds {database.path}")


def test_a_database_server_that_is_stopped_is_told_without_its_password(settings: Settings) -> None:
    with silent_server() as port:
        database = Database(f"postgresql+psycopg://tonegate:sesam@127.0.0.1:{port}/tonegate")
        (concern,) = at_a_prompt(settings, database).wrong
    where = f"postgresql+psycopg://tonegate:***@127.0.0.1:{port}/tonegate"
    assert f"The journal does not answer: {where}." == concern.what
    assert "pg_stat_activity" in concern.mend


def test_a_database_server_whose_name_server_does_not_answer_is_told_as_that(settings: Settings) -> None:
    where = "postgresql+psycopg://tonegate:{}@silent.invalid/tonegate"
    with silent_name_server("silent.invalid"):
        (concern,) = at_a_prompt(settings, Database(where.format("sesam"))).wrong
    unnamed = "the name silent.invalid could not be looked up within 2 s"
    assert f"The journal does not answer: {where.format('***')}: {unnamed}." == concern.what
    assert concern.mend.startswith("See that the name servers in /etc/resolv.conf answer")


async def test_a_journal_that_another_has_locked_is_told_with_where_to_look(settings: Settings) -> None:
    ours, theirs = Database(settings.journal.url), Database(settings.journal.url)
    with closing(ours), closing(theirs), theirs.engine.begin():  # and goes past the turnstile
        (concern,) = (await look_around(settings, ours)).wrong
    assert "database is locked" in concern.what
    assert concern.mend.startswith("`lslocks` shows which process")


async def test_a_redis_that_is_stopped_is_a_note_with_where_to_look(tmp_path: Path, sqlite_url: str) -> None:
    with silent_server() as port, closing(Database(sqlite_url)) as database:
        settings = settings_in(tmp_path, sqlite_url)
        settings = settings.model_copy(update={"redis": type(settings.redis)(url=f"redis://127.0.0.1:{port}/0")})
        found = await look_around(settings, database)
    (note,) = found.waiting
    assert (True, ()) == (found.well, found.wrong)
    assert "Redis does not answer within 2 s: how the binds are can't be seen." == note.what
    assert note.mend.startswith("See whether the server of [redis] url is stopped")


def test_a_redis_whose_name_server_does_not_answer_is_a_note_and_its_name_looked_up_once(
    tmp_path: Path, sqlite_url: str
) -> None:
    asked: list[object] = []
    settings = settings_in(tmp_path, sqlite_url)
    settings = settings.model_copy(update={"redis": type(settings.redis)(url="redis://silent.invalid/0")})

    async def ask(database: Database) -> list[Health]:
        now = iter((0.0, 0.0, 9.0, 9.0))
        nurse = Nurse(settings, database, answers_within_s=60.0, monotonic=lambda: next(now))
        return [await nurse.ask(), await nurse.ask()]

    with silent_name_server("silent.invalid", lambda: asked.append(1)), closing(Database(sqlite_url)) as database:
        for found in apart.run(ask(database)):
            (note,) = found.waiting
            assert (True, ()) == (found.well, found.wrong)
            told = "Redis can't be reached: the name silent.invalid could not be looked up within 2 s;"
            assert f"{told} how the binds are can't be seen." == note.what
            assert note.mend.startswith("See that the name servers in /etc/resolv.conf answer")
    assert 1 == len(asked)


@pytest.mark.parametrize(("free", "well"), [(10**6, False), (10**8, True)])
async def test_a_disk_that_is_full_is_wrong_and_one_that_will_be_is_a_note(
    free: int, well: bool, settings: Settings
) -> None:
    """Promise 1: what can't commit is not acknowledged; a write that merely begins does not see it."""
    with closing(Database(settings.journal.url)) as database:
        assert database.path
        room = Room(database.path, free, 10**11)
        found = await look_around(settings, database, room=lambda _: room)
    told = [concern.what for concern in (found.waiting if well else found.wrong)]
    assert (well, True) == (found.well, "are left on the disk of the journal" in told[0])


async def test_a_journal_of_another_version_is_told_with_what_mends_that_and_nothing_else(tmp_path: Path) -> None:
    """A host that runs an older version is up: to start it would mend nothing."""
    (tmp_path / "new.db").touch()
    settings = settings_in(tmp_path, f"sqlite:///{tmp_path / 'new.db'}")
    with closing(Database(settings.journal.url)) as database:
        (concern,) = (await look_around(settings, database)).wrong
    assert (True, "") == (concern.what.endswith("run `tonegate migrate`."), concern.mend)


async def test_a_journal_that_is_not_there_is_told_with_how_full_its_disk_is(tmp_path: Path) -> None:
    """A file of the journal that can't be made for want of room is told as one that can't be opened."""
    settings = settings_in(tmp_path, f"sqlite:///{tmp_path / 'gone.db'}")
    with closing(Database(settings.journal.url)) as database:
        assert database.path
        room = Room(database.path, 0, 10**11)
        found = await look_around(settings, database, room=lambda _: room)
    assert ["Journal: ", "0 bytes o"] == [concern.what[:9] for concern in found.wrong]
