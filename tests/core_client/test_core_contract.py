"""The contract file, and that what we write keeps to it."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import pytest
import zeep
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core_client import CoreClient, CoreError, HttpReply
from core_client.contract import ENVELOPE_NAMESPACE, WSDL_FILE, operations, schema_element
from core_client.envelope import escape, read, write_answer, write_call
from tests.core_client.calls import CALLS, CHANGES

SCHEMA_ROOT = schema_element()
SCHEMA = etree.XMLSchema(SCHEMA_ROOT)
XSD = {"xsd": "http://www.w3.org/2001/XMLSchema"}


def body_of(envelope: bytes) -> Any:
    (element,) = etree.fromstring(envelope).find(f"{{{ENVELOPE_NAMESPACE}}}Body")
    return element


def test_zeep_reads_the_contract_strictly_and_without_a_word_of_complaint(caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        client = zeep.Client(str(WSDL_FILE), settings=zeep.Settings(strict=True))
    found = {
        (service.name, name)
        for service in client.wsdl.services.values()
        for port in service.ports.values()
        for name in port.binding._operations
    }
    assert {(operation.service, operation.name) for operation in operations().values()} == found
    assert {"UserManage", "UserToneManage", "CRBTPresent", "ToneProvide", "System"} == {name for name, _ in found}
    assert caplog.records == []


def test_every_operation_takes_one_event_of_a_type_named_after_it() -> None:
    for operation in operations().values():
        (event,) = SCHEMA_ROOT.findall(f"xsd:element[@name='{operation.name}']//xsd:element", XSD)
        assert ("event", f"tns:{operation.event_class}") == (event.get("name"), event.get("type"))


class Recorder:
    """A transport that keeps the envelope and answers nothing useful."""

    def __init__(self) -> None:
        self.body = b""

    async def post(self, action: str, body: bytes) -> HttpReply:
        self.body = body
        return HttpReply(500, b"")

    async def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("name", CALLS)
async def test_what_the_client_sends_is_valid_by_the_contracts_own_schema(name: str) -> None:
    wire = Recorder()
    client = CoreClient("http://core.invalid/usdp", "portal", 'p<&">d', transport=wire)
    with pytest.raises(CoreError):
        await CALLS[name](client)
    SCHEMA.assertValid(body_of(wire.body))


@pytest.mark.parametrize("name", operations())
def test_an_answer_with_every_field_is_valid_and_reads_back_as_it_was(name: str) -> None:
    tone = {
        "resourceCode": "1",
        "toneName": "A & B",
        "singerName": "纸船",
        "price": "200",
        "validityDays": "30",
        "expired": "false",
    }
    values = {
        "returnCode": "000000", "resultCode": "000000", "resultInfo": "<hello>", "operationID": "op",
        "transactionID": "t-1", "eventClassName": "E", "amountCharged": "200", "status": "2", "tradeMark": "Gold",
        "monthlyFee": "800", "recordSum": "1", "fromUserPhoneNumber": "8613800138001", "resourceCode": "600902000001",
        "transactionState": "inProgress", "transactionEvent": "OrderToneEvt", "transactionResultCode": "000000",
        "transactionResultInfo": "123456",
    }  # fmt: skip
    operation = operations()[name]
    envelope = write_answer(operation, values, {"toneInfos": [tone]})
    SCHEMA.assertValid(body_of(envelope))
    known = {field: values[field] for field in operation.answer_fields if field in values}
    rows = {"toneInfos": [tone]} if "toneInfos" in operation.answer_fields else {}
    message = read(envelope)
    assert (f"{name}Response", known, rows) == (message.name, message.fields, message.rows)


def test_changes_are_the_operations_whose_lost_answer_leaves_a_doubt() -> None:
    assert set(CHANGES) == {name for name, operation in operations().items() if operation.changes}


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_at_all_goes_out_as_well_formed_xml(text: str) -> None:
    envelope = write_call(operations()["orderTone"], {"roleCode": text, "portalPwd": text})
    assert read(envelope).name == "orderTone"


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("8613800138001", "8613800138001"),
        ("a&amp;b &lt;c&gt; &quot;d&quot;", 'a&b <c> "d"'),
        ("ab", "a\x00\x1f\x7f\x85\r\n\tb"),
        ("ab", "a\u202e\u2066\u200f\u061cb"),
        ("é", "e\u0301"),
        ("ab", "a\ud800\ufffe\uffffb"),
        ("]]&gt;", "]]>"),
    ],
)
def test_text_is_escaped_and_stripped_of_what_misleads(expected: str, text: str) -> None:
    assert expected == escape(text)
