"""What a host that has come up says: the command that looks at it must be one that can be typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.ops.ready import front_door

HERE = Path("/srv/tonegate")
VENV = HERE / ".venv"


@pytest.mark.parametrize(
    ("said", "file", "on_path", "prefix"),
    [
        (".venv/bin/tonegate --config demo/tonegate.toml", HERE / "demo" / "tonegate.toml", None, VENV),
        (".venv/bin/tonegate --config demo/tonegate.toml", Path("demo/tonegate.toml"), "/usr/bin/tonegate", VENV),
        (".venv/bin/tonegate", HERE / "tonegate.toml", None, VENV),
        ("tonegate", None, "/opt/tonegate/bin/tonegate", Path("/opt/tonegate")),
        ("tonegate --config /etc/tonegate.toml", Path("/etc/tonegate.toml"), "/usr/bin/tonegate", Path("/usr")),
        ("/opt/tonegate/bin/tonegate", Path("tonegate.toml"), None, Path("/opt/tonegate")),
    ],
)
def test_the_command_is_one_that_can_be_typed(said: str, file: Path | None, on_path: str | None, prefix: Path) -> None:
    assert said == " ".join(front_door(file, on_path, prefix, HERE))
