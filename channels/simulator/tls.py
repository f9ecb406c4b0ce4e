"""TLS as an SMSC offers it: its certificate, and ESMEs' own where it asks for them."""

from __future__ import annotations

import ssl

from channels.simulator.conduct import Conduct


def server_context(conduct: Conduct) -> ssl.SSLContext | None:
    """Return what a listening socket speaks; None = plain TCP.  Raises OSError for a file that can't be used."""
    if conduct.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(conduct.tls_certificate, conduct.tls_key)
    if conduct.tls_client_ca is not None:
        context.load_verify_locations(conduct.tls_client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
