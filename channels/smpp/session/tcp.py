"""The TCP connection to an SMSC, with TLS where the bind says so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from channels.smpp.session.terms import Connect
from workers.settings import BindSettings

CONNECT_S = 10.0


def tcp(settings: BindSettings) -> Connect:
    """Connects to the bind's host and port; with TLS the certificate must be one the system trusts."""

    async def connect(protocol: Callable[[], asyncio.Protocol]) -> object:
        tls = ssl.create_default_context() if settings.tls else None
        async with asyncio.timeout(CONNECT_S):
            loop = asyncio.get_running_loop()
            return await loop.create_connection(protocol, settings.host, settings.port, ssl=tls)

    return connect
