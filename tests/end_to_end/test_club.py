"""The music club through the running product: CLUB, JOIN, a free tone, a dearer one, LEAVE, from the handset on."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.end_to_end.phones import Phones
from tests.house import House
from tests.house.process import ROOT
from tests.smpp.peers.smpp34_server import Smpp34Smsc

NUMBER = "8613801007001"
TONE, OTHER = "600902000001", "600902000004"
SETTINGS: dict[str, dict[str, object]] = {
    "consent": {"order": "reply", "join": "reply"},
    "limits": {"messages_per_minute": 0},
}


@pytest_asyncio.fixture
async def phones(tmp_path: Path) -> AsyncIterator[Phones]:
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port, SETTINGS) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        yield phones


def charged(phones: Phones) -> list[tuple[str, str, int]]:
    return [
        (row["action"], row["tone"], row["amount"]) for row in phones.house.core.charges() if row["number"] == NUMBER
    ]


def explained(folder: Path) -> dict[str, Any]:
    """Which price the other tone has for the number, and by what."""
    command = [sys.executable, str(ROOT / "tonegate.py"), "--config", str(folder / "tonegate.toml")]
    asked = ["offers", "explain", "--number", NUMBER, "--tone", OTHER, "--json"]
    shown = subprocess.run([*command, *asked], capture_output=True, check=True, cwd=folder)
    return dict(json.loads(shown.stdout))


async def test_a_subscriber_joins_has_a_free_tone_and_leaves(phones: Phones) -> None:
    """Promises 3 and 4: each price told before its yes, each end with what it cost and how to undo it."""
    await phones.ask(NUMBER, "CLUB", "Silver (5.00 yuan, 30 days", "Gold (10.00 yuan, 30 days", "JOIN")
    await phones.ask(NUMBER, "JOIN GOLD", "Gold costs 10.00 yuan for 30 days and renews", "YES")
    assert [] == charged(phones)
    await phones.ask(NUMBER, "YES", "You are in the music club: Gold", "You paid 10.00 yuan", "LEAVE")
    await phones.ask(NUMBER, "STATUS", "Your service is open", "Music club: Gold.")
    await phones.ask(NUMBER, TONE, "You paid 0.00 yuan", f"DEL {TONE}")
    told = await asyncio.to_thread(explained, phones.house.folder)
    assert ("gold", 0, True) == (told["level"], told["price"], told["offer"].startswith("club:gold:"))
    await phones.ask(NUMBER, "LEAVE", "You have left the music club (Gold)", "Nothing more will be charged")
    await phones.ask(NUMBER, OTHER, "costs 2.00 yuan", "YES")
    await phones.ask(NUMBER, "CLUB", "Silver (5.00 yuan", "JOIN")
    assert [("bundle", "202", 1000), ("order", TONE, 0)] == charged(phones)


async def test_stop_ends_the_membership_too(phones: Phones) -> None:
    await phones.ask(NUMBER, "JOIN SILVER", "Silver costs 5.00 yuan")
    await phones.ask(NUMBER, "YES", "You are in the music club: Silver")
    await phones.ask(NUMBER, "STOP", "is closed, and with it your membership of the music club (Silver)")
    await phones.ask(NUMBER, "LEAVE", "You are not in the music club. Nothing was charged")
