"""What a command loads: its own room, and nothing heavy that only other commands need.

An operator waits for what a command loads each time, and a host pays for it once for each of its processes.  Here
stand names, no times: one import at the top of a module that everybody loads brings a quarter of a second back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_MIGRATIONS, _BELL, _CORE, _WORDS = {"alembic"}, {"celery", "kombu"}, {"aiohttp", "core_client"}, {"jinja2", "yaml"}
_REDIS, _LOGS, _DIALS, _JOURNAL = {"redis"}, {"structlog"}, {"channels.ussd.menu"}, {"sqlalchemy"}
_SETTINGS, _LOOP = {"workers.settings"}, {"asyncio"}


@pytest.mark.parametrize(
    ("command", "own", "others"),
    [
        ("queues --help", "rich", _SETTINGS | _LOOP | _LOGS | _JOURNAL | _WORDS | _REDIS | _BELL),
        ("queues", "workers.ops.queues", _MIGRATIONS | _LOGS | _WORDS | _CORE | _REDIS | _BELL),
        ("show 1", "workers.ops.look", _MIGRATIONS | _LOGS | _WORDS | _CORE | _REDIS | _BELL),
        ("replay 1", "workers.ops.planned", _MIGRATIONS | _LOGS | _WORDS | _CORE | _REDIS | _BELL),
        ("replay --runs", "workers.ops.planned", _MIGRATIONS | _LOGS | _WORDS | _CORE | _REDIS | _BELL),
        ("binds move a b", "workers.ops.moving", _MIGRATIONS | _LOGS | _WORDS | _CORE | _BELL),
        ("deeds", "workers.ops.deeds", _MIGRATIONS | _LOGS | _WORDS | _CORE | _REDIS | _BELL),
        ("migrate", "workers.journal.schema", _MIGRATIONS | _LOGS | _WORDS | _CORE | _REDIS | _BELL),
        ("health", "workers.ops.health", _MIGRATIONS | _LOGS | _WORDS | _CORE | _BELL),
        ("menu check", "channels.ussd.menu.check", _MIGRATIONS | _CORE | _REDIS | _BELL),
        ("simulator --fault none", "channels.simulator", _MIGRATIONS | _CORE | _REDIS | _BELL | _JOURNAL),
        ("worker --queues none", "workers.worker", _MIGRATIONS | _DIALS),
        ("smpp", "channels.smpp.service", _MIGRATIONS | _CORE | _DIALS),
        ("ussd", "channels.ussd.service", _MIGRATIONS),
        ("sandbox --listen none", "core_client.sandbox", _MIGRATIONS | _DIALS | _REDIS | _BELL),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(
    command: str,
    own: str,
    others: set[str],
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    elsewhere = "sqlite:///none.db"  # a listener ends at once where there is no journal
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tonegate", *command.split()],
        cwd=tmp_path,
        env={**os.environ, "TONEGATE_JOURNAL__URL": elsewhere if command == "smpp" else sqlite_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    loaded = {line.rpartition("|")[2].strip() for line in lines}
    assert own in loaded, ended.stderr
    assert set() == loaded & others
