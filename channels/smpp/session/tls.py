"""TLS with an SMSC: the contexts by a bind's settings, and what goes wrong said in a sentence.

OpenSSL's errors name neither the file nor the setting; those who read these have both in their hands.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

from workers.settings import BindSettings


class TlsError(OSError):
    """TLS can't be had; the message says which file or certificate, and what to do."""


def client_context(settings: BindSettings) -> ssl.SSLContext:
    """To call an SMSC: its certificate and name are checked, ours is shown where there is one.  Raises TlsError."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_ca is not None:  # then nobody else is trusted
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _trust(context, settings.tls_ca)
    _show_ours(context, settings)
    return context


def server_context(settings: BindSettings) -> ssl.SSLContext:
    """To be called by an SMSC that says outbind: ours is shown, the SMSC must have one where `tls_ca` is set."""
    if settings.tls_certificate is None:
        raise TlsError("tls and outbind_listen: the SMSC calls us, so set tls_certificate and tls_key")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_ca is not None:
        _trust(context, settings.tls_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    _show_ours(context, settings)
    return context


def _trust(context: ssl.SSLContext, ca: Path) -> None:
    _readable("tls_ca", ca)
    try:
        context.load_verify_locations(cafile=ca)
    except ssl.SSLError as error:
        raise TlsError(f"tls_ca: {ca} holds no certificate in PEM form") from error


def _show_ours(context: ssl.SSLContext, settings: BindSettings) -> None:
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None:
        if key is not None:
            raise TlsError("tls_key is set without tls_certificate: set both or none")
        return
    _readable("tls_certificate", certificate)
    if key is not None:
        _readable("tls_key", key)
    source = key or certificate

    def password() -> str:  # else OpenSSL would ask at the terminal, and wait
        raise TlsError(
            f"the key in {source} is protected by a password: `openssl pkey -in {source}` writes a plain one"
        )

    try:
        context.load_cert_chain(certificate, key, password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsError(f"the key in {source} is not that of the certificate in {certificate}") from error
        raise TlsError(f"{certificate} holds no certificate, or {source} no key, in PEM form") from error


def _readable(setting: str, path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise TlsError(f"{setting}: {path} can't be read: {error.strerror}") from error


# what went wrong

_UNTRUSTED = "the SMSC's certificate is signed by nobody we trust: name its CA in tls_ca"
_UNVERIFIED: Mapping[int, str] = {
    9: "the SMSC's certificate is not valid yet: is a clock wrong?",
    10: "the SMSC's certificate has expired: the operator must renew it",
    18: _UNTRUSTED,
    19: _UNTRUSTED,
    20: _UNTRUSTED,
    21: _UNTRUSTED,
}
"""By OpenSSL's verify codes (X509_V_ERR_…)."""
_WRONG_NAME = frozenset({62, 64})

_REASONS: Mapping[str, str] = {
    "WRONG_VERSION_NUMBER": "what answers there does not speak TLS: is it the port, or should tls be off?",
    "UNSUPPORTED_PROTOCOL": "the SMSC speaks no TLS of version 1.2 or later",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the SMSC speaks no TLS of version 1.2 or later",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "the SMSC refused the handshake: it may want a certificate of ours (tls_certificate),"
        " or speak no TLS of version 1.2 or later"
    ),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the SMSC wants a certificate of ours: set tls_certificate and tls_key",
    "TLSV1_ALERT_UNKNOWN_CA": "the SMSC does not trust who signed tls_certificate: the operator must add our CA",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the SMSC does not take the certificate in tls_certificate",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": "the SMSC does not take the kind of certificate in tls_certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the SMSC says that the certificate in tls_certificate has expired: renew it",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "the SMSC says that the certificate in tls_certificate is revoked: replace it",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "the SMSC does not know the certificate in tls_certificate",
}
"""By OpenSSL's reason; an alert is the peer's word, which under TLS 1.3 comes after the handshake."""


def reason(error: BaseException, name: str = "") -> str:
    """What a TLS error means, by `name` of the SMSC where its certificate is in question; else the error's own text."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _WRONG_NAME:
            return f"the SMSC's certificate is not for {name}: set host or tls_server_name to a name in it"
        return _UNVERIFIED.get(error.verify_code, f"the SMSC's certificate is refused: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return _REASONS.get(error.reason or "", f"TLS failed: {error.reason or error}")
    return str(error)
