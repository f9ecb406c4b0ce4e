"""`tonegate consents`: the record proved, looked up and taken out, with nobody's number in it unless asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.front_door.hosts import Host
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter, MortalCore
from tests.workers.kit.office import FRIEND, NUMBER, Office
from workers.dialogue import Way
from workers.journal import Database, migrate

TONE = "600902000001"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host with two yeses and a no in its record; tests leave it so."""
    one = Host(tmp_path_factory.mktemp("host"))
    fill(one.folder)
    yield one
    one.end()


def fill(folder: Path) -> None:
    url = f"sqlite:///{folder / 'tonegate.db'}"
    migrate(url)
    counter = Counter(url, Office(core=MortalCore(), way=Way.REPLY), TurnedClock())
    for words in (TONE, "YES", f"GIFT {TONE} {FRIEND}", "NO", "GET 600902000002 600902000003", "YES"):
        counter.ask(NUMBER, words)
    counter.close()


def exported(host: Host, *words: str) -> str:
    done = host.run("consents", "export", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_whole_record_is_proved_and_its_end_told_to_be_noted(host: Host) -> None:
    done = host.run("consents", "verify")
    assert (0, "3 rows, no flaws") == (done.returncode, done.stdout.partition(";")[0])
    noted = done.stdout.split()[-1]
    assert 0 == host.run("consents", "verify", "--noted", noted).returncode
    other = host.run("consents", "verify", "--noted", f"2:{'0' * 64}")
    assert (1, True) == (other.returncode, "row 2 is not the row whose hash was noted" in other.stdout)
    assert 2 == host.run("consents", "verify", "--noted", "yesterday").returncode


def test_a_row_that_was_changed_is_named_and_the_command_fails(tmp_path: Path) -> None:
    host = Host(tmp_path)
    fill(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'tonegate.db'}")
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER consents_unchanged"))
        connection.execute(text("UPDATE consents SET content = replace(content, '200', '100') WHERE seq = 2"))
    database.close()
    done = host.run("consents", "verify", "--json")
    assert 1 == done.returncode
    assert [(2, False)] == [(flaw["seq"], json.loads(done.stdout)["ok"]) for flaw in json.loads(done.stdout)["flaws"]]


def test_a_subscriber_s_consents_are_shown_masked_until_asked_for(host: Host) -> None:
    shown = host.run("consents", "show", NUMBER).stdout
    assert NUMBER not in shown
    for words in ("86138*****001", "granted", "refused", "order", "gift", TONE, "2.00 yuan, 2.00 yuan"):
        assert words in shown
    revealed = json.loads(host.run("consents", "show", NUMBER, "--json", "--reveal").stdout)
    assert [(NUMBER, "granted"), (NUMBER, "refused"), (NUMBER, "granted")] == [
        (row["number"], row["event"]) for row in revealed
    ]
    assert FRIEND == revealed[1]["recipient"]
    assert ["200", "200", "200 200"] == [row["prices"] for row in revealed], "a script reckons with minor units"


def test_one_consent_is_shown_by_its_transaction_and_by_its_place(host: Host) -> None:
    first = json.loads(host.run("consents", "show", "1", "--json").stdout)
    assert first == json.loads(host.run("consents", "show", first[0]["transaction_id"], "--json").stdout)
    assert [("order", 200)] == [(row["action"], row["asked"][0]["price"]) for row in first]
    nobody = host.run("consents", "show", "8613800000009")
    assert (1, "", "error: no such consent") == (nobody.returncode, nobody.stdout, nobody.stderr.splitlines()[-1])


def test_the_record_is_taken_out_as_json_lines_and_as_csv_masked_until_asked_for(host: Host) -> None:
    lines = [json.loads(line) for line in exported(host).splitlines()]
    rows = list(csv.DictReader(io.StringIO(exported(host, "--format", "csv"))))
    assert [1, 2, 3] == [line["seq"] for line in lines] == [int(row["seq"]) for row in rows]
    assert {"86138*****001"} == {line["number"] for line in lines} == {row["number"] for row in rows}
    assert NUMBER not in exported(host)
    assert NUMBER in exported(host, "--format", "csv", "--reveal")
    assert [line["hash"] for line in lines] == [row["hash"] for row in rows]
    assert "" == exported(host, "--until", "2000-01-01T00:00")


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path, beginning: str) -> None:
    host = Host(tmp_path)
    url = f"sqlite:///{tmp_path / 'tonegate.db'}"
    migrate(url)
    counter = Counter(url, Office(core=MortalCore(), way=Way.REPLY), TurnedClock())
    for words in (TONE, "YES"):
        counter.text(NUMBER, words, short_code=f"{beginning}1+1")
        counter.work()
    counter.close()
    (row,) = csv.DictReader(io.StringIO(exported(host, "--format", "csv")))
    assert f"'{beginning}1+1" == row["short_code"]
