"""Whose callbacks are believed: those from an allowed address and, where there is a secret, signed and fresh.

    X-Tonegate-Timestamp   seconds since the epoch
    X-Tonegate-Signature   sha256= and the HMAC-SHA256, as hex, of: time stamp, full stop, rest, body

`rest` is what follows the gateway's path in the URL, `/abc/start` or `?msisdn=…`, and most often nothing: then it is
the consent gateway's scheme.  It is signed too, else a body could be sent again for another session.  A time stamp is
good for five minutes either way; a request that is sent again within them is a repeat, which orders nothing new.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from workers.signing import SIGNATURE, TIMESTAMP, is_fresh, is_signed, is_time

_REMEMBERED = 1024
_TIMESTAMP, _SIGNATURE, _FORWARDED = TIMESTAMP.lower(), SIGNATURE.lower(), "x-forwarded-for"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks of the settings; raises ValueError."""
    return tuple(ipaddress.ip_network(one, strict=False) for one in written)


def caller(peer: str, headers: Mapping[str, str], behind: tuple[Network, ...]) -> Address | None:
    """Who calls: the peer, or, where that is a proxy we stand behind, the last before our proxies; None for nobody.

    Only what our own proxies have written is read, from the right: what stands left of it is the caller's to forge.
    """
    address = _address(peer)
    if not behind:
        return address
    hops = [one.strip() for one in headers.get(_FORWARDED, "").split(",") if one.strip()]
    while address is not None and hops and _among(address, behind):
        address = _address(hops.pop())
    return address


class Trust:
    """One gateway's terms.  `clock`: seconds since the epoch."""

    def __init__(self, allow: Iterable[str], secret: str, *, clock: Callable[[], float]) -> None:
        self._allow = networks(allow)
        self._secret = secret
        self._clock = clock
        self._known: dict[Address, bool] = {}

    @property
    def needs_proof(self) -> bool:
        """Whether an address is not enough."""
        return bool(self._secret)

    def allows(self, address: Address | None) -> bool:
        """Whether a caller of that address may come in."""
        if address is None:
            return False
        known = self._known.get(address)
        if known is None:
            known = _among(address, self._allow)
            if len(self._known) < _REMEMBERED:
                self._known[address] = known
        return known

    def signed(self, headers: Mapping[str, str], rest: bytes, body: bytes) -> bool:
        """Whether that is signed with the secret, and lately."""
        timestamp, given = headers.get(_TIMESTAMP, ""), headers.get(_SIGNATURE, "")
        return (
            is_time(timestamp)
            and is_signed(self._secret, timestamp, given, rest + body)
            and is_fresh(timestamp, self._clock())
        )

    def shown(self, proof: str) -> bool:
        """Whether that is the secret itself, as some gateways send it."""
        return hmac.compare_digest(proof.encode("utf-8", "replace"), self._secret.encode())


@lru_cache(maxsize=_REMEMBERED)
def _address(written: str) -> Address | None:
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _among(address: Address, allowed: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in allowed)
