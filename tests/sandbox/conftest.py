"""A sandbox on a free port in the test's own event loop, and clients for it."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core_client import CoreClient
from core_client.sandbox import PATH, Faults, Limits, create_app, running
from core_client.sandbox.core import SandboxCore
from tests.house.until import PATIENCE_S


@dataclass
class House:
    """A running sandbox as a test sees it."""

    url: str
    core: SandboxCore
    now: list[float] = field(default_factory=lambda: [1_800_000_000.0])
    """Its clock: a test moves it."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def client(self, account: str = "tonegate", password: str = "tonegate", **arguments: Any) -> CoreClient:
        client = CoreClient(self.url + PATH, account, password, **{"timeout_s": PATIENCE_S, **arguments})
        self._stack.push_async_callback(client.close)
        return client

    async def admin(self, method: str, path: str, given: object = None, **options: Any) -> tuple[int, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.url}/admin/{path}", json=given, **options) as response,
        ):
            return response.status, await response.json() if response.content_type == "application/json" else None

    async def faults(self, **changed: Any) -> None:
        status, told = await self.admin("PUT", "faults", changed)
        assert status == 200, told

    async def ledger(self) -> list[dict[str, Any]]:
        _, told = await self.admin("GET", "ledger")
        return list(told["charges"])


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new sandbox's database, made once: its passwords are dear to hash."""
    file = tmp_path_factory.mktemp("sandbox") / "new.db"
    SandboxCore(f"sqlite:///{file}", Faults(), clock=lambda: 0.0, limits=Limits()).close()
    return file


@pytest.fixture
def database_url(new_database: Path, tmp_path: Path) -> str:
    """One of a test's own."""
    return f"sqlite:///{shutil.copy(new_database, tmp_path / 'sandbox.db')}"


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """A fresh sandbox: small limits, known keys, a clock that stands still."""
    now = [1_800_000_000.0]
    limits = Limits(library=4, open_gifts=3)
    app = create_app(database_url, clock=lambda: now[0], limits=limits, keys=random.Random(7))
    async with running(app) as url:
        made = House(url, app.state.core, now)
        async with made._stack:
            yield made


@pytest.fixture
def core(house: House) -> CoreClient:
    """A client with every right."""
    return house.client()
