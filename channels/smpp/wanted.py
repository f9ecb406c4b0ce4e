"""What is wanted of the binds of a process, by the settings and by operations, held against what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from channels.smpp.state import BindState
from channels.smpp.switchboard import SETTINGS, Switch
from workers.settings import BindSettings


@dataclass(frozen=True, slots=True)
class Todo:
    """What is to be begun: binds to drain, by name, and binds to start."""

    stop: tuple[str, ...] = ()
    start: tuple[BindSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wishes as they stand."""

    binds: tuple[BindSettings, ...]
    switches: Mapping[str, Switch] = field(default_factory=dict)
    settings_error: str = ""
    """Why settings that were read anew are not used; empty where they are."""

    def off(self, name: str) -> Switch | None:
        """The switch that has the bind off; None where it is on."""
        switch = self.switches.get(name)
        return switch if switch and not switch.on else None

    def todo(self, running: Mapping[str, tuple[BindSettings, bool]]) -> Todo:
        """The difference to what runs; `running` has each bind's settings and whether it drains.

        A bind with other settings drains first and is started with the new ones once it has ended: many SMSCs allow
        an account one session.
        """
        on = {one.name: one for one in self.binds if not self.off(one.name)}
        return Todo(
            tuple(name for name, (settings, drains) in running.items() if on.get(name) != settings and not drains),
            tuple(settings for name, settings in on.items() if name not in running),
        )

    def told(self, state: BindState, running: tuple[BindSettings, bool] | None) -> BindState:
        """The state, with what was wanted of the bind and how far it has come up to that."""
        todo = self.todo({} if running is None else {state.name: running})
        drains = running is not None and running[1]
        behind = drains or state.name in (*todo.stop, *(one.name for one in todo.start))
        off, switch, reread = self.off(state.name), self.switches.get(state.name), self.switches.get(SETTINGS)
        return replace(
            state,
            switched_by=off.author if off else "",
            switched_why=off.reason if off else "",
            switched_at=off.at if off else None,
            switch=switch.generation - behind if switch else 0,
            settings=reread.generation - behind if reread else 0,
            settings_error=self.settings_error,
        )


def where(settings: BindSettings) -> str:
    """The SMSC's HOST:PORT, or ours where it calls us."""
    return settings.outbind_listen or f"{settings.host}:{settings.port}"
