"""Files change under the running product: live at once, or refused with their line while the old goes on.

That it takes under two seconds is not timed here, where a hundred other things may be going on (workers/reloading is
tried with a clock); here it is held that it happens.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.phones import SHORT_CODE, Phones
from tests.house import PATIENCE_S, House, until
from tests.house.process import ROOT
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from workers.dialogue import SHIPPED_TEMPLATES

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE, OTHER = TONES["600902000002"], TONES["600902000003"]
CHILDREN = 2
"""Of a house's worker: one that is killed at its start takes its worker along."""
SETTINGS = {
    "consent": {"order": "reply"},
    "dialogue": {"languages": ["en", "zh"], "templates": "words"},
    "limits": {"messages_per_minute": 0},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(SHIPPED_TEMPLATES, folder / "words")
    async with Smpp34Smsc() as smsc, House(folder, smsc.port, SETTINGS) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        yield phones


def words(phones: Phones, name: str) -> Path:
    return phones.house.folder / "words" / name


def change(file: Path, old: str, new: str) -> int:
    """Edit a file as an editor does; the line of what was changed."""
    text = file.read_text()
    assert 1 == text.count(old)
    file.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


async def live(phones: Phones, number: str, text: str, *said: str) -> None:
    """Text it until the answer has these words."""

    async def is_said() -> bool:
        answer = await phones.ask(number, text)
        return all(word in answer for word in said)

    began = time.monotonic()
    await until(is_said, f"{said} is the answer to {text}")
    print(f"live after {time.monotonic() - began:.2f} s: {said}")


async def logged(phones: Phones, *said: str) -> None:
    """Wait until listener and workers, each child of these, have said that they refuse a file."""
    processes = {phones.house.interactive: 1, phones.house.worker: CHILDREN, phones.house.listener: 1}

    def all_say() -> bool:
        logs = {process: process.log.read_text(errors="replace").splitlines() for process in processes}
        found = {process: [line for line in log if all(word in line for word in said)] for process, log in logs.items()}
        return all(len(found[process]) >= times for process, times in processes.items())

    await until(all_say, f"{said} is in each log")


async def test_a_changed_wording_is_live(phones: Phones) -> None:
    number = "8613807100001"
    await phones.ask(number, "LIST", "no tones")
    change(words(phones, "en/answers.yaml"), "You have no tones yet.", "Your shelf is empty.")
    await live(phones, number, "LIST", "Your shelf is empty.")


async def test_a_new_alias_is_live_for_its_short_code(phones: Phones) -> None:
    number = "8613807100002"
    await phones.ask(number, f"TT {TONE.code}", "Nothing was")
    with words(phones, "commands.yaml").open("a") as file:
        file.write(f'\nshort_codes:\n  "{SHORT_CODE}":\n    words:\n      order: [TT]\n')
    await live(phones, number, f"TT {TONE.code}", TONE.name, "Reply YES")


async def test_a_new_way_of_delivering_an_answer_is_live(phones: Phones) -> None:
    number = "8613807100003"

    def last_delivery() -> tuple[str, int]:
        row = next(row for row in phones.house.messages() if row["number"] == number)
        answer = phones.house.life(str(row["id"])).answers[0]
        return answer["registered_delivery"], answer["validity_s"]

    await phones.ask(number, "HELP", "GIFT")
    assert ("never", 86400) == last_delivery()
    change(
        words(phones, "delivery.yaml"), "  help: {receipt: never, valid: 1d}", "  help: {receipt: always, valid: 2h}"
    )

    async def is_so() -> bool:
        await phones.ask(number, "HELP", "GIFT")
        return ("always", 7200) == last_delivery()

    await until(is_so, "help is delivered the new way")


async def test_a_new_offer_is_live_and_its_price_is_the_one_agreed_to(phones: Phones) -> None:
    """Promise 3."""
    number = "8613807100004"
    await phones.ask(number, OTHER.code, f"{OTHER.price / 100:.2f} yuan", "Reply YES")
    words(phones, "offers/new.yaml").write_text(f"offers:\n  new:\n    tones: ['{OTHER.code}']\n    price: 110\n")

    async def is_bought() -> bool:
        await live(phones, number, OTHER.code, "1.10 yuan", "Reply YES")
        # A worker that has not looked yet asks again at the price it knows, and charges nothing.
        return "is yours" in await phones.ask(number, "YES")

    await until(is_bought, "the tone is bought")
    assert [110] == [row["amount"] for row in phones.house.core.charges() if row["number"] == number]


async def test_a_broken_edit_changes_nothing_and_each_process_names_its_line(phones: Phones) -> None:
    number = "8613807100005"
    answers, commands = words(phones, "zh/answers.yaml"), words(phones, "zh/commands.yaml")
    await phones.ask(number, "我的彩铃", "铃音")
    line = change(answers, "  list_empty:", "  list_emptied:")
    alias = change(commands, "  order: [DG,", "  order: [DG, CX,")
    assert commands.read_text().splitlines()[alias - 1].startswith("  order:")
    await phones.ask(number, "我的彩铃", "铃音")
    await phones.ask(number, f"DG {TONE.code}", TONE.name)
    await logged(phones, "templates_refused", f"zh/answers.yaml:{line}")
    await logged(phones, "templates_refused", "zh/commands.yaml:", "CX")
    await phones.ask(number, "CX", "铃音")
    for child in phones.house.worker.children():
        os.kill(child, signal.SIGKILL)
    await phones.ask(number, f"DG {TONE.code}", TONE.name)  # a child that is started again has its worker's words
    change(answers, "  list_emptied:", "  list_empty:")
    change(commands, "  order: [DG, CX,", "  order: [DG, XX,")
    await live(phones, number, f"XX {TONE.code}", TONE.name, "回复“是”")


@pytest.mark.parametrize("process", ["worker", "smpp"])
async def test_a_start_with_broken_words_is_refused_with_their_line(tmp_path: Path, process: str) -> None:
    shutil.copytree(SHIPPED_TEMPLATES, tmp_path / "words")
    line = change(tmp_path / "words" / "en" / "answers.yaml", "  list_empty:", "  list_emptied:")
    house = House(tmp_path, 1, SETTINGS)
    argv = [sys.executable, "-m", "tonegate", "--config", str(house.file), process]
    done = await asyncio.to_thread(
        subprocess.run, argv, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert 1 == done.returncode
    assert f"en/answers.yaml:{line}: 'list_emptied'" in done.stderr
    assert "Traceback" not in done.stderr
