"""Wireshark on what the binds say: it decodes every PDU, finds none malformed, no field unknown, and reads our texts.

One run over loopback for all tests here, captured: binds in every mode and both versions, answers in every alphabet
and by every method for long texts, what an SMSC may ask of us, and what operations may ask of it.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from channels.smpp import Pdu
from channels.smpp.clock import SystemClock
from channels.smpp.listener import run
from channels.smpp.session.session import Session
from channels.smpp.session.tcp import tcp
from channels.smpp.session.terms import Terms
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception, Row
from tests.smpp.kit.near_smsc import deliver_sm, made
from tests.smpp.kit.noting_smsc import NotingSmsc
from tests.smpp.kit.tshark import Dissected, capturing, dissect
from tests.smpp.kit.until import until
from tests.smpp.kit.ways import WAYS
from workers.settings import BindSettings

pytestmark = pytest.mark.tshark


@dataclass(frozen=True, eq=False)
class Run:
    """What was said in the run, and the capture of it."""

    smsc: NotingSmsc
    file: Path
    port: int

    @cache  # noqa: B019 - it lives as long as the tests here
    def dissected(self, default_alphabet: str = "GSM 7-bit") -> list[Dissected]:
        return dissect(self.file, self.port, default_alphabet=default_alphabet)

    def of(self, name: str, *commands: int, default_alphabet: str = "GSM 7-bit") -> list[Dissected]:
        """A bind's PDUs of these kinds, as tshark reads them."""
        ports = self.smsc.ports[name]
        return [
            pdu
            for pdu in self.dissected(default_alphabet)
            if pdu.source_port in ports and (not commands or pdu.head[1] in commands)
        ]


SAYS = {
    "inbound": [
        deliver_sm(b"LIST", 1),
        deliver_sm(b"LIST", 2, destination_addr="9999"),
        deliver_sm(b"LIST", 3, source_addr="Alice", source_addr_ton=5),
        made("data_sm", 4, source_addr="861", destination_addr="8888", message_payload=b"LIST"),
        made("enquire_link", 5),
        made("submit_sm", 6, source_addr="861", destination_addr="8888", short_message=b"?"),
        made("query_sm", 7, message_id="1"),
        made("bind_transceiver", 8, system_id="smsc"),
        bytes.fromhex("00000010 00000777 00000000 00000009"),  # a command that no standard has
        made("unbind", 10),
    ],
    "unframeable": [bytes.fromhex("00000003 00000000 00000000 00000001")],
    "out": [deliver_sm(b"LIST", 1)],
}
BINDS = {
    "inbound": {"short_codes": ["8888"], "system_type": "VMA", "address_range": "^8888$"},
    "unframeable": {},
    "in": {"mode": "receiver", "reply_via": "out", "enquire_link_s": 0.3},
    "out": {"mode": "transmitter"},
    "five": {"interface_version": "5.0"},
}
SENT = {
    "bind_transceiver", "bind_receiver", "bind_transmitter", "unbind", "enquire_link", "submit_sm", "data_sm",
    "query_sm", "cancel_sm", "replace_sm", "generic_nack", "bind_transceiver_resp", "unbind_resp", "enquire_link_resp",
    "deliver_sm_resp", "data_sm_resp", "submit_sm_resp", "query_sm_resp",
}  # fmt: skip
"""All that a bind can say."""


def settings(name: str, port: int, more: Mapping[str, Any]) -> BindSettings:
    return BindSettings(name=name.replace(" ", "-"), port=port, system_id=name[:15], password="secret", **more)


async def asks(port: int) -> None:
    """What operations may ask of an SMSC, by a session of its own."""
    session = Session(Terms("operations"), SystemClock())
    await session.open(tcp(settings("operations", port, {})))

    async def take(_: Pdu) -> int:
        return 0

    await session.bind("operations", "secret", "", take)
    of = {"message_id": "1a", "source_addr": "8888"}
    await session.ask("query_sm", of)
    await session.ask("cancel_sm", {**of, "dest_addr_ton": 1, "dest_addr_npi": 1, "destination_addr": "8613800000001"})
    await session.ask("replace_sm", {**of, "registered_delivery": 1, "short_message": b"rather this"})
    await session.unbind()


async def everything(listening: socket.socket) -> NotingSmsc:
    """All binds at once, until all that is to be said is said; then they part."""
    port = listening.getsockname()[1]
    smsc, stop = NotingSmsc(SAYS), asyncio.Event()
    server = await asyncio.start_server(smsc.serve, sock=listening)
    names = list(WAYS)
    rows = [
        Row(no, WAYS[name].text, name.replace(" ", "-"), **WAYS[name].row) for no, name in enumerate(names, start=1)
    ]
    binds = {**BINDS, **{name: WAYS[name].settings for name in names}}
    postbox = MemoryPostbox(*rows)
    async with server:
        running = asyncio.create_task(
            run([settings(name, port, more) for name, more in binds.items()], MemoryReception(), postbox, stop=stop)
        )
        await asks(port)
        with suppress(TimeoutError):  # the tests below tell what is missing
            await until(lambda: len(postbox.ends) >= len(rows) and SENT - {"unbind"} <= set(smsc.commands()))
        stop.set()
        await running
    return smsc


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Run:
    file = tmp_path_factory.mktemp("tshark") / "run.pcapng"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with capturing(file, port) as capture:
            smsc = asyncio.run(everything(listening))
            capture.catch_up()
    return Run(smsc, file, port)


def test_every_kind_of_pdu_that_a_bind_can_say_was_said(said: Run) -> None:
    assert set(said.smsc.commands()) == SENT


def test_tshark_decodes_every_pdu_that_was_said(said: Run) -> None:
    heard = Counter((port, _head(frame)) for port, frames in said.smsc.heard.items() for frame in frames)
    assert heard == Counter((pdu.source_port, pdu.head) for pdu in said.dissected())


def _head(frame: bytes) -> tuple[int, ...]:
    length, command, status, sequence = (int.from_bytes(frame[at : at + 4], "big") for at in (0, 4, 8, 12))
    return length, command, status, sequence


def test_tshark_finds_none_malformed_and_no_field_unknown(said: Run) -> None:
    known = {strange for way in WAYS.values() for strange in way.strange}
    assert {} == {pdu.head: pdu.strange for pdu in said.dissected() if set(pdu.strange) - known}


@pytest.mark.parametrize("name", WAYS)
def test_tshark_reads_an_answer_as_it_was_meant(said: Run, name: str) -> None:
    way = WAYS[name]
    pdus = said.of(name[:15], 0x4, 0x103, default_alphabet=way.default_alphabet)
    assert [way.data_coding] * way.parts == [pdu.number("smpp.data_coding") for pdu in pdus]
    assert [way.strange] * way.parts == [pdu.strange for pdu in pdus]
    for known, values in way.fields.items():
        assert (known, values) == (known, [value for pdu in pdus for value in pdu.all(known)])
    if way.reads_text:
        assert way.text == "".join(
            text.removesuffix(way.filling) for pdu in pdus for text in pdu.all("smpp.message_text")
        )
    for label in way.labels:
        assert any(label in known for pdu in pdus for known in pdu.labels), label


@pytest.mark.parametrize(
    ("name", "command", "version"),
    [("inbound", 0x9, 0x34), ("in", 0x1, 0x34), ("out", 0x2, 0x34), ("five", 0x9, 0x50)],
)
def test_tshark_reads_a_bind_as_its_settings_say(said: Run, name: str, command: int, version: int) -> None:
    bind = said.of(name, command)[0]
    more = BINDS[name]
    assert (name, "secret", more.get("system_type", ""), version, more.get("address_range", "")) == (
        bind.one("smpp.system_id"),
        bind.one("smpp.password"),
        bind.text("smpp.system_type"),
        bind.number("smpp.interface_version"),
        bind.text("smpp.address_range"),
    )


def test_tshark_reads_the_status_of_each_response_as_the_standard_names_it(said: Run) -> None:
    heads = [pdu.head for pdu in said.of("inbound") if pdu.head[1] & 0x80000000]
    assert [
        (0x80000005, 0x00, 1),
        (0x80000005, 0x0B, 2),
        (0x80000005, 0x65, 3),
        (0x80000103, 0x00, 4),
        (0x80000015, 0x00, 5),
        (0x80000004, 0x04, 6),
        (0x80000003, 0x04, 7),
        (0x80000009, 0x04, 8),
        (0x80000000, 0x03, 9),
        (0x80000006, 0x00, 10),
    ] == sorted(((command, status, sequence) for _, command, status, sequence in heads), key=lambda head: head[2])


def test_tshark_reads_what_operations_ask(said: Run) -> None:
    query, cancel, replace = said.of("operations", 0x3, 0x8, 0x7)
    assert ["1a"] * 3 == [pdu.one("smpp.message_id") for pdu in (query, cancel, replace)]
    assert ("8613800000001", "rather this") == (cancel.one("smpp.destination_addr"), replace.one("smpp.message_text"))
