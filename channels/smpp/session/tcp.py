"""The TCP connection to an SMSC, with TLS where the bind says so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from channels.smpp.session.terms import Connect
from channels.smpp.session.tls import TlsError, client_context, reason
from workers.settings import BindSettings

CONNECT_S = 10.0


def tcp(settings: BindSettings) -> Connect:
    """Connects to the bind's host and port; with TLS, the certificate must be trusted and bear the host's name.

    The certificates are read at each connection, so that renewed ones need no restart.
    """
    host, port = settings.host, settings.port

    async def connect(protocol: Callable[[], asyncio.Protocol]) -> object:
        tls = client_context(settings) if settings.tls else None
        name = (settings.tls_server_name or host) if tls else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_S):
                return await loop.create_connection(protocol, host, port, ssl=tls, server_hostname=name)
        except ssl.SSLError as error:
            raise TlsError(f"TLS with {host}:{port}: {reason(error, name or host)}") from error
        except TimeoutError as error:
            raise TimeoutError(f"no connection with {host}:{port} within {CONNECT_S:.0f} s") from error

    return connect
