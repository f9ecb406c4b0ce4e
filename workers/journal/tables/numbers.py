"""What is remembered of a number beyond its messages: its language, its quiet, its membership and its renewals.

Of memberships and renewals the core has the last word; the rows say whom to ask it about, and when.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, SmallInteger, String, Table

from workers.journal.tables.declaring import metadata, partial_index

subscribers = Table(  # what is remembered of a number, until it is purged
    "subscribers",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("language", String(16), nullable=False),  # chosen by LANG: a folder under templates/
    Column("at", Float(53), nullable=False),
)

do_not_disturb = Table(  # numbers that are sent nothing they did not ask for
    "do_not_disturb",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("author", String(96), nullable=False),
    Column("at", Float(53), nullable=False),
)

memberships = Table(  # who is remembered to be in the music club: whom to ask the core about
    "memberships",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("level", String(32), nullable=False),  # its id in templates/club.yaml
    Column("code", String(20), nullable=False),  # the core's, of the box that the membership is
    Column("since", Float(53), nullable=False),
    Column("valid_until", Float(53)),  # null where the core doesn't say
    Column("read_at", Float(53), nullable=False),  # when the core said so
)

renewals = Table(  # of a tone that renews by itself: one row, which goes on with its dates
    "renewals",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("tone_code", String(20), primary_key=True),
    Column("due_at", Float(53), nullable=False),  # when it renews, as far as is known
    Column("look_at", Float(53)),  # when the core is asked about it next
    Column("message", BigInteger),  # of our own, that asks
    Column("short_code", String(20), nullable=False),  # the notice goes the way that the subscriber texted last
    Column("bind", String(64), nullable=False),
    Column("told_for", Float(53)),  # the date that its number was told of: once for each
    Column("price", Integer),  # minor units that were told with it
    Column("lower_price", Integer),  # likewise: what is tried where the balance is low; null: nothing is
    Column("rule", String(64), nullable=False),  # that the lower price comes from
    Column("tries", SmallInteger, nullable=False),  # at the lower price, so far
    Column("failed_for", Float(53)),  # the date whose renewal was told to have failed
)

partial_index("renewals_look", renewals.c.look_at, where=renewals.c.look_at.is_not(None))

renewal_calls = Table(  # until when a tone was valid before it was renewed: what a lost call did is seen by it
    "renewal_calls",
    metadata,
    Column("transaction_id", String(26), primary_key=True),  # of the step
    Column("valid_until", Float(53), nullable=False),
    Column("at", Float(53), nullable=False),
)

Index("renewal_calls_at", renewal_calls.c.at)
