"""Promise 6: no full phone number, password or message text in any log."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house import Handsets, House, until
from tests.house.house import CORE_PASSWORD, SMSC_PASSWORD

_WORDS = "tell nobody about the yellow submarine"


async def test_no_log_holds_a_number_a_text_or_a_password(tmp_path: Path) -> None:
    """Also where things go wrong: refusals, a core that is down, killed processes, an SMSC that cuts and garbles."""
    async with (
        Handsets(faults="malformed=0.3,disconnect=30,deliver_twice=0.2,seed=5") as handsets,
        House(tmp_path, handsets.port, {"worker": {"attempts": 20}}) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        for n in range(8):
            handsets.text(f"861380550010{n}", f"GET 60090200003{n}")
            handsets.text(f"861370550020{n}", "GET 600902000031")
            handsets.text(f"861380550030{n}", f"GIFT 600902000031 861380550040{n}")
            handsets.text(f"861380550050{n}", _WORDS)
        await until(handsets.all_acknowledged, "all texts acknowledged")
        house.worker.kill()
        house.sandbox.kill()
        handsets.text("8613805500600", "GET 600902000031")
        house.worker.start()
        await until(lambda: b"core_unreachable" in house.worker.log.read_bytes(), "the core is missed")
        house.sandbox.start()
        await until(house.core.is_up, "the sandbox is up")
        await house.core.faults(malformed=0.3, busy=0.3, seed=5)
        handsets.text("8613805500601", "GET 600902000031 600902000032")
        await house.core.password("another")
        handsets.text("8613805500602", "GET 600902000031")
        await until(lambda: b"core_refuses_account" in house.worker.log.read_bytes(), "the refusal is logged")
        await house.core.faults(malformed=0, busy=0)
        await house.core.password(CORE_PASSWORD)
        await until(house.finished, lambda: f"all done: {house.unfinished()}")
        numbers = {row["number"] for row in house.messages()} | {f"861380550040{n}" for n in range(8)}
        answers = {answer["text"] for row in house.messages() for answer in house.life(row["transaction_id"]).answers}
        logs = {process.name: process.log.read_text(errors="replace") for process in house.processes}
    assert "core_unreachable" in logs["worker"]
    for name, log in logs.items():
        found = [number for number in numbers if number in log or number[2:] in log]
        assert found == [], f"the log of {name} has whole numbers"
        assert not re.search(r"yellow.submarine|GIFT 6009", log), f"the log of {name} has the text of a message"
        assert [answer for answer in answers if answer in log] == [], f"the log of {name} has the text of an answer"
        assert CORE_PASSWORD not in log, f"the log of {name} has the core's password"
        assert SMSC_PASSWORD not in log, f"the log of {name} has the SMSC's password"
