"""A yes on a screen whose commit hangs: told by text in the end, ordered once, and denied by no screen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import aiohttp
import pytest
import redis

from tests.end_to_end.dialling import Gateways, Handset, session_of
from tests.end_to_end.product import PATIENT
from tests.house import PATIENT_CORE, Handsets, House, until
from tests.reliability.programs.holds_a_commit import FREE, HELD
from workers.dials.doubts import KEY
from workers.embedded import redis_url

_HOLDS = Path(__file__).parent / "programs" / "holds_a_commit.py"
TONE = "600902000009"
NUMBER = "8613807400001"
_SETTINGS: dict[str, dict[str, object]] = {"consent": {"order": "reply"}, "core": PATIENT_CORE}


def _remembered(house: House) -> bool:
    with redis.Redis.from_url(redis_url(house.settings)) as client:
        return bool(client.hlen(KEY))


@pytest.mark.parametrize("fate", ["comes through", "comes to nothing, with its door"])
async def test_a_yes_whose_commit_hangs_is_told_by_text_and_ordered_once(
    tmp_path: Path, patience_s: float, fate: str
) -> None:
    """Promises 1, 2, 3 and 4: "not taken" was said of it, and who dialled again paid twice."""
    async with Handsets() as handsets, House(tmp_path, handsets.port, _SETTINGS) as house:
        gateways = Gateways(house, _HOLDS, **PATIENT)
        gateways.process.start()
        try:
            await until(gateways.is_up, "the door is open")
            await until(handsets.bound, "the listener is bound")
            async with aiohttp.ClientSession() as client:
                handset = Handset(gateways, client, "plain", NUMBER, session_of("plain", NUMBER, 1))
                await handset.dial()
                for key in ("2", TONE, "1"):
                    await handset.press(key)
                last = handset.screen
                assert (True, True, False) == (handset.over, "text message" in last, "charged" in last), last
                assert (True, []) == ((house.folder / HELD).exists(), house.messages())
                await until(partial(_remembered, house), "whoever comes after this door can find out")
                if fate == "comes through":
                    (house.folder / FREE).touch()
                else:
                    gateways.process.kill()
                    gateways.process.start()
                    await until(gateways.is_up, "the door is open again")
                assert last == await handset.again()  # the gateway repeats itself
            await until(lambda: handsets.told(NUMBER, "is yours"), "he hears of it", within_s=patience_s)
            await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
        finally:
            gateways.process.end()
            print(gateways.process.log.read_text(errors="replace")[-4000:])
        assert [NUMBER] == [row["number"] for row in house.messages()]
        assert [NUMBER] == [row["number"] for row in house.core.charges() if row["amount"]]
        assert 1 == len(handsets.heard(NUMBER))
