"""What is wrong with the settings of a bind, by itself or beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workers.settings.binds import BindSettings


def bind_problems(bind: BindSettings, binds: Mapping[str, BindSettings]) -> Iterator[tuple[str, str]]:
    """What must stop the start: the key, and what; `binds` are all, by name."""
    senders = [name for name, other in binds.items() if other.mode != "receiver"]
    if bind.mode == "receiver" and bind.reply_via is None:
        yield (
            "reply_via",
            (
                "is missing: a receiver can't send the answers; name a bind that can, of:"
                f" {', '.join(senders) or 'none'}"
            ),
        )
    if bind.reply_via is not None and bind.reply_via not in senders:
        yield (
            "reply_via",
            f'= "{bind.reply_via}" is no bind that sends; there are: {", ".join(senders) or "none"}',
        )
    for key, names in (("share", bind.share), ("failover", bind.failover)):
        for name in names:
            if name not in senders:
                yield key, f'has "{name}", which is no bind that sends; there are: {", ".join(senders) or "none"}'
    yield from _dial_problems(bind, binds)
    if (bind.tls_certificate is None) != (bind.tls_key is None):
        missing = "tls_key" if bind.tls_key is None else "tls_certificate"
        yield missing, "is missing: a certificate of our own goes with its key; set both or neither"
    for key in ("tls_ca", "tls_certificate", "tls_key", "tls_server_name"):
        if getattr(bind, key) is not None and not bind.tls:
            yield key, "is set without tls = true: the bind would go in the clear"
    if bind.number_format == "national" and bind.country is None:
        yield "number_format", '= "national" needs country, as in country = "CN"'
    if bind.default_alphabet == "latin-1" and "gsm" in bind.alphabets and bind.gsm_data_coding == 0:
        yield (
            "alphabets",
            'has "gsm", but data_coding 0 is Latin-1 here: write ["latin-1", "ucs2"], or gsm_data_coding = 1',
        )


def _dial_problems(bind: BindSettings, binds: Mapping[str, BindSettings]) -> Iterator[tuple[str, str]]:
    if bind.ussd_dialect and bind.mode != "transceiver":
        yield "ussd_dialect", f'needs mode = "transceiver": a {bind.mode} can\'t both hear a dial and show its screen'
    for name in bind.ussd_push_for:
        if name not in binds:
            yield "ussd_push_for", f'has "{name}", which is no bind; there are: {", ".join(binds)}'
