"""Size and seed of the reliability tests, and a host in full working order to break."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import PATIENCE_S, Handsets, House, until


@pytest.fixture
def texts() -> int:
    """How many texts a run takes: small in the suite, TONEGATE_RELIABILITY_TEXTS by `make reliability`."""
    return int(os.environ.get("TONEGATE_RELIABILITY_TEXTS", "500"))


@pytest.fixture
def few(texts: int) -> int:
    """How many texts suffice where something is broken once: 20 in the suite."""
    return texts // 25


@pytest.fixture
def patience_s(texts: int) -> float:
    """How long a run of that size may take to come to rest."""
    return PATIENCE_S + texts / 50


@pytest.fixture
def chance() -> random.Random:
    """The run's own dice; the seed is printed, and TONEGATE_RELIABILITY_SEED sets it."""
    seed = int(os.environ.get("TONEGATE_RELIABILITY_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"seed: TONEGATE_RELIABILITY_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
async def handsets() -> AsyncIterator[Handsets]:
    async with Handsets() as smsc:
        yield smsc


@pytest.fixture
async def house(tmp_path: Path, handsets: Handsets) -> AsyncIterator[House]:
    async with House(tmp_path, handsets.port) as house:
        await until(handsets.bound, "the listener is bound")
        yield house
