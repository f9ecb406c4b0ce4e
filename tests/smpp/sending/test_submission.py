"""The request that carries an answer is as the bind, the answer and the SMSC's version want it."""

from __future__ import annotations

from typing import Any

import pytest

from channels.smpp.customs import addresses_of
from channels.smpp.sending.submission import Submission, Submissions, validity_period
from channels.smpp.text import Part, Sar
from tests.smpp.kit.in_and_out import settings
from tests.smpp.kit.memory import Row

PART = Part(b"done", 0, 0)


def made(
    row: Row, part: Part = PART, number: int = 1, total: int = 1, takes_tlvs: bool = True, **bind: Any
) -> Submission:
    one = settings(**bind)
    return Submissions(one, addresses_of(one)).of(row, part, number, total, takes_tlvs=takes_tlvs)


@pytest.mark.parametrize(
    ("bind", "row", "fields"),
    [
        ({}, {}, {"source_addr_ton": 0, "source_addr_npi": 0, "dest_addr_ton": 1, "dest_addr_npi": 1}),
        (
            {"source_ton": 3, "source_npi": 9, "dest_ton": 0, "dest_npi": 0},
            {},
            {"source_addr_ton": 3, "dest_addr_ton": 0},
        ),
        ({}, {"source": "Tonegate"}, {"source_addr_ton": 5, "source_addr_npi": 0, "source_addr": "Tonegate"}),
        ({"number_format": "plus"}, {}, {"destination_addr": "+8613800000001", "dest_addr_ton": 1}),
        ({"number_format": "national", "country": "CN"}, {}, {"destination_addr": "13800000001", "dest_addr_ton": 2}),
        ({"service_type": "CMT"}, {}, {"service_type": "CMT"}),
        ({}, {}, {"registered_delivery": 1}),
        ({"registered_delivery": "failure"}, {}, {"registered_delivery": 2}),
        ({"registered_delivery": "failure"}, {"registered_delivery": "never"}, {"registered_delivery": 0}),
        ({"validity_s": 3600}, {}, {"validity_period": "000000010000000R"}),
        ({"validity_s": 3600}, {"validity_s": 60}, {"validity_period": "000000000100000R"}),
        ({"urgent_priority": 2}, {"priority": 0}, {"priority_flag": 2}),
    ],
)
def test_settings_and_the_answers_own_wishes_decide_the_fields(
    bind: dict[str, Any], row: dict[str, Any], fields: dict[str, Any]
) -> None:
    submission = made(Row(1, **row), **bind)
    assert fields == {name: submission.fields[name] for name in fields}


def test_what_is_not_urgent_bears_no_priority_and_no_validity_of_its_own() -> None:
    fields = made(Row(1, priority=1), urgent_priority=2).fields
    assert ({"priority_flag", "validity_period"} & fields.keys(), fields["short_message"]) == (set(), b"done")


@pytest.mark.parametrize(
    ("seconds", "period"),
    [
        (1, "000000000001000R"),
        (86_399, "000000235959000R"),
        (86_400, "000001000000000R"),
        (8_553_600, "000099000000000R"),
    ],
)
def test_a_validity_is_written_in_the_relative_form(seconds: int, period: str) -> None:
    """SMPP 3.4 §7.1.1: 16 characters, days at the most, since months and years are of no certain length."""
    assert period == validity_period(seconds)


@pytest.mark.parametrize(
    ("bind", "part", "tlvs"),
    [
        ({}, PART, {}),
        (
            {"long_texts": "sar"},
            Part(b"done", 0, 0, sar=Sar(7, 3, 2)),
            {"sar_msg_ref_num": 7, "sar_total_segments": 3, "sar_segment_seqnum": 2},
        ),
        ({"long_texts": "payload"}, Part(b"d" * 500, 0, 0, is_payload=True), {"message_payload": b"d" * 500}),
        ({"submit_with": "data_sm"}, PART, {"message_payload": b"done"}),
        ({"submit_with": "data_sm", "validity_s": 60}, PART, {"message_payload": b"done", "qos_time_to_live": 60}),
    ],
)
def test_what_no_field_holds_goes_into_tlvs(bind: dict[str, Any], part: Part, tlvs: dict[str, Any]) -> None:
    submission = made(Row(1), part, number=2, total=3, **bind)
    assert (tlvs, bind.get("submit_with", "submit_sm")) == (dict(submission.tlvs), submission.command)


def test_the_answer_goes_back_to_the_application_it_is_for() -> None:
    submission = made(Row(1, source_port=7275, destination_port=16000))
    assert {"source_port": 7275, "destination_port": 16000} == dict(submission.tlvs)


def test_an_smsc_without_tlvs_gets_none() -> None:
    submission = made(Row(1, source_port=7275), takes_tlvs=False, submit_with="data_sm")
    assert ("submit_sm", {}, b"done") == (submission.command, dict(submission.tlvs), submission.fields["short_message"])


@pytest.mark.parametrize(("rule", "asked"), [("all", [1, 1, 1]), ("first", [1, 0, 0]), ("last", [0, 0, 1])])
def test_receipts_are_asked_for_the_parts_that_count(rule: str, asked: list[int]) -> None:
    wishes = [made(Row(1), PART, number, 3, receipt_part=rule).fields["registered_delivery"] for number in (1, 2, 3)]
    assert asked == wishes
