"""What a replay does to a message, and why: each row of the table in `replay_rules`.

Promise 2: no order takes effect twice.  Promise 3: nobody is charged without a yes that still holds.
"""

from __future__ import annotations

import json

import pytest

from workers.journal.replay_rules import Facts, decide, without_refusals

NOW, ACT_WITHIN_S = 100_000.0, 3600.0


def results(*steps: tuple[str, str]) -> str:
    """(verdict, reason) of each step, as the row has them."""
    return json.dumps({no: {"verdict": verdict, "reason": reason} for no, (verdict, reason) in enumerate(steps, 1)})


DONE, POOR, STOPPED = ("done", ""), ("refused", "balance"), ("cancelled", "")
FRESH, OLD = NOW - ACT_WITHIN_S + 1, NOW - ACT_WITHIN_S - 1

TABLE = [
    ("answer", "done: only its answer is sent again", Facts("done", "done", results(DONE))),
    ("answer", "done: only its answer is sent again", Facts("done", "done", results(DONE, POOR))),
    ("answer", "done: only its answer is sent again", Facts("done", "asked")),
    ("consent", "its question ran out: it is asked again", Facts("done", "asked", ran_out=True)),
    ("consent", "its question ran out: it is asked again", Facts("done", "asked_again", ran_out=True)),
    (
        "nothing",
        "its question is answered or replaced: replay the message that did so",
        Facts("done", "asked", settled=True),
    ),
    ("again", "refused: the balance was too low", Facts("refused", "balance", results(POOR))),
    ("again", "refused: the balance was too low", Facts("refused", "no_consent", results(("refused", "x"), POOR))),
    ("again", "refused: the balance was too low", Facts("refused", "balance", results(POOR), agreed_at=FRESH)),
    ("again", "refused: something was wrong on our side", Facts("refused", "our_side")),
    ("consent", "its yes is too old", Facts("refused", "balance", results(POOR), agreed_at=OLD)),
    ("consent", "it is too old to be charged for", Facts("refused", "balance", results(POOR), received_at=OLD)),
    ("again", "refused: the balance", Facts("refused", "balance", results(POOR), received_at=FRESH)),
    ("again", "refused: the balance", Facts("refused", "balance", results(POOR), agreed_at=FRESH, received_at=OLD)),
    ("answer", "refused, and its number sent STOP since", Facts("refused", "balance", results(POOR), stopped=True)),
    ("answer", "refused for good", Facts("refused", "gift_self", results(("refused", "gift_self")))),
    ("answer", "refused for good", Facts("refused", "cancelled", results(STOPPED))),
    ("answer", "refused for good", Facts("refused", "no_consent", results(("refused", "no_consent")))),
    ("answer", "refused for good", Facts("refused", "flood_told")),
    ("nothing", "one of a flood", Facts("refused", "flood")),
    ("ask", "buried: the core is asked first", Facts("refused", "buried", results(POOR))),
    ("ask", "unknown: the core is asked first", Facts("unknown", "timeout")),
    ("ask", "dead: the core is asked first", Facts("dead", "busy")),
    *(
        ("ask", "its number sent STOP since: the core is asked", Facts(state, outcome, stopped=True))
        for state, outcome in (("refused", "buried"), ("unknown", "timeout"), ("dead", "busy"))
    ),
    ("now", "waiting: tried now", Facts("waiting", "core_down")),
    ("nothing", "not looked at yet", Facts("received", "")),
    ("nothing", "a worker has it", Facts("claimed", "")),
    ("nothing", "the core has it", Facts("accepted", "accepted")),
    *(("nothing", "purged", Facts(state, "balance", purged=True)) for state in ("done", "refused", "unknown")),
]


@pytest.mark.parametrize(("deed", "why", "facts"), TABLE, ids=str)
def test_each_kind_of_message_has_its_deed_and_its_reason(deed: str, why: str, facts: Facts) -> None:
    decision = decide(facts, now=NOW, act_within_s=ACT_WITHIN_S)
    assert deed == decision.deed
    assert decision.why.startswith(why)


@pytest.mark.parametrize(
    ("kept", "before"),
    [
        ({}, [POOR]),
        ({"1": DONE}, [DONE, POOR]),
        ({"1": STOPPED, "3": ("refused", "gift_self")}, [STOPPED, POOR, ("refused", "gift_self")]),
    ],
)
def test_only_what_was_refused_for_a_passing_cause_is_done_anew(
    kept: dict[str, tuple[str, str]], before: list[tuple[str, str]]
) -> None:
    """Promise 2: a step that took effect keeps its result, and is not called again."""
    left = json.loads(without_refusals(results(*before)) or "{}")
    assert kept == {no: (one["verdict"], one["reason"]) for no, one in left.items()}
