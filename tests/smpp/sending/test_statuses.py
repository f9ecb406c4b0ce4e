"""Every status has its name, its rule, and its row in the table that an operator's file overrides."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.smpp.protocol.statuses import NAMES, status_name
from channels.smpp.sending.refusals import Refusals
from channels.smpp.sending.rules import Rule, Verdict
from channels.smpp.sending.rules_file import RulesError
from channels.smpp.sending.verdicts import SHIPPED_FILE, Verdicts

_DOCS = (Path(__file__).parents[3] / "docs" / "smpp.md").read_text(encoding="utf-8")
_ROWS = {name: Verdicts.load().of(status) for status, name in NAMES.items()}

OF_THE_BIND = [
    ("sent", "ROK"),
    ("pause", "RTHROTTLED RMSGQFUL"),
    ("rebind", "RINVBNDSTS"),
]
OF_THE_TEXT = [
    ("later", "RSYSERR RX_T_APPN RSUBMITFAIL RUNKNOWNERR RSERTYPUNAVAIL"),
    ("later", "RALYBND RBINDFAIL RINVPASWD RINVSYSID RINVSYSTYP RINVMSGID RCANCELFAIL RREPLACEFAIL RQUERYFAIL"),
    ("failed", "RINVDSTADR RX_P_APPN RX_R_APPN RDELIVERYFAILURE RSERTYPUNAUTH RPROHIBITED RSERTYPDENIED"),
    ("failed", "RINVMSGLEN RINVCMDLEN RINVCMDID RINVPRTFLG RINVREGDLVFLG RINVSRCADR RINVSERTYP RINVESMCLASS"),
    ("failed", "RINVSRCTON RINVSRCNPI RINVDSTTON RINVDSTNPI RINVREPFLAG RINVSUBREP RINVSCHED RINVEXPIRY RINVDFTMSGID"),
    ("failed", "RINVOPTPARSTREAM ROPTPARNOTALLWD RINVPARLEN RMISSINGOPTPARAM RINVOPTPARAMVAL RINVDCS"),
    ("failed", "RINVSRCADDRSUBUNIT RINVDSTADDRSUBUNIT RINVNUMDESTS RINVDLNAME RINVDESTFLAG RCNTSUBDL RINVNUMMSGS"),
    ("failed", "RINVBCASTFREQINT RINVBCASTALIAS_NAME RINVBCASTAREAFMT RINVNUMBCAST_AREAS RINVBCASTCNTTYPE"),
    ("failed", "RINVBCASTMSGCLASS RBCASTFAIL RBCASTQUERYFAIL RBCASTCANCELFAIL RINVBCAST_REP RINVBCASTSRVGRP"),
    ("failed", "RINVBCASTCHANIND"),
]
TOLD = [(verdict, "ESME_" + name) for verdict, names in OF_THE_BIND + OF_THE_TEXT for name in names.split()]


@pytest.mark.parametrize(("verdict", "name"), TOLD)
def test_each_status_of_the_standards_does_to_a_text_what_it_says(verdict: str, name: str) -> None:
    assert verdict == _ROWS[name].verdict


def test_every_status_of_3_4_and_5_0_has_a_row_of_its_own_and_is_tested() -> None:
    assert set(NAMES) == {at.first for at, _ in Verdicts.load() if not at.width}
    assert set(NAMES.values()) == {name for _, name in TOLD}


@pytest.mark.parametrize("status", [0x09, 0x113, 0x3FF, 0x400, 0x4FF, 0x500, 0x12345678, 0xFFFFFFFF])
def test_what_no_standard_names_is_tried_again_a_bounded_number_of_times(status: int) -> None:
    rule = Verdicts.load().of(status)
    assert (Verdict.LATER, 2.0, 60.0, 8) == (rule.verdict, rule.first_delay_s, rule.longest_delay_s, rule.tries)


@pytest.mark.parametrize("name", [name for _, names in OF_THE_BIND + OF_THE_TEXT[:1] for name in names.split()])
def test_the_documentation_names_what_is_no_final_refusal(name: str) -> None:
    assert f"ESME_{name}" in _DOCS


@pytest.mark.parametrize(("status", "name"), [(0, "ESME_ROK"), (0x58, "ESME_RTHROTTLED"), (0x412, "0x00000412")])
def test_a_status_is_shown_by_its_name(status: int, name: str) -> None:
    assert name == status_name(status)


# delays and tries


@pytest.mark.parametrize(
    ("delays_s", "rule"),
    [
        ([2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, None], Verdicts.load().of(0x08)),
        ([30.0, 60.0, 90.0, None], Rule(Verdict.LATER, "busy", 30.0, 90.0, 4)),
        ([5.0, 5.0, None], Rule(Verdict.LATER, "busy", 5.0, 5.0, 3)),
        ([None], Rule(Verdict.LATER, "once", 2.0, 60.0, 1)),
    ],
)
def test_a_text_waits_longer_each_time_and_fails_with_the_last_try(delays_s: list[float | None], rule: Rule) -> None:
    refusals = Refusals()
    assert delays_s == [refusals.refused(1, rule) for _ in delays_s]


def test_refusals_count_for_the_text_whichever_status_each_bore() -> None:
    refusals = Refusals()
    patient, hasty = Rule(Verdict.LATER, "a", 1.0, 60.0, 8), Rule(Verdict.LATER, "b", 1.0, 60.0, 3)
    assert [1.0, 2.0, None] == [refusals.refused(1, rule) for rule in (patient, patient, hasty)]
    assert 1.0 == refusals.refused(2, hasty), "another text begins anew"
    refusals.forget(1)
    assert 1.0 == refusals.refused(1, hasty), "so does one that is done with"


def test_a_text_that_rests_the_bind_again_and_again_waits_by_itself_and_never_fails() -> None:
    refusals = Refusals()
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] == [refusals.rested(1) for _ in range(8)]
    assert {60.0} == {refusals.rested(1) for _ in range(2000)}
    assert 1.0 == refusals.rested(2)
    refusals.forget(1)
    assert 1.0 == refusals.rested(1)


def test_the_hundredth_try_still_has_a_delay() -> None:
    assert 86_400.0 == Rule(Verdict.LATER, "patience", 1.0, 86_400.0, 100).delay_s(99)


# an operator's file


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "statuses.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


LATER = "verdict: later, first_delay_s: 5, longest_delay_s: 50, tries: 3, reason: x"


def later(first_delay_s: str, longest_delay_s: str, tries: str) -> str:
    row = f"first_delay_s: {first_delay_s}, longest_delay_s: {longest_delay_s}, tries: {tries}"
    return f"0x8: {{verdict: later, reason: x, {row}}}"


@pytest.mark.parametrize(
    ("sentence", "verdict", "status", "text"),
    [
        ("a name replaces a row", "failed", 0x08, "ESME_RSYSERR: {verdict: failed, reason: x}"),
        ("so does its number", "failed", 0x08, "0x8: {verdict: failed, reason: x}"),
        ("in whatever digits", "failed", 0x58, "0x00000058: {verdict: failed, reason: x}"),
        ("by 5.0's name", "later", 0xC1, f"ESME_RTLVNOTALLWD: {{{LATER}}}"),
        ("and leaves the others", "pause", 0x58, "ESME_RSYSERR: {verdict: failed, reason: x}"),
        ("a vendor's status", "pause", 0x410, "0x410: {verdict: pause, reason: x}"),
        ("its neighbour", "later", 0x411, "0x410: {verdict: pause, reason: x}"),
        ("a range of them", "pause", 0x41F, "0x410-0x41f: {verdict: pause, reason: x}"),
        ("in capitals, spaced", "pause", 0x41F, "0X410 - 0X41F: {verdict: pause, reason: x}"),
        ("past its end", "later", 0x420, "0x410-0x41f: {verdict: pause, reason: x}"),
        ("the same range as a shipped one", "failed", 0x4AB, "0x400-0x4ff: {verdict: failed, reason: x}"),
        ("one inside the other, the narrower counts", "failed", 0x415,
         "0x400-0x4ff: {verdict: pause, reason: x}\n0x410-0x41f: {verdict: failed, reason: x}"),
        ("in either order", "failed", 0x415,
         "0x410-0x41f: {verdict: failed, reason: x}\n0x400-0x4ff: {verdict: pause, reason: x}"),
        ("crossing a shipped one of the same width", "failed", 0x4FF, "0x480-0x57f: {verdict: failed, reason: x}"),
        ("a range leaves single statuses to their rows", "pause", 0x58, "0x1-0xffffffff: {verdict: failed, reason: x}"),
        ("and all the rest is its own", "failed", 0x99, "0x1-0xffffffff: {verdict: failed, reason: x}"),
        ("a text that the SMSC has already", "sent", 0x4FE, "0x4fe: {verdict: sent, reason: a double}"),
        ("even a range over it leaves ESME_ROK as it is", "sent", 0, "0x0-0xffffffff: {verdict: failed, reason: x}"),
    ],
)  # fmt: skip
def test_an_operators_row_counts_before_the_shipped_one(
    tmp_path: Path, sentence: str, verdict: str, status: int, text: str
) -> None:
    assert verdict == Verdicts.load(written(tmp_path, text)).of(status).verdict, sentence


def test_an_operators_row_brings_its_delays_and_tries(tmp_path: Path) -> None:
    rule = Verdicts.load(written(tmp_path, f"ESME_RSYSERR: {{{LATER}}}")).of(0x08)
    assert Rule(Verdict.LATER, "x", 5.0, 50.0, 3) == rule


def test_a_copy_of_the_shipped_file_changes_nothing(tmp_path: Path) -> None:
    assert list(Verdicts.load()) == list(Verdicts.load(written(tmp_path, SHIPPED_FILE.read_bytes())))


@pytest.mark.parametrize(
    ("line", "words", "text"),
    [
        (1, "'ESME_RFOO' is no status", "ESME_RFOO: {verdict: failed, reason: x}"),
        (1, "'88' is no status", "88: {verdict: failed, reason: x}"),
        (1, "'0x100000000' is no status", "0x100000000: {verdict: failed, reason: x}"),
        (2, "ends before it begins", "\n0x41f-0x410: {verdict: failed, reason: x}"),
        (1, "no verdict 'fail'; there are sent, pause, rebind, later, failed", "0x8: {verdict: fail, reason: x}"),
        (1, "no verdict ''", "0x8: {reason: x}"),
        (1, "reason must say why", "0x8: {verdict: failed}"),
        (1, "reason must say why", f"0x8: {{verdict: failed, reason: {'x' * 81}}}"),
        (1, "no key 'delay_s'", "0x8: {verdict: failed, reason: x, delay_s: 3}"),
        (1, "must be a table", "0x8: failed"),
        (1, "tries is missing", "0x8: {verdict: later, reason: x, first_delay_s: 1, longest_delay_s: 2}"),
        (1, "tries must be a whole", later("1", "2", "1.5")),
        (1, "from 1 to 100", later("1", "2", "101")),
        (1, "first_delay_s must be a number", later("soon", "2", "1")),
        (1, "first_delay_s must be a number", later("0", "2", "1")),
        (1, "first_delay_s must be a number", later(".nan", "2", "1")),
        (1, "must not be below", later("3", "2", "1")),
        (1, "with verdict later only", "0x8: {verdict: failed, reason: x, tries: 3}"),
        (1, "ESME_ROK can only be sent", "ESME_ROK: {verdict: later, reason: x}"),
        (3, "the same as on line 1", f"ESME_RTHROTTLED: {{{LATER}}}\n\n0x58: {{{LATER}}}"),
        (2, "stands on line 1 too", "0x8: {verdict: failed, reason: x}\n0x8: {verdict: failed, reason: x}"),
        (2, "crosses the row on line 1", f"0x1-0x8: {{{LATER}}}\n0x5-0x9: {{{LATER}}}"),
        (1, "is not a table", "- 1"),
        (2, "not YAML", "0x8: {verdict: failed\n]"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_line_what_is_wrong_and_what_would_be_right(
    tmp_path: Path, line: int, words: str, text: str
) -> None:
    with pytest.raises(RulesError) as caught:
        Verdicts.load(written(tmp_path, text))
    told = str(caught.value)
    assert f"statuses.yaml:{line}: " in told
    assert words in told
    assert "; " in told, "with what would be right"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as caught:
        Verdicts.load(written(tmp_path, "ESME_RFOO: {}\n0x8: {}\n0x9: {verdict: failed, reason: x}\n0xa: 1\n"))
    assert [1, 2, 4] == [finding.line for finding in caught.value.findings]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: \x00"])
def test_a_file_that_is_no_text_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RulesError, match=r"statuses\.yaml"):
        Verdicts.load(written(tmp_path, content))


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="can't be read"):
        Verdicts.load(tmp_path / "none.yaml")
