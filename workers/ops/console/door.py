"""From a request to a page and back: who asks, whether they may, what the form says, and what is shown."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from workers.journal import JournalUnavailable
from workers.ops.console.asking import Asked, CannotDoError, File, Page, Shown
from workers.ops.console.rendering import environment, zone
from workers.ops.console.sessions import Who
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role

TOKEN = "token"  # noqa: S105 - the field's name
_RENEWAL = "hx-request"
"""The header that htmx sends with what a page asks by itself."""
_LONGEST_FORM = 1_000_000
"""Octets: ten thousand messages selected at once, and some to spare."""

log = structlog.get_logger(__name__)


class Door:
    """Turns pages into routes."""

    def __init__(self, around: Surroundings, pages: Sequence[Page]) -> None:
        self.around = around
        self._shelf = environment()
        self._navigation = [page for page in pages if page.name]

    def route(self, page: Page) -> Route:
        """The page's address as Starlette has it."""
        return Route(page.path, self._endpoint(page), methods=["POST"] if page.changes else ["GET"])

    def render(
        self, template: str, who: Who | None, place: str, status: int = 200, notice: str = "", **values: Any
    ) -> HTMLResponse:
        """A whole page, with the navigation that `who` may use, in which it has its place."""
        around = self.around
        links = [] if who is None else [page for page in self._navigation if self._may_see(page, who)]
        html = self._shelf.get_template(template).render(
            who=who,
            links=links,
            place=place,
            logs_in=around.users is not None,
            may_act=who is not None and who.may(Role.OPERATOR),
            notice=notice,
            zone=zone(),
            **values,
        )
        return HTMLResponse(html, status)

    def _may_see(self, page: Page, who: Who) -> bool:
        return who.may(page.role) and (self.around.users is not None or not page.needs_users)

    def _endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            who = self.around.who(request.cookies)
            if who is None:
                if page.changes:
                    with suppress(CannotDoError):
                        await read_form(request)  # a form that nobody reads ends in a reset, not in our answer
                return _to_log_in(request)
            try:
                return await self._answer(page, who, request)
            except CannotDoError as error:
                back = _own(request, "referer")
                return self.render("cannot.html", who, page.place, error.status, told=str(error), back=back)
            except JournalUnavailable as error:
                log.warning("console_has_no_journal", error=str(error))
                told = f"The journal can't be used now: {error}."
                return self.render("cannot.html", who, page.place, 503, told=told, back=_own(request, "referer"))

        return endpoint

    async def _answer(self, page: Page, who: Who, request: Request) -> Response:
        form = await read_form(request) if page.changes else _asked_for(request)
        if not self._may_see(page, who):
            log.warning("console_refused", user=who.name, role=who.role.word, path=page.path)
            needed = page.role.word
            raise CannotDoError(f"This is for the role {needed}; you are logged in as {who.role.word}.", 403)
        if page.changes and not hmac.compare_digest(form.get(TOKEN, [""])[0].encode(), who.csrf.encode()):
            raise CannotDoError("This form is not of your session: open the page anew and do it there.", 403)
        asked = Asked(who, request.path_params, request.query_params, form)
        answer = await page.handler(self.around, asked)
        if isinstance(answer, Shown):
            notice = self._notice(who, request)
            return self.render(answer.template, who, page.place, answer.status, notice, **answer.values)
        if isinstance(answer, File):
            headers = {"content-disposition": f'attachment; filename="{answer.name}"'} if answer.name else {}
            headers |= {"content-security-policy": answer.policy} if answer.policy else {}
            return Response(answer.content, media_type=answer.media_type, headers=headers)
        if answer.told:
            self.around.notices[who.csrf, urlsplit(answer.to).path] = answer.told
        return RedirectResponse(answer.to, 303)

    def _notice(self, who: Who, request: Request) -> str:
        """What is told once, on the page that it is for: none that renews itself, nor another tab's, may take it."""
        if request.headers.get(_RENEWAL):
            return ""
        return self.around.notices.pop((who.csrf, request.url.path), "")


def _to_log_in(request: Request) -> Response:
    """To the log-in, and from there back to the page that was looked at."""
    if request.headers.get(_RENEWAL):  # a page that renews itself: the whole of it has to go there
        return Response(headers={"hx-redirect": f"/login?next={quote(_own(request, 'hx-current-url'))}"})
    if request.method == "GET":
        asked_for = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        return RedirectResponse(f"/login?next={quote(asked_for)}", 303)
    return RedirectResponse(f"/login?next={quote(_own(request, 'referer'))}&undone=yes", 303)


def _asked_for(request: Request) -> Mapping[str, list[str]]:
    """The fields of a form that only asks, and so stands in the address."""
    return {name: request.query_params.getlist(name) for name in request.query_params}


def _own(request: Request, header: str) -> str:
    """Path and query of our own page that a header names, `/` where it names none."""
    try:
        page = urlsplit(request.headers.get(header, ""))
    except ValueError:  # no browser sends such a one
        return "/"
    if page.netloc != request.headers.get("host") or page.path.startswith(("//", "/login")):
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path or "/"


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """The fields of a form; raises `CannotDoError` where it is none, or too long."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise CannotDoError("This takes a form.", 415)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            raise CannotDoError("This form is too long: do fewer at once.", 413)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20_000)
    except ValueError:
        raise CannotDoError("This form can't be read.") from None
