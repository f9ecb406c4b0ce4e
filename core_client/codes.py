"""The core's result codes as a table in a file, which an operator's file can override row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

import yaml

from core_client.contract import operations

SHIPPED_FILE = Path(__file__).with_name("result_codes.yaml")
_EXAMPLE = '"302003": {outcome: refused, reason: tone_missing, for: {delInboxTone: {outcome: already}}}'
_CODE = re.compile("[0-9]{6}")
_REASON = re.compile("[a-z][a-z0-9_]{0,39}")


class CodeOutcome(StrEnum):
    """What a code means for the caller; `result_codes.yaml` explains each."""

    DONE = "done"
    ACCEPTED = "accepted"
    ALREADY = "already"
    BUSY = "busy"
    DOUBTFUL = "doubtful"
    ACCOUNT = "account"
    MISTAKE = "mistake"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code says about one operation."""

    outcome: CodeOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    meaning: Meaning
    per_operation: Mapping[str, Meaning] = field(default_factory=dict)


class ResultCodeError(ValueError):
    """A row of a result-code file that can't be read: where, what is wrong, what would be right."""


class ResultCodes:
    """The table: `meaning(code, operation)`."""

    def __init__(self, rows: Mapping[str, _Row]) -> None:
        self._rows = rows

    @classmethod
    def shipped(cls) -> Self:
        """The table that comes with the package."""
        return cls(_shipped_rows())

    @classmethod
    def load(cls, override: Path | str | None) -> Self:
        """The shipped table with an operator's rows over it.

        Raises ResultCodeError for a row that is wrong and OSError for a file that can't be read.
        """
        if override is None:
            return cls.shipped()
        return cls(_shipped_rows() | dict(_rows_of(Path(override))))

    def meaning(self, code: str, operation: str) -> Meaning:
        """What this code says about this operation.

        Unmapped 1xxxxx is trouble inside the core: try again, but ask first.  Unmapped 2xxxxx and 3xxxxx are refusals.
        Anything else is no code we know, and may even be a success: ask.
        """
        row = self._rows.get(code)
        if row is not None:
            return row.per_operation.get(operation, row.meaning)
        if _CODE.fullmatch(code) and code[0] in "23":
            return Meaning(CodeOutcome.REFUSED, "other")
        return Meaning(CodeOutcome.DOUBTFUL, "unknown_code")

    def __iter__(self) -> Iterator[tuple[str, Meaning]]:
        return ((code, row.meaning) for code, row in self._rows.items())


@cache
def _shipped_rows() -> dict[str, _Row]:
    return dict(_rows_of(SHIPPED_FILE))


def _rows_of(path: Path) -> Iterator[tuple[str, _Row]]:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ResultCodeError(f"{path}: not UTF-8 text at byte {error.start}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ResultCodeError(f"{path}, line {line}: {error.problem}; a row is {_EXAMPLE}") from None
    except yaml.YAMLError as error:
        raise ResultCodeError(f"{path}: {error}") from None
    if root is None:
        return
    seen: set[str] = set()
    for key, value in _pairs(path, root, "the file"):
        code = _scalar(path, key)
        if not _CODE.fullmatch(code):
            raise _wrong(path, key, f"{code!r} is no result code: six digits in quotes")
        if code in seen:
            raise _wrong(path, key, f"code {code} stands here a second time: keep one row of it")
        seen.add(code)
        yield code, _row(path, value)


def _row(path: Path, node: yaml.Node) -> _Row:
    per_operation: dict[str, Meaning] = {}
    rest = []
    for key, value in _pairs(path, node, "a row"):
        if _scalar(path, key) != "for":
            rest.append((key, value))
            continue
        for name, inner in _pairs(path, value, "`for`"):
            operation = _scalar(path, name)
            if operation not in operations():
                raise _wrong(path, name, f"no operation {operation!r}; there are {', '.join(operations())}")
            per_operation[operation] = _meaning(path, inner, _pairs(path, inner, f"`{operation}`"))
    return _Row(_meaning(path, node, rest), per_operation)


def _meaning(path: Path, node: yaml.Node, pairs: list[tuple[yaml.Node, yaml.Node]]) -> Meaning:
    given: dict[str, str] = {}
    for key, value in pairs:
        name = _scalar(path, key)
        if name not in ("outcome", "reason"):
            raise _wrong(path, key, f"no key {name!r}; a row has outcome, reason and for")
        given[name] = _scalar(path, value)
        if name == "outcome" and given[name] not in set(CodeOutcome):
            raise _wrong(path, value, f"no outcome {given[name]!r}; there are {', '.join(CodeOutcome)}")
        if name == "reason" and not _REASON.fullmatch(given[name]):
            raise _wrong(path, value, f"reason {given[name]!r} is not one word of a-z, 0-9 and _")
    if "outcome" not in given:
        raise _wrong(path, node, "outcome is missing")
    if given["outcome"] == CodeOutcome.REFUSED and "reason" not in given:
        raise _wrong(path, node, "a refusal needs a reason, it picks the subscriber's words")
    return Meaning(CodeOutcome(given["outcome"]), given.get("reason", ""))


def _pairs(path: Path, node: yaml.Node, what: str) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node, f"{what} must be a mapping")
    pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
    return pairs


def _scalar(path: Path, node: yaml.Node) -> str:
    """A scalar's own characters: read as YAML, 000000 without quotes would be the number 0."""
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(path, node, "a plain word is wanted here")
    return str(node.value)


def _wrong(path: Path, node: yaml.Node, what: str) -> ResultCodeError:
    return ResultCodeError(f"{path}, line {node.start_mark.line + 1}: {what}. A row is {_EXAMPLE}")
