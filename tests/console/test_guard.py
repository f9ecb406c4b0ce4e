"""What a request must bring before anybody looks at it."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from workers.ops.console.guard import refusal

NAMES = frozenset({"localhost", "ops.example"})
OURS, FOREIGN = "http://127.0.0.1:8080", "http://evil.example"


@pytest.mark.parametrize(
    ("status", "method", "headers"),
    [
        (None, "GET", {"host": "127.0.0.1:8080"}),
        (None, "GET", {"host": "[::1]:8080"}),
        (None, "GET", {"host": "localhost:8080"}),
        (None, "GET", {"host": "OPS.example"}),
        (421, "GET", {"host": "evil.example"}),
        (421, "GET", {"host": "localhost.evil.example"}),
        (421, "GET", {"host": "127.0.0.1.evil.example:8080"}),
        (421, "GET", {}),
        (421, "POST", {"host": "evil.example", "origin": FOREIGN}),
        (None, "GET", {"host": "127.0.0.1:8080", "origin": FOREIGN, "sec-fetch-site": "cross-site"}),
        (None, "POST", {"host": "127.0.0.1:8080", "origin": OURS}),
        (None, "POST", {"host": "127.0.0.1:8080", "origin": OURS, "sec-fetch-site": "same-origin"}),
        (None, "POST", {"host": "127.0.0.1:8080", "sec-fetch-site": "same-origin"}),
        (403, "POST", {"host": "127.0.0.1:8080"}),
        (403, "POST", {"host": "127.0.0.1:8080", "origin": FOREIGN}),
        (403, "POST", {"host": "127.0.0.1:8080", "origin": "null"}),
        (403, "POST", {"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8081"}),
        (403, "POST", {"host": "127.0.0.1:8080", "origin": OURS, "sec-fetch-site": "same-site"}),
        (403, "POST", {"host": "127.0.0.1:8080", "origin": OURS, "sec-fetch-site": "cross-site"}),
        (403, "DELETE", {"host": "127.0.0.1:8080", "origin": FOREIGN}),
    ],
)
def test_only_our_own_names_and_for_a_change_our_own_pages_are_let_in(
    status: int | None, method: str, headers: dict[str, str]
) -> None:
    refused = refusal(method, Headers(headers), NAMES)
    assert status == (refused and refused[0])
