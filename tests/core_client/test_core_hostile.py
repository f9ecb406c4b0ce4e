"""Hostile answers: every one becomes an outcome, soon, and none reads a file or a network."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core_client import Answer, CoreError, Doubtful, HttpReply
from core_client.contract import ENVELOPE_NAMESPACE, operations
from core_client.envelope import UnreadableError, read, write_answer
from tests.core_client.calls import CALLS
from tests.core_client.scripted import client_of

HEAD, TAIL = f'<s:Envelope xmlns:s="{ENVELOPE_NAMESPACE}"><s:Body>', "</s:Body></s:Envelope>"
GOOD = (
    HEAD
    + "<r:orderToneResponse xmlns:r='urn:tonegate:usdp'><x><resultCode>{}</resultCode></x></r:orderToneResponse>"
    + TAIL
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HOSTILE = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>' + GOOD.format("&l9;"),
    "quadratic blow-up": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>' + GOOD.format("&a;" * 50_000),
    "attribute entities": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
    + GOOD.replace("<x>", '<x a="&l9;">').format("0"),
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + GOOD.format("&e;"),
    "external DTD": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD.format("000000"),
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>' + GOOD.format("000000"),
    "undefined entity": GOOD.format("&nobody;"),
    "deep nesting": GOOD.format("<a>" * 9_000 + "</a>" * 9_000),
    "too many tags": GOOD.format("<a/>" * 100_000),
    "one field twice": GOOD.format("000000</resultCode><resultCode>310001"),
    "two answers": GOOD.format("000000").replace(TAIL, "<x/>" + TAIL),
    "huge text": GOOD.format("0" * 1_000_000),
    "foreign envelope": GOOD.format("000000").replace(ENVELOPE_NAMESPACE, "http://www.w3.org/2003/05/soap-envelope"),
    "nothing inside": HEAD + TAIL,
    "no declaration of a prefix": HEAD + "<r:x/>" + TAIL,
    "a comment for a body": HEAD + "<!-- -->" + TAIL,
    "an instruction for a body": HEAD + "<?php x?>" + TAIL,
}
BYTES = {name: text.encode() for name, text in HOSTILE.items()} | {
    "UTF-16 with a bomb": HOSTILE["billion laughs"].encode("utf-16"),
    "UTF-7 hiding a bomb": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x []+AD4-' + GOOD.encode(),
    "EBCDIC": b'<?xml version="1.0" encoding="IBM037"?>' + HOSTILE["billion laughs"].encode("cp037"),
    "NUL": GOOD.format("000000").encode().replace(b"000000", b"0000\x0000"),
    "not UTF-8": GOOD.format("000000").encode().replace(b"000000", b"\xc3\x28"),
    "an encoding nobody has": b'<?xml version="1.0" encoding="x-none"?>' + GOOD.format("000000").encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
async def test_a_hostile_answer_is_a_doubt_and_found_out_at_once(name: str) -> None:
    client, _ = client_of(HttpReply(200, BYTES[name]))
    begun = time.process_time()
    with pytest.raises(Doubtful):
        await CALLS["orderTone"](client)
    assert time.process_time() - begun < 0.1


async def test_ten_times_as_many_attributes_cost_about_ten_times_as_much() -> None:
    """Each held against each other would cost a hundred times as much; by the machine's own measure, however slow."""

    async def cost_s(count: int) -> float:
        attributes = " ".join(f'a{n}=""' for n in range(count))
        client, _ = client_of(HttpReply(200, GOOD.replace("<x>", f"<x {attributes}>").format("000000").encode()))
        begun = time.process_time()
        assert (await CALLS["orderTone"](client)).outcome == "done"
        return time.process_time() - begun

    costs = [(await cost_s(6_000), await cost_s(60_000)) for _ in range(5)]
    assert min(many for _, many in costs) < 40 * min(few for few, _ in costs)


def test_an_entity_never_brings_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("310001")
    bomb = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>' + GOOD.format("&e;")
    with pytest.raises(UnreadableError, match="document type"):
        read(bomb.encode())


TONE_ROW = {"resourceCode": "1", "toneName": "Rain", "singerName": "Bo", "price": "200", "validityDays": "30"}
PLAUSIBLE = {"transactionID": "t-1", "transactionState": "result", "transactionEvent": "OrderToneEvt"}


def plausible(name: str, code: str) -> bytes:
    """An answer with every field the operation has."""
    fields = dict.fromkeys(operations()[name].answer_fields, code) | PLAUSIBLE
    return write_answer(operations()[name], fields, {"toneInfos": [TONE_ROW, TONE_ROW]})


def mangled(data: bytes, throws: random.Random) -> bytes:
    """A real answer with bytes changed, pieces cut out, doubled or swapped."""
    buffer = bytearray(data)
    for _ in range(throws.randint(1, 8)):
        at, length = throws.randrange(len(buffer) + 1), throws.randint(1, 40)
        match throws.randrange(4):
            case 0:
                buffer[at : at + 1] = bytes([throws.randrange(256)])
            case 1:
                del buffer[at : at + length]
            case 2:
                buffer[at:at] = buffer[at : at + length]
            case _:
                buffer[at:at] = throws.choice([b"<", b">", b"&", b"]]>", b"<![CDATA[", b"&#0;", b"\xff", b"<!--", b'"'])
    return bytes(buffer)


@settings(max_examples=400, deadline=None)
@given(
    name=st.sampled_from(list(CALLS)),
    status=st.sampled_from([200, 200, 200, 500, 302, 404, 999]),
    charset=st.sampled_from([None, "utf-8", "gbk", "latin-1", "nonsense", ""]),
    code=st.sampled_from(["000000", "000001", "301001", "302003", "999999", "", "<&>"]),
    throws=st.randoms(use_true_random=False),
    other=st.one_of(
        st.none(),
        st.none(),
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: GOOD.format(text).encode("utf-8", "surrogatepass")),
    ),
)
async def test_whatever_the_core_sends_ends_in_a_value_or_one_of_our_errors(
    name: str, status: int, charset: str | None, code: str, throws: random.Random, other: bytes | None
) -> None:
    body = mangled(plausible(name, code), throws) if other is None else other
    client, _ = client_of(*[HttpReply(status, body, charset)] * 10)
    with suppress(CoreError):
        value = await CALLS[name](client)
        assert not isinstance(value, Answer) or value.outcome in ("done", "accepted", "already")
