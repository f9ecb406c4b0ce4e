"""Every setting: where it is read, checked and explained.

`load(path, environ)` gives the one frozen `Settings` that every process of a host shares, or raises
`SettingsError` with all that is wrong at once, each with its place and its cure.
Others import only from here.  `python -m workers.settings` writes the reference page `docs/settings.md`.
"""

from workers.settings.binds import BindSettings
from workers.settings.consent import ConsentSettings
from workers.settings.core import CoreSettings
from workers.settings.dialogue import DialogueSettings
from workers.settings.hosting import JournalSettings, RedisSettings, RetentionSettings, SandboxSettings, WorkerSettings
from workers.settings.loading import DEFAULT_FILE, SettingsError, load
from workers.settings.models import Settings
from workers.settings.smpp import SmppSettings
from workers.settings.ussd import GatewaySettings, UssdSettings
from workers.settings.watching import ConsoleSettings

__all__ = [
    "DEFAULT_FILE",
    "BindSettings",
    "ConsentSettings",
    "ConsoleSettings",
    "CoreSettings",
    "DialogueSettings",
    "GatewaySettings",
    "JournalSettings",
    "RedisSettings",
    "RetentionSettings",
    "SandboxSettings",
    "Settings",
    "SettingsError",
    "SmppSettings",
    "UssdSettings",
    "WorkerSettings",
    "load",
]
