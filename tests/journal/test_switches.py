"""What operations want of binds is kept with who and why, and counted, so that a listener can say how far it is."""

from __future__ import annotations

import threading

from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Journal
from workers.journal.switches import SETTINGS, Switch, Switches


def test_nothing_is_wanted_of_a_bind_that_nobody_switched(journal: Journal) -> None:
    assert {} == Switches(journal.database).read()


def test_a_switch_keeps_who_why_and_when(journal: Journal, clock: TurnedClock) -> None:
    switches = Switches(journal.database)
    assert {"main": 1} == switches.turn(["main"], on=False, author="anna@host", reason="their maintenance")
    assert {"main": Switch("main", False, 1, "anna@host", "their maintenance", clock())} == switches.read()


def test_each_wish_counts_one_more_and_the_last_one_holds(journal: Journal, clock: TurnedClock) -> None:
    switches = Switches(journal.database)
    switches.turn(["a", "b"], on=False, author="anna@host", reason="their maintenance")
    clock.turn(60)
    assert {"a": 2} == switches.turn(["a", "a"], on=True, author="ben@host", reason="")
    found = switches.read()
    assert Switch("a", True, 2, "ben@host", "", clock()) == found["a"]
    assert (False, 1, "anna@host") == (found["b"].on, found["b"].generation, found["b"].author)


def test_re_readings_of_the_settings_are_counted_apart_from_the_binds(journal: Journal) -> None:
    switches = Switches(journal.database)
    switches.turn(["main"], on=False, author="anna@host", reason="")
    assert [1, 2] == [switches.reread(author="anna@host", reason="a new rate") for _ in range(2)]
    assert {"main": (1, False), SETTINGS: (2, True)} == {
        name: (switch.generation, switch.on) for name, switch in switches.read().items()
    }


def test_many_who_switch_at_once_are_all_counted(journal: Journal) -> None:
    switches = Switches(journal.database)

    def turn(number: int) -> None:
        switches.turn(["a", "b"] if number % 2 else ["b", "a"], on=bool(number % 2), author=f"{number}", reason="")

    threads = [threading.Thread(target=turn, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {"a": 8, "b": 8} == {name: switch.generation for name, switch in switches.read().items()}
