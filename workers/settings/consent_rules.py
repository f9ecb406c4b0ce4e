"""The table of how a yes is asked for as the settings make it, and what is wrong with these."""

from __future__ import annotations

from collections.abc import Iterator

from workers.dialogue.consent_rules import Rule, Rules, Way
from workers.settings.consent import ConsentSettings
from workers.settings.lines import Key

_GATEWAY_AT_MOST_S = 20.0


def consent_rules(consent: ConsentSettings) -> Rules:
    """The table that the settings make."""
    rows = (Rule(Way(rule.way), rule.action, rule.channel, rule.brand) for rule in consent.rules)
    return Rules(tuple(rows), {action: Way(way) for action, way in _own_ways(consent).items()})


def _own_ways(consent: ConsentSettings) -> dict[str, str]:
    return {
        "open": consent.open,
        "order": consent.order,
        "join": consent.join,
        "gift": consent.gift,
        "copy": consent.copy_,
    }


def consent_problems(consent: ConsentSettings) -> Iterator[tuple[Key, str]]:
    """What must stop the start."""
    rules = consent_rules(consent).rows
    for index, rule in enumerate(rules):
        before = next((no for no, other in enumerate(rules[:index]) if other.covers(rule)), None)
        if before is not None:
            what = f"never counts: rule number {before + 1} fits all that it fits; put the narrower one first"
            yield ("consent", "rules", index, "way"), what
    ways: list[tuple[Key, str]] = [(("consent", name), way) for name, way in _own_ways(consent).items()]
    ways += [(("consent", "rules", index, "way"), rule.way) for index, rule in enumerate(rules)]
    outside = [key for key, way in ways if way == "external"]
    if outside and not consent.gateway.url:
        yield outside[0], '= "external" needs [consent.gateway] url: where the gateway listens'
    if outside and consent.gateway.url and not consent.gateway.secret:
        yield ("consent", "gateway"), "needs secret: without it anybody could say yes for a subscriber"
    if consent.gateway.wait_s > _GATEWAY_AT_MOST_S:
        what = f"= {consent.gateway.wait_s:g} must be at most {_GATEWAY_AT_MOST_S:g}: a message waits for it in work"
        yield ("consent", "gateway", "wait_s"), what
