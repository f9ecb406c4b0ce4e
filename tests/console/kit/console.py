"""A console on loopback for tests: served as `tonegate console` serves it, asked as a browser asks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from workers.ops.console.service import serve
from workers.ops.users import Role, Users
from workers.settings import Settings, load

PASSWORD = "correct horse battery"
NAMES = {"vera": Role.VIEWER, "otto": Role.OPERATOR, "anna": Role.ADMIN}
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Browser:
    """One cookie jar: somebody's browser."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body; where it is sent elsewhere, `303` and where."""
        async with self.http.get(self.url + path, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("location", "") or await answer.text()

    async def headers(self, path: str, method: str = "GET", **headers: str) -> Mapping[str, str]:
        """Of the answer."""
        async with self.http.request(method, self.url + path, headers=headers, allow_redirects=False) as answer:
            return answer.headers.copy()

    async def token(self, path: str = "/") -> str:
        """The token of the forms on a page."""
        _, body = await self.get(path)
        found = _TOKEN.search(body)
        assert found, body
        return found[1]

    async def post(
        self, path: str, form: Mapping[str, str], *, origin: str | None = "", token: str | None = ""
    ) -> tuple[int, str]:
        """As `get`; with its own origin and the session's own token unless others, or none, are given."""
        headers = {"Origin": self.url if origin == "" else origin} if origin is not None else {}
        own = {} if token is None else {"token": token or await self.token("/login" if path == "/login" else "/")}
        async with self.http.post(
            self.url + path, data={**form, **own}, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("location", "") or await answer.text()

    async def log_in(self, name: str, password: str = PASSWORD, onward: str = "/") -> tuple[int, str]:
        """Through the log-in page."""
        return await self.post("/login", {"name": name, "password": password, "next": onward})

    def cookies(self) -> dict[str, Any]:
        """The jar's."""
        return {cookie.key: cookie for cookie in self.http.cookie_jar}


class Served:
    """A console that listens."""

    def __init__(self, settings: Settings, port: int, stop: asyncio.Event) -> None:
        self.settings = settings
        self.stop = stop
        """Set, it tells the console to stop, as TERM does."""
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self._open: list[aiohttp.ClientSession] = []

    def browser(self) -> Browser:
        """A fresh one, that nobody has logged in with."""
        self._open.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        return Browser(self.url, self._open[-1])

    async def logged_in(self, name: str) -> Browser:
        """One that somebody has."""
        browser = self.browser()
        assert (303, "/") == await browser.log_in(name)
        return browser

    @property
    def users(self) -> Users:
        """The file of users."""
        assert self.settings.console.users
        return Users(self.settings.console.users)

    async def close(self) -> None:
        """Every browser."""
        for one in self._open:
            await one.close()


def settings_in(folder: Path, journal_url: str, **console: object) -> Settings:
    """Settings of a host whose core, Redis and SMSC are not there."""
    file = folder / "tonegate.toml"
    keys = "".join(f"{key} = {value!r}\n" for key, value in {"listen": "127.0.0.1:0", **console}.items())
    file.write_text(
        f"[journal]\nurl = {journal_url!r}\n[core]\nurl = 'http://127.0.0.1:9/usdp'\npassword = 'file:core.password'\n"
        "[[smpp.binds]]\nname = 'main'\nhost = '127.0.0.1'\nport = 9\nsystem_id = 'tonegate'\n"
        f"short_codes = ['5000']\n[console]\n{keys}"
    )
    (folder / "core.password").write_text("Kornblume-77")
    return load(file, {})


@asynccontextmanager
async def serving(settings: Settings, **more: Any) -> AsyncIterator[Served]:
    """Serve until the block ends."""
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(settings, stop=stop, look_every_s=0.1, ready=listening.set_result, **more))
    await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    served = Served(settings, listening.result()[1], stop)
    try:
        yield served
    finally:
        await served.close()
        stop.set()
        await task
