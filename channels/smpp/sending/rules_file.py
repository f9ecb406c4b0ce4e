"""A file of rules read row by row; every mistake is told with its line, what is wrong and what would be right."""

from __future__ import annotations

import math
import re
from pathlib import Path

from channels.smpp.protocol import statuses
from channels.smpp.sending.rules import Rule, Statuses, Verdict
from workers.dialogue.sources import Entry, Finding, read

_EXAMPLE = "a row is ESME_RSYSERR: {verdict: later, first_delay_s: 2, longest_delay_s: 60, tries: 8, reason: busy}"
_LATER_ONLY = ("first_delay_s", "longest_delay_s", "tries")
_KEYS = ("verdict", "reason", *_LATER_ONLY)
_LONGEST_DELAY_S = 86_400.0
_MOST_TRIES = 100
_REASON_LONGEST = 80
_NUMBERS_WRITTEN = re.compile(r"(0x[0-9a-f]{1,8})(?:\s*-\s*(0x[0-9a-f]{1,8}))?", re.IGNORECASE)
_RENAMED_IN_5_0 = {
    "ESME_RINVTLVSTREAM": "ESME_RINVOPTPARSTREAM",
    "ESME_RTLVNOTALLWD": "ESME_ROPTPARNOTALLWD",
    "ESME_RINVTLVLEN": "ESME_RINVPARLEN",
    "ESME_RMISSINGTLV": "ESME_RMISSINGOPTPARAM",
    "ESME_RINVTLVVAL": "ESME_RINVOPTPARAMVAL",
}
_NAMED = {name: number for number, name in statuses.NAMES.items()}
_NAMED |= {new: _NAMED[old] for new, old in _RENAMED_IN_5_0.items()}
_ROK = Statuses(statuses.ROK, statuses.ROK)


class RulesError(ValueError):
    """A file of rules that can't be used; `findings` has every mistake in it."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class _Wrong(Exception):
    """What is wrong with a row."""


def rules_in(path: Path) -> dict[Statuses, Rule]:
    """The rows of a file.  Raises RulesError, also where it can't be read."""
    findings: list[Finding] = []
    rules: dict[Statuses, Rule] = {}
    lines: dict[Statuses, int] = {}
    for name, entry in read(path, findings).table.items():
        try:
            at = _statuses(name)
            _check_apart(at, lines)
            lines[at] = entry.line
            rules[at] = _rule(at, entry)
        except _Wrong as wrong:
            findings.append(Finding(path, entry.line, str(wrong), _EXAMPLE))
    if findings:
        raise RulesError(findings)
    return rules


def _statuses(name: str) -> Statuses:
    if name in _NAMED:
        return Statuses(_NAMED[name], _NAMED[name])
    written = _NUMBERS_WRITTEN.fullmatch(name)
    if written is None:
        raise _Wrong(f"'{name}' is no status: neither a name of the standard, nor as 0x58 or 0x400-0x4ff")
    first = int(written[1], 16)
    last = int(written[2], 16) if written[2] else first
    if last < first:
        raise _Wrong(f"'{name}' ends before it begins")
    return Statuses(first, last)


def _check_apart(at: Statuses, lines: dict[Statuses, int]) -> None:
    for other, line in lines.items():
        if at == other:
            raise _Wrong(f"the same as on line {line}: keep one row of them")
        if at.crosses(other):
            raise _Wrong(f"crosses the row on line {line}: one must lie inside the other, or beside it")


def _rule(at: Statuses, entry: Entry) -> Rule:
    if not isinstance(entry.value, dict):
        raise _Wrong("a row must be a table")
    given = {key: value.text for key, value in entry.table.items()}
    for key in given:
        if key not in _KEYS:
            raise _Wrong(f"no key '{key}'; there are {', '.join(_KEYS)}")
    word, reason = given.get("verdict", ""), given.get("reason", "")
    if word not in set(Verdict):
        raise _Wrong(f"no verdict '{word}'; there are {', '.join(Verdict)}")
    if not 1 <= len(reason) <= _REASON_LONGEST:
        raise _Wrong(f"reason must say why, in 1 to {_REASON_LONGEST} characters")
    verdict = Verdict(word)
    if at == _ROK and verdict is not Verdict.SENT:
        raise _Wrong("ESME_ROK can only be sent: a text that the SMSC took would go again")
    if verdict is Verdict.LATER:
        return _later(reason, given)
    if not given.keys().isdisjoint(_LATER_ONLY):
        raise _Wrong(f"{', '.join(_LATER_ONLY)} go with verdict later only")
    return Rule(verdict, reason)


def _later(reason: str, given: dict[str, str]) -> Rule:
    first_s = _number(given, "first_delay_s", 0.1, _LONGEST_DELAY_S)
    longest_s = _number(given, "longest_delay_s", 0.1, _LONGEST_DELAY_S)
    tries = _number(given, "tries", 1, _MOST_TRIES)
    if longest_s < first_s:
        raise _Wrong("longest_delay_s must not be below first_delay_s")
    if not tries.is_integer():
        raise _Wrong("tries must be a whole number")
    return Rule(Verdict.LATER, reason, first_s, longest_s, int(tries))


def _number(given: dict[str, str], key: str, least: float, most: float) -> float:
    if key not in given:
        raise _Wrong(f"{key} is missing, which verdict later needs")
    try:
        value = float(given[key])
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise _Wrong(f"{key} must be a number from {least:g} to {most:,.0f}")
    return value
