"""A ringtone core that answers SOAP at once from memory, and keeps a ledger of every change it was asked for.

Raw asyncio, answers built once from the contract's tables: its share of the processor must not be what is measured.
Each change call is an effect of its own, also under a transaction id that was seen before, so that a double can't
hide; queryTransaction tells the truth.
GET /ledger returns the counts as JSON; GET /reset begins a new ledger.

    python benchmarks/core_stub.py --listen 127.0.0.1:8082
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
from collections import Counter

from core_client.contract import operations
from core_client.envelope import write_answer

PRICE = 200
"""Minor units; what every tone costs."""

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_ACTION = re.compile(rb"soapaction: *\"?[^\"\r\n]*#([A-Za-z]+)", re.IGNORECASE)
_TRANSACTION = re.compile(rb"<transactionID>([^<]*)<")
_NUMBER = re.compile(rb"<roleCode>([^<]*)<")
_TONE = re.compile(rb"<resourceCode>([^<]*)<")

_HTTP = b"HTTP/1.1 %d OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
# Stand-ins that can't occur in an answer, as long as what replaces them needn't be.
_HERE_TRANSACTION, _HERE_CODE = b"TRANSACTION-HERE", b"CODE-HERE"


def _answer(operation: str, **overrides: str) -> bytes:
    # A client checks that an answer names the transaction it asked for, and none where it named none.
    changes = operations()[operation].changes or operation == "queryTransaction"
    fields = {
        "returnCode": "000000",
        "resultCode": "000000",
        "operationID": "1",
        **({"transactionID": _HERE_TRANSACTION.decode()} if changes else {}),
        "amountCharged": str(PRICE),
        "status": "2",
        "tradeMark": "bench",
        "monthlyFee": "500",
        "recordSum": "0",
        "transactionState": "unseen",
    }
    tone = {
        "resourceCode": _HERE_CODE.decode(),
        "toneName": "Song of the Northern Steppe",
        "singerName": "Wulan Qiqige",
        "price": str(PRICE),
        "validityDays": "30",
        "expired": "false",
    }
    rows = {"toneInfos": [tone]} if operation == "queryTone" else None
    if operation == "queryTransaction":
        fields.pop("amountCharged")
    return write_answer(operations()[operation], fields | overrides, rows)


DONE_BEFORE = {
    "transactionState": "result",
    "transactionEvent": "OrderToneEvt",
    "transactionResultCode": "000000",
    "amountCharged": str(PRICE),
}
ANSWERS = {name.encode(): _answer(name) for name in operations()}
PAST = _answer("queryTransaction", **DONE_BEFORE)
CHANGES = {name.encode() for name, operation in operations().items() if operation.changes}


class Ledger:
    """What was asked for."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.effects: Counter[tuple[bytes, bytes, bytes]] = Counter()
        """Number, operation and tone → times."""
        self.transactions: Counter[bytes] = Counter()

    def summary(self) -> dict[str, object]:
        """Counts for the bench."""
        orders = [times for (_, operation, _), times in self.effects.items() if operation == b"orderTone"]
        return {
            "calls": dict(self.calls),
            "orders": sum(orders),
            "numbers_with_orders": len(orders),
            "double_orders": sum(times - 1 for times in orders),
            "repeated_transactions": sum(times - 1 for times in self.transactions.values()),
        }


class CoreStub(asyncio.Protocol):
    """One HTTP connection, kept alive."""

    ledger = Ledger()

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._transport.write(self._reply(head, body))

    def _reply(self, head: bytes, body: bytes) -> bytes:
        if head.startswith(b"GET "):
            if head.startswith(b"GET /reset"):
                CoreStub.ledger = Ledger()
            text = json.dumps(self.ledger.summary()).encode()
            return _HTTP % (200, b"application/json", len(text)) + text
        found = _ACTION.search(head)
        operation = found[1] if found else b""
        answer = ANSWERS.get(operation)
        self.ledger.calls[operation.decode()] += 1
        if answer is None:
            return _HTTP % (500, b"text/plain", 0)
        transaction, tone = _one(_TRANSACTION, body), _one(_TONE, body)
        if operation == b"queryTransaction" and transaction in self.ledger.transactions:
            answer = PAST
        if operation in CHANGES:
            self.ledger.effects[_one(_NUMBER, body), operation, tone] += 1
            self.ledger.transactions[transaction] += 1
        answer = answer.replace(_HERE_TRANSACTION, transaction).replace(_HERE_CODE, tone)
        return _HTTP % (200, b"text/xml; charset=utf-8", len(answer)) + answer


def _one(pattern: re.Pattern[bytes], body: bytes) -> bytes:
    found = pattern.search(body)
    return found[1] if found else b""


async def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; prints the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(CoreStub, host, port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    host, _, port = parser.parse_args().listen.rpartition(":")
    asyncio.run(serve(host, int(port)))


if __name__ == "__main__":
    main()
