"""All that can be said against the files of words, for `tonegate check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workers.dialogue.club import read_club
from workers.dialogue.grammar import Grammar
from workers.dialogue.offers.files import read_offers
from workers.dialogue.offers.promoted import read_promoted
from workers.dialogue.renewal_prices import read_lower_prices
from workers.dialogue.sources import Finding, TemplatesError
from workers.dialogue.wording import Wording


def check_templates(folder: Path, languages: Sequence[str], default_language: str) -> list[Finding]:
    """Every finding about these languages' words, offers, promoted tones and club, by file and line; empty is good."""
    findings: list[Finding] = []
    try:
        Grammar.load(folder, languages)
    except TemplatesError as error:
        findings += error.findings
    try:
        findings += Wording.load(folder, languages, default_language).check()
    except TemplatesError as error:
        findings += error.findings
    read_offers(folder, findings)
    read_promoted(folder, findings)
    read_club(folder, findings)
    read_lower_prices(folder, findings)
    return sorted(findings)
