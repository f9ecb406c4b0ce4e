"""Each moment of a message's life is counted once, under labels out of lists; nothing is counted unasked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core_client import ResultCodes
from core_client.door import Call
from tests.journal.kit.messages import message
from workers import moments
from workers.core_calls import observer
from workers.dialogue import Action, Result, Verdict
from workers.journal import Accepted, ClaimedRow, ConsentChange, Ending, GiftChange, InboxState, OutgoingText, Queue
from workers.journal.asking import NewConsent, NewQuestion
from workers.metrics.meters import Meters
from workers.steps import first_action, write_results

ROW = ClaimedRow(
    7, "0190a0b0c0d0e0f0a0b0c0d0", "token", "sms", "main", "8613800000001", "5000", "GET 600902000001", Queue.ORDERS,
    0, 0, False, False, False, 0, "", 1000.0,
)  # fmt: skip
ANSWER = OutgoingText(
    3, "main", "5000", "8613800000001", "yours", 0, 0, transaction_id=ROW.transaction_id, channel="sms",
    received_at=1000.0, created_at=1001.0, inbox_id=7,
)  # fmt: skip
ASKED = NewQuestion(1, "reply", "order", "[]", "", "en", 60.0)
YES = NewConsent("granted", "reply", "order", "5000", "[]", "", "en")
DONE = write_results({1: Result(Action.ORDER, Verdict.DONE)})
core_called = observer(ResultCodes.shipped())


@pytest.fixture
def meters() -> Iterator[Meters]:
    meters = Meters()
    before = moments.watch(meters)
    yield meters
    moments.watch(before)


def worked() -> None:
    with moments.in_work(ROW):
        pass


@pytest.mark.parametrize(
    ("sample", "labels", "happens"),
    [
        (
            "tonegate_messages_received_total",
            {"channel": "ussd"},
            lambda: moments.received(message(channel="ussd"), Accepted("1", duplicate=False), 0.01),
        ),
        (
            "tonegate_duplicates_total",
            {"channel": "sms"},
            lambda: moments.received(message(), Accepted("1", duplicate=True), 0.01),
        ),
        ("tonegate_messages_not_taken_total", {"channel": "sms"}, lambda: moments.not_taken("sms")),
        ("tonegate_work_seconds_count", {"channel": "sms"}, worked),
        (
            "tonegate_core_calls_total",
            {"operation": "orderTone", "result": "done", "code": "000000"},
            lambda: core_called(Call("orderTone", "000000", 0.02)),
        ),
        (
            "tonegate_core_calls_total",
            {"operation": "orderTone", "result": "refused", "code": "310001"},
            lambda: core_called(Call("orderTone", "310001", 0.02)),
        ),
        (
            "tonegate_core_calls_total",
            {"operation": "query", "result": "no_answer", "code": ""},
            lambda: core_called(Call("query", "timeout", 10.0)),
        ),
        (
            "tonegate_core_calls_total",
            {"operation": "query", "result": "account", "code": ""},
            lambda: core_called(Call("query", "http_refused", 0.01)),  # 401, 403: the same alert as its code
        ),
        (
            "tonegate_core_call_seconds_count",
            {"operation": "query"},
            lambda: core_called(Call("query", "timeout", 1.0)),
        ),
        ("tonegate_core_breaker_open", {}, lambda: moments.core_given_up(True)),
        (
            "tonegate_outcomes_total",
            {"channel": "sms", "action": "order", "state": "done", "outcome": "done"},
            lambda: moments.finished(Ending(ROW, InboxState.DONE, "done", results=DONE)),
        ),
        (
            "tonegate_outcomes_total",
            {"channel": "sms", "action": "help", "state": "done", "outcome": "help"},
            lambda: moments.finished(Ending(ROW, InboxState.DONE, "help")),
        ),
        (
            "tonegate_outcomes_total",
            {"channel": "sms", "action": "none", "state": "dead", "outcome": "busy"},
            lambda: moments.finished(Ending(ROW, InboxState.DEAD, "busy")),
        ),
        (
            "tonegate_consents_total",
            {"event": "asked", "action": "order"},
            lambda: moments.finished(Ending(ROW, InboxState.DONE, "asked", consent=ConsentChange(ask=ASKED))),
        ),
        (
            "tonegate_consents_total",
            {"event": "granted", "action": "order"},
            lambda: moments.finished(Ending(ROW, InboxState.WAITING, "agreed", consent=ConsentChange(record=(YES,)))),
        ),
        (
            "tonegate_consents_total",
            {"event": "granted", "action": "order"},
            lambda: moments.finished(
                Ending(
                    ROW,
                    InboxState.WAITING,
                    "agreed",
                    consent=ConsentChange(ask=replace(ASKED, granted=True), record=(YES,)),
                )
            ),
        ),
        (
            "tonegate_gifts_total",
            {"state": "presented"},
            lambda: moments.finished(Ending(ROW, InboxState.DONE, "done", gifts=(GiftChange("presented"),))),
        ),
        (
            "tonegate_answers_total",
            {"bind": "spare", "result": "sent"},
            lambda: moments.tried(ANSWER, "spare", "sent", 1002.0),
        ),
        (
            "tonegate_answer_seconds_bucket",
            {"channel": "sms", "le": "2.5"},
            lambda: moments.tried(ANSWER, "spare", "sent", 1002.0),
        ),
        (
            "tonegate_receipts_total",
            {"bind": "main", "state": "undelivered"},
            lambda: moments.receipt("1", "main", "undelivered"),
        ),
        (
            "tonegate_receipts_total",
            {"bind": "main", "state": "underway"},
            lambda: moments.receipt("1", "main", "whatever an SMSC writes"),
        ),
        (
            "tonegate_receipts_total",
            {"bind": "main", "state": "strange"},
            lambda: moments.receipt("", "main", "delivered"),
        ),
        (
            "tonegate_screens_total",
            {"gateway": "hub", "end": "last"},
            lambda: moments.screen("hub", 0.003, ends=True),
        ),
        (
            "tonegate_screen_seconds_bucket",
            {"gateway": "hub", "le": "0.005"},
            lambda: moments.screen("hub", 0.003, ends=False),
        ),
        ("tonegate_replayed_messages_total", {}, lambda: moments.replayed(1)),
    ],
)
def test_it_is_counted_once(meters: Meters, sample: str, labels: dict[str, str], happens: Callable[[], None]) -> None:
    happens()
    assert 1.0 == meters.registry.get_sample_value(sample, labels)


def test_only_the_first_answer_that_was_sent_says_how_long_a_sender_waited(meters: Meters) -> None:
    moments.tried(replace(ANSWER, answer_no=2), "main", "sent", 1002.0)
    moments.tried(ANSWER, "main", "postponed", 1002.0)
    assert meters.registry.get_sample_value("tonegate_answer_seconds_count", {"channel": "sms"}) is None


def test_codes_that_a_core_makes_up_do_not_fill_prometheus(meters: Meters) -> None:
    for code in range(300_000, 300_500):
        core_called(Call("query", str(code), 0.01))
    family = next(one for one in meters.registry.collect() if one.name == "tonegate_core_calls")
    codes = {sample.labels["code"] for sample in family.samples}
    assert (201, True) == (len(codes), "other" in codes)


def test_no_label_has_a_number_or_a_text(meters: Meters) -> None:
    """Promise 6: no full phone number or message text in any metric."""
    moments.received(message(ROW.text, ROW.number), Accepted("1", duplicate=False), 0.01)
    worked()
    moments.finished(Ending(ROW, InboxState.DONE, "done", results=DONE, consent=ConsentChange(ASKED, (), (YES,))))
    moments.tried(ANSWER, "main", "sent", 1002.0)
    values = [value for one in meters.registry.collect() for sample in one.samples for value in sample.labels.values()]
    assert values
    assert not [value for value in values if ROW.number in value or "600902" in value]


class FullDisk(Meters):
    """Counts that can't be written."""

    def count(self, *_: object) -> None:
        raise OSError("no space left on device")

    time = count


@pytest.mark.parametrize(
    "happens",
    [
        worked,
        lambda: moments.received(message(), Accepted("1", duplicate=False), 0.01),
        lambda: moments.not_taken("sms"),
        lambda: core_called(Call("query", "000000", 0.01)),
        lambda: moments.finished(Ending(ROW, InboxState.DONE, "done")),
        lambda: moments.tried(ANSWER, "main", "sent", 1002.0),
        lambda: moments.receipt(ROW.transaction_id, "main", "delivered"),
        lambda: moments.screen("hub", 0.003, ends=True),
    ],
)
def test_what_cannot_be_counted_is_lost_and_nothing_else(happens: Callable[[], None]) -> None:
    """Promises 1 and 2: a message that is safe must not be brought again because its count is not."""
    before = moments.watch(FullDisk())
    try:
        happens()
    finally:
        moments.watch(before)


def test_nothing_is_counted_unasked() -> None:
    before = moments.watch(None)
    try:
        moments.received(message(), Accepted("1", duplicate=False), 0.01)
        moments.finished(Ending(ROW, InboxState.DONE, "done"))
        assert moments.watch(None) is None
    finally:
        moments.watch(before)


@pytest.mark.parametrize(
    ("action", "results"),
    [
        ("order", DONE),
        ("delete", write_results({11: Result(Action.DELETE, Verdict.REFUSED, "tone_missing")})),
        ("", ""),
        ("", "{}"),
        ("", json.dumps({"1": {"verdict": "done"}})),
    ],
)
def test_the_action_of_results_is_read_without_the_rest(action: str, results: str) -> None:
    assert action == first_action(results)
