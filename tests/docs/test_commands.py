"""Every command that a page shows can be given so, every command is shown somewhere, and so with make's targets.

Read as a shell and Typer would, without running it: names, options, values that must or may not be there.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.docs.pages import DOCS, PAGES, ROOT, blocks, named, text_of, words_as_code
from tonegate import app

ALERTS = DOCS / "alerts.yml"
_FRONT_DOOR = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?tonegate (?=\S)")
_ASIDE = re.compile(r"\s+#.*$|\s{2,}.*$")
"""A remark behind a command, or a column beside it."""
_MAY_BE_LEFT_OUT = str.maketrans("", "", "[]")
_MAKE = re.compile(r"^make (?:\S+=\S+ )*([a-z][a-z-]*)")
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


@cache
def front_door() -> Any:
    """The command line as Typer has made it."""
    return typer.main.get_command(app)


def shown(page: Path) -> list[str]:
    """The lines of a page's blocks that call the front door, without its name."""
    lines = [line.strip() for block in blocks(page, "", "sh") for line in block.text.splitlines()]
    return [_ASIDE.sub("", _FRONT_DOOR.sub("", line)) for line in lines if _FRONT_DOOR.match(line)]


def mentioned(page: Path) -> Iterator[str]:
    """Those that stand in its sentences: `tonegate users add|remove|list` are three."""
    told = words_as_code(page) if page.suffix == ".md" else re.findall(r"`([^`]+)`", text_of(page))
    for line in told:
        if _FRONT_DOOR.match(line):
            *before, last = _FRONT_DOOR.sub("", line).rstrip("… ").translate(_MAY_BE_LEFT_OUT).split(" ")
            yield from (" ".join([*before, one]) for one in last.split("|"))


def problems(line: str, *, whole: bool) -> list[str]:
    """What Typer would say against a call; where it is only `mentioned` nothing need be there."""
    words = shlex.split(line.partition(" > ")[0])
    command, given, places = front_door(), set[str](), 0
    while words:
        word = words.pop(0)
        options = {name: one for one in command.params for name in one.opts if one.param_type_name == "option"}
        if word.startswith("--"):
            name, equals, _ = word.partition("=")
            if name not in options:
                return [f"{command.name} has no {name}"]
            given.add(options[name].name)
            if not options[name].is_flag and not equals:
                if not words:
                    return [f"{name} has no value"]
                words.pop(0)
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return [f"{command.name or 'tonegate'} has no {word}"]
            command, given = command.commands[word], set()
        else:
            places += 1
    wanted = [one for one in command.params if one.param_type_name == "argument"]
    most = float("inf") if any(one.nargs == -1 for one in wanted) else len(wanted)
    found = [f"{command.name} takes {most} words"] if places > most else []
    if whole:
        found += [f"{command.name} needs {one.name}" for one in wanted[places:] if one.required]
        found += [
            f"{command.name} needs {one.opts[0]}"
            for one in command.params
            if one.param_type_name == "option" and one.required and one.name not in given
        ]
    return found


def leaves(command: Any, path: str = "") -> Iterator[str]:
    """Every command that people may call: `menu graph`."""
    for name, one in command.commands.items():
        if hasattr(one, "commands"):
            yield from leaves(one, f"{path}{name} ")
        elif not one.hidden:
            yield f"{path}{name}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_command_that_is_shown_can_be_given_so(page: Path) -> None:
    assert {} == {line: found for line in shown(page) if (found := problems(line, whole=True))}


@pytest.mark.parametrize("page", [*PAGES, ALERTS], ids=named)
def test_each_command_in_a_sentence_is_there(page: Path) -> None:
    assert {} == {line: found for line in mentioned(page) if (found := problems(line, whole=False))}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("replay 42 --dry-run", "replay has no --dry-run"),
        ("mesages", "tonegate has no mesages"),
        ("stats by", "by needs dimension"),
        ("sent replace 42", "replace needs --text"),
        ("messages --number", "--number has no value"),
        ("health now", "health takes 0 words"),
    ],
)
def test_a_call_that_would_be_refused_is_found(line: str, what: str) -> None:
    assert [what] == problems(line, whole=True)


def test_each_command_is_told_of() -> None:
    told = "\n".join(line for page in PAGES for line in (*shown(page), *mentioned(page)))
    words = [re.sub(r"--config \S+ ", "", line) for line in told.splitlines()]
    assert [] == [leaf for leaf in leaves(front_door()) if not any(f"{line} ".startswith(f"{leaf} ") for line in words)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_target_of_make_that_is_told_of_is_there(page: Path) -> None:
    lines = [*words_as_code(page), *(line.strip() for one in blocks(page, "", "sh") for line in one.text.splitlines())]
    told = {found[1] for line in lines if (found := _MAKE.match(line))}
    assert set() == told - set(_TARGET.findall((ROOT / "Makefile").read_text()))
