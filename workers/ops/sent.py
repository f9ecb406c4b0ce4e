"""`sent query`, `cancel` and `replace`: what an SMSC is asked about an answer that it has.

The order is written to the journal; the listener whose bind sent the answer does it and tells the result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from workers.journal import OutboxState, Reader
from workers.journal.orders import Kind, NewOrder, Orders, OrderState
from workers.ops.look import opened
from workers.ops.prompt import author
from workers.ops.shown import as_json, as_table
from workers.settings import Settings

_LOOK_EVERY_S = 0.2
_PENDING = "the SMSC has not answered yet; `tonegate show` will have the result in its history"


class CannotAsk(Exception):
    """There is nothing that an SMSC could be asked; the text says why."""


def ask(settings: Settings, kind: Kind, which: str, *, text: str, reason: str, wait_s: float, json: bool) -> bool:
    """Ask about one answer and show what came of it; False where the SMSC refused or none was there to be asked.

    `which` is a message's id or transaction id, with `/2` behind it for its second answer, else for the last.
    Raises `CannotAsk`.
    """
    identity, _, number = which.partition("/")
    with opened(settings) as database:
        answer = _answer(Reader(database), identity, number)
        new = orders_about(kind, answer, text)
        orders = Orders(database)
        ids = orders.ask(new, author=author(), reason=reason)
        states = _wait(lambda: orders.states(ids), wait_s)
        if any(state.succeeded is None for state in states):
            orders.withdraw(ids)
            states = orders.states(ids)
    return _tell(answer, new[0].bind, states, json=json)


def orders_about(kind: Kind, answer: Mapping[str, Any], text: str = "") -> list[NewOrder]:
    """An order for each message that carries the answer.  Raises `CannotAsk` where no SMSC has it, or it won't do."""
    number, state, parts = answer["answer_no"], answer["state"], answer["parts"]
    sent = [0] if answer["message_id"] else [part["part"] for part in parts if part["message_id"]]
    if not sent and state in (OutboxState.QUEUED, OutboxState.SENDING):
        raise CannotAsk(f"answer {number} is {state}: no SMSC has it yet")
    if not sent:
        raise CannotAsk(f"answer {number} is {state}, and no SMSC gave it a message id to ask by")
    if kind is Kind.REPLACE and parts:
        raise CannotAsk(f"answer {number} went in {len(parts)} parts: only one in one message can be replaced")
    bind = answer["sent_via"] or answer["bind"]
    return [NewOrder(kind, bind, answer["id"], part, text) for part in sent]


def _answer(reader: Reader, identity: str, number: str) -> Mapping[str, Any]:
    life = reader.life(identity)
    if life is None:
        raise CannotAsk(f"no message {identity}; find it with `tonegate messages`")
    if not life.answers:
        raise CannotAsk(f"message {identity} has no answer yet")
    if not number:
        return life.answers[-1]
    by_number = {str(answer["answer_no"]): answer for answer in life.answers}
    if number not in by_number:
        raise CannotAsk(f"message {identity} has no answer {number}; there are: {', '.join(by_number)}")
    return by_number[number]


def _wait(look: Callable[[], list[OrderState]], wait_s: float) -> list[OrderState]:
    ends = time.monotonic() + wait_s
    while True:
        states = look()
        if time.monotonic() >= ends or all(state.succeeded is not None for state in states):
            return states
        time.sleep(_LOOK_EVERY_S)


def _tell(answer: Mapping[str, Any], bind: str, states: list[OrderState], *, json: bool) -> bool:
    if json:
        as_json({"answer": answer["answer_no"], "bind": bind, "orders": [asdict(state) for state in states]})
    else:
        ids = {0: answer["message_id"]} | {part["part"]: part["message_id"] for part in answer["parts"]}
        rows = [
            (answer["answer_no"], state.number or "", bind, ids[state.number], state.result or _PENDING)
            for state in states
        ]
        as_table(("answer", "part", "bind", "message id", "result"), rows, "")
    return all(state.succeeded for state in states)
