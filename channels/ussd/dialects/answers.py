"""Writing answers: JSON, plain text, and `CON`/`END`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import to_json

from channels.ussd.dialects.shapes import HttpAnswer
from channels.ussd.ports import ScreenReply

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
XML = "text/xml; charset=utf-8"


def json_answer(values: Mapping[str, object], status: int = 200) -> HttpAnswer:
    """A JSON object."""
    return HttpAnswer(to_json(values), JSON, status)


def text_answer(text: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """Plain text."""
    return HttpAnswer(text.encode(), TEXT, headers=headers or {})


def con_or_end(reply: ScreenReply) -> HttpAnswer:
    """`CON` before a screen that goes on, `END` before the last."""
    return text_answer(f"{'END' if reply.ends else 'CON'} {reply.text}")
