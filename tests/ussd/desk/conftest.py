"""A desk of its own for each test, whose dials a real Redis-compatible server keeps, which is waited for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ussd.desk.kit.house import DeskHouse
from tests.ussd.sessions.conftest import patient, redis_server, redis_url  # noqa: F401 - fixtures


@pytest.fixture
async def house(redis_url: str) -> AsyncIterator[DeskHouse]:  # noqa: F811
    house = DeskHouse(redis_url)
    yield house
    await house.desk.close()
    await house.store.close()
