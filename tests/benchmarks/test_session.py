"""The session bench must see what it is there to see: a client that is slower, and one that is quick by being wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from smpplib import consts

from channels.smpp import Pdu, encode

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import session  # noqa: PLC0415 - a script, found only with its folder on the path

    return session


@pytest.fixture
def smsc(bench: ModuleType) -> ModuleType:
    import session_peer  # noqa: PLC0415

    return session_peer


def responses(*numbers: int, status: int = 0, command: str = "deliver_sm_resp") -> bytes:
    return b"".join(encode(Pdu(command, number, status)) for number in numbers)


@pytest.mark.parametrize(
    ("fault", "octets"),
    [
        ("", responses(1, 2, 3)),
        ("", responses(2, 1, 3)),
        ("other messages than those of the run", responses(1, 2)),
        ("other messages than those of the run", responses(1, 2, 2)),
        ("other messages than those of the run", responses(1, 2, 4)),
        ("status 0x00000064", responses(1, 2, 3, status=consts.SMPP_ESME_RX_T_APPN)),
        ("command 0x80000015", responses(1, 2, 3, command="enquire_link_resp")),
    ],
)
def test_the_smsc_finds_responses_that_are_missing_repeated_strange_or_negative(
    smsc: ModuleType, fault: str, octets: bytes
) -> None:
    found = smsc.faults(smsc.DELIVER_SM | smsc.RESPONSE, octets, range(1, 4))
    assert fault in found
    assert bool(fault) == bool(found)


def test_a_ratio_is_taken_within_each_round_and_its_median_told(bench: ModuleType) -> None:
    comparison = bench.Comparison("submit_sm", "window 1", "ours", "theirs", 1.0)
    rounds = [
        {"ours": {"per_s": ours}, "theirs": {"per_s": theirs}} for ours, theirs in ((10, 5), (30, 10), (100, 100))
    ]
    assert {"median": 2.0, "least": 1.0, "greatest": 3.0} == bench.ratios(rounds, comparison)


def test_both_clients_and_the_bare_socket_run_both_ways_and_a_demand_out_of_reach_is_missed(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole bench, small; the figures mean nothing at this size, the demand is what no client can meet."""
    impossible = bench.Comparison("deliver_sm", "window 1", "tonegate 1", "bare 50", 1e9)
    monkeypatch.setattr(bench, "COMPARISONS", (impossible,))
    report = bench.measure(messages=120, rounds=1)
    assert [len(clients) for clients in report["ways"].values()] == [6, 6]
    assert all(figures["per_s"] > 0 for clients in report["ways"].values() for figures in clients.values())
    (missed,) = report["missed"]
    assert missed.startswith("deliver_sm, window 1: ")
    assert missed.endswith("times as fast, demanded 1000000000.0")


def test_it_runs_from_the_command_line() -> None:
    words = [sys.executable, str(BENCHMARKS / "session.py"), "--messages", "60", "--rounds", "1", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
    assert 0 == done.returncode, done.stderr
    assert {"deliver_sm", "submit_sm"} == set(json.loads(done.stdout)["ways"])
