"""The core gone, or refusing our account: texts wait, and are answered once it is back."""

from __future__ import annotations

from pathlib import Path

from tests.house import PATIENT_CORE, Books, Handsets, House, until
from tests.house.house import CORE_PASSWORD

TONE = "600902000002"


def order_all(handsets: Handsets, texts: int) -> None:
    for n in range(texts):
        handsets.text(f"86138{n:08d}", TONE)


async def test_with_the_core_gone_texts_wait_and_are_answered_once_it_is_back(
    handsets: Handsets, house: House, few: int, patience_s: float
) -> None:
    """With the core gone, texts wait and are answered once it is back."""
    house.sandbox.kill()
    order_all(handsets, few)
    await until(handsets.all_acknowledged, "texts are acknowledged with the core gone", within_s=patience_s)

    def missed() -> set[str]:
        return {line["transaction_id"] for line in house.worker.said() if line["event"] == "core_unreachable"}

    # Kept and acknowledged long before a busy machine's worker calls: a core back by then was never missed.
    await until(lambda: bool(missed()), "a worker has called in vain", within_s=patience_s)
    assert not house.finished()
    assert house.core.orders() == {}
    house.sandbox.start()
    await until(house.finished, lambda: f"all done after the core came back: {house.unfinished()}", within_s=patience_s)
    assert Books.of_orders(handsets, house).faults() == {}
    assert all(house.life(transaction_id) for transaction_id in missed()), "a log's ids find their messages"


async def test_with_the_cores_password_wrong_nothing_is_lost_and_check_says_so(
    tmp_path: Path, handsets: Handsets, few: int, patience_s: float
) -> None:
    """With the core's password wrong, nothing is lost and `tonegate check` says so."""
    async with House(tmp_path, handsets.port, {"core": PATIENT_CORE}) as house:
        await until(handsets.bound, "the listener is bound")
        await house.core.password("another")
        order_all(handsets, few)
        await until(handsets.all_acknowledged, "texts are acknowledged while the core refuses us", within_s=patience_s)
        await until(
            lambda: "core_refuses_account" in {line["event"] for line in house.worker.said()},
            "a worker was refused",
            within_s=patience_s,
        )
        code, told = await house.tonegate("check")
        assert code == 1
        [core] = [line for line in told["lines"] if line["what"] == "core"]
        assert not core["well"]
        assert "password" in core["mend"]
        assert house.core.orders() == {}
        await house.core.password(CORE_PASSWORD)
        await until(
            house.finished, lambda: f"all done once the password was right: {house.unfinished()}", within_s=patience_s
        )
        assert Books.of_orders(handsets, house).faults() == {}
        assert {row["state"] for row in house.messages()} == {"done"}
