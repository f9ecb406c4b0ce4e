"""What is to be begun follows from what is wanted and what runs, whatever happened before."""

from __future__ import annotations

from typing import Any

import pytest

from channels.smpp.state import BindState
from channels.smpp.switchboard import SETTINGS, Switch
from channels.smpp.wanted import Todo, Wanted
from workers.settings import BindSettings


def bind(name: str, **more: Any) -> BindSettings:
    return BindSettings(name=name, system_id="tonegate", **more)


def switch(name: str, on: bool, generation: int = 1) -> Switch:
    return Switch(name, on, generation, "anna@host", "their maintenance", 7.0)


A, B, NEW_A = bind("a"), bind("b"), bind("a", window=3)
ON, OFF = {"a": switch("a", True)}, {"a": switch("a", False)}
Running = dict[str, tuple[BindSettings, bool]]
RUNS, DRAINS = {"a": (A, False)}, {"a": (A, True)}


@pytest.mark.parametrize(
    ("todo", "wanted", "running"),
    [
        pytest.param(Todo((), (A, B)), Wanted((A, B)), {}, id="all are started"),
        pytest.param(Todo(), Wanted((A,)), RUNS, id="what runs as it is wanted goes on"),
        pytest.param(Todo((), (A,)), Wanted((A,), ON), {}, id="what was switched on again is started"),
        pytest.param(Todo(), Wanted((A,), OFF), {}, id="what is off stays off"),
        pytest.param(Todo(("a",)), Wanted((A,), OFF), RUNS, id="what is off is drained"),
        pytest.param(Todo(), Wanted((A,), OFF), DRAINS, id="once"),
        pytest.param(Todo(("a",)), Wanted((NEW_A,)), RUNS, id="what is set otherwise is drained"),
        pytest.param(Todo(), Wanted((NEW_A,)), DRAINS, id="and not started before that is done"),
        pytest.param(Todo((), (NEW_A,)), Wanted((NEW_A,)), {}, id="but then, as it is set now"),
        pytest.param(Todo(("a",), (B,)), Wanted((B,)), RUNS, id="what was taken out is drained, what is new started"),
        pytest.param(Todo(), Wanted((A,)), DRAINS, id="what is wanted again while it drains drains first"),
    ],
)
def test_only_the_difference_is_begun(todo: Todo, wanted: Wanted, running: Running) -> None:
    assert todo == wanted.todo(running)


REREAD = {SETTINGS: switch(SETTINGS, True, 5)}


@pytest.mark.parametrize(
    ("switch_", "settings", "by", "wanted", "running"),
    [
        pytest.param(0, 0, "", Wanted((A,)), RUNS["a"], id="nobody ever wanted anything"),
        pytest.param(1, 5, "", Wanted((A,), ON | REREAD), RUNS["a"], id="on and bound"),
        pytest.param(0, 4, "", Wanted((A,), ON | REREAD), None, id="on and not begun"),
        pytest.param(0, 4, "anna@host", Wanted((A,), OFF | REREAD), RUNS["a"], id="off and not heard of"),
        pytest.param(0, 4, "anna@host", Wanted((A,), OFF | REREAD), DRAINS["a"], id="off and draining"),
        pytest.param(1, 5, "anna@host", Wanted((A,), OFF | REREAD), None, id="off"),
        pytest.param(0, 4, "", Wanted((NEW_A,), ON | REREAD), RUNS["a"], id="with the settings of before"),
        pytest.param(0, 4, "", Wanted((), ON | REREAD), DRAINS["a"], id="taken out and draining"),
    ],
)
def test_a_state_says_how_far_the_bind_has_come_up_to_what_is_wanted(
    switch_: int, settings: int, by: str, wanted: Wanted, running: tuple[BindSettings, bool] | None
) -> None:
    told = wanted.told(BindState("a", "transceiver", "bound", 0.0, 0.0, 0, 10, 0, 0, ""), running)
    assert (switch_, settings, by) == (told.switch, told.settings, told.switched_by)
