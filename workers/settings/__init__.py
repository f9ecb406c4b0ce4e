"""Every setting: where it is read, checked and explained.

`load(path, environ)` gives the one frozen `Settings` that every process of a host shares, or raises
`SettingsError` with all that is wrong at once, each with its place and its cure.
Others import only from here.  `python -m workers.settings` writes the reference page `docs/settings.md`.
"""

from workers.settings.binds import BindSettings
from workers.settings.loading import DEFAULT_FILE, SettingsError, load
from workers.settings.models import (
    ConsentSettings,
    ConsoleSettings,
    CoreSettings,
    DialogueSettings,
    GatewaySettings,
    JournalSettings,
    RedisSettings,
    SandboxSettings,
    Settings,
    SmppSettings,
    UssdSettings,
    WorkerSettings,
)

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
    "SandboxSettings",
    "Settings",
    "SettingsError",
    "SmppSettings",
    "UssdSettings",
    "WorkerSettings",
    "load",
]
