"""How a text was split, in few characters, so that another try makes the same parts of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from channels.smpp.text import national
from channels.smpp.text.codings import Coding
from channels.smpp.text.habits import Alphabet
from channels.smpp.text.parts import PARTS_AT_MOST

Method = Literal["one", "udh", "udh16", "sar", "payload"]
REFERENCE_AT_MOST: dict[Method, int] = {"one": 0, "udh": 0xFF, "udh16": 0xFFFF, "sar": 0xFFFF, "payload": 0}
_TABLES = {(False, True): "s", (True, False): "l", (True, True): "ls"}
_PLAN = re.compile(
    r"(?P<alphabet>gsm|ascii|latin-1|ucs2)(?P<packed>-packed)?:(?P<label>[0-9a-f]{2})"
    r"/(?:-|(?P<language>[a-z]{2}):(?P<tables>l?s?))"
    r"/(?P<method>one|udh|udh16|sar|payload)/(?P<reference>[0-9]{1,5})/(?P<total>[0-9]{1,3})"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a text is written in, how its parts are held together, by which reference, and how many they are."""

    coding: Coding
    method: Method
    reference: int
    total: int

    def __str__(self) -> str:
        """As `gsm:00/tr:s/udh/17/3`: alphabet and data_coding, national tables, method, reference, parts."""
        coding = self.coding
        packed = "-packed" if coding.packed else ""
        tables = f"{coding.language}:{_TABLES[coding.locking, coding.single]}" if coding.language else "-"
        return (
            f"{coding.alphabet}{packed}:{coding.data_coding:02x}/{tables}/{self.method}/{self.reference}/{self.total}"
        )


def read_plan(plan: str) -> Plan:
    """Raises ValueError for what is no plan."""
    found = _PLAN.fullmatch(plan)
    if not found:
        raise ValueError(f"{plan!r} is no plan of a text's parts")
    language, tables = found["language"] or "", found["tables"] or ""
    coding = Coding(
        cast(Alphabet, found["alphabet"]),
        int(found["label"], 16),
        found["packed"] is not None,
        language,
        "l" in tables,
        "s" in tables,
    )
    read = Plan(coding, cast(Method, found["method"]), int(found["reference"]), int(found["total"]))
    if not _is_sound(read):
        raise ValueError(f"{plan!r} is no plan that a text can be split by")
    return read


def _is_sound(plan: Plan) -> bool:
    coding = plan.coding
    return (
        (coding.is_septets or not (coding.packed or coding.language))
        and (not coding.language or _has_tables(coding))
        and plan.reference <= REFERENCE_AT_MOST[plan.method]
        and 1 <= plan.total <= (1 if plan.method in ("one", "payload") else PARTS_AT_MOST)
    )


def _has_tables(coding: Coding) -> bool:
    if coding.language not in national.LANGUAGES or not (coding.locking or coding.single):
        return False
    return not coding.locking or bool(national.languages()[coding.language].locking)
