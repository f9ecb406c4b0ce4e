"""What plays to whom and when."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from core_client.sandbox import tables
from core_client.sandbox.library import owned_codes, profile_of
from core_client.sandbox.procedure import Reply, Request, World

_settings = tables.tone_settings
_CLEAR = delete(_settings).where(
    _settings.c.number == bindparam("n"),
    _settings.c.caller == bindparam("who"),
    _settings.c.start == bindparam("from"),
    _settings.c.end == bindparam("to"),
)
_ADD = insert(_settings)
_NAMED = {
    "resourceCode": _settings.c.tone,
    "callerNumber": _settings.c.caller,
    "startTime": _settings.c.start,
    "endTime": _settings.c.end,
}
_OF_NUMBER = (
    select(_settings)
    .where(_settings.c.number == bindparam("n"))
    .order_by(_settings.c.caller, _settings.c.start, _settings.c.end)
)
_OF_ALL = select(_settings.c.tone).where(
    _settings.c.number == bindparam("n"), _settings.c.caller == "", _settings.c.start == ""
)


def set_tone(connection: Connection, request: Request, _: World) -> Reply:
    """Takes the place of a setting for the same callers and times."""
    fields = request.fields
    number, tone = fields["phoneNumber"], fields["resourceCode"]
    caller = fields.get("callerNumber", "") if fields["setType"] == "4" else ""
    hours = (fields.get("startTime", ""), fields.get("endTime", "")) if fields["timeType"] == "2" else ("", "")
    if (fields["setType"] == "4") != bool(caller) or (fields["timeType"] == "2") != all(hours):
        return Reply("200002", info="callerNumber goes with setType 4, startTime and endTime with timeType 2")
    profile = profile_of(connection, number)
    if profile is None or not profile.in_service:
        return Reply("301001")
    if profile.barred:
        return Reply("301030")
    if tone not in owned_codes(connection, number, request.now):
        return Reply("302003")
    connection.execute(_CLEAR, {"n": number, "who": caller, "from": hours[0], "to": hours[1]})
    row = {"number": number, "caller": caller, "start": hours[0], "end": hours[1], "tone": tone}
    connection.execute(_ADD, row)
    return Reply("000000", amount=0)


def clear(connection: Connection, request: Request, _: World) -> Reply:
    """Takes back whatever has all that is named, which must be something."""
    fields = request.fields
    named = {name: fields[name] for name in _NAMED if fields.get(name)}
    if not named or ("startTime" in named) != ("endTime" in named):
        return Reply("200002", info="name a tone, a caller, or both startTime and endTime")
    profile = profile_of(connection, fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001")
    wanted = [_NAMED[name] == value for name, value in named.items()]
    gone = connection.execute(delete(_settings).where(_settings.c.number == fields["phoneNumber"], *wanted))
    return Reply("000000" if gone.rowcount else "303032", amount=0)


def query(connection: Connection, request: Request, world: World) -> Reply:
    """What is for all callers first, always before some hours."""
    number = request.fields["phoneNumber"]
    profile = profile_of(connection, number)
    if profile is None or not profile.in_service:
        return Reply("301001")
    owned = owned_codes(connection, number, request.now)
    rows = [row for row in connection.execute(_OF_NUMBER, {"n": number}) if row.tone in owned]
    settings = (
        {
            "resourceCode": row.tone,
            "toneName": world.catalogue[row.tone].name,
            "setType": "4" if row.caller else "2",
            **({"callerNumber": row.caller} if row.caller else {}),
            "timeType": "2" if row.start else "1",
            **({"startTime": row.start, "endTime": row.end} if row.start else {}),
        }
        for row in rows
    )
    return Reply("000000", settings=tuple(settings))


def played_by(connection: Connection, number: str, now: float) -> str | None:
    """The tone that all callers hear: the one that was set, else the newest; None where there is none."""
    owned = owned_codes(connection, number, now)
    chosen = connection.scalar(_OF_ALL, {"n": number})
    return chosen if chosen in owned else owned[-1] if owned else None
