"""What is wrong with the USSD door's settings, or dangerous in them."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator

from workers.settings.lines import Key
from workers.settings.ussd import UssdSettings


def gateway_problems(ussd: UssdSettings) -> Iterator[tuple[Key, str]]:
    """What must stop the start."""
    for key in ("name", "path"):
        for value, count in Counter(getattr(gateway, key) for gateway in ussd.gateways).items():
            if count > 1:
                yield ("ussd", "gateways"), f'has {count} gateways with {key} = "{value}"; each needs one of its own'
    yield from network_problems(("ussd", "behind"), ussd.behind)
    for index, gateway in enumerate(ussd.gateways):
        yield from network_problems(("ussd", "gateways", index, "allow"), gateway.allow)
        if not gateway.allow:
            yield ("ussd", "gateways", index, "allow"), 'is empty, so that nobody may call: allow = ["192.0.2.7"]'


def gateway_warnings(ussd: UssdSettings) -> Iterator[tuple[Key, str]]:
    """What works but lets anybody dial in another's name."""
    for index, gateway in enumerate(ussd.gateways):
        everybody = any(ipaddress.ip_network(one, strict=False).prefixlen == 0 for one in gateway.allow)
        if everybody and gateway.secret is None:
            what = "lets anybody call, for any number: name the gateway's addresses, or set secret"
            yield ("ussd", "gateways", index, "allow"), what


def network_problems(at: Key, written: list[str]) -> Iterator[tuple[Key, str]]:
    """What of a list is neither an address nor a network."""
    for one in written:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            yield at, f'has "{one}", which is no address: write it as "192.0.2.7", "192.0.2.0/24" or "2001:db8::/32"'
