"""What a hostile or broken gateway may send: no answer of it is a traceback, nothing of it reaches a desk or a log."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import random
import time

import aiohttp
import pytest

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.http import create_app
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from tests.ussd.dialects.kit.gateway import AWAY, NUMBER, NotingDesk, form, gateway, posted, query, sent, serving
from tests.ussd.dialects.kit.hostile_xml import HOSTILE
from workers import logs

SECRET, TEXT = "hunter2-secret", "rainsong"
EVIL = "\u202e1\u200b\x00\x07\u2066*\u2069"


def spoken(text: str, session: str = "s-1", number: str = NUMBER) -> dict[str, HttpRequest]:
    """An answer to a screen, in every dialect."""
    sent_ = {"sessionId": session, "phoneNumber": number, "text": text}
    xml = f"<ussd><msisdn>{number}</msisdn><sessionid>{session}</sessionid><type>2</type><msg>{text}</msg></ussd>"
    said = f'<dialog localId="{session}"><unstructuredSSRequest_Response string="{text}"/></dialog>'
    return {
        "africas_talking": form(sent_),
        "safaricom": form({"ORIG": number, "DEST": "*123#", "SESSION_ID": session, "USSD_PARAMS": text}),
        "hubtel": posted({"Mobile": number, "SessionId": session, "Type": "Response", "Message": text}),
        "arkesel": posted({"sessionID": session, "msisdn": number, "newSession": False, "userData": text}),
        "nalo": posted({"SESSIONID": session, "MSISDN": number, "MSGTYPE": False, "USERDATA": text}),
        "beem": posted({"command": "continue", "msisdn": number, "session_id": session, "payload": {"response": text}}),
        "infobip": posted({"msisdn": number, "text": text}, f"/{session}/response"),
        "comviva": query({"SessionID": session, "MSISDN": number, "input": text}),
        "truroute": HttpRequest(body=xml.encode()),
        "madapi": posted({"sessionId": session, "messageType": 1, "msisdn": number, "ussdString": text}),
        "restcomm": HttpRequest(body=said.encode()),
        "dmark": query({"transactionId": session, "msisdn": number, "ussdRequestString": text, "response": "true"}),
        "plain": posted({"session": session, "msisdn": number, "input": text}),
    }


def test_every_dialect_is_among_them() -> None:
    assert set(DIALECTS) == set(spoken("1"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_control_zero_width_and_bidirectional_characters_never_reach_a_desk(dialect: str) -> None:
    text = EVIL if dialect not in ("truroute", "restcomm") else EVIL.replace("\x00", "").replace("\x07", "")
    newest = DIALECTS[dialect].read(spoken(f"a{text}b")[dialect], gateway(dialect)).dial.text
    assert newest == ("b" if dialect in ("africas_talking", "safaricom") else "a1*b")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_input_is_cut_to_what_a_handset_can_send(dialect: str) -> None:
    assert 182 == len(DIALECTS[dialect].read(spoken("7" * 5000)[dialect], gateway(dialect)).dial.text)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_but_unreadable_ever_comes_of_garbage(dialect: str) -> None:
    """Fuzz: 300 spoilt requests of each dialect; none takes the processor for long, none raises anything else."""
    dice = random.Random(7)
    good = spoken("2*600902000001")[dialect]
    pieces = [b"\x00", b"\xff", b'"', b"<", b"&", b"%", b"}", b"[" * 50, b"9" * 30, b"null", "\u202e".encode()]
    slowest = 0.0
    for _ in range(300):
        body, asked = bytearray(good.body), bytearray(good.query.encode())
        for spoilt in (body, asked):
            for _ in range(dice.randint(1, 4)):
                if spoilt:
                    at = dice.randrange(len(spoilt))
                    spoilt[at : at + dice.randint(0, 5)] = dice.choice(pieces)
        rest = dice.choice([good.rest, "/", "/x", "/%00/start", "/a/b/c"])
        request = HttpRequest(good.method, rest, {}, asked.decode("latin-1"), bytes(body))
        began = time.thread_time()
        with contextlib.suppress(Unreadable):
            heard = DIALECTS[dialect].read(request, gateway(dialect))
            DIALECTS[dialect].write(ScreenReply(heard.dial.text, ends=False), heard)
        slowest = max(slowest, time.thread_time() - began)
    assert slowest < 0.1


HOSTILE_BODIES = [
    b"",
    b"\x00" * 64,
    b"[" * 16_000,
    b'{"a":' * 3_000,
    b"9" * 16_000,
    b'{"session":"s","msisdn":1e400}',
    b"a=1&" * 4_000,
    b"%00=%ff&" * 100,
    *(one.replace(b"ROOT", root) for one in HOSTILE for root in (b"ussd", b"dialog")),
]


async def test_no_body_however_hostile_changes_anything_or_is_answered_by_a_traceback() -> None:
    desk = NotingDesk()
    gateways = [gateway(name, path=f"/{name}").model_copy(update={"name": name}) for name in DIALECTS]
    async with serving(create_app(gateways, desk, lambda _: AWAY)) as base, aiohttp.ClientSession() as session:
        for name, body in itertools.product(DIALECTS, HOSTILE_BODIES):
            rest = "/s-1/response" if name == "infobip" else ""
            answer = await sent(session, base, HttpRequest(rest=rest, body=body), f"/{name}")
            told = answer.body.decode()
            assert answer.status == 400 or (name == "infobip" and 400 == json.loads(told)["responseExitCode"])
            assert len(told) < 300
            assert not any(word in told for word in ("Traceback", "Error", "line ", "root:"))
    assert [] == desk.asked


class Talkative:
    """Fails with the subscriber's own words."""

    async def answer(self, request: DialRequest) -> ScreenReply:
        raise RuntimeError(f"{request.number} said {request.text} in {request.gateway_session}")


async def test_no_number_text_or_secret_is_in_any_log() -> None:
    """Promise 6, read in the logs of a door that was refused, fooled, flooded and let down by its desk."""
    written = io.StringIO()
    logs.configure("ussd", {"TONEGATE_LOG": "json", "TONEGATE_LOG_LEVEL": "debug"}, written)
    open_, closed = gateway("plain", path="/open"), gateway("plain", path="/closed", secret=SECRET)
    requests = spoken(TEXT, session="session-of-8613800000001")
    app = create_app(
        [
            open_,
            closed.model_copy(update={"name": "closed"}),
            *(gateway(name, path=f"/{name}").model_copy(update={"name": name}) for name in DIALECTS),
        ],
        Talkative(),
        lambda _: AWAY,
    )
    async with serving(app) as base, aiohttp.ClientSession() as session:
        for name, request in requests.items():
            assert 200 == (await sent(session, base, request, f"/{name}")).status
            spoilt = HttpRequest(
                request.method, request.rest, {}, request.query + "&" + TEXT, request.body + TEXT.encode()
            )
            await sent(session, base, spoilt, f"/{name}")
        await sent(session, base, requests["plain"], "/closed")
        await sent(session, base, requests["plain"], "/nowhere")
        await sent(session, base, HttpRequest(body=b"x" * 20_000), "/open")
    told = written.getvalue()
    assert "ussd_desk_failed" in told
    assert "ussd_not_understood" in told
    assert "ussd_turned_away" in told
    assert not [secret for secret in (NUMBER, NUMBER[2:], TEXT, SECRET, "Traceback") if secret in told]


def test_what_is_held_shows_no_number_or_text_either() -> None:
    heard = DIALECTS["plain"].read(spoken(TEXT)["plain"], gateway("plain", secret=SECRET))
    told = f"{heard!r} {spoken(TEXT)['plain']!r} {spoken(TEXT)['dmark']!r} {gateway('plain', secret=SECRET)!r}"
    assert Kind.INPUT is heard.dial.kind
    assert not [secret for secret in (NUMBER, TEXT, SECRET) if secret in told]
