"""One message's stay with a worker: each way a call can end, and what the subscriber hears of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core_client import NothingSentError
from tests.workers.kit.office import FRIEND, NUMBER, TRANSACTION, Office, crashed, next_stay, row_of, said
from tests.workers.kit.small_core import FEE, PRICE, Fault, Lost
from workers.dialogue import Way
from workers.errand import NOTICE_AFTER_S
from workers.journal import InboxState, Queue

ORDER = "GET 600902000001"
ORDERED = ("orderTone", NUMBER, PRICE)
AWAY = NothingSentError("refused")


@pytest.fixture
def office() -> Office:
    return Office()


async def test_an_order_is_done_with_its_name_its_price_and_the_way_back(office: Office) -> None:
    ending = await office.run(row_of(ORDER))
    assert (InboxState.DONE, None, [ORDERED]) == (ending.state, ending.due_in_s, office.core.ledger)
    for words in ("Song 1", "2.00", "30 days", "DEL 600902000001"):
        assert words in said(ending)


@pytest.mark.parametrize(
    ("text", "words"),
    [("HELP", "GIFT"), ("hello there", "HELP"), ("LIST", "no tones"), ("DEL 600902000001", "do not have")],
)
async def test_what_changes_nothing_is_answered_all_the_same(office: Office, text: str, words: str) -> None:
    ending = await office.run(row_of(text))
    assert InboxState.DONE == ending.state
    assert words in said(ending)
    assert [] == office.core.ledger


@pytest.mark.parametrize(
    "text",
    [ORDER, "600902000001", f"GIFT 600902000001 {FRIEND}", "DEL 600902000001", "ON", "OFF", "CANCEL", "YES 482193",
     "NO 482193", "hello", ""],
)  # fmt: skip
async def test_a_text_with_parts_missing_charges_and_changes_nothing_and_is_asked_for_again(
    office: Office, text: str
) -> None:
    """Promise 3: nobody has said yes to what came of half a text; promise 4: and nobody is left without an answer."""
    ending = await office.run(row_of(text, incomplete="2 of 3"))
    assert (InboxState.DONE, "incomplete", None) == (ending.state, ending.outcome, ending.due_in_s)
    assert ([], []) == (office.core.ledger, office.core.calls)
    for words in ("a part of your text", "Nothing was done or charged", "send it again"):
        assert words in said(ending)


@pytest.mark.parametrize(
    ("text", "words"), [("STOP sending me this", "closed"), ("LIST and more", "no tones"), ("HELP me", "GIFT")]
)
async def test_stop_list_and_help_work_though_parts_are_missing(office: Office, text: str, words: str) -> None:
    await office.run(row_of("ON"))
    ending = await office.run(row_of(text, incomplete="1 of 2"))
    assert words in said(ending)


CLASSES: dict[str, tuple[Fault, InboxState, dict[str, Any]]] = {
    "nothing went out": (AWAY, InboxState.WAITING, {"waiting_for": "core", "uses_attempt": False, "doubtful": False}),
    "the answer is lost": (Lost(), InboxState.UNKNOWN, {"uses_attempt": False, "doubtful": True, "due_in_s": 10.0}),
    "the core leaves it open": ("100003", InboxState.UNKNOWN, {"uses_attempt": True, "doubtful": True}),
    "the core has it already": ("316001", InboxState.UNKNOWN, {"uses_attempt": True, "doubtful": True}),
    "busy": ("100002", InboxState.WAITING, {"waiting_for": "retry", "uses_attempt": True, "doubtful": False}),
    "our account is refused": ("200007", InboxState.WAITING, {"waiting_for": "core", "uses_attempt": False}),
    "refused": ("310001", InboxState.REFUSED, {"due_in_s": None, "outcome": "balance"}),
    "our mistake": ("200001", InboxState.REFUSED, {"due_in_s": None}),
    "accepted, the result comes later": ("000003", InboxState.ACCEPTED, {"doubtful": True, "asked": True}),
}


@pytest.mark.parametrize("case", CLASSES)
async def test_each_end_of_a_call_leads_to_its_state(office: Office, case: str) -> None:
    fault, state, expected = CLASSES[case]
    office.core.faults["orderTone"] = [fault]
    ending = await office.run(row_of(ORDER))
    assert state == ending.state
    assert expected == {name: getattr(ending, name) for name in expected}
    assert bool(ending.answers) == (state is InboxState.REFUSED)


async def test_a_refusal_says_why_and_that_nothing_was_charged(office: Office) -> None:
    office.core.faults["orderTone"] = ["310001"]
    ending = await office.run(row_of(ORDER))
    assert "balance is too low" in said(ending)
    assert "Nothing was charged" in said(ending)


async def test_a_tone_that_is_not_there_is_refused_without_an_order(office: Office) -> None:
    ending = await office.run(row_of("GET 600902999999"))
    assert (InboxState.REFUSED, "tone_missing") == (ending.state, ending.outcome)
    assert [] == office.core.transactions("orderTone")


@pytest.mark.parametrize("case", [case for case in CLASSES if CLASSES[case][1] is not InboxState.REFUSED])
async def test_whatever_went_wrong_once_it_ends_in_one_order_under_one_transaction(office: Office, case: str) -> None:
    office.core.faults["orderTone"] = [CLASSES[case][0]]
    ending = await office.finish(await office.run(row_of(ORDER)))
    assert InboxState.DONE == ending.state
    assert [ORDERED] == office.core.ledger
    assert {f"{TRANSACTION}01"} == set(office.core.transactions("orderTone"))
    assert "2.00" in said(ending)


async def test_a_core_that_is_away_for_long_uses_up_no_attempt(office: Office) -> None:
    office.core.faults["queryTone"] = [AWAY] * 10
    ending = await office.finish(await office.run(row_of(ORDER)), stays=40)
    assert (InboxState.DONE, 0) == (ending.state, ending.row.attempts)


async def test_a_core_that_stays_busy_ends_it_dead_and_says_that_nothing_was_charged(office: Office) -> None:
    office.core.faults["orderTone"] = ["100002"] * 9
    ending = await office.finish(await office.run(row_of(ORDER)))
    assert (InboxState.DEAD, office.attempts) == (ending.state, len(office.core.transactions("orderTone")))
    assert "Nothing was charged" in said(ending)


async def test_a_core_that_leaves_it_open_again_and_again_is_left_to_operations_with_an_answer(office: Office) -> None:
    office.core.faults["orderTone"] = ["100003"] * 9
    ending = await office.finish(await office.run(row_of(ORDER)))
    assert (InboxState.UNKNOWN, None) == (ending.state, ending.due_in_s)
    assert "not sure" in said(ending)


@pytest.mark.parametrize("forgets", [False, True])
@pytest.mark.parametrize("query_transaction", [False, True])
@pytest.mark.parametrize("done", [False, True])
async def test_a_lost_order_is_asked_for_before_it_is_called_again_and_takes_effect_once(
    query_transaction: bool, forgets: bool, done: bool
) -> None:
    office = Office(query_transaction=query_transaction)
    office.core.forgets = forgets
    office.core.faults["orderTone"] = [Lost(done)]
    ending = await office.run(row_of(ORDER))
    office.core.calls.clear()
    ending = await office.finish(ending)
    assert (InboxState.DONE, [ORDERED]) == (ending.state, office.core.ledger)
    asked, *rest = [name for name, _ in office.core.calls if name != "queryTone"]
    assert asked == ("queryTransaction" if query_transaction else "queryInboxTone")
    assert rest.count("orderTone") == (0 if done else 1)
    assert "is yours" in said(ending)


@pytest.mark.parametrize("forgets", [False, True])
async def test_a_worker_that_died_after_its_order_orders_no_second_time(office: Office, forgets: bool) -> None:
    office.core.forgets = forgets
    row = row_of(ORDER)
    await office.run(row)
    ending = await office.run(crashed(row))
    assert (InboxState.DONE, [ORDERED]) == (ending.state, office.core.ledger)


async def test_a_core_that_has_not_finished_is_asked_again_and_not_called(office: Office) -> None:
    office.core.faults["orderTone"] = [Lost()]
    ending = await office.run(row_of(ORDER))
    office.core.in_progress = True
    ending = await office.run(next_stay(ending))
    assert InboxState.ACCEPTED == ending.state
    office.core.in_progress = False
    ending = await office.finish(ending)
    assert (InboxState.DONE, 1) == (ending.state, len(office.core.transactions("orderTone")))


async def test_a_core_that_never_finishes_is_left_to_operations(office: Office) -> None:
    office.core.faults["orderTone"] = [Lost()]
    ending = await office.run(row_of(ORDER))
    office.core.in_progress = True
    ending = await office.finish(ending, stays=30)
    assert (InboxState.UNKNOWN, None) == (ending.state, ending.due_in_s)
    assert said(ending)


async def test_an_order_is_parked_where_a_forgetful_core_does_not_show_its_library() -> None:
    office = Office()
    office.core.forgets = True
    office.core.faults["orderTone"] = [Lost()]
    office.core.faults["queryInboxTone"] = ["100010"] * 9
    ending = await office.finish(await office.run(row_of(ORDER)))
    assert (InboxState.UNKNOWN, None, [ORDERED]) == (ending.state, ending.due_in_s, office.core.ledger)
    assert 1 == len(office.core.transactions("orderTone"))


@pytest.mark.parametrize("done", [False, True])
async def test_a_lost_gift_is_parked_where_the_core_can_not_be_asked(done: bool) -> None:
    office = Office(query_transaction=False)
    office.core.faults["presentTone"] = [Lost(done)]
    ending = await office.finish(await office.run(row_of(f"GIFT 600902000001 {FRIEND}")))
    assert (InboxState.UNKNOWN, None, "cannot_tell") == (ending.state, ending.due_in_s, ending.outcome)
    assert 1 == len(office.core.transactions("presentTone"))
    assert "not sure" in said(ending)


@pytest.mark.parametrize("forgets", [False, True])
async def test_a_lost_gift_is_found_by_its_transaction_or_parked_and_never_given_twice(
    office: Office, forgets: bool
) -> None:
    office.core.forgets = forgets
    office.core.faults["presentTone"] = [Lost()]
    ending = await office.finish(await office.run(row_of(f"GIFT 600902000001 {FRIEND}")))
    assert (InboxState.UNKNOWN if forgets else InboxState.DONE) == ending.state
    assert [("presentTone", NUMBER, 0)] == office.core.ledger
    offers = [answer.text for answer in ending.answers if answer.destination == FRIEND]
    assert [True] * (not forgets) == ["YES 123456" in offer for offer in offers]


async def test_a_gift_tells_both_its_giver_and_its_recipient(office: Office) -> None:
    ending = await office.run(row_of(f"GIFT 600902000001 {FRIEND}"))
    assert [NUMBER, FRIEND] == [answer.destination for answer in ending.answers]
    assert "YES 123456" in ending.answers[1].text
    taken = await office.run(row_of("YES 123456", number=FRIEND, transaction_id="f" * 24))
    assert InboxState.DONE == taken.state
    assert [("presentTone", NUMBER, 0), ("presentToneAffirm", FRIEND, 0)] == office.core.ledger


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        (f"GIFT 600902000001 {FRIEND}", [("", None, False), ("always", None, True)]),
        ("HELP", [("never", 86_400, False)]),
        (ORDER, [("", None, False)]),
    ],
)
async def test_an_answer_is_delivered_as_the_file_says_of_its_text(
    office: Office, text: str, ways: list[tuple[str, int | None, bool]]
) -> None:
    ending = await office.run(row_of(text))
    assert ways == [(one.registered_delivery, one.validity_s, one.urgent) for one in ending.answers]


@pytest.mark.parametrize(("text", "operation"), [("ON", "subscribe"), ("STOP", "unSubscribe")])
async def test_already_is_done_where_our_own_lost_call_made_it_so(office: Office, text: str, operation: str) -> None:
    office.core.forgets = True
    if text == "STOP":
        office.core.open.add(NUMBER)
    office.core.faults[operation] = [Lost()]
    ending = await office.finish(await office.run(row_of(text)))
    assert (InboxState.DONE, 1) == (ending.state, len(office.core.ledger))
    assert "already" not in said(ending)
    assert "is not open" not in said(ending)


async def test_already_is_already_where_no_call_of_ours_was_lost(office: Office) -> None:
    office.core.open.add(NUMBER)
    ending = await office.run(row_of("ON"))
    assert (InboxState.DONE, []) == (ending.state, office.core.ledger)
    assert "already" in said(ending)


async def test_opening_tells_the_monthly_fee(office: Office) -> None:
    assert f"{FEE / 100:.2f}" in said(await office.run(row_of("ON")))


SEVERAL = "GET 600902000001 600902000002 600902000003"


async def test_an_order_of_several_tones_goes_on_where_it_stopped(office: Office) -> None:
    await office.run(row_of("DEL 600902000001", transaction_id="d" * 24))  # so that the catalogue remembers the first
    office.core.calls.clear()
    office.core.faults["queryTone"] = [AWAY]
    ending = await office.run(row_of(SEVERAL))
    assert (InboxState.WAITING, ["1"]) == (ending.state, list(json.loads(ending.results)))
    ending = await office.finish(ending)
    assert InboxState.DONE == ending.state
    assert [f"{TRANSACTION}{no:02d}" for no in (1, 2, 3)] == office.core.transactions("orderTone")
    assert [ORDERED] * 3 == office.core.ledger
    assert "6.00" in said(ending)


async def test_each_of_several_tones_is_ordered_once_though_each_answer_is_lost(office: Office) -> None:
    office.core.forgets = True
    office.core.faults["orderTone"] = [Lost()] * 3
    ending = await office.finish(await office.run(row_of(SEVERAL)))
    assert (InboxState.DONE, [ORDERED] * 3) == (ending.state, office.core.ledger)


async def test_of_several_tones_each_is_told_by_its_own_end(office: Office) -> None:
    office.core.owned[NUMBER].append("600902000002")
    ending = await office.run(row_of("GET 600902000001 600902000002 600902999999"))
    assert InboxState.DONE == ending.state
    for words in ("Yours now", "already", "600902999999"):
        assert words in said(ending)


async def test_a_tone_that_was_bought_is_not_told_as_failed_with_the_others(office: Office) -> None:
    ending = await office.run(row_of("GET 600902000001"))
    office.core.faults["orderTone"] = ["100002"] * 9
    ending = await office.finish(
        await office.run(row_of("GET 600902000001 600902000002", results=ending.results, transaction_id=TRANSACTION))
    )
    assert InboxState.DEAD == ending.state
    assert "Yours now" in said(ending)
    assert "2.00" in said(ending)


async def test_a_stop_cancels_what_never_went_to_the_core(office: Office) -> None:
    ending = await office.run(row_of(ORDER, stop_requested=True))
    assert (InboxState.REFUSED, "cancelled", []) == (ending.state, ending.outcome, office.core.ledger)
    assert "STOP" in said(ending)


@pytest.mark.parametrize(("after_s", "asked"), [(86_400.0, False), (86_401.0, True)])
async def test_an_order_that_is_the_yes_itself_stays_good_for_as_long_as_a_yes(
    office: Office, after_s: float, asked: bool
) -> None:
    """Promise 3: who was too poor a month ago is asked before he is charged for it, whatever operations replay."""
    office.now_s = after_s
    ending = await office.run(row_of(ORDER, queue=Queue.BULK))
    assert ("asked_again" if asked else "done", [] if asked else [ORDERED]) == (ending.outcome, office.core.ledger)
    assert asked == ("YES" in said(ending))


async def test_a_gift_that_may_have_been_presented_so_long_ago_is_left_to_operations(office: Office) -> None:
    """Promise 2: asked about anew it would be presented under another transaction, by a core that forgets twice."""
    office.core.forgets = True
    office.core.faults["presentTone"] = [Lost(done=True)]
    lost = await office.run(row_of(f"GIFT 600902000001 {FRIEND}"))
    office.now_s = 86_401.0
    ending = await office.run(next_stay(lost, queue=Queue.BULK))
    assert (InboxState.UNKNOWN, "cannot_tell", None) == (ending.state, ending.outcome, ending.due_in_s)
    assert 1 == len(office.core.ledger)


async def test_a_question_that_ran_out_is_asked_again_though_none_would_be_asked_now() -> None:
    """Promise 3: silence was no yes, and a rule that has changed since makes none of it."""
    asking = Office(way=Way.REPLY)
    asked = await asking.run(row_of(ORDER))
    since = Office(way=Way.NONE, core=asking.core)
    ending = await since.run(next_stay(asked, queue=Queue.BULK))
    assert ("asked", []) == (ending.outcome, since.core.ledger)
    assert "YES" in said(ending)


@pytest.mark.parametrize("done", [False, True])
async def test_a_stop_cancels_what_was_in_doubt_only_if_it_never_came(office: Office, done: bool) -> None:
    office.core.faults["orderTone"] = [Lost(done)]
    ending = await office.run(row_of(ORDER))
    ending = await office.run(next_stay(ending, stop_requested=True))
    assert (InboxState.DONE if done else InboxState.REFUSED) == ending.state
    assert [ORDERED] * done == office.core.ledger


@pytest.mark.parametrize("text", ["STOP", "DEL 600902000001", "LIST"])
async def test_a_stop_does_not_cancel_what_costs_nothing(office: Office, text: str) -> None:
    office.core.owned[NUMBER].append("600902000001")
    office.core.open.add(NUMBER)
    ending = await office.run(row_of(text, stop_requested=True))
    assert InboxState.DONE == ending.state
    assert "cancelled" not in said(ending)


@pytest.mark.parametrize("fault", [AWAY, "100002", Lost(done=False)], ids=["away", "busy", "no answer"])
async def test_a_subscriber_who_waits_a_minute_is_told_so_once(fault: Fault) -> None:
    office = Office(attempts=99)
    office.core.faults["orderTone"] = [fault] * 12
    ending = await office.run(row_of(ORDER))
    told = []
    for _ in range(12):
        told.append((office.now_s >= NOTICE_AFTER_S, said(ending)))
        assert ending.due_in_s is not None
        office.now_s += max(ending.due_in_s, 10.0)
        ending = await office.run(next_stay(ending))
    assert {""} == {text for late, text in told if not late}
    assert 1 == len([text for late, text in told if late and text])


async def test_a_price_that_changed_is_refused_and_the_next_order_is_at_the_new_one(office: Office) -> None:
    await office.run(row_of("GET 600902000001", number=FRIEND))
    office.core.ledger.clear()
    office.core._past.clear()
    office.core.tones["600902000001"] = 300
    ending = await office.run(row_of(ORDER))
    assert (InboxState.REFUSED, "price_changed", []) == (ending.state, ending.outcome, office.core.ledger)
    assert "Nothing was charged" in said(ending)
    ending = await office.run(row_of(ORDER, transaction_id="a" * 24))
    assert (InboxState.DONE, [("orderTone", NUMBER, 300)]) == (ending.state, office.core.ledger)
