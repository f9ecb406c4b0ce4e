"""Statistics: what messages came to, added up as they end, so that a year is read from a few thousand rows.

Every count is kept by the day and by the month (`grain` 'd' and 'm', `begin` its first day, in the operator's time
zone, of when the message came): a long span is read from months, with days at its edges.  Nobody's number is in it:
people are told apart by a keyed hash, and counted when they are first seen in a day, a month or a year.

`statistics` has two grains more, 'D' and 'M': the same of all brands, languages and offers together, '' each.  Most
looks ask for none of these, and read two hundred rows a day there for thousands.

A message is counted in the transaction that marks it as counted, and once for each end it comes to: one that is done
again and ends otherwise is taken out of what it was counted as (`inbox.counted`, `inbox.counted_as`).

A span's rows lie together in the order of the key: without SQLite's row ids a report reads half as much there.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, Integer, LargeBinary, SmallInteger, String, Table

from workers.journal.tables.declaring import metadata

statistics = Table(  # by everything that is asked about together; sums over any of it are exact
    "statistics",
    metadata,
    Column("grain", String(1), primary_key=True),
    Column("begin", Date, primary_key=True),
    Column("channel", String(8), primary_key=True),
    Column("brand", String(32), primary_key=True),  # as the core has it; '' where nobody had to ask
    Column("language", String(16), primary_key=True),  # that it was answered in; '' for none
    Column("offer", String(64), primary_key=True),  # '' where the price was the catalogue's
    Column("action", String(16), primary_key=True),  # '' where none was understood
    Column("outcome", String(32), primary_key=True),  # 'done', 'asked', …, else why not, in one word
    Column("messages", Integer, nullable=False),  # each message once, with the first of its results
    Column("results", Integer, nullable=False),  # a message may order several tones
    Column("confirmed", Integer, nullable=False),  # messages that a yes of the subscriber stands behind
    Column("amount", BigInteger, nullable=False),  # minor units charged
    Column("won", Integer, nullable=False),  # gifts taken by whom the service was opened for
    sqlite_with_rowid=False,
)

statistics_tones = Table(
    "statistics_tones",
    metadata,
    Column("grain", String(1), primary_key=True),
    Column("begin", Date, primary_key=True),
    Column("tone_code", String(20), primary_key=True),
    Column("action", String(16), primary_key=True),
    Column("results", Integer, nullable=False),  # that were done
    Column("amount", BigInteger, nullable=False),  # minor units charged
    Column("name", String(120), nullable=False),  # as the catalogue had it last
    sqlite_with_rowid=False,
)

statistics_words = Table(  # that nobody understood: of each text its first word, with digits masked
    "statistics_words",
    metadata,
    Column("grain", String(1), primary_key=True),
    Column("begin", Date, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("word", String(40), primary_key=True),
    Column("messages", Integer, nullable=False),
    sqlite_with_rowid=False,
)

statistics_people = Table(  # who was seen on which days of a year, a row a year and person
    "statistics_people",
    metadata,
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("person", String(20), primary_key=True),  # the keyed hash that purged numbers have, too
    Column("scope", String(64), primary_key=True),  # '': whatever they did; else an offer that they took
    Column("days", LargeBinary(46), nullable=False),  # bit n, the lowest first: the year's day n, from 0
    Column("paid_days", LargeBinary(46), nullable=False),  # likewise: days on which something was charged
    Column("brand", String(32), nullable=False),  # that was heard last, for messages that nobody had to ask it for
    sqlite_with_rowid=False,
)

statistics_users = Table(  # how many people: each once in a day, month or year ('y'), where first seen in it
    "statistics_users",
    metadata,
    Column("grain", String(1), primary_key=True),
    Column("begin", Date, primary_key=True),
    Column("scope", String(64), primary_key=True),
    Column("channel", String(8), primary_key=True),
    Column("brand", String(32), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("users", Integer, nullable=False),
    Column("paying", Integer, nullable=False),
    sqlite_with_rowid=False,
)

statistics_returns = Table(  # how long whoever was seen on a day had not been: tells how many people any span saw
    "statistics_returns",
    metadata,
    Column("scope", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("before", Date, primary_key=True),  # the last day, in that year or the one before, that he was seen on
    Column("users", Integer, nullable=False),
    Column("paying", Integer, nullable=False),  # who was charged on that day, and on `before` the last time
    sqlite_with_rowid=False,
)

statistics_turn = Table(  # one row: whoever counts holds it until commit
    "statistics_turn",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("counted_at", Float(53)),  # when messages were last counted; null: never
)
