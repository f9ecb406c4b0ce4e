"""Each call that docs/ussd.md shows is read as the dialect it stands under, and answered in the form below it."""

from __future__ import annotations

import json
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator

import pytest

from channels.ussd.dialects import DIALECTS, HttpAnswer, HttpRequest
from channels.ussd.ports import Kind
from tests.docs.pages import DOCS, text_of
from tests.ussd.dialects.kit.gateway import GOES_ON, NUMBER, gateway

_SHOWN = re.compile(r"^### (\w+)\n.*?^```\n(curl .*?)\n(.*?)\n```", re.MULTILINE | re.DOTALL)
_DOOR = "http://127.0.0.1:8081/ussd"


def shown() -> Iterator[tuple[str, str, str]]:
    """Dialect, call and answer."""
    yield from _SHOWN.findall(text_of(DOCS / "ussd.md"))


def sent_by(call: str) -> HttpRequest:
    """What curl sends: what `-d` gives is behind the question mark with `-G`, and else a form."""
    words = ArgumentParser()
    words.add_argument("-d", action="append", default=[])
    words.add_argument("-G", action="store_true")
    words.add_argument("-i", action="store_true")
    words.add_argument("url")
    given = words.parse_args(shlex.split(call)[1:])
    assert given.url.startswith(_DOOR)
    data, rest = "&".join(given.d), given.url.removeprefix(_DOOR)
    if given.G:
        return HttpRequest("GET", rest, query=data)
    return HttpRequest("POST", rest, {"content-type": "application/x-www-form-urlencoded"}, body=data.encode())


def form_of(answer: HttpAnswer) -> object:
    """How an answer looks beside its screen: the names of its JSON, else how it begins."""
    text = answer.body.decode()
    if text.startswith("{"):
        return names(json.loads(text))
    return next((f"Freeflow: {value}" for name, value in answer.headers.items() if name == "Freeflow"), text[:4])


def names(value: object) -> object:
    """The names of JSON, of what it holds as well."""
    return {name: names(inner) for name, inner in value.items()} if isinstance(value, dict) else None


def test_each_dialect_is_shown() -> None:
    assert sorted(DIALECTS) == sorted(dialect for dialect, _, _ in shown())


@pytest.mark.parametrize(("dialect", "call", "answer"), [pytest.param(*one, id=one[0]) for one in shown()])
def test_a_call_that_is_shown_is_understood_and_answered_so(dialect: str, call: str, answer: str) -> None:
    settings = gateway(dialect, service_codes=["*123#"] if dialect == "comviva" else [])
    heard = DIALECTS[dialect].read(sent_by(call), settings)
    assert (NUMBER, True) == (heard.dial.number, heard.dial.kind in (Kind.BEGIN, Kind.INPUT))
    told = form_of(DIALECTS[dialect].write(GOES_ON, heard))
    expected = names(json.JSONDecoder().raw_decode(answer)[0]) if answer.startswith("{") else answer[: len(str(told))]
    assert expected == told
