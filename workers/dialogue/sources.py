"""The files of words, read with the line of every entry, so that an operator is told where a mistake is.

Every scalar is taken as it is written: in YAML 1.1 a bare ON, OFF, YES, NO or N is a truth value, and these are
our subscribers' commonest words.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake in a file, with its mending."""

    file: Path
    line: int
    """From 1; 0 where the whole file is meant."""
    what: str
    right: str
    """What would be right."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.right}"


class TemplatesError(ValueError):
    """The words can't be used; `findings` has every mistake, not just the first."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass(frozen=True, slots=True)
class Entry:
    """A YAML value and the line it begins on."""

    value: str | tuple[Entry, ...] | dict[str, Entry]
    line: int

    @property
    def text(self) -> str:
        """The scalar; empty for a list or a table."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> tuple[Entry, ...]:
        """The list's entries; empty for anything else."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def table(self) -> dict[str, Entry]:
        """The table's entries; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}


NOTHING = Entry({}, 0)


def read(path: Path, findings: list[Finding]) -> Entry:
    """Read a file; what is wrong with it is added to `findings`, and what could be read is returned."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        findings.append(Finding(path, 0, f"can't be read ({error.strerror})", "put it there, readable by this account"))
        return NOTHING
    except UnicodeDecodeError as error:
        findings.append(Finding(path, 0, f"byte {error.start} is not UTF-8", "save the file as UTF-8"))
        return NOTHING
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        what = getattr(error, "problem", None) or str(error).replace("\n", " ")
        findings.append(Finding(path, line, f"not YAML: {what}", "mend the line, often a missing quote or a tab"))
        return NOTHING
    if not isinstance(root, yaml.MappingNode):
        findings.append(Finding(path, 1, "is not a table", "write it as `name: value` lines"))
        return NOTHING
    return _entry(root, path, findings)


def _entry(node: yaml.Node, path: Path, findings: list[Finding]) -> Entry:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Entry(tuple(_entry(item, path, findings) for item in node.value), line)
    if isinstance(node, yaml.MappingNode):
        table: dict[str, Entry] = {}
        for key, value in node.value:
            name, key_line = str(key.value), key.start_mark.line + 1
            if name in table:
                findings.append(Finding(path, key_line, f"'{name}' stands on line {table[name].line} too", "keep one"))
            entry = _entry(value, path, findings)
            # A block of text begins on the line after its name; the name is what a reader looks for.
            table[name] = Entry(entry.value, key_line)
        return Entry(table, line)
    return Entry(str(node.value), line)
