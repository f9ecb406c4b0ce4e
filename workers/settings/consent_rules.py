"""The table of how a yes is asked for, as the settings make it."""

from __future__ import annotations

from workers.dialogue.consent_rules import Rule, Rules, Way
from workers.settings.consent import ConsentSettings


def consent_rules(consent: ConsentSettings) -> Rules:
    """The table that the settings make."""
    rows = (Rule(Way(rule.way), rule.action, rule.channel, rule.brand) for rule in consent.rules)
    return Rules(tuple(rows), {action: Way(way) for action, way in consent.ways.items()})
