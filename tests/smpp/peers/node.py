"""A Node.js script in a process of its own, driven by JSON lines and telling JSON lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.parts import lacking, require

_HERE = Path(__file__).parent


class Node:
    """Runs a script of this folder; `told` is called with each event and its fields."""

    def __init__(self, script: str, wanted: dict[str, Any], told: Callable[..., None]) -> None:
        self._script = script
        self._wanted = wanted
        self._told = told
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run it; ends the test where Node.js or the library is not installed."""
        node = require("node")
        if not (_HERE / "node_modules" / "smpp").is_dir():
            lacking(f"npm's smpp is not installed: run `npm ci` in {_HERE}")
        self._process = await asyncio.create_subprocess_exec(
            node,
            str(_HERE / self._script),
            json.dumps(self._wanted),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        self._listening = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._listening is not None:
            await self._listening

    async def tell(self, **command: Any) -> None:
        """Have it do something."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            event = json.loads(line)
            self._told(event.pop("event"), **event)
