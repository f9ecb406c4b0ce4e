"""A whole host in real processes: settings in a folder, `tonegate up`, texts through the simulator."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

TONEGATE = [sys.executable, "-m", "tonegate"]
NUMBER = "8613800000001"
CODE = "600902000001"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], within_s: float, otherwise: Callable[[], object]) -> Any:
    """What `holds` gives once it gives anything; fails with what `otherwise` says."""
    ends = time.monotonic() + within_s
    while not (held := holds()):
        assert time.monotonic() < ends, otherwise()
        time.sleep(0.02)
    return held


class Host:
    """One settings folder with ports of its own, and the processes started on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.page, self.smsc, self.core, self.console = free_port(), free_port(), free_port(), free_port()
        self.settings = folder / "tonegate.toml"
        self.settings.write_text(f"""\
[core]
url = "http://127.0.0.1:{self.core}/usdp"
password = "file:core.password"
timeout_s = 2
settle_s = 2
[console]
listen = "127.0.0.1:{self.console}"
[worker]
sweep_s = 0.2
[consent]
open = "none"
order = "none"
gift = "none"
[[smpp.binds]]
name = "main"
port = {self.smsc}
system_id = "tonegate"
short_codes = ["5000"]
""")
        (folder / "core.password").write_text("tonegate\n")
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start everything and wait until it says that it is ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *TONEGATE,
                    "--config",
                    self.settings,
                    "up",
                    "--with",
                    "sandbox,simulator",
                    "--page",
                    f"127.0.0.1:{self.page}",
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: "ready after" in self.said(), 240, self.said)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """One command of the front door, as at a prompt."""
        return subprocess.run(
            [*TONEGATE, "--config", self.settings, *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, **environ},
        )

    def children(self) -> list[psutil.Process]:
        assert self.process
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process | None:
        """The supervisor's own child with these words in its command line."""
        assert self.process
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie counts as none
                line = " ".join(child.cmdline())
                if all(word in line for word in words):
                    return child
        return None

    def answered(self, text: str, number: str = NUMBER, within_s: float = 60.0) -> str:
        """Text from a handset and return the answer it gets."""
        before = len(self._bubbles(number))
        self._post({"number": number, "short_code": "5000", "text": text})
        bubbles = until(lambda: self._bubbles(number)[before + 1 :], within_s, self.said)
        return str(bubbles[0]["text"])

    def page_answers(self) -> bool:
        """Whether the simulator's page can be had."""
        try:
            return bool(urllib.request.urlopen(f"http://127.0.0.1:{self.page}/", timeout=5).read())
        except OSError:
            return False

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _bubbles(self, number: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.page}/api/texts", timeout=5) as answer:
            return [bubble for bubble in json.load(answer) if bubble["number"] == number]

    def _post(self, body: dict[str, str]) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.page}/api/texts",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()
