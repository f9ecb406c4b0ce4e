"""The same core on PostgreSQL, for an operator who keeps his demonstration there."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from core_client import CoreClient
from core_client.sandbox import PATH, create_app, running
from tests.postgresql import cluster_of
from tests.sandbox.words import FRIEND, FUNDED, NO_SERVICE, SECOND, TONE


@pytest.mark.postgresql
async def test_the_sandbox_runs_on_postgresql(request: pytest.FixtureRequest) -> None:
    with cluster_of(request.config).database(migrated=False) as url:
        app = create_app(url)
        async with running(app) as address:
            core = CoreClient(address + PATH, "tonegate", "tonegate")
            orders = [core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200) for _ in range(10)]
            orders += [core.order_tone(FRIEND, TONE, transaction_id=f"t{n}", expected_price=200) for n in range(10)]
            outcomes = Counter(answer.outcome for answer in await asyncio.gather(*orders))
            gift = await core.present_tone(FUNDED, FRIEND, SECOND, transaction_id="g", expected_price=300)
            await core.affirm_present(FRIEND, gift.key, accept=True, transaction_id="y")
            await core.subscribe(NO_SERVICE, transaction_id="s")
            await core.delete_tone(FUNDED, TONE, transaction_id="d")
            state = await core.query_transaction("t")
            owned = [await core.owned_tones(number) for number in (FUNDED, FRIEND)]
            await core.close()
    assert outcomes == {"done": 11, "already": 9}
    assert (state.status, [len(tones) for tones in owned]) == ("result", [0, 2])
