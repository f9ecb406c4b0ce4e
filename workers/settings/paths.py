"""Relative paths count from the settings file, so that a command means the same from any working folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workers.settings.lines import Key
from workers.settings.models import Settings

SQLITE = "sqlite:///"
_BIND_PATHS = ("tls_ca", "tls_certificate", "tls_key", "statuses")


def absolute(
    settings: Settings, file: Path | None, folder: Path, warnings: tuple[str, ...], origins: Mapping[Key, str]
) -> Settings:
    """The same settings with every path whole, and with what the loader knows about them."""

    def whole(path: Path | None) -> Path | None:
        return folder / path.expanduser() if path else None

    found = settings.model_copy(
        update={
            "journal": settings.journal.model_copy(update={"url": _url(settings.journal.url, folder)}),
            "sandbox": settings.sandbox.model_copy(update={"url": _url(settings.sandbox.url, folder)}),
            "smpp": settings.smpp.model_copy(
                update={
                    "pdu_log": whole(settings.smpp.pdu_log),
                    "binds": [
                        bind.model_copy(update={key: whole(getattr(bind, key)) for key in _BIND_PATHS})
                        for bind in settings.smpp.binds
                    ],
                }
            ),
            "core": settings.core.model_copy(update={"codes": whole(settings.core.codes)}),
            "dialogue": settings.dialogue.model_copy(update={"templates": whole(settings.dialogue.templates)}),
            "console": settings.console.model_copy(
                update={key: whole(getattr(settings.console, key)) for key in ("users", "tls_certificate", "tls_key")}
            ),
        }
    )
    found._file, found._folder, found._warnings = file and file.resolve(), folder, warnings
    found._origins = origins
    return found


def _url(url: str, folder: Path) -> str:
    if not url.startswith(SQLITE):
        return url
    file, mark, query = url.removeprefix(SQLITE).partition("?")
    return f"{SQLITE}{folder / file}{mark}{query}"
