"""The log-in page, and the way out; who came in, who was refused and who left is in the history.

Of a refused name that nobody has only the beginning is kept: it may be a password in the wrong field.
"""

from __future__ import annotations

import asyncio
import hmac
import math
import secrets
from collections.abc import Callable

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from workers.dialogue.clean import seen
from workers.journal import JournalUnavailable
from workers.journal.deeds import Deeds
from workers.ops.console.asking import CannotDoError
from workers.ops.console.door import TOKEN, Door, read_form
from workers.ops.console.refusals import Refusals
from workers.ops.users import LONGEST_PASSWORD, User, Users, UsersError

_AT_ONCE = 2
"""Passwords hashed at once: each takes 64 MiB, and a flood of them must not take the machine."""
_COOKIE = "tonegate_login"
_BEGINNING = 3
"""Characters told of a name that nobody has."""

log = structlog.get_logger(__name__)


class LoggingIn:
    """Its three routes."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._around = door.around
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._deeds = Deeds(door.around.database)
        self._refusals = Refusals(self._deeds, door.around.monotonic)
        self.routes = [
            Route("/login", self._page),
            Route("/login", self._log_in, methods=["POST"]),
            Route("/logout", self._log_out, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        if self._around.who(request.cookies) is not None:
            return RedirectResponse(_own(request.query_params.get("next", "")), 303)
        told = ""
        if request.query_params.get("undone"):
            told = "Your session had ended, so that nothing was done. Log in, and do it again."
        elif self._around.cookie in request.cookies:
            told = "Your session has ended: log in to go on."
        return self._shown(request, _own(request.query_params.get("next", "")), told)

    async def _log_in(self, request: Request) -> Response:
        users, throttle = self._around.users, self._around.throttle
        if users is None:
            return RedirectResponse("/", 303)
        try:
            form = await read_form(request)
        except CannotDoError as error:
            return self._shown(request, "/", str(error), error.status)
        name, password = (form.get(field, [""])[0] for field in ("name", "password"))
        onward = _own(form.get("next", [""])[0])
        expected = request.cookies.get(_COOKIE, "")
        if not (expected and hmac.compare_digest(expected.encode(), form.get(TOKEN, [""])[0].encode())):
            return self._shown(request, onward, "This form was not yours: please try again.", 403)
        name, address = name.strip()[:64], request.client.host if request.client else ""
        if wait_s := math.ceil(throttle.wait_s(name, address)):
            told = f"Too many wrong passwords: try again in {wait_s} s."
            self._refusals.unsaid += 1
            shown = self._shown(request, onward, told, 429)
            shown.headers["retry-after"] = str(wait_s)
            return shown
        throttle.tried(name, address)
        try:
            user = await self._verified(users, name, password)
        except UsersError as error:
            log.error("console_users_unusable", error=str(error))
            return self._shown(request, onward, "Nobody can log in now: the file of users can't be read.", 503)
        if user is None:
            told = await self._as_told(users, name)
            log.warning("console_login_refused", user=told, address=address)
            await self._note(self._refusals.told, told, address)
            return self._shown(request, onward, "That user and password don't fit.", 401)
        throttle.right(name, address)
        log.info("console_login", user=user.name, role=user.role.word, address=address)
        who = f"{user.name}@console"
        await self._note(self._deeds.note, "logged in", who, user=user.name, role=user.role.word, address=address)
        self._around.sessions.end(request.cookies.get(self._around.cookie, ""))
        answer = RedirectResponse(onward, 303)
        answer.set_cookie(
            self._around.cookie,
            self._around.sessions.begin(user),
            max_age=int(self._around.settings.console.session_s),
            httponly=True,
            samesite="strict",
            secure=self._around.https,
        )
        answer.delete_cookie(_COOKIE, secure=self._around.https, httponly=True, samesite="strict")
        return answer

    async def _note(self, note: Callable[..., None], *what: str, **detail: object) -> None:
        """Keep it; a journal that can't be used keeps nobody out who may have to see why."""
        try:
            await asyncio.to_thread(note, *what, **detail)
        except JournalUnavailable as error:
            log.error("console_login_not_in_history", error=str(error))

    async def _as_told(self, users: Users, name: str) -> str:
        if name in await asyncio.to_thread(users.all):
            return name
        begun = seen(name)[:_BEGINNING]
        return f"{begun}…" if len(begun) < len(name) else begun

    async def _verified(self, users: Users, name: str, password: str) -> User | None:
        if len(password) > LONGEST_PASSWORD:
            return None
        async with self._turns:
            return await asyncio.to_thread(users.verify, name, password)

    async def _log_out(self, request: Request) -> Response:
        around = self._around
        who = around.who(request.cookies)
        form = await read_form(request)
        if who is not None and hmac.compare_digest(form.get(TOKEN, [""])[0].encode(), who.csrf.encode()):
            around.sessions.end(request.cookies.get(around.cookie, ""))
            log.info("console_logout", user=who.name)
            await self._note(self._deeds.note, "logged out", who.author, user=who.name)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(around.cookie, secure=around.https, httponly=True, samesite="strict")
        return answer

    def _shown(self, request: Request, onward: str, told: str = "", status: int = 200) -> Response:
        """The form, with a token of its own that the cookie beside it repeats: there is no session yet."""
        token = request.cookies.get(_COOKIE) or secrets.token_urlsafe(32)
        nobody = False
        try:
            nobody = not (self._around.users and self._around.users.all())
        except UsersError:
            told = told or "Nobody can log in now: the file of users can't be read."
        page = self._door.render(
            "login.html", None, "/login", status, token=token, onward=onward, told=told, nobody=nobody
        )
        page.set_cookie(_COOKIE, token, httponly=True, samesite="strict", secure=self._around.https)
        return page


def _own(path: str) -> str:
    """A path of ours to go on to, never another site's."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
