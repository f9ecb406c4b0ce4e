"""Every status has its name, its verdict, and its line in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.smpp.protocol.statuses import status_name
from channels.smpp.sending.verdicts import VERDICTS, Verdict, verdict_of

_DOCS = (Path(__file__).parents[3] / "docs" / "smpp.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("status", sorted(VERDICTS), ids=status_name)
def test_the_documentation_says_what_each_status_does(status: int) -> None:
    assert status_name(status) in _DOCS


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(0, Verdict.SENT), (0x58, Verdict.PAUSE), (0x14, Verdict.PAUSE), (4, Verdict.REBIND), (0x0B, Verdict.FAILED)]
    + [(status, Verdict.LATER) for status in (0x08, 0x64, 0x45, 0xFF, 0x400, 0x4FF, 0x11, 0xFFFFFFFF)],
)
def test_a_status_decides_what_becomes_of_the_text(status: int, verdict: Verdict) -> None:
    assert verdict_of(status) is verdict


@pytest.mark.parametrize(("status", "name"), [(0, "ESME_ROK"), (0x58, "ESME_RTHROTTLED"), (0x412, "0x00000412")])
def test_a_status_is_shown_by_its_name(status: int, name: str) -> None:
    assert status_name(status) == name
