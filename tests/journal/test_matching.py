"""Which text a receipt speaks of, where ids recur, bases differ and several SMSCs use the same ones."""

from __future__ import annotations

import pytest

from workers.journal.leaving import Receipt
from workers.journal.matching import Candidate, after, choose, state_of
from workers.journal.message_ids import forms, message_key
from workers.journal.states import OutboxState

NEAR, FAR = "8613800000001", "8613800000002"
SENT, DELIVERED, UNDELIVERED = OutboxState.SENT, OutboxState.DELIVERED, OutboxState.UNDELIVERED
QUEUED = OutboxState.QUEUED


def went(
    outbox_id: int, key: str, destination: str = NEAR, via: str = "main", number: int = 0, state: OutboxState = SENT
) -> Candidate:
    return Candidate(outbox_id, number, key, via, destination, state)


def receipt(message_id: str, number: str = "", **more: object) -> Receipt:
    return Receipt("main", message_id, "delivered", "000", number=number, **more)  # type: ignore[arg-type]


CASES: dict[str, tuple[tuple[int, int] | None, Receipt, list[Candidate]]] = {
    "nothing went out": (None, receipt("77"), []),
    "the same id": ((1, 0), receipt("0077"), [went(1, "77")]),
    "the same id, though the number is another": ((1, 0), receipt("77", FAR), [went(1, "77")]),
    "an id used again is the newest text's": ((2, 0), receipt("77"), [went(1, "77"), went(2, "77")]),
    "of an id used again, the text to the number": (
        (1, 0), receipt("77", NEAR), [went(1, "77"), went(2, "77", FAR)],
    ),
    "another SMSC's id": (None, receipt("77"), [went(1, "77", via="other")]),
    "the id of another bind with this SMSC": (
        (1, 0), receipt("77", binds=("main", "spare")), [went(1, "77", via="spare")],
    ),
    "the other base for the same number": ((1, 0), receipt("2587", NEAR), [went(1, "a1b")]),
    "the other base for another number": (None, receipt("2587", FAR), [went(1, "a1b")]),
    "the other base where the receipt names no number": (None, receipt("2587"), [went(1, "a1b")]),
    "the other base for the number before the same id for another": (
        (1, 0), receipt("2587", NEAR), [went(1, "a1b"), went(2, "2587", FAR)],
    ),
    "the same id before the other base": ((1, 0), receipt("2587", NEAR), [went(1, "2587"), went(2, "a1b")]),
    "another base where the rule says the same": (None, receipt("2587", NEAR, ids="same"), [went(1, "a1b")]),
    "the other base by rule, without a number": (
        (1, 0), receipt("2587", ids="hex_to_decimal"), [went(1, "a1b"), went(2, "2587")],
    ),
    "against the rule, for the number": ((2, 0), receipt("2587", NEAR, ids="hex_to_decimal"), [went(2, "2587")]),
    "against the rule, without a number": (None, receipt("2587", ids="hex_to_decimal"), [went(2, "2587")]),
    "a part": ((1, 2), receipt("78"), [went(1, "77", number=1), went(1, "78", number=2)]),
    "parts that share an id, one after another": (
        (1, 2), receipt("77"), [went(1, "77", number=1, state=DELIVERED), went(1, "77", number=2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_receipt_speaks_of_one_text_or_part_and_of_no_wrong_one(case: str) -> None:
    expected, given, found = CASES[case]
    keys = forms(message_key(given.message_id), given.ids)
    chosen = choose(given, keys, [one for one in found if one.key in keys])
    assert expected == (chosen and (chosen.outbox_id, chosen.number))


@pytest.mark.parametrize(
    ("expected", "state", "said"),
    [
        (DELIVERED, SENT, "delivered"),
        (UNDELIVERED, SENT, "undelivered"),
        (SENT, SENT, "enroute"),
        (DELIVERED, DELIVERED, "enroute"),
        (UNDELIVERED, UNDELIVERED, "accepted"),
        (DELIVERED, UNDELIVERED, "delivered"),
        (DELIVERED, DELIVERED, "undelivered"),
    ],
)
def test_an_end_is_not_taken_back(expected: OutboxState, state: OutboxState, said: str) -> None:
    assert expected == after(state, said)


@pytest.mark.parametrize(
    ("rule", "expected", "parts"),
    [
        ("all", SENT, [SENT, SENT]),
        ("all", SENT, [DELIVERED, SENT]),
        ("all", DELIVERED, [DELIVERED, DELIVERED]),
        ("all", UNDELIVERED, [SENT, UNDELIVERED]),
        ("all", UNDELIVERED, [DELIVERED, UNDELIVERED]),
        ("all", SENT, [DELIVERED, QUEUED]),
        ("first", DELIVERED, [DELIVERED, SENT]),
        ("first", SENT, [SENT, DELIVERED]),
        ("first", DELIVERED, [DELIVERED, UNDELIVERED]),
        ("last", DELIVERED, [UNDELIVERED, DELIVERED]),
        ("last", SENT, [DELIVERED, SENT]),
        ("last", UNDELIVERED, [DELIVERED, UNDELIVERED]),
    ],
)
def test_the_parts_that_the_bind_names_decide_for_the_text(
    rule: str, expected: OutboxState, parts: list[OutboxState]
) -> None:
    assert expected == state_of(parts, rule)
