"""`tonegate deeds`: what operations did that is about no single message, and how it is kept."""

from __future__ import annotations

import sys

from workers.journal import JournalUnavailable, NotMigrated
from workers.journal.deeds import Deeds
from workers.ops.look import opened
from workers.ops.shown import as_json, as_table, in_words, moment, veiled
from workers.settings import Settings

_NOTHING = (
    "nothing yet; what was done to one message stands on its time line, `tonegate show`, and replays are listed by "
    "`tonegate replay --runs`"
)


def show(settings: Settings, since: float | None, *, limit: int, cursor: str, json: bool) -> None:
    """Show a page of deeds, the newest first; where there are more, standard error says how to go on.

    Raises ValueError for a cursor that is none.
    """
    with opened(settings) as database:
        page = Deeds(database).page(limit=limit, cursor=cursor, since=since)
    rows = [veiled(row, reveal=False) for row in page.rows]
    if json:
        as_json([{key: row[key] for key in ("id", "at", "event", "author", "detail")} for row in rows])
    else:
        shown = [(moment(row["at"]), row["event"], row["author"], in_words(row["detail"])) for row in rows]
        as_table(("when", "what", "by", "more"), shown, _NOTHING)
    if page.cursor:
        print(f"there are more: --cursor {page.cursor}", file=sys.stderr)


def note(settings: Settings, event: str, author: str, **detail: object) -> None:
    """Keep a deed that is done already; where there is no journal, standard error says that it stands nowhere."""
    try:
        with opened(settings) as database:
            Deeds(database).note(event, author, **detail)
    except (JournalUnavailable, NotMigrated) as error:
        print(f"done, but not in the history: {error}", file=sys.stderr)
