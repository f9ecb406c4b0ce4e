"""An SMSC to measure sessions against: blocking sockets, and every octet that it sends built before the run.

All PDUs of a run are of one length each way, so it counts octets and reads no PDU while the clock runs; what came is
read afterwards, so that nobody is quick by being wrong.  Commands come as JSON lines on stdin, one connection each:

    {"way": "deliver_sm", "messages": 5000, "window": 50}   so many wait for their response at once
    {"way": "submit_sm", "messages": 5000, "window": 50}    the window is the client's to keep

and each is answered by a line with `elapsed_s` between the first and the last message, `cpu_s` that the SMSC itself
used meanwhile, and `fault`, empty where all was in order.

    python benchmarks/session_peer.py
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import sys
import time

from load_pdus import DELIVER_SM, HEADER, RESPONSE, SUBMIT_SM, text_body

_PATIENCE_S = 60.0
_CHUNK = 1 << 18
BIND_RESP_BODY = b"bench\x00"


def submit_sm_resp(sequence: int) -> bytes:
    """The response to a submit_sm: its sequence number is the message's id too."""
    return HEADER.pack(25, SUBMIT_SM | RESPONSE, 0, sequence) + b"%08x\x00" % sequence


def deliver_sm(sequence: int) -> bytes:
    """A text from the subscriber of that number."""
    body = text_body(sequence)
    return HEADER.pack(16 + len(body), DELIVER_SM, 0, sequence) + body


def faults(command: int, octets: bytes, sequences: range) -> str:
    """What is wrong with the PDUs of a run: each number once, in any order, status 0; empty where nothing is."""
    at, seen = 0, []
    while at < len(octets):
        length, got, status, sequence = HEADER.unpack_from(octets, at)
        if (got, status) != (command, 0):
            return f"command 0x{got:08x} with status 0x{status:08x} instead of 0x{command:08x}"
        seen.append(sequence)
        at += length
    return "" if sorted(seen) == list(sequences) else "other messages than those of the run"


class Connection:
    """One client, from its bind to its unbind."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.settimeout(_PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._over = b""

    def run(self, way: str, messages: int, window: int) -> dict[str, object]:
        """Serve one run."""
        length, command, _, first = HEADER.unpack(self._exactly(16))
        self._exactly(length - 16)
        # built here, and not while the clock runs; a client's own requests follow its bind in number
        sequences = range(1, messages + 1) if way == "deliver_sm" else range(first + 1, first + 1 + messages)
        out = [(deliver_sm if way == "deliver_sm" else submit_sm_resp)(sequence) for sequence in sequences]
        answer = HEADER.pack(16 + len(BIND_RESP_BODY), command | RESPONSE, 0, first) + BIND_RESP_BODY
        self._socket.sendall(answer)
        if way == "deliver_sm":
            octets, elapsed_s, cpu_s = self._exchange(out, ahead=min(window, messages))
            fault = faults(DELIVER_SM | RESPONSE, octets, sequences)
        else:
            octets, elapsed_s, cpu_s = self._exchange(out, ahead=0)
            fault = faults(SUBMIT_SM, octets, sequences)
        self._part()
        return {"elapsed_s": elapsed_s, "cpu_s": cpu_s, "fault": fault}

    def _exchange(self, out: list[bytes], ahead: int) -> tuple[bytes, float, float]:
        """For each PDU that comes send the next of `out`, `ahead` of them at once at the beginning.

        What came, the seconds it took, and our own processor time.
        """
        size, whole = len(out[0]), memoryview(b"".join(out))
        came: list[bytes] = []
        if not ahead:
            self._over = self._socket.recv(_CHUNK)
        begun, used = time.perf_counter(), time.process_time()
        self._socket.sendall(whole[: ahead * size])
        octets, sent, length = 0, ahead, 0
        while not length or octets < length * len(out):
            chunk, self._over = self._over or self._socket.recv(_CHUNK), b""
            if not chunk:
                raise ConnectionError("the client hung up in the middle of a run")
            came.append(chunk)
            octets += len(chunk)
            length = length or int.from_bytes(chunk[:4], "big")
            due = min(len(out), octets // length + ahead)
            if due > sent:
                self._socket.sendall(whole[sent * size : due * size])
                sent = due
        elapsed_s, cpu_s = time.perf_counter() - begun, time.process_time() - used
        everything = b"".join(came)
        self._over = everything[length * len(out) :]  # the unbind may have come with the last of them
        return everything[: length * len(out)], elapsed_s, cpu_s

    def _part(self) -> None:
        _, command, _, sequence = HEADER.unpack(self._exactly(16))
        self._socket.sendall(HEADER.pack(16, command | RESPONSE, 0, sequence))

    def _exactly(self, octets: int) -> bytes:
        while len(self._over) < octets:
            chunk = self._socket.recv(_CHUNK)
            if not chunk:
                raise ConnectionError("the client hung up")
            self._over += chunk
        wanted, self._over = self._over[:octets], self._over[octets:]
        return wanted


def main() -> None:
    """Serve until stdin ends or SIGTERM comes; the first line printed is the port."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(json.dumps({"port": listening.getsockname()[1]}), flush=True)
        for line in sys.stdin:
            connection, _ = listening.accept()
            with connection:
                print(json.dumps(Connection(connection).run(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
