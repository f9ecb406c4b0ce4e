"""How far binds have come up to what is wanted of them, by what their listeners tell."""

from __future__ import annotations

from typing import Any

import pytest

from workers.ops.bind_states import State, best, in_words
from workers.ops.binds import Outcome, set_anew, switched

NOBODY = "no listener is up: it holds once one is"
UNKNOWN = "no listener that is up has this bind: `tonegate binds reload` tells them of new ones"


def state(name: str = "main", status: str = "bound", host: str = "h1", **more: Any) -> State:
    return {"name": name, "host": host, "status": status, "last_error": "", "switch": 0, "settings": 0, **more}


OFF = {"switched_by": "anna@host", "switched_why": "their maintenance"}


@pytest.mark.parametrize(
    ("done", "now", "on", "told"),
    [
        pytest.param(None, NOBODY, False, [], id="nobody is there to do it"),
        pytest.param(None, UNKNOWN, True, [state("another")], id="nobody knows it"),
        pytest.param(False, "bound", False, [state()], id="not heard of yet"),
        pytest.param(
            False,
            "unbinding, switched off by anna@host: their maintenance",
            False,
            [state(status="unbinding", **OFF)],
            id="draining",
        ),
        pytest.param(
            True,
            "switched off by anna@host: their maintenance",
            False,
            [state(status="switched off", switch=4, **OFF)],
            id="off",
        ),
        pytest.param(
            False,
            "switched off by ben@host",
            True,
            [state(status="switched off", switch=3, switched_by="ben@host", switched_why="")],
            id="still off by an earlier wish",
        ),
        pytest.param(
            False,
            "waiting: ESME_RINVPASWD",
            True,
            [state(status="waiting", switch=4, last_error="ESME_RINVPASWD")],
            id="on, but refused by its SMSC",
        ),
        pytest.param(True, "bound", True, [state(switch=5)], id="bound, and a later wish is done too"),
    ],
)
def test_a_switch_is_done_once_the_listener_has_come_up_to_it(
    done: bool | None, now: str, on: bool, told: list[State]
) -> None:
    (outcome,) = switched("main", told, on=on, generation=4)
    assert (done, now) == (outcome.done, outcome.now)


def test_each_host_has_to_come_up_to_a_switch() -> None:
    told = [state(switch=4, host="h1"), state(status="connecting", switch=4, host="h2"), state("another")]
    assert [("h1", True), ("h2", False)] == [
        (outcome.host, outcome.done) for outcome in switched("main", told, on=True, generation=4)
    ]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        pytest.param(("", None, "no listener is up: the settings are read when one begins", True), [], id="nobody"),
        pytest.param(("h1", False, "bound", True), [state()], id="not heard of yet"),
        pytest.param(("h1", True, "bound", True), [state(settings=2)], id="as it was, or bound anew"),
        pytest.param(("h1", False, "connecting", True), [state(status="connecting", settings=2)], id="on its way"),
        pytest.param(
            ("h1", True, "waiting: refused", True),
            [state(status="waiting", settings=2, last_error="refused")],
            id="set, but its SMSC is down",
        ),
        pytest.param(
            ("h1", True, "switched off by anna@host: their maintenance", True),
            [state(status="switched off", settings=2, **OFF)],
            id="set, and off",
        ),
        pytest.param(
            ("h1", True, "refused, goes on as before: tonegate.toml:7: no such setting", False),
            [state(settings=2, settings_error="tonegate.toml:7: no such setting")],
            id="refused by its host's own file",
        ),
        pytest.param(("h1", False, "unbinding", True), [state("old", "unbinding")], id="taken out, and draining"),
        pytest.param(("h1", True, "taken out", True), [state("old", "stopped")], id="taken out"),
        pytest.param(("h1", False, "stopped", True), [state(status="stopped")], id="between old and new"),
    ],
)
def test_a_reload_is_done_once_each_bind_has_come_up_to_it(
    outcome: tuple[str, bool | None, str, bool], told: list[State]
) -> None:
    (found,) = set_anew(["main"], told, 2)
    assert outcome == (found.host, found.done, found.now, found.well)
    assert isinstance(found, Outcome)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("bound", state()),
        ("bound, throttled for 12s", state(paused_s=12.3)),
        ("switched off by anna@host: their maintenance", state(status="switched off", **OFF)),
        ("no listener is up, switched off by anna@host: their maintenance", state(status="no listener is up", **OFF)),
    ],
)
def test_a_status_is_said_in_words(words: str, told: State) -> None:
    assert words == in_words(told)


@pytest.mark.parametrize(
    ("host", "told"),
    [
        (None, []),
        ("h2", [state(status="waiting", host="h1"), state(host="h2")]),
        ("h1", [state(status="switched off", host="h1"), state(status="waiting", host="h2")]),
    ],
)
def test_a_bind_is_as_it_is_where_it_is_best(host: str | None, told: list[State]) -> None:
    found = best(told)
    assert host == (found and found["host"])
