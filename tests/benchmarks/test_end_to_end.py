"""The bench must see what it is there to see: a loss, a double, a stranger."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from types import ModuleType

import pytest

from core_client.contract import operations
from core_client.envelope import read, write_call

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
GOOD = {
    "texts": 10, "acknowledged": 10, "answers": 10, "double_answers": 0, "strange_answers": 0,
    "core": {"orders": 10, "numbers_with_orders": 10, "double_orders": 0},
}  # fmt: skip


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import end_to_end  # noqa: PLC0415 - a script, found only with its folder on the path

    return end_to_end


@pytest.fixture
def smsc(bench: ModuleType) -> ModuleType:
    import load_smsc  # noqa: PLC0415

    return load_smsc


@pytest.fixture
def stub(bench: ModuleType) -> ModuleType:
    import core_stub  # noqa: PLC0415

    return core_stub


def test_equal_ledgers_are_no_fault(bench: ModuleType) -> None:
    assert bench.faults(GOOD) == []


@pytest.mark.parametrize(
    ("ledger", "count", "fault"),
    [
        ("acknowledged", 9, "1 texts were never acknowledged"),
        ("answers", 8, "2 texts were never answered"),
        ("double_answers", 1, "1 texts were answered twice"),
        ("strange_answers", 3, "3 answers were not to what was sent"),
        ("core.numbers_with_orders", 9, "1 texts were never ordered"),
        ("core.double_orders", 1, "1 orders were made twice"),
    ],
)
def test_a_loss_and_a_double_are_faults(bench: ModuleType, ledger: str, count: int, fault: str) -> None:
    ledgers = deepcopy(GOOD)
    place = ledgers["core"] if ledger.startswith("core.") else ledgers
    assert isinstance(place, dict)
    place[ledger.removeprefix("core.")] = count
    assert bench.faults(ledgers) == [fault]


def test_the_smsc_counts_first_second_and_foreign_answers_apart(smsc: ModuleType) -> None:
    phase = smsc.Phase(texts=2, first_number=7, due=[0.0, 0.0])
    for number, text in (
        (b"8613800000007", b"yours 600902000001"),
        (b"8613800000007", b"yours 600902000001"),  # answered twice
        (b"8613800000001", b"yours 600902000001"),  # to somebody who sent nothing
        (b"8613800000008", b"sorry"),  # not about the tone that was ordered
    ):
        phase.answer(number, text)
    assert (phase.answers, phase.double_answers, phase.strange_answers) == (1, 1, 2)


def test_the_stub_counts_an_order_repeated_under_the_same_transaction_as_a_double(stub: ModuleType) -> None:
    order = operations()["orderTone"]
    fields = {
        "portalAccount": "a", "portalPwd": "b", "portalType": "SMS", "moduleCode": "m", "role": "1",
        "roleCode": "8613800000001", "transactionID": "t1", "phoneNumber": "8613800000001",
        "resourceCode": "600902000001", "resourceType": "1",
    }  # fmt: skip
    written: list[bytes] = []
    body = write_call(order, fields)
    request = (
        f'POST /usdp HTTP/1.1\r\nContent-Length: {len(body)}\r\nSOAPAction: "{order.action}"\r\n\r\n'.encode() + body
    )
    connection = stub.CoreStub()
    connection.ledger = stub.Ledger()
    connection._transport = type("Wire", (), {"write": staticmethod(written.append)})
    for octets in (request[:40], request[40:] + request):
        connection.data_received(octets)
    summary = connection.ledger.summary()
    assert (summary["orders"], summary["numbers_with_orders"], summary["double_orders"]) == (2, 1, 1)
    answer = read(written[0].partition(b"\r\n\r\n")[2])
    assert (answer.fields["resultCode"], answer.fields["transactionID"]) == ("000000", "t1")


def test_the_bench_reads_a_submit_sm_as_the_standard_lays_it_out(smsc: ModuleType) -> None:
    body = b"\0\0\x01" + b"10658830\0" + b"\x01\x01" + b"8613800000007\0" + bytes(3) + b"\0\0" + b"\x01\0\0\0"
    text = b"yours"
    assert smsc.submit_sm_fields(body + bytes([len(text)]) + text) == (b"8613800000007", text, True)
