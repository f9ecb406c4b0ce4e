"""The settings in force, and before them in words what `tonegate check` says against them."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.front_door.hosts import TONEGATE, Host, until
from workers.ops.line import Line

GATEWAY = """
[[ussd.gateways]]
name = "lossy"
dialect = "{dialect}"
path = "/ussd/lossy"
allow = ["192.0.2.1"]
[core]
"""


async def test_what_is_wrong_has_its_cure_and_what_could_be_better_is_told_apart(settings_of: SettingsOf) -> None:
    remarks = (Line("gateway x", False, "none that is spoken", "take plain"), Line("gateways", True, "a caution <b>"))
    async with serving(settings_of(), remarks=lambda: remarks) as served:
        _, body = await (await served.logged_in("otto")).get("/settings")
        assert "<li>gateway x: none that is spoken <strong>Mend:</strong> take plain</li>" in body
        assert "<li>a caution &lt;b&gt;</li>" in body


async def test_where_nothing_is_to_be_said_nothing_is(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        _, body = await (await served.logged_in("otto")).get("/settings")
        assert "Wrong" not in body
        assert "not as well as it could" not in body


def test_the_console_that_runs_says_what_check_says_of_gateways(tmp_path: Path) -> None:
    """The caution of a gateway whose shortcuts are lost stood in the command's output alone."""
    host = Host(tmp_path)
    host.settings.write_text(host.settings.read_text().replace("[core]", GATEWAY.format(dialect="comviva"), 1))
    assert 0 == host.run("migrate").returncode
    (warned,) = [line for line in host.run("check").stdout.splitlines() if line.startswith("warn")]
    with (tmp_path / "log").open("wb") as log:
        host.process = subprocess.Popen([*TONEGATE, "--config", host.settings, "console"], stdout=log, stderr=log)
    try:
        body = until(lambda: page(f"http://127.0.0.1:{host.console}/settings"), host.said)
    finally:
        host.end()
    assert warned.removeprefix("warn  ") in body.replace("&#34;", '"')
    assert "screens in" not in body, "a menu that is well is no caution"


def page(url: str) -> str:
    """Once it answers."""
    try:
        return str(urllib.request.urlopen(url, timeout=30).read().decode())
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read()) from error
    except OSError:
        return ""
