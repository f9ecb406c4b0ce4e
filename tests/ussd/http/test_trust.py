"""Whom the door believes: addresses, proxies, signatures, time stamps, and a gateway's own proof."""

from __future__ import annotations

import ipaddress

import aiohttp
import pytest

from channels.ussd.dialects import HttpRequest
from channels.ussd.http import create_app
from channels.ussd.trust import Trust, caller, networks
from tests.ussd.dialects.kit.gateway import NotingDesk, gateway, posted, query, sent, serving
from workers.signing import SIGNATURE, TIMESTAMP, signature

NOW = 1_800_000_000.0
SECRET = "hunter2"
FIRST = {"session": "s-1", "msisdn": "8613800000001", "code": "*123#"}


@pytest.mark.parametrize(
    ("expected", "allow", "address"),
    [
        (True, ["127.0.0.0/8"], "127.9.9.9"),
        (False, ["127.0.0.0/8"], "128.0.0.1"),
        (True, ["192.0.2.7"], "192.0.2.7"),
        (False, ["192.0.2.7"], "192.0.2.8"),
        (True, ["192.0.2.7/24"], "192.0.2.200"),
        (True, ["127.0.0.1"], "::ffff:127.0.0.1"),
        (True, ["2001:db8::/32"], "2001:db8::1"),
        (False, ["2001:db8::/32"], "2001:db9::1"),
        (False, ["0.0.0.0/0"], "2001:db8::1"),
        (True, ["10.0.0.1", "::/0"], "2001:db8::1"),
        (False, [], "127.0.0.1"),
        (False, ["0.0.0.0/0", "::/0"], ""),
        (False, ["0.0.0.0/0", "::/0"], "/run/a.socket"),
    ],
)
def test_only_an_allowed_address_comes_in(expected: bool, allow: list[str], address: str) -> None:
    trust = Trust(allow, "", clock=lambda: NOW)
    assert [expected, expected] == [trust.allows(caller(address, {}, ())) for _ in range(2)]


@pytest.mark.parametrize(
    ("expected", "peer", "forwarded", "behind"),
    [
        ("10.0.0.5", "10.0.0.5", "192.0.2.7", []),
        ("192.0.2.7", "10.0.0.5", "192.0.2.7", ["10.0.0.5"]),
        ("192.0.2.7", "10.0.0.5", "127.0.0.1, 192.0.2.7", ["10.0.0.5"]),
        ("192.0.2.7", "10.0.0.5", "127.0.0.1, 192.0.2.7, 10.0.0.6", ["10.0.0.0/24"]),
        ("192.0.2.9", "192.0.2.9", "127.0.0.1", ["10.0.0.5"]),
        ("10.0.0.5", "10.0.0.5", "", ["10.0.0.5"]),
        (None, "10.0.0.5", "somebody", ["10.0.0.5"]),
    ],
)
def test_x_forwarded_for_is_read_only_behind_a_proxy_of_ours_and_only_what_it_wrote(
    expected: str | None, peer: str, forwarded: str, behind: list[str]
) -> None:
    found = caller(peer, {"x-forwarded-for": forwarded} if forwarded else {}, networks(behind))
    assert (ipaddress.ip_address(expected) if expected else None) == found


def headers(secret: str, body: bytes, rest: bytes = b"", at: float = NOW) -> dict[str, str]:
    stamp = str(int(at))
    return {TIMESTAMP.lower(): stamp, SIGNATURE.lower(): signature(secret, stamp, rest + body)}


@pytest.mark.parametrize(
    ("expected", "given", "rest"),
    [
        (True, headers(SECRET, b"body"), b""),
        (True, headers(SECRET, b"body", b"/s-1/start"), b"/s-1/start"),
        (False, headers(SECRET, b"body", b"/s-1/start"), b"/s-2/start"),
        (False, headers("another", b"body"), b""),
        (False, headers(SECRET, b"another"), b""),
        (True, headers(SECRET, b"body", at=NOW - 300), b""),
        (True, headers(SECRET, b"body", at=NOW + 300), b""),
        (False, headers(SECRET, b"body", at=NOW - 301), b""),
        (False, headers(SECRET, b"body", at=NOW + 301), b""),
        (False, headers(SECRET, b"body") | {TIMESTAMP.lower(): str(int(NOW) + 1)}, b""),
        (False, {}, b""),
        (False, {TIMESTAMP.lower(): str(int(NOW))}, b""),
        (False, headers(SECRET, b"body") | {TIMESTAMP.lower(): "now"}, b""),
        (False, headers(SECRET, b"body") | {SIGNATURE.lower(): "sha256=\udcff"}, b""),
        (False, headers(SECRET, b"body") | {TIMESTAMP.lower(): "9" * 400}, b""),
    ],
)
def test_only_what_is_signed_lately_is_believed(expected: bool, given: dict[str, str], rest: bytes) -> None:
    assert expected is Trust([], SECRET, clock=lambda: NOW).signed(given, rest, b"body")


async def statuses(settings: object, *requests: HttpRequest, behind: tuple[str, ...] = ()) -> tuple[list[int], int]:
    """What came back, and how often the desk was asked."""
    desk = NotingDesk()
    app = create_app([settings], desk, lambda _: "", behind=behind, clock=lambda: NOW)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        answers = [await sent(session, base, one) for one in requests]
    assert [b""] * len(answers) == [one.body for one in answers if one.status == 403] + [b""] * sum(
        one.status != 403 for one in answers
    ), "a refusal tells a stranger nothing"
    return [one.status for one in answers], len(desk.asked)


async def test_a_stranger_is_refused_over_the_wire_whatever_he_says_of_himself() -> None:
    settings = gateway("plain", allow=["192.0.2.7"])
    forged = posted(FIRST, **{"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.7", "x-real-ip": "192.0.2.7"})
    assert ([403, 403, 403], 0) == await statuses(settings, posted(FIRST), forged, posted("garbage"))
    assert ([200], 1) == await statuses(settings, forged, behind=("127.0.0.1",))


async def test_a_forged_altered_or_old_callback_is_refused_over_the_wire_and_a_signed_one_let_in() -> None:
    body = posted(FIRST).body
    requests = [
        posted(FIRST, **headers(SECRET, body)),
        posted(FIRST),
        posted(FIRST | {"msisdn": "8613800000002"}, **headers(SECRET, body)),
        posted(FIRST, **headers("guess", body)),
        posted(FIRST, **headers(SECRET, body, at=NOW - 400)),
        posted(FIRST, **headers(SECRET, body)),
    ]
    assert ([200, 403, 403, 403, 403, 200], 2) == await statuses(gateway("plain", secret=SECRET), *requests)


async def test_a_signed_body_can_not_be_sent_again_for_another_session_or_with_another_query() -> None:
    said = {"msisdn": "8613800000001", "text": "*123#"}
    start = posted(said, "/s-1/start")
    signed = headers(SECRET, start.body, b"/s-1/start")
    requests = [posted(said, "/s-1/start", **signed), posted(said, "/s-2/start", **signed)]
    assert ([200, 403], 1) == await statuses(gateway("infobip", secret=SECRET), *requests)

    asked = {"transactionId": "s-1", "msisdn": "8613800000001", "ussdRequestString": "*277#"}
    spelled = query(asked).query
    signed = headers(SECRET, b"", b"?" + spelled.encode())
    requests = [
        HttpRequest("GET", headers=signed, query=spelled),
        HttpRequest("GET", headers=signed, query=spelled + "1"),
    ]
    assert ([200, 403], 1) == await statuses(gateway("dmark", secret=SECRET), *requests)


async def test_a_gateway_with_a_proof_of_its_own_may_show_that() -> None:
    asked = {"SessionID": "s-1", "MSISDN": "8613800000001", "input": "123"}
    requests = [query(asked | {"password": SECRET}), query(asked | {"password": "guess"}), query(asked)]
    assert ([200, 403, 403], 1) == await statuses(gateway("comviva", secret=SECRET), *requests)
