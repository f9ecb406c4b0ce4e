"""All settings together, one table of the file to a field; each table has a default, a unit and a reason for every key.

The reference page `docs/settings.md` is made from these tables.  A key that is in none of them stops the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import PrivateAttr

from workers.settings.consent import ConsentSettings
from workers.settings.core import CoreSettings
from workers.settings.dialogue import DialogueSettings, GiftSettings, LimitsSettings, RenewalSettings
from workers.settings.hosting import JournalSettings, RedisSettings, RetentionSettings, SandboxSettings, WorkerSettings
from workers.settings.lines import Key
from workers.settings.smpp import SmppSettings
from workers.settings.table import Table
from workers.settings.ussd import UssdSettings
from workers.settings.watching import ConsoleSettings, MetricsSettings


class Settings(Table):
    """All of it, one table of the file to a field."""

    journal: JournalSettings = JournalSettings()
    redis: RedisSettings = RedisSettings()
    smpp: SmppSettings = SmppSettings()
    ussd: UssdSettings = UssdSettings()
    core: CoreSettings = CoreSettings()
    consent: ConsentSettings = ConsentSettings()
    limits: LimitsSettings = LimitsSettings()
    gifts: GiftSettings = GiftSettings()
    renewals: RenewalSettings = RenewalSettings()
    dialogue: DialogueSettings = DialogueSettings()
    worker: WorkerSettings = WorkerSettings()
    sandbox: SandboxSettings = SandboxSettings()
    console: ConsoleSettings = ConsoleSettings()
    metrics: MetricsSettings = MetricsSettings()
    retention: RetentionSettings = RetentionSettings()

    _file: Path | None = PrivateAttr(None)
    _folder: Path = PrivateAttr(default_factory=Path.cwd)
    _warnings: tuple[str, ...] = PrivateAttr(())
    _origins: Mapping[Key, str] = PrivateAttr(default_factory=dict)

    @property
    def file(self) -> Path | None:
        """The file they were read from; None where there was none."""
        return self._file

    @property
    def folder(self) -> Path:
        """Where relative paths count from."""
        return self._folder

    def origin(self, path: Key) -> str:
        """Where a value comes from: `tonegate.toml:12`, `environment variable …` or `default`."""
        return self._origins.get(path, "default")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What doesn't stop the start but ought to be known: one sentence each, no secrets."""
        return self._warnings
