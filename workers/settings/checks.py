"""What one value alone can't show: settings that contradict each other, and what isn't spoken yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias
from zoneinfo import ZoneInfo

from workers.settings.bind_checks import bind_problems
from workers.settings.consent_checks import consent_problems
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
    yield from consent_problems(settings.consent)
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
        for key, what in bind_problems(bind, binds):
            yield ("smpp", "binds", index, key), what


def _limits_problems(limits: LimitsSettings) -> Iterator[Finding]:
    try:
        ZoneInfo(limits.time_zone)
    except (LookupError, ValueError, OSError):  # no such name, no name at all, a folder of zones
        what = f'= "{limits.time_zone}" is no time zone: take a name such as "Asia/Shanghai" or "UTC"'
        yield ("limits", "time_zone"), what
    start, _, end = limits.quiet_hours.partition("-")
    if limits.quiet_hours and start == end:
        yield ("limits", "quiet_hours"), f'= "{limits.quiet_hours}" ends where it begins: leave it empty for none'


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
