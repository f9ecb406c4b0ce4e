"""Replies remembered by transaction id, and the one place where a procedure is run.

A known id with the same parameters gets its first answer again and has no second effect; with other parameters it is
refused.  What was refused took no effect: under its id it is tried again, since its cause may have passed.  An id
belongs to the portal account that made it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from core_client.codes import CodeOutcome, ResultCodes
from core_client.sandbox import boxes, copies, gifts, renewals, settings, subscriptions, tables, tones
from core_client.sandbox.procedure import Reply, Request, World

Procedure = Callable[[Connection, Request, World], Reply]

_transactions = tables.transactions
_KNOWN = select(_transactions).where(
    _transactions.c.account == bindparam("a"), _transactions.c.transaction_id == bindparam("t")
)
_REMEMBER = insert(_transactions)
_REMEMBER_ANEW = update(_transactions)


def query_transaction(connection: Connection, request: Request, _: World) -> Reply:
    """What became of a change; the account sees its own alone."""
    known = _known(connection, request.account, request.transaction_id)
    if known is None:
        return Reply("000000", fields={"transactionState": "unseen"})
    told = {
        "transactionState": "result",
        "transactionEvent": known.event,
        "transactionResultCode": known.code,
        "transactionResultInfo": known.info,
    }
    return Reply("000000", amount=known.amount, giver=known.giver, tone=known.tone, until=known.until, fields=told)


PROCEDURES: dict[str, Procedure] = {
    "subscribe": subscriptions.subscribe,
    "unSubscribe": subscriptions.unsubscribe,
    "query": subscriptions.query,
    "orderTone": tones.order_tone,
    "renewTone": renewals.renew_tone,
    "delInboxTone": tones.delete_tone,
    "queryInboxTone": tones.query_library,
    "presentTone": gifts.present,
    "presentToneAffirm": gifts.affirm,
    "queryTone": tones.query_tone,
    "activateAndPause": subscriptions.play_or_pause,
    "setTone": settings.set_tone,
    "delSetting": settings.clear,
    "querySetting": settings.query,
    "queryCopy": copies.query_copy,
    "copyTone": copies.copy_tone,
    "queryTbTone": boxes.query_boxes,
    "searchTone": tones.search,
    "queryTransaction": query_transaction,
}


def perform(connection: Connection, request: Request, world: World, *, remember: bool) -> Reply:
    """Run a procedure; `remember` off is a core that forgets transaction ids."""
    procedure = PROCEDURES[request.operation.name]
    if not (remember and request.operation.changes and request.transaction_id):
        return procedure(connection, request, world)
    fingerprint = _fingerprint(request)
    known = _known(connection, request.account, request.transaction_id)
    if known is not None and not _was_refused(known, request.operation.name):
        return _again(known) if known.fingerprint == fingerprint else Reply("316002")
    reply = procedure(connection, request, world)
    row = {
        "account": request.account,
        "transaction_id": request.transaction_id,
        "fingerprint": fingerprint,
        "event": request.operation.event_class,
        "code": reply.code,
        "info": reply.info,
        "operation_id": request.operation_id,
        "amount": reply.amount,
        "giver": reply.giver,
        "tone": reply.tone,
        "until": reply.until,
    }
    connection.execute(_REMEMBER if known is None else _REMEMBER_ANEW.where(*_is(known)), row)
    return reply


def _was_refused(known: Row[Any], operation: str) -> bool:
    return ResultCodes.shipped().meaning(known.code, operation).outcome in (CodeOutcome.REFUSED, CodeOutcome.MISTAKE)


def _is(known: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    return _transactions.c.account == known.account, _transactions.c.transaction_id == known.transaction_id


def _known(connection: Connection, account: str, transaction_id: str) -> Row[Any] | None:
    return connection.execute(_KNOWN, {"a": account, "t": transaction_id}).first()


def _again(known: Row[Any]) -> Reply:
    return Reply(
        known.code,
        info=known.info,
        amount=known.amount,
        giver=known.giver,
        tone=known.tone,
        until=known.until,
        operation_id=known.operation_id,
    )


def _fingerprint(request: Request) -> str:
    own = [
        f"{known.name}={request.fields.get(known.name, '')}"
        for known in request.operation.event_fields
        if not known.name.startswith("portal")
    ]
    return hashlib.sha256("\n".join([request.operation.name, *own]).encode()).hexdigest()
