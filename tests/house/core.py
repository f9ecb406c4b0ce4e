"""The sandbox core of a house, as its own operators see it: the ledger, the gifts, the faults, the password."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from core_client.sandbox import tables
from tests.house.until import PATIENCE_S


class Core:
    """The doors of one sandbox."""

    def __init__(self, port: int, file: Path) -> None:
        self._admin = f"http://127.0.0.1:{port}/admin"
        self._file = file

    async def is_up(self) -> bool:
        """Whether it answers."""
        try:
            await self._ask("GET", "/faults")
        except OSError:
            return False
        return True

    async def faults(self, **changed: object) -> None:
        """Change the faults in force."""
        await self._ask("PUT", "/faults", changed)

    async def password(self, new: str) -> None:
        """Give our portal account another password."""
        await self._ask("PUT", "/password", {"account": "tonegate", "password": new})

    async def clock(self, ahead_s: float) -> None:
        """Put its clock ahead of the true time, or behind it; what renews by then has renewed."""
        await self._ask("PUT", "/clock", {"ahead_s": ahead_s})

    async def price(self, tone: str, price: int) -> None:
        """Give a tone another price, minor units."""
        await self._ask("PUT", f"/tones/{tone}", {"price": price})

    async def balance(self, number: str, balance: int) -> None:
        """Give a subscriber another balance, minor units."""
        await self._ask("PUT", f"/subscribers/{number}", {"balance": balance})

    def charges(self) -> list[dict[str, Any]]:
        """What was charged, oldest first; read from its database, so also while it is down."""
        return self._rows(tables.ledger)

    def orders(self) -> Counter[tuple[str, str]]:
        """How often each (number, tone) was charged for an order."""
        return Counter((row["number"], row["tone"]) for row in self.charges() if row["action"] == "order")

    def owned(self) -> set[tuple[str, str]]:
        """Which number has which tone."""
        return {(row["number"], row["tone"]) for row in self._rows(tables.owned)}

    def gifts(self) -> list[dict[str, Any]]:
        """Every gift that was ever presented."""
        return self._rows(tables.gifts)

    def _rows(self, table: Any) -> list[dict[str, Any]]:
        engine = create_engine(f"sqlite:///{self._file}", connect_args={"timeout": PATIENCE_S})
        try:
            with engine.connect() as connection:
                return [dict(row._mapping) for row in connection.execute(select(table))]
        finally:
            engine.dispose()

    async def _ask(self, method: str, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._admin + path, data, method=method)
        return await asyncio.to_thread(_read, request)


def _read(request: urllib.request.Request) -> object:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"the sandbox answered {error.code}: {error.read()!r}") from None
    return json.loads(text) if text else None
