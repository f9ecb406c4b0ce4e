"""Ports for servers that can't be asked which one the system gave them."""

from __future__ import annotations

import random
import socket

_KEPT: list[socket.socket] = []
"""Until this test process ends: what says to other ones that a port is spoken for."""


def free_port() -> int:
    """A free port that nobody else is given before our process binds it, however long that takes to start.

    It is below those that the system hands out, and this process keeps the UDP port of the same number: the tests
    that run beside these, here or in another checkout, find it taken.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        claim = socket.socket(type=socket.SOCK_DGRAM)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                claim.bind(("127.0.0.1", port))
                probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
                continue
        _KEPT.append(claim)
        return port
    raise AssertionError("of a hundred ports none is free")
