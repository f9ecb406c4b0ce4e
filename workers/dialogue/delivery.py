"""How each answer is to be delivered, from `templates/delivery.yaml`: what is not named goes as its bind is set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workers.dialogue.declared import ANSWERS
from workers.dialogue.sources import NOTHING, Entry, Finding, read

FILE = "delivery.yaml"
_RECEIPTS = ("always", "failure", "never")
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_DURATION = re.compile(r"([0-9]{1,7})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_S = 99 * 86400
"""What fits the relative form of validity_period without its months (SMPP 3.4 §7.1.1)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one answer is delivered."""

    receipt: str = ""
    """`always`, `failure` or `never`; empty: as its bind is set."""
    valid_s: int | None = None
    """How long the SMSC tries; None: as its bind is set."""
    urgent: bool = False
    """Somebody waits for it: it goes before whatever else waits."""


AS_SET = Delivery()


def load_delivery(folder: Path, findings: list[Finding]) -> dict[str, Delivery]:
    """Read the file by the names of texts; what is wrong is added to `findings`.  A folder may be without one."""
    path = folder / FILE
    if not path.exists():
        return {}
    root = read(path, findings)
    found: dict[str, Delivery] = {}
    for name, entry in root.table.get("texts", NOTHING).table.items():
        wrong = [*_wrong(name, entry)]
        findings += [Finding(path, line, what, right) for line, what, right in wrong]
        if not wrong:
            found[name] = _delivery(entry.table)
    for name, entry in root.table.items():
        if name != "texts":
            findings.append(Finding(path, entry.line, f"there is no '{name}' here", "put texts under `texts:`"))
    return found


def _wrong(name: str, entry: Entry) -> Iterator[tuple[int, str, str]]:
    if name not in ANSWERS:
        yield entry.line, f"there is no answer '{name}'", "take a name that en/answers.yaml has under `answers`"
    if not entry.table:
        yield entry.line, f"'{name}' says nothing", "write it as {receipt: never, valid: 1h, urgent: yes}"
    for key, value in entry.table.items():
        check = _CHECKS.get(key)
        if check is None:
            yield value.line, f"'{name}' has no '{key}'", "there are " + ", ".join(_CHECKS)
        elif not check[0](value.text):
            yield value.line, f"'{name}': {key} is '{value.text}'", check[1]


def _is_duration(text: str) -> bool:
    return 0 < _duration_s(text) <= _LONGEST_S


def _duration_s(text: str) -> int:
    match = _DURATION.fullmatch(text)
    return int(match[1]) * _SECONDS[match[2]] if match else 0


_CHECKS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "receipt": (lambda text: text in _RECEIPTS, "take one of " + ", ".join(_RECEIPTS)),
    "valid": (_is_duration, "write a number and s, m, h or d, such as 5h, up to 99d"),
    "urgent": (lambda text: text.lower() in _TRUTH, "write yes or no"),
}


def _delivery(table: Mapping[str, Entry]) -> Delivery:
    texts = {key: value.text for key, value in table.items()}
    return Delivery(
        receipt=texts.get("receipt", ""),
        valid_s=_duration_s(texts["valid"]) if "valid" in texts else None,
        urgent=_TRUTH[texts.get("urgent", "no").lower()],
    )
