"""What is wrong with the settings of how a yes is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from workers.settings.consent import ConsentSettings
from workers.settings.lines import Key

_GATEWAY_AT_MOST_S = 20.0


def consent_problems(consent: ConsentSettings) -> Iterator[tuple[Key, str]]:
    """What must stop the start."""
    for index, rule in enumerate(consent.rules):
        before = next((no for no, other in enumerate(consent.rules[:index]) if other.covers(rule)), None)
        if before is not None:
            what = f"never counts: rule number {before + 1} fits all that it fits; put the narrower one first"
            yield ("consent", "rules", index, "way"), what
    ways: list[tuple[Key, str]] = [(("consent", name), way) for name, way in consent.ways.items()]
    ways += [(("consent", "rules", index, "way"), rule.way) for index, rule in enumerate(consent.rules)]
    outside = [key for key, way in ways if way == "external"]
    if outside and not consent.gateway.url:
        yield outside[0], '= "external" needs [consent.gateway] url: where the gateway listens'
    if outside and consent.gateway.url and not consent.gateway.secret:
        yield ("consent", "gateway"), "needs secret: without it anybody could say yes for a subscriber"
    if consent.gateway.wait_s > _GATEWAY_AT_MOST_S:
        what = f"= {consent.gateway.wait_s:g} must be at most {_GATEWAY_AT_MOST_S:g}: a message waits for it in work"
        yield ("consent", "gateway", "wait_s"), what
