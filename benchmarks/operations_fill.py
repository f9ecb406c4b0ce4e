"""A journal as it is after months: made by the database itself, so that five million messages take minutes.

Of each thousand messages 29 were refused for want of money, one is dead or unknown; every number has sent ten.  Then a
hundred new ones wait, as on a busy second.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, text

from workers.journal import Database

SPAN_S = 90 * 86_400.0
"""Over which they arrived."""
PER_NUMBER = 10
_AT_ONCE = 250_000
_WAITING = 100

_SERIES = {
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM s WHERE n < {high}) SELECT n FROM s)",
    "postgresql": "(SELECT generate_series(CAST({low} AS bigint), {high}) AS n)",
}
_ID = {"sqlite": "printf('%024x', n)", "postgresql": "lpad(to_hex(n), 24, '0')"}
_POOR = '{"1":{"action":"order","verdict":"refused","reason":"balance","tone_code":"600902000001"}}'
_DONE = '{"1":{"action":"order","verdict":"done","reason":"","tone_code":"600902000001"}}'

_STATE = (
    "CASE WHEN n > {finished} THEN 'received' WHEN n % 1000 < 29 THEN 'refused' WHEN n % 2000 = 999 THEN 'dead'"
    " WHEN n % 2000 = 1999 THEN 'unknown' ELSE 'done' END"
)
_OUTCOME = (
    "CASE WHEN n > {finished} THEN '' WHEN n % 1000 < 29 THEN 'balance' WHEN n % 2000 = 999 THEN 'busy'"
    " WHEN n % 2000 = 1999 THEN 'timeout' ELSE 'done' END"
)
_INBOX = """
INSERT INTO inbox (id, transaction_id, channel, bind, session, number, short_code, text, network_reference, digest,
 queue, state, head, due_at, ack_late, stop_requested, doubtful, attempts, crashes, asks, waiting_for, noticed,
 outcome, results, answers, received_at, claimed_at, finished_at, core_calls)
SELECT n, {id}, 'sms', CASE n % 3 WHEN 0 THEN 'north' ELSE 'south' END, 's', {number}, '10086', 'GET 600902000001', '',
 n * 7919, 'orders', {state}, {yes}, CASE WHEN n > {finished} THEN {at} END, {no}, {no}, {no}, 0, 0, 0, '', {no},
 {outcome}, CASE WHEN n > {finished} THEN '' WHEN n % 1000 < 29 THEN '{poor}' ELSE '{done}' END,
 CASE WHEN n > {finished} THEN 0 ELSE 1 END, {at}, {at}, CASE WHEN n > {finished} THEN NULL ELSE {at} + 1 END,
 '[1732500000.25,"orderTone","000000",42,"01"]'
FROM {series} AS series
"""
_OUTBOX = """
INSERT INTO outbox (id, inbox_id, answer_no, bind, source, destination, text, priority, state, head, resends,
 message_id, message_key, error, created_at, sent_at, receipt_at)
SELECT n, n, 1, 'south', '10086', {number}, 'You have it now.', 1, 'delivered', {yes}, 0, {id}, {id}, '', {at} + 1,
 {at} + 2, {at} + 5
FROM {series} AS series WHERE n <= {finished}
"""


def fill(database: Database, rows: int) -> None:
    """Make that many messages, the last of them just now."""
    dialect = database.engine.dialect.name
    begin, numbers = time.time() - SPAN_S, max(rows // PER_NUMBER, 1)
    values = {
        "id": _ID[dialect],
        "number": f"'86138' || substr('00000000' || CAST(n * 7919 % {numbers} AS TEXT), -8)"
        if dialect == "sqlite"
        else f"'86138' || lpad(CAST(n * 7919 % {numbers} AS TEXT), 8, '0')",
        "at": f"({begin!r} + n * {SPAN_S / rows!r})",
        "yes": "1" if dialect == "sqlite" else "true",
        "no": "0" if dialect == "sqlite" else "false",
        "finished": str(rows - min(_WAITING, rows // 10)),
        "poor": _POOR,
        "done": _DONE,
    }
    values |= {"state": _STATE.format(**values), "outcome": _OUTCOME.format(**values)}
    for low in range(1, rows + 1, _AT_ONCE):
        series = _SERIES[dialect].format(low=low, high=min(low + _AT_ONCE - 1, rows))
        for statement in (_INBOX, _OUTBOX):
            sql = statement.format(series=series, **values).replace(":", "\\:")
            database.write(lambda connection, sql=sql: connection.execute(text(sql)))  # type: ignore[misc]
    database.write(lambda connection: _settle(connection, dialect))
    if dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum would have long ago


def _settle(connection: Connection, dialect: str) -> None:
    if dialect == "postgresql":
        for table in ("inbox", "outbox"):
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def number_of(n: int, rows: int) -> str:
    """The number that sent the n-th message."""
    return f"86138{n * 7919 % max(rows // PER_NUMBER, 1):08d}"
