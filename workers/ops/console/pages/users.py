"""Who may log in: seen, added, changed and taken away by an admin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from workers.journal.deeds import Deeds
from workers.ops.console.asking import Asked, CannotDoError, Moved, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import SHORTEST_PASSWORD, Role, Users, UsersError


async def users(around: Surroundings, _asked: Asked) -> Shown:
    """Every user, and a form for one more."""
    found = sorted(_users(around).all().values(), key=lambda user: user.name)
    return Shown("users.html", {"users": found, "roles": [*Role], "shortest": SHORTEST_PASSWORD})


async def add(around: Surroundings, asked: Asked) -> Moved:
    """Add one, or give one another role and password."""
    name, word, reason = asked.one("name"), asked.one("role"), asked.reason()
    if word not in {role.word for role in Role}:
        raise CannotDoError("There is no such role.")
    password = asked.form.get("password", [""])[0]
    is_new = await _changed(_users(around).add, name, Role.named(word), password)
    await _note(around, asked, "user set", user=name, role=word, reason=reason)
    return Moved("/users", f"{name} {'may log in' if is_new else 'is changed, and may log in'} as {word}.")


async def remove(around: Surroundings, asked: Asked) -> Moved:
    """Take one away: the sessions end at once."""
    name, reason = asked.path["name"], asked.reason()
    if name == asked.who.name:
        raise CannotDoError("You can't take yourself away: have another admin do it.")
    await _changed(_users(around).remove, name)
    await _note(around, asked, "user removed", user=name, reason=reason)
    return Moved("/users", f"{name} can't log in any more.")


async def _changed(change: Callable[..., bool | None], *arguments: object) -> bool:
    try:
        return bool(await asyncio.to_thread(change, *arguments))
    except UsersError as error:
        raise CannotDoError(f"{error}.") from None


async def _note(around: Surroundings, asked: Asked, event: str, **detail: object) -> None:
    await asyncio.to_thread(Deeds(around.database).note, event, asked.who.author, **detail)


def _users(around: Surroundings) -> Users:
    if around.users is None:
        raise CannotDoError("Nobody has to log in here: [console] users names no file.", 404)
    return around.users


PAGES: Sequence[Page] = (
    Page("/users", users, Role.ADMIN, name="Users", needs_users=True),
    Page("/users", add, Role.ADMIN, changes=True, needs_users=True),
    Page("/users/{name}/remove", remove, Role.ADMIN, changes=True, needs_users=True),
)
