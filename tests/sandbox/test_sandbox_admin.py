"""/admin: from this machine alone, and never by a web page's doing."""

from __future__ import annotations

from typing import Any

import pytest

from core_client import CoreClient
from core_client.sandbox import create_app
from tests.sandbox.conftest import House
from tests.sandbox.words import FUNDED, SECOND, THIRD, TONE


async def test_the_ledger_is_read_in_pieces(house: House, core: CoreClient) -> None:
    for code in (TONE, SECOND, THIRD):
        await core.order_tone(FUNDED, code, transaction_id=code, expected_price=None)
    _, first = await house.admin("GET", "ledger?limit=2")
    _, rest = await house.admin("GET", f"ledger?after={first['charges'][-1]['id']}")
    assert [charge["tone"] for charge in first["charges"] + rest["charges"]] == [TONE, SECOND, THIRD]


@pytest.mark.parametrize(
    ("status", "method", "path", "given"),
    [
        (400, "PUT", "faults", {"slo": 1}),
        (400, "PUT", "faults", [1]),
        (400, "PUT", "faults", {"busy": "lots"}),
        (400, "PUT", "password", {"account": "tonegate"}),
        (400, "PUT", "password", {"account": "tonegate", "password": ""}),
        (404, "PUT", "password", {"account": "nobody", "password": "x"}),
        (400, "PUT", f"tones/{TONE}", {"price": "3"}),
        (400, "PUT", f"tones/{TONE}", {"price": -1}),
        (404, "PUT", "tones/1", {"price": 3}),
        (400, "GET", "ledger?after=x", None),
        (405, "POST", "ledger", None),
    ],
)
async def test_what_cannot_be_is_told(house: House, status: int, method: str, path: str, given: Any) -> None:
    assert (await house.admin(method, path, given))[0] == status


async def test_a_web_page_cannot_turn_the_knobs(house: House) -> None:
    status, _ = await house.admin("PUT", "faults", {"down": True}, headers={"Origin": "http://evil.example"})
    assert status == 403


@pytest.mark.parametrize(("status", "client"), [(403, "10.0.0.9"), (403, "::ffff:10.0.0.9"), (200, "::1")])
async def test_only_this_machine_is_let_in(database_url: str, status: int, client: str) -> None:
    app = create_app(database_url)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/admin/ledger",
        "raw_path": b"/admin/ledger",
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "client": (client, 5000),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    await app(scope, receive, send)
    app.state.core.close()
    assert sent[0]["status"] == status
