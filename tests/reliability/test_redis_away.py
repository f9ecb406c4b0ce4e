"""Redis gone: it holds nothing that can't be made again."""

from __future__ import annotations

import redis

from tests.house import Books, Handsets, House, until
from workers.embedded import redis_url

TONE = "600902000003"


def order_all(handsets: Handsets, numbers: range) -> None:
    for n in numbers:
        handsets.text(f"86138{n:08d}", TONE)


async def test_with_redis_gone_texts_are_acknowledged_and_answered_and_all_is_normal_once_it_is_back(
    handsets: Handsets, house: House, few: int, patience_s: float
) -> None:
    """With Redis gone, texts are acknowledged and answered; once it is back, so are those that come then."""
    house.redis.kill()
    assert not house.redis_answers()
    order_all(handsets, range(few))
    await until(handsets.all_acknowledged, "texts are acknowledged with Redis gone", within_s=patience_s)
    await until(house.finished, lambda: f"all answered with Redis gone: {house.unfinished()}", within_s=patience_s)
    assert Books.of_orders(handsets, house).faults() == {}
    house.redis.start()
    await until(house.redis_answers, "Redis is back")
    order_all(handsets, range(few, 2 * few))
    await until(handsets.all_acknowledged, "texts are acknowledged with Redis back", within_s=patience_s)
    await until(house.finished, lambda: f"all done with Redis back: {house.unfinished()}", within_s=patience_s)
    assert Books.of_orders(handsets, house).faults() == {}


async def test_a_redis_flushed_again_and_again_loses_no_text(
    handsets: Handsets, house: House, few: int, patience_s: float
) -> None:
    """FLUSHALL takes bells and Celery's tasks away: the sweeper makes up for them."""
    client = redis.Redis.from_url(redis_url(house.settings))
    for n in range(10):
        order_all(handsets, range(few * n, few * n + few))
        client.flushall()
        await until(handsets.all_acknowledged, "texts are acknowledged", within_s=patience_s)
    client.close()
    await until(house.finished, lambda: f"all done: {house.unfinished()}", within_s=patience_s)
    assert Books.of_orders(handsets, house).faults() == {}
