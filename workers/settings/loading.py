"""One TOML file and the environment over it become `Settings`, or one error that says all that is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workers.settings.checks import problems_in, warnings_in
from workers.settings.environment import UnfitError, lay_over, variables
from workers.settings.lines import Key, lines_of
from workers.settings.models import Settings
from workers.settings.paths import absolute
from workers.settings.schema import field_at, is_list, is_secret, spelled, table_of
from workers.settings.wording import said

DEFAULT_FILE = Path("tonegate.toml")
FILE_PREFIX = "file:"


class SettingsError(Exception):
    """The settings can't be used; `problems` has a line for each reason, with its place and its cure."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Sources:
    """Where each value came from, for the errors."""

    def __init__(self, file: Path | None, lines: dict[Key, int]) -> None:
        self._file = file
        self._lines = lines
        self._variables: dict[Key, str] = {}

    def came_from(self, path: Key, variable: str) -> None:
        self._variables[path] = variable

    def is_variable(self, path: Key) -> bool:
        return any(path[:length] in self._variables for length in range(1, len(path) + 1))

    def place(self, path: Key) -> str:
        """`tonegate.toml:12`, or the variable; for what is missing, the table it is missing from."""
        for length in range(len(path), 0, -1):
            if variable := self._variables.get(path[:length]):
                return f"environment variable {variable}"
            if line := self._lines.get(path[:length]):
                return f"{self._file}:{line}"
        return str(self._file or "settings")


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of this host.

    Without `path` it is `tonegate.toml` in the working folder, and the defaults where there is none.  Raises
    `SettingsError`.  Relative paths in the result are absolute, counted from the file; `settings.warnings`
    says what is in it that works but shouldn't stay.
    """
    file = path or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    text = _read(file) if file else ""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{file}: not valid TOML: {error}"]) from None
    sources = _Sources(file, lines_of(text))
    folder = (file.parent if file else Path()).resolve()
    problems: list[str] = []
    for variable in variables(environ, Settings):
        try:
            sources.came_from(lay_over(data, variable, environ[variable], Settings), variable)
        except UnfitError as error:
            problems.append(f"environment variable {error}")
    warnings = []
    for holder, name, at in list(_secrets(data)):
        try:
            holder[name], plain = _revealed(holder[name], folder)
        except OSError as error:
            problems.append(
                f"{sources.place(at)}: {spelled(at)}: can't read the secret's file: {error.strerror}: {error.filename}"
            )
            continue
        if plain and not sources.is_variable(at):
            warnings.append(
                f"{sources.place(at)}: {spelled(at)} stands in the file as plain text; write it as"
                " 'file:PATH' or set it in the environment"
            )
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        problems += [f"{sources.place(tuple(one['loc']))}: {said(one, Settings)}" for one in error.errors()]
        raise SettingsError(problems) from None
    problems += [f"{sources.place(at)}: {spelled(at)} {what}" for at, what in problems_in(settings)]
    if problems:
        raise SettingsError(problems)
    warnings += [f"{sources.place(at)}: {spelled(at)} {what}" for at, what in warnings_in(settings)]
    origins = {at: sources.place(at) for at in _given(data)}
    return absolute(settings, file, folder, tuple(warnings), origins)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError([f"{file}: can't read the settings: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{file}: can't read the settings: not UTF-8"]) from None


def _given(value: Any, path: Key = ()) -> Iterator[Key]:
    """The path of each value that was given, lists of values as one."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        at = (*path, name)
        field = field_at(Settings, at)
        if field and table_of(field) and isinstance(inner, dict | list):
            yield from _given(inner, at)
        else:
            yield at


def _secrets(value: Any, path: Key = ()) -> Iterator[tuple[Any, Any, Key]]:
    """Each text that is a secret: what holds it, under which name, and its path."""
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        at = (*path, name)
        field = field_at(Settings, at)
        if field and is_secret(field) and isinstance(inner, str):
            yield value, name, at
        elif field and (table_of(field) or is_list(field)):
            yield from _secrets(inner, at)


def _revealed(value: str, folder: Path) -> tuple[str, bool]:
    """The secret, and whether it stood there plain; nothing, or a URL without a password, is no secret."""
    if value.startswith(FILE_PREFIX):
        return (folder / value.removeprefix(FILE_PREFIX)).read_text(encoding="utf-8").strip("\r\n"), False
    _, separator, rest = value.partition("://")
    if separator:
        user, at, _ = rest.rpartition("@")
        return value, bool(at) and ":" in user
    return value, bool(value) and value != "embedded"
