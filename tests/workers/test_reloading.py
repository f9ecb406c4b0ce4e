"""Files that change are live in under two seconds; broken ones are refused, and what they said before goes on."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.dialogue.offers.kit.rules import write
from tests.house.until import until
from workers.dialogue import TemplatesError
from workers.dialogue.offers import OFFERS_FOLDER, Offers
from workers.reloading import EVERY_S, Reloaded

ONE, TWO = "offers:\n  a: {price: 100}\n", "offers:\n  a: {price: 100}\n  b: {price: 9}\n"


class Held:
    """Offers of a folder, and the clock that says when to look at it."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 0.0
        self.loads = 0
        self._folder = folder
        self._held = Reloaded(self._load, (folder / OFFERS_FOLDER).iterdir, clock=lambda: self.now_s)

    def _load(self) -> Offers:
        self.loads += 1
        return Offers.load(self._folder)

    def later(self, seconds: float = EVERY_S) -> list[str]:
        self.now_s += seconds
        return [offer.id for offer in self._held.current().offers]


def test_a_new_offer_is_live_at_the_next_look(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    held = Held(tmp_path)
    assert EVERY_S < 2
    write(tmp_path, TWO)
    assert ["a"] == held.later(EVERY_S / 2)
    assert ["a", "b"] == held.later()
    write(tmp_path, "offers:\n  c: {price: 1}\n", "more.yaml")
    assert ["a", "b", "c"] == held.later()
    (tmp_path / OFFERS_FOLDER / "a.yaml").unlink()
    assert ["c"] == held.later()


def test_nothing_is_read_again_that_has_not_changed(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    held = Held(tmp_path)
    assert [["a"]] * 5 == [held.later() for _ in range(5)]
    assert 1 == held.loads


def test_a_broken_file_is_refused_with_its_line_and_the_old_goes_on(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    held = Held(tmp_path)
    path = write(tmp_path, TWO.replace("9", "cheap"))
    with capture_logs() as logs:
        assert [["a"], ["a"]] == [held.later(), held.later()]
    (told,) = logs
    assert ("error", "templates_refused") == (told["log_level"], told["event"])
    assert str(told["finding"]).startswith(f"{path}:3: 'b': price: 'cheap' is no price")
    write(tmp_path, TWO)
    assert ["a", "b"] == held.later()


def test_offers_may_come_where_there_was_no_folder(tmp_path: Path) -> None:
    held = Held(tmp_path)
    assert [] == held.later()
    write(tmp_path, ONE)
    assert ["a"] == held.later()


def test_a_start_with_broken_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "offers:\n  a: {price: cheap}\n")
    with pytest.raises(TemplatesError, match="'cheap' is no price"):
        Held(tmp_path)


def test_a_process_that_starts_while_a_file_is_broken_goes_on_without_it_until_it_is_mended(tmp_path: Path) -> None:
    path = write(tmp_path, ONE.replace("100", "cheap"))
    now_s = [0.0]
    with capture_logs() as logs:
        held = Reloaded(lambda: Offers.load(tmp_path), path.parent.iterdir, otherwise=Offers(), clock=lambda: now_s[0])
    assert ["templates_refused"] == [one["event"] for one in logs]
    assert () == held.current().offers
    write(tmp_path, ONE)
    now_s[0] += EVERY_S
    assert ["a"] == [offer.id for offer in held.current().offers]


async def test_a_watched_file_is_taken_while_nobody_asks_and_read_off_the_loop(tmp_path: Path) -> None:
    """Promise 1: what takes half a second to read must not hold up an acknowledgement."""
    path = write(tmp_path, ONE)
    readers: list[threading.Thread] = []

    def load() -> Offers:
        readers.append(threading.current_thread())
        return Offers.load(tmp_path)

    beside = tmp_path / "beside"
    beside.mkdir()

    def rewrite(rules: str) -> None:
        """At one stroke: whoever watches it never sees half of it."""
        write(beside, rules).replace(path)

    held = Reloaded(load, path.parent.iterdir, clock=lambda: 0.0)
    watching = asyncio.create_task(held.watch())
    try:
        rewrite(TWO)
        await until(lambda: len(held.current().offers) == 2, "the new offer is there")
        rewrite(TWO.replace("9", "cheap"))
        await until(lambda: len(readers) == 3, "the broken file was looked at")
        assert 2 == len(held.current().offers)
        assert threading.main_thread() not in readers[1:]
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
