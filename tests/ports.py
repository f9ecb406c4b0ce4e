"""Ports for servers that can't be asked which one the system gave them."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """A free port, and below those that the system hands out: nobody else may get it before our process binds it."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("of a hundred ports none is free")
