"""Requests wait for their own response, under numbers that wrap."""

from __future__ import annotations

import pytest

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.window import LAST_SEQUENCE, NoResponse, Window


class Outcomes:
    """What was settled, in order."""

    def __init__(self) -> None:
        self.all: list[Pdu | NoResponse] = []

    def __call__(self, outcome: Pdu | NoResponse) -> None:
        self.all.append(outcome)


def test_an_answer_settles_the_request_of_its_number_whatever_the_order() -> None:
    window, first, second = Window(10), Outcomes(), Outcomes()
    one = window.register("submit_sm", 10, first, takes_slot=True)
    two = window.register("submit_sm", 10, second, takes_slot=True)
    assert window.answer(Pdu("submit_sm_resp", two))
    assert (len(first.all), len(second.all), window.used) == (0, 1, 1)
    assert window.answer(Pdu("submit_sm_resp", one))
    assert (len(first.all), window.used, window.is_empty) == (1, 0, True)


@pytest.mark.parametrize(
    "response",
    [Pdu("submit_sm_resp", 99), Pdu("bind_transceiver_resp", 1), Pdu("enquire_link_resp", 1)],
)
def test_an_answer_to_something_else_settles_nothing(response: Pdu) -> None:
    window, outcome = Window(10), Outcomes()
    window.register("submit_sm", 10, outcome)
    assert not window.answer(response)
    assert outcome.all == []


def test_a_generic_nack_settles_any_request_and_a_second_answer_none() -> None:
    window, outcome = Window(10), Outcomes()
    sequence = window.register("submit_sm", 10, outcome)
    assert window.answer(Pdu("generic_nack", sequence, 3))
    assert not window.answer(Pdu("submit_sm_resp", sequence))
    assert [one.status for one in outcome.all if isinstance(one, Pdu)] == [3]


def test_numbers_wrap_at_0x7fffffff_and_skip_those_still_waiting() -> None:
    window = Window(10, first_sequence=LAST_SEQUENCE - 1)
    numbers = [window.register("submit_sm", 10, Outcomes()) for _ in range(4)]
    assert numbers == [LAST_SEQUENCE - 1, LAST_SEQUENCE, 1, 2]
    window = Window(10, first_sequence=LAST_SEQUENCE)
    window.register("submit_sm", 10, Outcomes())
    window._next = LAST_SEQUENCE
    assert window.register("submit_sm", 10, Outcomes()) == 1


def test_what_waits_past_its_deadline_has_no_response() -> None:
    window, early, late = Window(10), Outcomes(), Outcomes()
    window.register("submit_sm", 10, early, takes_slot=True)
    window.register("submit_sm", 20, late, takes_slot=True)
    window.expire(10)
    assert (len(early.all), len(late.all), window.used) == (1, 0, 1)
    assert isinstance(early.all[0], NoResponse)


def test_when_the_connection_is_gone_nothing_waits() -> None:
    window, outcome = Window(1), Outcomes()
    window.register("submit_sm", 10, outcome, takes_slot=True)
    window.abandon("connection lost")
    assert (len(outcome.all), window.free, window.is_empty) == (1, 1, True)
