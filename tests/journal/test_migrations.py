"""The schema: made from nothing, the same as the tables say, on both databases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from workers.journal import Database, Journal, JournalUnavailable, NotMigrated, migrate
from workers.journal.message_ids import message_key
from workers.journal.migrating import downgrade, upgrade
from workers.journal.receipts import Receipt, receive
from workers.journal.schema import NEWEST
from workers.journal.tables import metadata, statistics


def test_migrating_from_nothing_makes_exactly_the_tables(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [] == compare_metadata(context, metadata)
        found = {index["name"] for table in metadata.tables for index in inspect(connection).get_indexes(table)}
    database.close()
    assert found >= {index.name for table in metadata.tables.values() for index in table.indexes}


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    assert NEWEST == migrate(empty_url)
    assert NEWEST == migrate(empty_url)
    with Journal(empty_url) as journal:
        journal.require_newest()


def test_what_was_sent_before_ids_were_normalised_is_found_by_its_receipt(empty_url: str) -> None:
    ids = ["0A1B", " 77 ", "000", "", None]
    database = Database(empty_url, create=True)
    database.write(lambda connection: upgrade(connection, "0001"))
    database.write(lambda connection: connection.execute(_OUTBOX_0001, [_row(no, id_) for no, id_ in enumerate(ids)]))
    kept = {"bind": "smsc", "message_id": "0B2C", "state": "delivered", "error": "000", "received_at": 1.0}
    database.write(
        lambda connection: connection.execute(
            text("INSERT INTO receipts (bind, message_id, state, error, received_at)"
                 " VALUES (:bind, :message_id, :state, :error, :received_at)"),
            kept,
        )
    )  # fmt: skip
    migrate(empty_url)
    with database.read() as connection:
        found = connection.execute(text("SELECT message_key, sent_via FROM outbox ORDER BY id")).all()
        receipts = connection.execute(text("SELECT message_key, binds, ids, part FROM receipts")).all()
    assert [("a1b", "smsc"), ("77", "smsc"), ("0", "smsc"), (None, ""), (None, "")] == [tuple(row) for row in found]
    assert [message_key(id_ or "") or None for id_ in ids] == [row.message_key for row in found]
    assert [("b2c", "smsc", "auto", "all")] == [tuple(row) for row in receipts]
    database.write(lambda connection: receive(connection, [Receipt("smsc", "a1b", "delivered", "000")], 2.0))
    with database.read() as connection:
        states = connection.scalars(text("SELECT state FROM outbox ORDER BY id")).all()
    database.close()
    assert ["delivered", "sent", "sent", "sent", "sent"] == states


def test_what_was_counted_before_is_there_for_all_brands_languages_and_offers_together(empty_url: str) -> None:
    day, month = date(2026, 11, 29), date(2026, 11, 1)
    database = Database(empty_url, create=True)
    database.write(lambda connection: upgrade(connection, "0013"))
    counts = dict(zip(("messages", "results", "confirmed", "amount", "won"), (2, 3, 1, 5_000_000_000, 1), strict=True))
    cells = [
        {"grain": grain, "begin": begin, "channel": channel, "brand": brand, "language": "en", "offer": offer,
         "action": "order", "outcome": "done", **counts}
        for grain, begin in (("d", day), ("m", month))
        for channel, brand, offer in (("sms", "gotone", ""), ("sms", "", "spring"), ("ussd", "", ""))
    ]  # fmt: skip
    database.write(lambda connection: connection.execute(statistics.insert(), cells))
    migrate(empty_url)
    of_all = select(statistics).where(statistics.c.grain.in_(["D", "M"])).order_by(*statistics.primary_key)
    with database.read() as connection:
        found = [tuple(row) for row in connection.execute(of_all)]
    key = ("", "", "", "order", "done")
    twice, once = (4, 6, 2, 10_000_000_000, 2), (2, 3, 1, 5_000_000_000, 1)
    assert [
        (grain, begin, channel, *key, *sums)
        for grain, begin in (("D", day), ("M", month))
        for channel, sums in (("sms", twice), ("ussd", once))
    ] == found
    database.write(lambda connection: downgrade(connection, "0013"))
    with database.read() as connection:
        assert len(cells) == connection.scalar(select(func.count()).select_from(statistics))
    database.close()


def test_a_journal_can_go_back_to_the_version_before(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    database.write(lambda connection: downgrade(connection, "0001"))
    with database.read() as connection:
        assert "long_texts" not in inspect(connection).get_table_names()
        assert "message_key" not in {column["name"] for column in inspect(connection).get_columns("outbox")}
    database.close()
    assert NEWEST == migrate(empty_url)


_OUTBOX_0001 = text(
    "INSERT INTO outbox (inbox_id, answer_no, bind, source, destination, text, priority, state, head, resends,"
    " message_id, error, created_at, sent_at) VALUES (:inbox_id, 1, 'smsc', '10086', '8613800138001', 'done', 1,"
    " 'sent', :head, 0, :message_id, '', 1.0, 1.0)"
)


def _row(no: int, message_id: str | None) -> dict[str, object]:
    return {"inbox_id": no, "head": True, "message_id": message_id}


def test_a_journal_that_was_never_migrated_says_how_to_mend_it(empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "journal.db").touch()  # on SQLite a file must be there to be looked at
    with Journal(empty_url) as journal, pytest.raises(NotMigrated, match=r"missing.*run `tonegate migrate`"):
        journal.require_newest()


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("0001", f"is 0001, this version needs {NEWEST}: run `tonegate migrate`"),
        ("x", f"is x, this version needs {NEWEST}"),
        ("9999", "is 9999, which this version of Tonegate.* does not know: install the newer version on this host"),
    ],
)
def test_a_journal_of_another_version_says_how_to_mend_it(journal_url: str, version: str, told: str) -> None:
    with Journal(journal_url) as journal:
        journal.database.write(
            lambda connection: connection.execute(text(f"UPDATE alembic_version SET version_num='{version}'"))
        )
        with pytest.raises(NotMigrated, match=told):
            journal.require_newest()


def test_a_journal_of_a_newer_version_is_left_as_it_is(journal_url: str) -> None:
    with Journal(journal_url) as journal:
        journal.database.write(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num='9999'"))
        )
    with pytest.raises(NotMigrated, match="install the newer version on this host"):
        migrate(journal_url)


def test_a_journal_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with Journal(f"sqlite:///{tmp_path / 'none.db'}") as journal, pytest.raises(JournalUnavailable):
        journal.require_newest()
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_journal_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must name a file"):
        Journal(url)
