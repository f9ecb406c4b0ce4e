"""The pages for integrators tell of every setting of a bind, and of none that isn't there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workers.settings import BindSettings

_DOCS = Path(__file__).parents[2] / "docs"
_SMPP, _MY_SMSC = ((_DOCS / name).read_text(encoding="utf-8") for name in ("smpp.md", "my-smsc.md"))


@pytest.mark.parametrize("key", BindSettings.model_fields)
def test_each_setting_of_a_bind_has_its_line(key: str) -> None:
    rows = [line for line in _SMPP.splitlines() if line.startswith("| `")]
    assert any(f"`{key}`" in row.split("|")[1] for row in rows)


@pytest.mark.parametrize("key", sorted(set(re.findall(r"`([a-z_]+) = ", _SMPP + _MY_SMSC)) - {"pdu_log"}))
def test_each_setting_that_is_told_of_exists(key: str) -> None:
    assert key in BindSettings.model_fields
