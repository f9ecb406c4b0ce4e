"""A whole host in real processes: settings in a folder, `tonegate up`, texts through the simulator."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.ports import free_port

TONEGATE = [sys.executable, "-m", "tonegate"]
NUMBER = "8613800000001"
CODE = "600902000001"
PATIENCE_S = 600.0
"""How long anything may take on a machine that does much else: it costs nothing where all is well."""


def until(holds: Callable[[], Any], otherwise: Callable[[], object]) -> Any:
    """What `holds` gives once it gives anything; fails with what `otherwise` says."""
    ends = time.monotonic() + PATIENCE_S
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
timeout_s = 30
settle_s = 30
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
        until(lambda: "ready after" in self.said(), self.said)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """One command of the front door, as at a prompt."""
        return subprocess.run(
            [*TONEGATE, "--config", self.settings, *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
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

    def say(self, text: str, number: str = NUMBER) -> None:
        """Text from a handset."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.page}/api/texts",
            json.dumps({"number": number, "short_code": "5000", "text": text}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=PATIENCE_S).close()

    def heard(self, number: str = NUMBER) -> list[str]:
        """The answers that a handset has been given whole, the oldest first."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.page}/api/texts", timeout=PATIENCE_S) as answer:
            return [
                str(bubble["text"])
                for bubble in json.load(answer)
                if (bubble["number"], bubble["side"], bubble["state"]) == (number, "service", "received")
            ]

    def answered(self, text: str, number: str = NUMBER) -> str:
        """Text from a handset and return the answer it gets."""
        before = len(self.heard(number))
        self.say(text, number)
        answers: list[str] = until(lambda: self.heard(number)[before:], self.said)
        return answers[0]

    def page_answers(self) -> bool:
        """Whether the simulator's page can be had."""
        try:
            return bool(urllib.request.urlopen(f"http://127.0.0.1:{self.page}/", timeout=PATIENCE_S).read())
        except OSError:
            return False

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
