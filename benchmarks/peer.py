"""One of the bench's own programs: started, told and heard by lines of JSON, ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Peer:
    """A program of this folder, which says its port in its first line."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
        )
        self.port: int = self.hear()["port"]

    def ask(self, **command: object) -> dict[str, Any]:
        """Send a command and wait for its result."""
        self.tell(**command)
        return self.hear()

    def tell(self, **command: object) -> None:
        """Send a command."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Wait for its next line."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args!r} ended")
        return dict(json.loads(line))

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)


def end(process: subprocess.Popen[Any]) -> None:
    """Ask it to end, and kill it where it doesn't."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
