"""System parts a test needs: found, or the test is skipped with its reason; in CI a missing one is a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/sbin")


def lacking(reason: str) -> None:
    """End the test: skipped on a laptop, failed where CI=true, since there every part must be."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI must have it", pytrace=False)
    pytest.skip(reason)


def require(program: str) -> Path:
    """Return a program's path, from PATH or where servers are kept; ends the test where there is none."""
    found = shutil.which(program) or shutil.which(program, path=os.pathsep.join(_ELSEWHERE))
    if found is None:
        lacking(f"{program} is not installed")
    return Path(found or program)
