"""What one value alone can't show: settings that contradict each other, and rooms that aren't built yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from workers.dialogue.consent_rules import Rule, Rules, Way
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Hours
from workers.settings.binds import BindSettings
from workers.settings.consent import ConsentSettings
from workers.settings.dialogue import LimitsSettings
from workers.settings.gateways import gateway_problems, gateway_warnings, network_problems
from workers.settings.hosting import RetentionSettings
from workers.settings.lines import Key
from workers.settings.listening import host_and_port, is_loopback
from workers.settings.models import Settings
from workers.settings.text_route import route_problems, route_warnings
from workers.settings.watching import ConsoleSettings

Finding: TypeAlias = tuple[Key, str]
"""The setting, and what is wrong and would be right, to be read after its name."""


_GATEWAY_AT_MOST_S = 20.0


def problems_in(settings: Settings) -> Iterator[Finding]:
    """What must stop the start."""
    core, dialogue = settings.core, settings.dialogue
    if "mode=memory" in settings.journal.url or settings.journal.url.removeprefix("sqlite:///").startswith(":"):
        yield (
            (
                "journal",
                "url",
            ),
            'must be a file, since several processes share it: url = "sqlite:///tonegate.db"',
        )
    yield from _consent_problems(settings.consent)
    yield from _limits_problems(settings.limits)
    yield from gateway_problems(settings.ussd)
    yield from network_problems(("metrics", "allow"), settings.metrics.allow)
    yield from route_problems(settings)
    if core.flavour != "document":
        yield (
            ("core", "flavour"),
            f'= "{core.flavour}": not spoken yet; this version speaks flavour = "document" only',
        )
    if core.settle_s < core.timeout_s:
        yield (
            ("core", "settle_s"),
            (
                f"= {core.settle_s:g} must not be below timeout_s = {core.timeout_s:g}: a call still under"
                " way would be taken for one that never came, and be made twice"
            ),
        )
    if dialogue.default_language not in dialogue.languages:
        yield (
            ("dialogue", "default_language"),
            f'= "{dialogue.default_language}" must be one of languages = {dialogue.languages}',
        )
    for prefix, language in dialogue.prefixes.items():
        if not (prefix.isascii() and prefix.isdigit()):
            yield ("dialogue", "prefixes"), f'has "{prefix}": write the digits a number begins with, such as 86'
        elif language not in dialogue.languages:
            yield ("dialogue", "prefixes"), f'has {prefix} = "{language}", which is none of {dialogue.languages}'
    binds = {bind.name: bind for bind in settings.smpp.binds}
    for name, count in Counter(bind.name for bind in settings.smpp.binds).items():
        if count > 1:
            yield ("smpp", "binds"), f'has {count} binds with name = "{name}"; each needs one of its own'
    yield from _retention_problems(settings.retention)
    yield from _console_problems(settings.console)
    for index, bind in enumerate(settings.smpp.binds):
        for key, what in _bind_problems(bind, binds):
            yield ("smpp", "binds", index, key), what


def _console_problems(console: ConsoleSettings) -> Iterator[Finding]:
    host, _ = host_and_port(console.listen)
    if console.users is None and not is_loopback(host):
        what = f'= "{console.listen}" lets others in, who must log in: set users = "users.json", and add one with'
        yield ("console", "listen"), f"{what} `tonegate users add NAME --role admin`"
    if (console.tls_certificate is None) != (console.tls_key is None):
        missing = "tls_key" if console.tls_key is None else "tls_certificate"
        yield ("console", missing), "is missing: a certificate goes with its key; set both or neither"


def _retention_problems(retention: RetentionSettings) -> Iterator[Finding]:
    if 0 < retention.delete_days < retention.days:
        what = f"= {retention.delete_days} must not be below days = {retention.days}: what is deleted was purged before"
        yield ("retention", "delete_days"), what


def _limits_problems(limits: LimitsSettings) -> Iterator[Finding]:
    if limits.time_zone not in available_timezones():
        what = f'= "{limits.time_zone}" is no time zone: take a name such as "Asia/Shanghai" or "UTC"'
        yield ("limits", "time_zone"), what
    start, _, end = limits.quiet_hours.partition("-")
    if limits.quiet_hours and start == end:
        yield ("limits", "quiet_hours"), f'= "{limits.quiet_hours}" ends where it begins: leave it empty for none'


def number_limits(limits: LimitsSettings) -> NumberLimits:
    """The limits as the dialogue has them."""
    start, _, end = limits.quiet_hours.partition("-")
    return NumberLimits(
        limits.messages_per_minute,
        limits.spending_per_day,
        limits.gifts_per_month,
        ZoneInfo(limits.time_zone),
        Hours(_minutes(start), _minutes(end)) if limits.quiet_hours else None,
    )


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _consent_problems(consent: ConsentSettings) -> Iterator[Finding]:
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


def _own_ways(consent: ConsentSettings) -> dict[str, str]:
    return {
        "open": consent.open,
        "order": consent.order,
        "join": consent.join,
        "gift": consent.gift,
        "copy": consent.copy_,
    }


def consent_rules(consent: ConsentSettings) -> Rules:
    """The table that the settings make."""
    rows = (Rule(Way(rule.way), rule.action, rule.channel, rule.brand) for rule in consent.rules)
    return Rules(tuple(rows), {action: Way(way) for action, way in _own_ways(consent).items()})


def _bind_problems(bind: BindSettings, binds: dict[str, BindSettings]) -> Iterator[tuple[str, str]]:
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


def _dial_problems(bind: BindSettings, binds: dict[str, BindSettings]) -> Iterator[tuple[str, str]]:
    if bind.ussd_dialect and bind.mode != "transceiver":
        yield "ussd_dialect", f'needs mode = "transceiver": a {bind.mode} can\'t both hear a dial and show its screen'
    for name in bind.ussd_push_for:
        if name not in binds:
            yield "ussd_push_for", f'has "{name}", which is no bind; there are: {", ".join(binds)}'


def warnings_in(settings: Settings) -> Iterator[Finding]:
    """What works, but not as the file seems to expect."""
    gateway = settings.consent.gateway.url
    if gateway.startswith("http://") and not gateway.startswith(("http://127.", "http://localhost")):
        yield ("consent", "gateway", "url"), "is not https: numbers go in the clear"
    yield from gateway_warnings(settings.ussd)
    yield from route_warnings(settings)
    if settings.ussd.push and not any(bind.ussd_dialect for bind in settings.smpp.binds):
        yield ("ussd", "push"), "is set, but no bind has a ussd_dialect: questions wait for nothing, then go by text"
    console = settings.console
    https = console.url.startswith("https://") or console.tls_certificate
    if not https and not is_loopback(host_and_port(console.listen)[0]):
        mend = 'set tls_certificate and tls_key, or url = "https://…" where a proxy encrypts'
        yield ("console", "listen"), f"lets others in without encryption, passwords in the clear: {mend}"
    for index, bind in enumerate(settings.smpp.binds):
        at: Key = ("smpp", "binds", index)
        if len(bind.password.get_secret_value()) > 8:
            yield (
                (*at, "password"),
                "has more than the 8 characters that SMPP 3.4 §5.2.2 allows; some SMSCs refuse the bind",
            )
