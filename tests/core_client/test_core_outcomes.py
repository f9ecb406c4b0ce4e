"""What each answer of the core becomes: a value, or an error with the decision in it."""

from __future__ import annotations

from typing import Any

import pytest

from core_client import (
    AccountRefused,
    AnswerLost,
    AnswerLostError,
    Busy,
    Call,
    CoreClient,
    CoreError,
    Doubtful,
    HttpReply,
    NothingSentError,
    NotSupported,
    OurMistake,
    Refused,
    Retry,
    Subscriber,
    Tone,
    Unreachable,
)
from core_client.contract import operations
from core_client.envelope import write_answer, write_fault
from tests.core_client.calls import CALLS, CHANGES, NUMBER, READS, TONE
from tests.core_client.scripted import answer, client_of


@pytest.mark.parametrize(
    ("error", "retry", "effect_possible"),
    [
        (Unreachable, Retry.AGAIN, False),
        (AnswerLost, Retry.AGAIN, False),
        (Busy, Retry.AGAIN, False),
        (Doubtful, Retry.ASK, True),
        (AccountRefused, Retry.STOP, False),
        (Refused, Retry.NEVER, False),
        (OurMistake, Retry.NEVER, False),
        (NotSupported, Retry.NEVER, False),
    ],
)
def test_each_class_of_error_carries_its_decision(error: type[CoreError], retry: Retry, effect_possible: bool) -> None:
    assert (retry, effect_possible) == (error.retry, error.effect_possible)


@pytest.mark.parametrize(
    ("kind", "attempt", "reason", "code"),
    [
        (Busy, True, "busy", "100002"),
        (Doubtful, True, "timeout", "100003"),
        (Doubtful, True, "duplicate", "316001"),
        (Doubtful, True, "unknown_code", "199999"),
        (Doubtful, True, "unknown_code", "0"),
        (AccountRefused, False, "account_or_password", "200007"),
        (OurMistake, True, "tone_code", "202002"),
        (NotSupported, True, "not_supported", "100010"),
        (Refused, True, "balance", "310001"),
        (Refused, True, "other", "399999"),
    ],
)
async def test_a_code_becomes_its_error(kind: type[CoreError], attempt: bool, reason: str, code: str) -> None:
    client, _ = client_of(answer("orderTone", code))
    with pytest.raises(kind) as caught:
        await CALLS["orderTone"](client)
    error = caught.value
    assert (kind, attempt, reason, code, "orderTone") == (
        type(error), error.attempt, error.reason, error.code, error.operation,
    )  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
async def test_a_lost_answer_to_a_change_leaves_a_doubt(name: str) -> None:
    client, _ = client_of(AnswerLostError("timeout"))
    with pytest.raises(Doubtful) as caught:
        await CALLS[name](client)
    assert (caught.value.attempt, caught.value.reason) == (False, "timeout")


@pytest.mark.parametrize("name", READS)
async def test_a_lost_answer_to_a_read_is_only_asked_again(name: str) -> None:
    client, _ = client_of(AnswerLostError("timeout"))
    with pytest.raises(AnswerLost):
        await CALLS[name](client)


@pytest.mark.parametrize("name", CALLS)
async def test_what_never_went_out_uses_no_attempt(name: str) -> None:
    client, _ = client_of(NothingSentError("refused_connection"))
    with pytest.raises(Unreachable) as caught:
        await CALLS[name](client)
    assert (caught.value.attempt, caught.value.effect_possible) == (False, False)


@pytest.mark.parametrize("name", READS)
async def test_a_core_in_trouble_over_a_read_is_busy(name: str) -> None:
    client, _ = client_of(answer(name, "100005"))
    with pytest.raises(Busy):
        await CALLS[name](client)


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (Doubtful, 500, b""),
        (Doubtful, 500, write_fault("Server", "oops")),
        (Doubtful, 503, b"Service Unavailable"),
        (Doubtful, 502, b"<html/>"),
        (Doubtful, 200, b""),
        (Doubtful, 200, write_fault("Client", "no such operation")),
        (Doubtful, 200, write_answer(operations()["delInboxTone"], {"returnCode": "000000"})),
        (Doubtful, 500, write_answer(operations()["orderTone"], {"returnCode": "000000"})),
        (Doubtful, 200, write_answer(operations()["orderTone"], {"amountCharged": "1"})),
        (Doubtful, 408, b""),
        (AccountRefused, 401, b""),
        (AccountRefused, 403, b"<html/>"),
        (Unreachable, 404, b"not here"),
        (Unreachable, 302, b""),
        (Busy, 429, b""),
        (Refused, 500, write_answer(operations()["orderTone"], {"returnCode": "310001"})),
    ],
)
async def test_an_http_answer_without_a_result_code_becomes_its_error(
    kind: type[CoreError], status: int, body: bytes
) -> None:
    client, _ = client_of(HttpReply(status, body))
    with pytest.raises(kind) as caught:
        await CALLS["orderTone"](client)
    assert kind is type(caught.value)


@pytest.mark.parametrize(
    ("kind", "door", "procedure"),
    [
        (Refused, "000000", "310001"),
        (AccountRefused, "200007", "000000"),
        (AccountRefused, "200007", ""),
        (Refused, "", "310001"),
        (Refused, "000001", "310001"),
        (Refused, "310001", "000001"),
        (AccountRefused, "200007", "310001"),
    ],
)
async def test_of_two_codes_a_refusal_never_passes_for_a_success(
    kind: type[CoreError], door: str, procedure: str
) -> None:
    client, _ = client_of(answer("orderTone", "", returnCode=door, resultCode=procedure))
    with pytest.raises(kind):
        await CALLS["orderTone"](client)


@pytest.mark.parametrize(("door", "procedure"), [("000000", "000001"), ("000001", "000000"), ("000001", "")])
async def test_of_two_codes_accepted_never_passes_for_done(door: str, procedure: str) -> None:
    client, _ = client_of(answer("presentTone", "", returnCode=door, resultCode=procedure, resultInfo="123456"))
    given = await CALLS["presentTone"](client)
    assert (given.outcome, given.key) == ("accepted", "123456")


async def test_an_answer_to_another_transaction_is_a_doubt() -> None:
    client, _ = client_of(answer("orderTone", "000000", transactionID="t-2"))
    with pytest.raises(Doubtful, match="foreign_answer"):
        await CALLS["orderTone"](client)


async def test_a_core_that_numbers_reads_by_itself_is_understood() -> None:
    client, _ = client_of(answer("queryTone", "302003", transactionID="its-own"))
    assert await client.find_tone(TONE) is None


@pytest.mark.parametrize("amount", ["NaN", "-1", "1e3", "9" * 5000, "２00", "1.5"])
async def test_an_amount_that_is_none_makes_the_answer_a_doubt(amount: str) -> None:
    client, _ = client_of(answer("orderTone", "000000", amountCharged=amount))
    with pytest.raises(Doubtful, match="malformed"):
        await CALLS["orderTone"](client)


async def test_a_done_order_tells_what_it_cost() -> None:
    client, wire = client_of(answer("orderTone", "000000", amountCharged="200", operationID="op", transactionID="t-1"))
    given = await client.order_tone(NUMBER, TONE, transaction_id="t-1", expected_price=200, offer_code="spring")
    assert (
        given.outcome, given.code, given.amount_charged, given.operation_id, given.key,
    ) == ("done", "000000", 200, "op", "")  # fmt: skip
    sent = wire.sent[0].fields
    assert (
        sent["expectedPrice"], sent["offerCode"], sent["transactionID"], sent["role"], sent["roleCode"],
    ) == ("200", "spring", "t-1", "1", NUMBER)  # fmt: skip


async def test_an_order_without_a_price_agreed_to_sends_none() -> None:
    client, wire = client_of(answer("orderTone", "000000"))
    given = await client.order_tone(NUMBER, TONE, transaction_id="t-1", expected_price=None)
    assert (given.amount_charged, "expectedPrice" in wire.sent[0].fields) == (None, False)


async def test_the_recipient_of_a_gift_learns_giver_and_tone_without_either_showing_in_a_log() -> None:
    client, _ = client_of(answer("presentToneAffirm", "000000", fromUserPhoneNumber=NUMBER, resourceCode=TONE))
    given = await CALLS["presentToneAffirm"](client)
    assert (given.giver, given.tone_code, NUMBER in repr(given)) == (NUMBER, TONE, False)


@pytest.mark.parametrize(
    ("expected", "code", "fields"),
    [
        (Subscriber("active", "Gold", 800), "000000", {"status": "2", "tradeMark": "Gold", "monthlyFee": "800"}),
        (Subscriber("arrears", "", None), "000000", {"status": "8"}),
        (Subscriber("unknown", "", None), "000000", {"status": "99"}),
        (None, "301001", {"monthlyFee": "500"}),
        (None, "000000", {"status": "4", "tradeMark": "Gold", "monthlyFee": "500"}),
    ],
)
async def test_a_subscriber_is_read(expected: Subscriber | None, code: str, fields: dict[str, str]) -> None:
    client, _ = client_of(answer("query", code, **fields))
    assert expected == await client.query_subscriber(NUMBER)


async def test_the_fee_is_told_also_before_the_service_is_opened() -> None:
    client, _ = client_of(answer("query", "301001", monthlyFee="500"))
    assert await client.monthly_fee(NUMBER) == 500


def tone_rows(count: int) -> list[dict[str, str]]:
    return [
        {"resourceCode": str(n), "toneName": "Rain", "singerName": "Bo", "price": "200", "validityDays": "30"}
        for n in range(count)
    ]


def library(count: int) -> HttpReply:
    rows = {"toneInfos": tone_rows(count)}
    return HttpReply(200, write_answer(operations()["queryInboxTone"], {"resultCode": "000000"}, rows))


async def test_a_library_larger_than_a_page_is_read_to_its_end() -> None:
    client, wire = client_of(library(200), library(3))
    assert len(await client.owned_tones(NUMBER)) == 203
    assert [message.fields["startRecordNum"] for message in wire.sent] == ["1", "201"]


async def test_owned_tones_of_a_stranger_are_refused() -> None:
    client, _ = client_of(answer("queryInboxTone", "301001"))
    with pytest.raises(Refused, match="no_service"):
        await client.owned_tones(NUMBER)


async def test_a_tone_is_found_or_not() -> None:
    row = tone_rows(1)[0] | {"expired": "true"}
    found = HttpReply(200, write_answer(operations()["queryTone"], {"resultCode": "000000"}, {"toneInfos": [row]}))
    client, _ = client_of(found, answer("queryTone", "302003"), answer("queryTone", "000000"))
    assert Tone("0", "Rain", "Bo", 200, 30, expired=True) == await client.find_tone(TONE)
    assert None is await client.find_tone(TONE)
    assert None is await client.find_tone(TONE)


def past(code: str, event: str = "OrderToneEvt", **fields: str) -> HttpReply:
    given = {"transactionState": "result", "transactionEvent": event, "transactionResultCode": code} | fields
    return answer("queryTransaction", "000000", **given)


@pytest.mark.parametrize(
    ("status", "outcome", "reason", "reply"),
    [
        ("unseen", None, None, answer("queryTransaction", "000000", transactionState="unseen")),
        ("unseen", None, None, answer("queryTransaction", "316003")),
        ("in_progress", None, None, answer("queryTransaction", "000000", transactionState="inProgress")),
        ("result", "done", "", past("000000")),
        ("result", "refused", "balance", past("310001")),
        ("result", "refused", "tone_missing", past("302003")),
        ("result", "already", "", past("302003", "DelInboxToneEvt")),
        ("unseen", None, None, past("100002")),
        ("in_progress", None, None, past("100005")),
    ],
)
async def test_what_became_of_a_transaction_is_a_value(
    status: str, outcome: str | None, reason: str | None, reply: HttpReply
) -> None:
    client, _ = client_of(reply)
    state = await client.query_transaction("t-1")
    told = (state.answer.outcome, state.answer.reason) if state.answer else (None, None)
    assert (status, (outcome, reason)) == (state.status, told)


async def test_a_presented_gifts_key_and_a_charge_are_found_again_by_transaction() -> None:
    client, _ = client_of(past("000001", "PresentToneEvt", transactionResultInfo="123456", amountCharged="0"))
    state = await client.query_transaction("t-1")
    assert state.answer
    assert (state.answer.outcome, state.answer.key, state.answer.amount_charged) == ("accepted", "123456", 0)


@pytest.mark.parametrize(
    "reply",
    [
        answer("queryTransaction", "000000"),
        answer("queryTransaction", "000000", transactionState="perhaps"),
        past(""),
        past("000000", "NobodyEvt"),
        past("000000", ""),
        past("000000", amountCharged="lots"),
        answer("queryTransaction", "000000", transactionState="unseen", transactionID="t-2"),
    ],
)
async def test_a_transaction_answer_that_says_nothing_is_asked_again(reply: HttpReply) -> None:
    client, _ = client_of(reply)
    with pytest.raises(AnswerLost):
        await client.query_transaction("t-1")


async def test_without_query_transaction_in_the_settings_nothing_is_sent() -> None:
    client, wire = client_of(query_transaction=False)
    with pytest.raises(NotSupported) as caught:
        await client.query_transaction("t-1")
    assert (caught.value.attempt, wire.sent) == (False, [])


async def test_a_ping_is_content_with_any_answer_that_let_us_in() -> None:
    client, _ = client_of(answer("queryTone", "302003"), answer("queryTone", "202002"), answer("queryTone", "200007"))
    await client.ping()
    await client.ping()
    with pytest.raises(AccountRefused):
        await client.ping()


async def test_every_call_is_observed_with_its_code_or_how_it_failed() -> None:
    seen: list[Call] = []
    ticks = iter(range(100))
    arguments: dict[str, Any] = {"observe": seen.append, "clock": lambda: float(next(ticks))}
    client, _ = client_of(answer("orderTone", "310001"), AnswerLostError("timeout"), **arguments)
    for _ in range(2):
        with pytest.raises(CoreError):
            await CALLS["orderTone"](client)
    assert [Call("orderTone", "310001", 1.0, "t-1"), Call("orderTone", "timeout", 1.0, "t-1")] == seen


async def test_no_error_and_no_repr_tells_number_or_password() -> None:
    client, _ = client_of(answer("orderTone", "310001", resultInfo=f"{NUMBER} s3cret"))
    with pytest.raises(Refused) as caught:
        await CALLS["orderTone"](client)
    told = f"{caught.value!r} {caught.value} {client!r} {vars(caught.value)}"
    assert (NUMBER in told, "s3cret" in told) == (False, False)


@pytest.mark.parametrize(
    ("words", "url", "arguments"),
    [
        ("https://core.example", "core.example/usdp", {}),
        ("https://core.example", "ftp://core.example", {}),
        ("https://core.example", "http://", {}),
        ("https://core.example", "http://core:notaport/", {}),
        ("holds a user or a password", "http://me:s3cret@core.example/usdp", {}),
        ('flavour = "document"', "http://core.example/usdp", {"flavour": "encoded"}),
    ],
)
def test_settings_that_cannot_work_are_told_at_once(words: str, url: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        CoreClient(url, "portal", "s3cret", **arguments)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("expects", [True, False])
async def test_a_core_that_takes_no_expected_price_is_sent_neither_that_nor_an_offer(expects: bool) -> None:
    core, wire = client_of(
        answer("orderTone", "000000"),
        answer("presentTone", "000001", resultInfo="123456"),
        answer("subscribe", "000000"),
        expects_price=expects,
    )
    own = {"transaction_id": "t", "expected_price": 100}
    await core.order_tone(NUMBER, TONE, offer_code="spring", **own)
    await core.present_tone(NUMBER, "8613800138009", TONE, offer_code="spring", **own)
    await core.subscribe(NUMBER, **own)
    sent = [(one.fields.get("expectedPrice"), one.fields.get("offerCode")) for one in wire.sent]
    assert sent == ([("100", "spring")] * 2 + [("100", None)] if expects else [(None, None)] * 3)
