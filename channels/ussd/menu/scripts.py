"""Dial scripts, `ussd/dials/*.yaml`: what is dialled, what must be on the screen, and what functions answer meanwhile.

They run without a core: `tonegate menu test`, and with the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from channels.ussd.menu.driving import Driver, TooLate
from channels.ussd.menu.files import DIALS, FOLDER
from channels.ussd.menu.layout import fits
from channels.ussd.menu.shelf import Menus
from channels.ussd.ports import Caller, Show
from workers.dialogue import SHIPPED_TEMPLATES
from workers.dialogue.sources import Finding, read
from workers.dials import DialOrder, Placed
from workers.dials.lookups import LookupFailed, LookupRefused

_NOW = 1_700_000_000.0
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Canned(_Strict):
    """One answer of a function."""

    when: Mapping[str, str] = {}
    """Only to these arguments."""
    answer: Any = None
    refused: str = ""
    """A reason; `answer` is then the sentence."""
    failed: bool = False
    late: bool = False


class ScriptStep(_Strict):
    """One thing done, and what must come of it."""

    dial: str | None = None
    """`*123#`, or with a shortcut."""
    reply: str | None = None
    push: str | None = None
    """A screen where the network begins."""
    variables: Mapping[str, Any] = {}
    expect: Texts = ()
    """Each must be on the screen."""
    never: Texts = ()
    """None may be on it."""
    places: Mapping[str, Any] | None = None
    """What is confirmed: an action, and what belongs to it."""
    result: str = ""
    """What is answered to it in time; without it a text message follows."""
    ends: bool = False


class Script(_Strict):
    """A dial from its beginning."""

    about: str
    """One sentence."""
    menu: str = ""
    """A menu's name; without it the one that is dialled."""
    language: str = "en"
    number: str = "8613800138000"
    screen_chars: int = 160
    functions: Mapping[str, list[Canned]] = {}
    steps: list[ScriptStep]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A script and where it stands."""

    file: Path
    script: Script
    lines: tuple[int, ...]
    """Of each step."""


def script_files(templates: Path) -> list[Path]:
    """Every dial script: the operator's own where he has any, else the shipped ones."""
    for root in (templates, SHIPPED_TEMPLATES):
        found = sorted((root / FOLDER / DIALS).glob("*.yaml"))
        if found:
            return found
    return []


def load_script(path: Path, findings: list[Finding]) -> Loaded | None:
    """Read a script; None where it can't be run, with the reasons in `findings`."""
    before = len(findings)
    root = read(path, findings)
    if len(findings) > before:
        return None
    try:
        script = Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        for one in error.errors():
            where = ".".join(map(str, one["loc"]))
            steps = root.table["steps"].items if "steps" in root.table else ()
            at = one["loc"][1] if one["loc"][:1] == ("steps",) and len(one["loc"]) > 1 else None
            line = steps[at].line if isinstance(at, int) and at < len(steps) else 1
            right = "keys that are pressed stand in quotes: reply: '00'" if where.endswith("reply") else "correct that"
            findings.append(Finding(path, line, f"{where}: {one['msg']}", right))
        return None
    return Loaded(path, script, tuple(item.line for item in root.table["steps"].items))


class CannedPeer:
    """Answers as a script says."""

    def __init__(self, functions: Mapping[str, list[Canned]]) -> None:
        self._functions = functions
        self.result = ""

    async def look(self, function: str, caller: Caller, arguments: Mapping[str, str]) -> Any:  # noqa: ARG002
        """Return the first answer that fits; raises what it says, and KeyError where there is none."""
        for canned in self._functions.get(function, ()):
            if all(arguments.get(name) == value for name, value in canned.when.items()):
                if canned.late:
                    raise TooLate
                if canned.failed:
                    raise LookupFailed
                if canned.refused:
                    raise LookupRefused(canned.refused, canned.answer or "")
                return canned.answer
        raise KeyError(f"the script has no answer of {function} to {dict(arguments)}")

    async def place(self, order: DialOrder, caller: Caller) -> Placed:  # noqa: ARG002
        """Return what the step says."""
        return Placed("script", self.result)


async def run_script(loaded: Loaded, menus: Menus) -> list[Finding]:
    """Dial it; what was not as the script says, the first such step alone."""
    script = loaded.script
    peer = CannedPeer(script.functions)
    driver: Driver | None = None
    for step, line in zip(script.steps, loaded.lines, strict=True):
        service_code, typed = dialled(step.dial or "")
        caller = Caller(script.number, script.language, service_code, "script")
        if driver is None or step.dial:
            menu = menus.by_name[script.menu] if script.menu else menus.dialled(service_code)
            session = driver.session if driver else None
            driver = Driver(menu, caller, peer, lambda: _NOW, script.screen_chars, session)
        peer.result = step.result
        try:
            shown = await _done(driver, step, typed)
        except (KeyError, ValueError) as error:
            return [Finding(loaded.file, line, str(error).strip("'\""), "add it to the script")]
        wrong = [*_wrong(step, shown, driver, script.screen_chars)]
        if wrong:
            told = f"the screen was:\n{shown.text}\n"
            return [Finding(loaded.file, line, one, told) for one in wrong]
    return []


def dialled(dial: str) -> tuple[str, str]:
    """`*123*2*600902000001#` as the service code `*123#` and what stands behind it."""
    code, _, rest = dial.strip("*#").partition("*")
    return (f"*{code}#" if code else ""), rest


async def _done(driver: Driver, step: ScriptStep, typed: str) -> Show:
    if step.push:
        return await driver.push(step.push, step.variables)
    if step.dial:
        return await driver.dial(typed)
    if step.reply is None:
        raise ValueError("a step needs dial, reply or push")
    return await driver.reply(step.reply)


def _wrong(step: ScriptStep, shown: Show, driver: Driver, screen_chars: int) -> Iterator[str]:
    for text in step.expect:
        if text not in shown.text:
            yield f"'{text}' is not on the screen"
    for text in step.never:
        if text in shown.text:
            yield f"'{text}' is on the screen"
    if shown.ends != step.ends:
        yield f"the dial {'ends' if shown.ends else 'goes on'} here"
    if not fits(shown.text, screen_chars):
        yield f"the screen is over {screen_chars} characters"
    placed = [said(order) for order in driver.placed]
    expected = [] if step.places is None else [dict(step.places)]
    if placed != expected:
        yield f"placed is {placed or 'nothing'}, not {expected or 'nothing'}"


def said(order: DialOrder) -> dict[str, Any]:
    """An order as scripts write it: what is empty is left out."""
    command = order.command
    said = {
        "action": str(command.action),
        "code": ",".join(command.tone_codes),
        "number": command.recipient,
        "hours": "-".join(command.hours),
        "key": command.gift_key or command.question_key,
        "query": command.query,
        "language": command.language,
        "prices": dict(order.prices) if order.prices is not None else None,
    }
    return {name: value for name, value in said.items() if value}
