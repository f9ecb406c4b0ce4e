"""Promise 4, every accepted message gets an answer, also while the bind its text came in on can't send it."""

from __future__ import annotations

from typing import Any

import pytest

from channels.smpp.claims import Standing, claims_of
from workers.settings import BindSettings

NOW = 1000.0
UP = Standing(True, NOW - 600)
JUST_DOWN = Standing(False, NOW - 4.9)
DOWN = Standing(False, NOW - 5)
JUST_PAUSED = Standing(True, NOW - 600, NOW - 4.9)
PAUSED = Standing(True, NOW - 600, NOW - 5)


def bind(name: str, **more: Any) -> BindSettings:
    return BindSettings(name=name, system_id="tonegate", **more)


SHARING = [bind("a", share=["b"]), bind("b")]
FAILING_OVER = [bind("a", failover=["b"]), bind("b", failover=["a"])]
SLOW_TO_FAIL_OVER = [bind("a", failover=["b"], failover_after_s=60), bind("b")]
AT_ONCE = [bind("a", failover=["b"], failover_after_s=0), bind("b")]
A_RING = [bind("a", failover=["b"]), bind("b", failover=["c"]), bind("c", failover=["a"])]
RECEIVING = [
    bind("in", mode="receiver", reply_via="out"),
    bind("out", mode="transmitter", share=["beside"], failover=["instead"]),
    bind("beside"),
    bind("instead"),
]
ITS_OWN_STAND_IN = [bind("in", mode="receiver", reply_via="out", failover=["instead"]), bind("out"), bind("instead")]
ON_ITS_OWN_TIME = [
    bind("in", mode="receiver", reply_via="out", failover=["instead"], failover_after_s=1),
    bind("out", failover=["instead"]),
    bind("instead"),
]


@pytest.mark.parametrize(
    ("claims", "binds", "standings"),
    [
        pytest.param({"a": "a"}, [bind("a")], {"a": UP}, id="its own"),
        pytest.param({"a": ""}, [bind("a")], {"a": DOWN}, id="none while it is down"),
        pytest.param({"a": ""}, [bind("a")], {}, id="none before it is known"),
        pytest.param({"c": ""}, [bind("a")], {"c": UP}, id="none where it is no longer set"),
        pytest.param({"a": "a", "b": "ba"}, SHARING, {"a": UP, "b": UP}, id="who shares claims at all times"),
        pytest.param({"a": "", "b": "ba"}, SHARING, {"a": JUST_DOWN, "b": UP}, id="and when the other is down"),
        pytest.param({"a": "a", "b": ""}, SHARING, {"a": UP, "b": DOWN}, id="who is down shares nothing"),
        pytest.param({"a": "a", "b": "b"}, FAILING_OVER, {"a": UP, "b": UP}, id="who stands in waits for need"),
        pytest.param({"a": "", "b": "b"}, FAILING_OVER, {"a": JUST_DOWN, "b": UP}, id="a reconnect is no need"),
        pytest.param({"a": "", "b": "ba"}, FAILING_OVER, {"a": DOWN, "b": UP}, id="down so long is"),
        pytest.param({"a": "ab", "b": ""}, FAILING_OVER, {"a": UP, "b": DOWN}, id="each for the other"),
        pytest.param({"a": "", "b": ""}, FAILING_OVER, {"a": DOWN, "b": DOWN}, id="nobody where both are down"),
        pytest.param({"a": "a", "b": "b"}, FAILING_OVER, {"a": JUST_PAUSED, "b": UP}, id="a short pause is no need"),
        pytest.param({"a": "a", "b": "ba"}, FAILING_OVER, {"a": PAUSED, "b": UP}, id="throttled so long is"),
        pytest.param({"a": "", "b": "b"}, SLOW_TO_FAIL_OVER, {"a": DOWN, "b": UP}, id="the time is a setting"),
        pytest.param({"a": "", "b": "ba"}, AT_ONCE, {"a": Standing(False, NOW), "b": UP}, id="and may be none"),
        pytest.param(
            {"a": "", "b": "ba", "c": "c"}, A_RING, {"a": DOWN, "b": UP, "c": UP}, id="a ring hands on one step"
        ),
        pytest.param(
            {"a": "", "b": "", "c": "cb"}, A_RING, {"a": DOWN, "b": DOWN, "c": UP}, id="and not what was taken over"
        ),
        pytest.param(
            {"in": "", "out": "out in", "beside": "beside in out", "instead": "instead"},
            RECEIVING,
            {"in": UP, "out": UP, "beside": UP, "instead": UP},
            id="a receiver's answers go as those of the bind it names",
        ),
        pytest.param(
            {"in": "", "out": "", "beside": "beside in out", "instead": "instead in out"},
            RECEIVING,
            {"in": UP, "out": DOWN, "beside": UP, "instead": UP},
            id="and by who stands in for that",
        ),
        pytest.param(
            {"in": "", "out": "out in", "instead": "instead"},
            ITS_OWN_STAND_IN,
            {"in": DOWN, "out": UP, "instead": UP},
            id="a receiver that is down keeps no answer back",
        ),
        pytest.param(
            {"in": "", "out": "", "instead": "instead in"},
            ITS_OWN_STAND_IN,
            {"in": UP, "out": DOWN, "instead": UP},
            id="its own stand-in counts the bind it names",
        ),
        pytest.param(
            {"in": "", "out": "", "instead": "instead in"},
            ON_ITS_OWN_TIME,
            {"in": UP, "out": JUST_DOWN, "instead": UP},
            id="each by its own time",
        ),
    ],
)
def test_whose_answers_each_bind_sends(
    claims: dict[str, str], binds: list[BindSettings], standings: dict[str, Standing]
) -> None:
    assert claims == {name: _spelled(claims_of(name, binds, standings, NOW)) for name in claims}


def _spelled(names: tuple[str, ...]) -> str:
    return ("" if all(len(name) == 1 for name in names) else " ").join(names)
