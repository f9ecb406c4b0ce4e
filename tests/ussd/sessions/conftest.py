"""A real Redis-compatible server for dials, which is waited for."""

from __future__ import annotations

import pytest

from tests.workers.conftest import redis_server, redis_url  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No lock ends by itself, and a server that is there is never taken for gone, however busy the machine is."""
    monkeypatch.setattr("channels.ussd.sessions.store.LOCK_S", 240.0)
    if "redis_url" in request.fixturenames:
        monkeypatch.setattr("channels.ussd.sessions.store._TIMEOUT_S", 240.0)
