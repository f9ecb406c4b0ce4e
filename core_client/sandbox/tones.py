"""UserToneManage and ToneProvide: a subscriber's tones and the shelf they come from."""

from __future__ import annotations

from sqlalchemy import Connection

from core_client.sandbox.boxes import order_box
from core_client.sandbox.catalogue import CHART, MEMBERSHIPS
from core_client.sandbox.library import disown, held, owner_counts, profile_of
from core_client.sandbox.procedure import Reply, Request, World
from core_client.sandbox.renewals import told_of
from core_client.sandbox.selling import sell, sold


def order_tone(connection: Connection, request: Request, world: World) -> Reply:
    """Charges the tone's price, or the box's."""
    if request.fields["resourceType"] == "2":
        return order_box(connection, request, world)
    profile = profile_of(connection, request.fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001")
    if profile.barred:
        return Reply("301030")
    tone = sold(world, request.fields["resourceCode"])
    return tone if isinstance(tone, Reply) else sell(connection, request, world, profile, tone, action="order")


def search(connection: Connection, request: Request, world: World) -> Reply:
    """Tones on sale: by name, the top, or the newest first.

    The top are those that most numbers own, and behind them the chart that a new sandbox begins with.
    """
    words = request.fields.get("words", "").casefold()
    found = [
        tone
        for tone in world.catalogue.values()
        if not (tone.withdrawn or tone.expired) and (words in tone.name.casefold() or words in tone.singer.casefold())
    ]
    match request.fields["orderBy"]:
        case "top":
            owners = owner_counts(connection, request.now)
            found = [tone for tone in found if tone.code in owners or tone.code in CHART]
            found.sort(key=lambda tone: (-owners.get(tone.code, 0), _on_the_chart(tone.code), tone.code))
        case "new":
            found.sort(key=lambda tone: tone.code, reverse=True)
        case _:
            found.sort(key=lambda tone: (tone.name.casefold(), tone.code))
    first, last = int(request.fields["startRecordNum"]), int(request.fields["endRecordNum"])
    return Reply("000000", fields={"recordSum": str(len(found))}, tones=tuple(found[first - 1 : last]))


def _on_the_chart(code: str) -> int:
    return CHART.index(code) if code in CHART else len(CHART)


def delete_tone(connection: Connection, request: Request, _: World) -> Reply:
    """Gives nothing back."""
    number, code = request.fields["phoneNumber"], request.fields["resourceCode"]
    profile = profile_of(connection, number)
    if profile is None or not profile.in_service:
        return Reply("301001")
    if code not in held(connection, number, request.now) or (code in MEMBERSHIPS) != _asks_boxes(request):
        return Reply("302003", amount=0)
    disown(connection, number, code)
    return Reply("000000", amount=0)


def query_library(connection: Connection, request: Request, world: World) -> Reply:
    """One page of a subscriber's tones, or of his memberships."""
    number = request.fields["phoneNumber"]
    profile = profile_of(connection, number)
    if profile is None or not profile.in_service:
        return Reply("301001")
    rows = held(connection, number, request.now).values()
    library = [row for row in rows if (row.tone in MEMBERSHIPS) == _asks_boxes(request)]
    first, last = int(request.fields["startRecordNum"]), int(request.fields["endRecordNum"])
    page = library[first - 1 : last]
    return Reply(
        "000000",
        fields={"recordSum": str(len(library))},
        tones=tuple(MEMBERSHIPS.get(row.tone) or world.catalogue[row.tone] for row in page),
        of_tones=tuple(told_of(row, request.now) for row in page),
    )


def _asks_boxes(request: Request) -> bool:
    return request.fields["resourceType"] == "2"


def query_tone(_: Connection, request: Request, world: World) -> Reply:
    """A tone of the shelf; one that is no longer sold is still shown."""
    tone = world.catalogue.get(request.fields["resourceCode"])
    if tone is None or tone.withdrawn:
        return Reply("302003")
    return Reply("000000", tones=(tone,))
