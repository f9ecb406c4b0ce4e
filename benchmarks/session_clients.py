"""The clients that the session bench compares: ours, smpplib's, and a bare socket that shows what the SMSC can do.

Each runs one load from bind to unbind over a connection of its own, and returns the processor time it used, in
seconds.  Raises Wrong where not every message came or was answered.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import smpplib.client
import uvloop
from load_pdus import DELIVER_SM, HEADER, RESPONSE, SHORT_CODE, TONE_CODE, UNBIND
from session_peer import BIND_RESP_BODY, deliver_sm, submit_sm_resp

from channels.smpp import Pdu, encode
from channels.smpp.clock import SystemClock
from channels.smpp.session.session import Session
from channels.smpp.session.terms import Connect, Terms

SUBMIT: dict[str, int | str | bytes] = {
    "source_addr": SHORT_CODE.decode(),
    "dest_addr_ton": 1,
    "dest_addr_npi": 1,
    "destination_addr": "8613800000001",
    "registered_delivery": 1,
    "short_message": b"Tone 600902000001 is yours for 30 days. It cost 2.00. To drop it text DEL 600902000001",
}
"""An answer, as a subscriber gets it."""


_BIND_RESP_OCTETS = 16 + len(BIND_RESP_BODY)


class Wrong(AssertionError):
    """A client did not do what was measured."""


@dataclass(frozen=True, slots=True)
class Load:
    """`way`: deliver_sm or submit_sm."""

    way: str
    messages: int
    window: int


Client = Callable[[Load, int], float]
"""Runs a load against the SMSC at that port of this machine."""


def tonegate(load: Load, port: int) -> float:
    """Our session on the event loop it has in production; `window` senders, each of which waits for its answer."""
    gc.collect()
    used = time.process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_tonegate(load, port))
    return time.process_time() - used


async def _tonegate(load: Load, port: int) -> None:
    taken: list[object] = []
    all_taken, ids = asyncio.Event(), set()
    left = iter(range(load.messages))

    async def take(pdu: Pdu) -> int:
        taken.append(pdu.fields["short_message"])
        if len(taken) == load.messages:
            all_taken.set()
        return 0

    async def send() -> None:
        for _ in left:
            ids.add((await session.submit(SUBMIT)).text("message_id"))

    session = Session(Terms("bench", window=load.window), SystemClock())
    await session.open(_to(port))
    await session.bind("bench", "bench", "", take)
    if load.way == "deliver_sm":
        await all_taken.wait()
    else:
        await asyncio.gather(*(send() for _ in range(load.window)))
    await session.unbind()
    _check(load, taken, ids)


def _to(port: int) -> Connect:
    async def connect(protocol: Callable[[], asyncio.Protocol]) -> object:
        return await asyncio.get_running_loop().create_connection(protocol, "127.0.0.1", port)

    return connect


def smpplib_client(load: Load, port: int) -> float:
    """smpplib's client as it is used: `send_message`, then read the answer; its `listen` is `read_once` in a loop.

    With a window it sends so many before it reads as many answers, which no method of its own does.
    """
    gc.collect()
    used = time.process_time()
    taken: list[object] = []
    ids: set[object] = set()
    logger = logging.getLogger("bench.smpplib")
    logger.setLevel(logging.ERROR)
    client = smpplib.client.Client("127.0.0.1", port, logger_name=logger.name, allow_unknown_opt_params=True)
    client.set_message_received_handler(lambda pdu: taken.append(pdu.short_message))
    client.set_message_sent_handler(lambda pdu: ids.add(pdu.message_id))
    client.connect()
    client.bind_transceiver(system_id="bench", password="bench")
    if load.way == "deliver_sm":
        for _ in range(load.messages):
            client.read_once()
    else:
        for begin in range(0, load.messages, load.window):
            burst = range(min(load.window, load.messages - begin))
            for _ in burst:
                client.send_message(**SUBMIT)
            for _ in burst:
                client.read_once()
    client.unbind()
    client.disconnect()
    _check(load, taken, ids)
    return time.process_time() - used


def bare(load: Load, port: int) -> float:
    """Nothing but a socket and octets built beforehand: a client can't be quicker against this SMSC."""
    gc.collect()
    if load.way == "deliver_sm":
        size, ahead = len(deliver_sm(1)), 0
        answers = (HEADER.pack(17, DELIVER_SM | RESPONSE, 0, n + 1) + b"\0" for n in range(load.messages))
    else:
        size, ahead = len(submit_sm_resp(1)), min(load.window, load.messages)
        frame = encode(Pdu("submit_sm", 0, fields=SUBMIT))
        answers = (frame[:12] + (n + 2).to_bytes(4, "big") + frame[16:] for n in range(load.messages))
    out = list(answers)
    step, whole = len(out[0]), memoryview(b"".join(out))
    used = time.process_time()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(encode(Pdu("bind_transceiver", 1, fields={"system_id": "bench", "password": "bench"})))
        connection.recv(_BIND_RESP_OCTETS, socket.MSG_WAITALL)
        connection.sendall(whole[: ahead * step])
        octets, sent = 0, ahead
        while octets < size * load.messages:
            octets += len(connection.recv(1 << 18))
            due = min(load.messages, octets // size + ahead)
            connection.sendall(whole[sent * step : due * step])
            sent = due
        connection.sendall(HEADER.pack(16, UNBIND, 0, 0x7FFFFFFF))
        if HEADER.unpack(connection.recv(16))[1] != UNBIND | RESPONSE:
            raise Wrong("the SMSC did not answer the unbind")
    return time.process_time() - used


def _check(load: Load, taken: list[object], ids: set[object]) -> None:
    came = len(taken) if load.way == "deliver_sm" else len(ids)
    if came != load.messages or any(text != TONE_CODE for text in taken):
        raise Wrong(f"{came} of {load.messages} {load.way}")
