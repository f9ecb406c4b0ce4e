"""Debian's Kannel as an ESME: bearerbox binds to the simulator, smsbox passes texts to a small web server here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.parts import require
from tests.ports import free_port
from tests.simulator.wire import until

_UCS2 = "2"
_CONFIG = """
group = core
admin-port = {admin}
admin-password = admin
admin-allow-ip = 127.0.0.1
smsbox-port = {box}
box-allow-ip = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = 0

group = smsc
smsc = smpp
smsc-id = simulator
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = kannel
smsc-password = secret
system-type = ""
reconnect-delay = 1
enquire-link-interval = 2
wait-ack = 240
{smsc}

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
global-sender = 5000
log-file = {folder}/smsbox.log
log-level = 0

group = sendsms-user
username = test
password = test
concatenation = true
max-messages = 10

group = sms-service
keyword = default
get-url = "http://127.0.0.1:{app}/text?from=%p&to=%P&coding=%c&text=%a"
catch-all = true
concatenation = true
max-messages = 10
omit-empty = true
"""


@dataclass
class Kannel:
    """A running Kannel, and what reached the web server behind it."""

    send_url: str
    status_url: str
    app_url: str
    texts: list[tuple[str, str, str]] = field(default_factory=list)  # from, to, text
    receipts: list[str] = field(default_factory=list)

    async def send(self, to: str, text: str, **more: str) -> None:
        """Send a text through smsbox's sendsms."""
        asked = {"username": "test", "password": "test", "to": to, "text": text, **more}
        async with aiohttp.ClientSession() as http, http.get(self.send_url, params=asked) as response:
            assert response.status == 202, await response.text()

    async def is_online(self) -> bool:
        """Say whether the bind stands and smsbox is there, by Kannel's own word."""
        try:
            async with aiohttp.ClientSession() as http, http.get(self.status_url) as response:
                status = await response.text()
                return "(online" in status and "(on-line" in status
        except aiohttp.ClientError:
            return False


async def _app(kannel: Kannel) -> web.AppRunner:
    async def text(request: web.Request) -> web.Response:
        got = dict(parse_qsl(request.rel_url.raw_query_string, encoding="latin-1"))
        words = got["text"].encode("latin-1").decode("utf-16-be" if got["coding"] == _UCS2 else "utf-8")
        kannel.texts.append((got["from"].removeprefix("+"), got["to"], words))
        return web.Response(text=f"You said {words}")

    async def receipt(request: web.Request) -> web.Response:
        kannel.receipts.append(request.query["status"])
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/text", text), web.get("/receipt", receipt)])
    runner = web.AppRunner(app)
    await runner.setup()
    return runner


async def _listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(log.name, *log.read_text("utf-8", "replace").splitlines()[-60:], sep="\n")


@asynccontextmanager
async def kannel_for(smpp_port: int, folder: Path, smsc: str = "interface-version = 34") -> AsyncIterator[Kannel]:
    """Run bearerbox and smsbox against an SMSC until the block ends; online at its beginning.

    `smsc` are more lines of its group for the SMSC.
    """
    bearerbox, smsbox = require("bearerbox"), require("smsbox")
    admin, box, send = free_port(), free_port(), free_port()
    kannel = Kannel(
        f"http://127.0.0.1:{send}/cgi-bin/sendsms", f"http://127.0.0.1:{admin}/status.txt?password=admin", ""
    )
    runner = await _app(kannel)
    processes: list[asyncio.subprocess.Process] = []
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        app = runner.addresses[0][1]
        kannel.app_url = f"http://127.0.0.1:{app}"
        config = folder / "kannel.conf"
        ports = {"admin": admin, "box": box, "send": send, "smpp": smpp_port, "app": app}
        config.write_text(_CONFIG.format(**ports, smsc=smsc, folder=folder))
        for program, port in ((bearerbox, box), (smsbox, send)):
            null = asyncio.subprocess.DEVNULL
            processes.append(await asyncio.create_subprocess_exec(program, config, stdout=null, stderr=null))
            await until(lambda port=port: _listening(port))
        await until(kannel.is_online)
        yield kannel
    except BaseException:
        _show_logs(folder)
        raise
    finally:
        for process in reversed(processes):
            if process.returncode is None:
                process.terminate()
        for process in reversed(processes):
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                process.kill()
                await process.wait()
        await runner.cleanup()
