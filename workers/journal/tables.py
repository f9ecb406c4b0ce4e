"""The journal's tables: inbox and outbox with the parts of long texts, history, receipts, and what binds are told.

Times are seconds since the epoch as floats, of the journal's own clock (see `clock`).  `due_at` is the one
column that says whether a row wants work: null while somebody has it and when nothing is left to do.
`head` is true for the oldest live row of its line (a number's messages, a destination's answers): only heads
stand in the index that claims read, so a claim costs the same however many rows wait behind them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    and_,
    false,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.states import FLOOD_TOLD, LIVE, NOT_DONE, UNSENT, InboxState

metadata = MetaData()

_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite gives rowids only to a plain INTEGER PRIMARY KEY


def _partial(name: str, *columns: Column[object], where: ColumnElement[bool], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("transaction_id", String(24), nullable=False, unique=True),  # fixed here, before any call
    Column("channel", String(8), nullable=False),
    Column("bind", String(64), nullable=False),
    Column("session", String(32), nullable=False),
    Column("number", String(20), nullable=False),
    Column("short_code", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("network_reference", String(64), nullable=False),
    Column("digest", BigInteger, nullable=False),  # of number, short code and text: finds redeliveries
    Column("queue", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("head", Boolean, nullable=False),
    Column("due_at", Float(53)),
    Column("ack_late", Boolean, nullable=False),  # the SMSC was told to keep it: its redelivery attaches here
    Column("stop_requested", Boolean, nullable=False),  # the subscriber's STOP came while this still waited
    Column("doubtful", Boolean, nullable=False),  # a call may have taken effect: ask before calling again
    Column("attempts", Integer, nullable=False),  # the core's own "not now", and crashes
    Column("crashes", Integer, nullable=False),  # above 0: worked on alone, so that only the guilty row dies
    Column("asks", Integer, nullable=False),  # times the core was asked what became of it
    Column("waiting_for", String(8), nullable=False),  # 'core' while it can't be reached: woken when it can
    Column("noticed", Boolean, nullable=False),  # the subscriber has been told that it takes longer
    Column("claim_token", String(32)),
    Column("owner", String(96)),
    Column("lease_until", Float(53)),
    Column("outcome", String(32), nullable=False),  # why, in one word of the result-code table
    Column("results", Text, nullable=False),  # JSON: what became of each action so far
    Column("answers", SmallInteger, nullable=False),
    Column("received_at", Float(53), nullable=False),
    Column("claimed_at", Float(53)),
    Column("finished_at", Float(53)),
    Column("incomplete", String(16), nullable=False, server_default=""),  # '2 of 3': what came in time of a long text
    Column("source_port", Integer),  # of the handset's application (SMPP 3.4 §5.3.2.20), where it has one
    Column("destination_port", Integer),  # of ours
    Column("core_calls", Text, nullable=False, server_default=""),  # a line of JSON for each: see `core_calls`
)

Index("inbox_digest", inbox.c.digest)
Index("inbox_number", inbox.c.number, inbox.c.received_at)  # not id: planners would take it for `inbox_line`
_partial("inbox_due", inbox.c.queue, inbox.c.due_at, where=and_(inbox.c.head, inbox.c.due_at.is_not(None)))
_partial("inbox_line", inbox.c.number, inbox.c.id, where=inbox.c.state.in_(LIVE))
_partial("inbox_one_claimed", inbox.c.number, where=inbox.c.state == InboxState.CLAIMED, unique=True)
_partial("inbox_lease", inbox.c.lease_until, where=inbox.c.state == InboxState.CLAIMED)
_partial("inbox_flood_told", inbox.c.number, inbox.c.received_at, where=inbox.c.outcome == FLOOD_TOLD)
_partial(
    "inbox_parked",
    inbox.c.state,
    inbox.c.id,
    inbox.c.outcome,
    where=inbox.c.state.in_(NOT_DONE),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("inbox_id", BigInteger, nullable=False),
    Column("answer_no", SmallInteger, nullable=False),  # unique with inbox_id: no answer is written twice
    Column("bind", String(64), nullable=False),
    Column("source", String(20), nullable=False),
    Column("destination", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),  # 0 is sent first
    Column("state", String(12), nullable=False),
    Column("head", Boolean, nullable=False),
    Column("due_at", Float(53)),
    Column("owner", String(96)),
    Column("lease_until", Float(53)),
    Column("resends", SmallInteger, nullable=False),  # for want of a submit_sm_resp; one at most
    Column("message_id", String(65)),  # the SMSC's (SMPP 3.4 §5.2.23)
    Column("error", String(64), nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("sent_at", Float(53)),
    Column("receipt_at", Float(53)),
    Column("message_key", String(65)),  # message_id as receipts are matched: see `message_ids`
    Column("sent_via", String(64), nullable=False, server_default=""),  # the bind it left by: its own or a partner
    Column("plan", String(64), nullable=False, server_default=""),  # how it was split: kept from try to try
    Column("registered_delivery", String(8), nullable=False, server_default=""),  # '': as the bind is set
    Column("validity_s", Integer),  # null: as the bind is set
    Column("source_port", Integer),
    Column("destination_port", Integer),
    Column("on_screen", Boolean, nullable=False, server_default=false()),  # held back: a dial's screen may tell it
    Column("push", Text, nullable=False, server_default=""),  # JSON: the screen that a gateway may show first
    Column("pushed_at", Float(53)),
)

Index("outbox_answer", outbox.c.inbox_id, outbox.c.answer_no, unique=True)
Index("outbox_message_key", outbox.c.message_key)
_partial(
    "outbox_due",
    outbox.c.bind,
    outbox.c.priority,
    outbox.c.due_at,
    where=and_(outbox.c.head, outbox.c.due_at.is_not(None)),
)
_partial("outbox_line", outbox.c.destination, outbox.c.id, where=outbox.c.state.in_(UNSENT))
_partial(
    "outbox_push",
    outbox.c.bind,
    outbox.c.due_at,
    where=and_(outbox.c.push != "", outbox.c.pushed_at.is_(None), outbox.c.state == "queued"),
)
_partial("outbox_lease", outbox.c.lease_until, where=outbox.c.state == "sending")

outbox_parts = Table(  # of answers that need more than one; a single one's state is its row's
    "outbox_parts",
    metadata,
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),  # from 1
    Column("state", String(12), nullable=False),  # as the outbox's: queued, sent, delivered, undelivered, failed
    Column("resends", SmallInteger, nullable=False),
    Column("message_id", String(65)),
    Column("message_key", String(65)),
    Column("error", String(64), nullable=False),
    Column("sent_at", Float(53)),
    Column("receipt_at", Float(53)),
    Column("sent_via", String(64), nullable=False, server_default=""),  # a partner may have sent the rest
    Column("rule", String(8), nullable=False, server_default=""),  # its receipt's: which parts decide for the answer
)

Index("outbox_parts_message_key", outbox_parts.c.message_key)

history = Table(
    "history",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("inbox_id", BigInteger, nullable=False, index=True),
    Column("at", Float(53), nullable=False),
    Column("event", String(32), nullable=False),
    Column("author", String(96), nullable=False),
    Column("detail", Text, nullable=False),  # JSON without numbers or texts
)

replay_runs = Table(  # many messages done again on one wish: it outlives whoever carries it out
    "replay_runs",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("author", String(96), nullable=False),
    Column("reason", Text, nullable=False),
    Column("rate_per_s", Float(53), nullable=False),  # 0: as fast as it goes
    Column("begun_at", Float(53), nullable=False),
    Column("ended_at", Float(53)),  # null: something is left to do
)

replay_rows = Table(
    "replay_rows",
    metadata,
    Column("run_id", BigInteger, primary_key=True, autoincrement=False),
    Column("inbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("planned", String(8), nullable=False),  # the deed that was shown before
    Column("deed", String(8), nullable=False),  # that was done
    Column("why", String(120), nullable=False),
    Column("at", Float(53)),  # null: still to do
)

_partial("replay_rows_left", replay_rows.c.run_id, replay_rows.c.inbox_id, where=replay_rows.c.at.is_(None))

receipts = Table(  # those that name no answer of ours: kept, never dropped
    "receipts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("bind", String(64), nullable=False),
    Column("message_id", String(65), nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", String(64), nullable=False),
    Column("received_at", Float(53), nullable=False),
    Column("message_key", String(65), nullable=False, server_default=""),
    Column("number", String(20), nullable=False, server_default=""),  # whose handset it speaks of, where it says
    # How it is to be matched, should the response that it overtook still come:
    Column("binds", Text, nullable=False, server_default=""),  # with the same SMSC, a space between two
    Column("ids", String(16), nullable=False, server_default="auto"),
    Column("part", String(8), nullable=False, server_default="all"),
)

Index("receipts_message_key", receipts.c.message_key)

bind_sessions = Table(
    "bind_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("bind", String(64), nullable=False),
    Column("host", String(64), nullable=False),
    Column("started_at", Float(53), nullable=False),
    Column("ended_at", Float(53)),
)

long_texts = Table(  # subscribers' texts of several parts, kept until whole and a while longer
    "long_texts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("bind", String(64), nullable=False),
    Column("number", String(20), nullable=False),
    Column("short_code", String(20), nullable=False),
    Column("kind", String(8), nullable=False),  # whose reference it is: 'udh8', 'udh16' or 'sar'
    Column("reference", Integer, nullable=False),
    Column("total", SmallInteger, nullable=False),
    Column("first_at", Float(53), nullable=False),
    Column("due_at", Float(53)),  # when it is handed on as it is; null once it was
    Column("done_at", Float(53)),
    Column("transaction_id", String(24), nullable=False, server_default=""),  # of the message it became
)

Index(
    "long_texts_key",
    long_texts.c.number,
    long_texts.c.short_code,
    long_texts.c.bind,
    long_texts.c.reference,
    long_texts.c.total,
)
_partial("long_texts_due", long_texts.c.due_at, where=long_texts.c.due_at.is_not(None))
_partial("long_texts_done", long_texts.c.done_at, where=long_texts.c.done_at.is_not(None))

inbox_parts = Table(
    "inbox_parts",
    metadata,
    Column("long_text_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),  # from 1
    Column("octets", LargeBinary, nullable=False),  # as they came, behind the header
    Column("header", LargeBinary, nullable=False),  # the header's information elements
    Column("data_coding", SmallInteger, nullable=False),
    Column("session", String(32), nullable=False),
    Column("received_at", Float(53), nullable=False),
)

bind_switches = Table(  # what operations want of binds: it outlives the listener that is told
    "bind_switches",
    metadata,
    Column("bind", String(64), primary_key=True),  # '*': the settings, of which `generation` counts the re-readings
    Column("wanted", String(8), nullable=False),  # 'on' or 'off'
    Column("generation", Integer, nullable=False),
    Column("author", String(96), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Float(53), nullable=False),
)

smsc_orders = (
    Table(  # query_sm, cancel_sm and replace_sm that operations ask for: done by the bind that sent the answer
        "smsc_orders",
        metadata,
        Column("id", _Id, primary_key=True, autoincrement=True),
        Column("bind", String(64), nullable=False),
        Column("kind", String(8), nullable=False),  # query, cancel, replace
        Column("outbox_id", BigInteger, nullable=False),
        Column("number", SmallInteger, nullable=False),  # the part, from 1; 0 for an answer in one
        Column("text", Text, nullable=False),  # what replaces it
        Column("author", String(96), nullable=False),
        Column("asked_at", Float(53), nullable=False),
        Column("taken_at", Float(53)),
        Column("owner", String(96)),
        Column("done_at", Float(53)),
        Column("succeeded", Boolean),
        Column("result", Text, nullable=False),
    )
)

_partial("smsc_orders_open", smsc_orders.c.bind, smsc_orders.c.id, where=smsc_orders.c.done_at.is_(None))

questions = Table(  # before a charge: what was asked, at which price, and what became of it
    "questions",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("inbox_id", BigInteger, nullable=False),  # the message that it answers
    Column("number", String(20), nullable=False),
    Column("short_code", String(20), nullable=False),
    Column("key", SmallInteger, nullable=False),  # 1 to 999: what is answered with YES where several are open
    Column("way", String(8), nullable=False),
    Column("action", String(16), nullable=False),
    Column("asked", Text, nullable=False),  # JSON: each tone with the price told
    Column("recipient", String(20), nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(10), nullable=False),  # open, granted, refused, expired, replaced, withdrawn
    Column("asked_at", Float(53), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("closed_at", Float(53)),
    Column("closed_by", BigInteger),  # the message that closed it; null: time did
    Column("text_if_expired", Text, nullable=False),  # '': silence is not told
)

Index("questions_number", questions.c.number, questions.c.id)
_partial("questions_open", questions.c.expires_at, where=questions.c.state == "open")
_partial("questions_closed_by", questions.c.closed_by, where=questions.c.state == "granted")

consents = Table(  # what was agreed to or refused: append-only, each row chained to the one before
    "consents",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3 … without a gap
    Column("previous", String(64), nullable=False),  # the hash before; '' for the first
    Column("hash", String(64), nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON; of whom, it has a salted hash only
    Column("transaction_id", String(24), nullable=False),
    # Whose it was: outside of the chain, so that it can be taken away when its time is over.
    Column("number", String(20), nullable=False),
    Column("recipient", String(20), nullable=False),
    Column("salt", String(32), nullable=False),
)

Index("consents_number", consents.c.number, consents.c.seq)
Index("consents_transaction", consents.c.transaction_id)

consent_chain = Table(  # one row: the chain's end, which whoever appends holds until commit
    "consent_chain",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

charges = Table(  # what a number's message may cost: reserved before its call, kept or given back with its end
    "charges",
    metadata,
    Column("transaction_id", String(26), primary_key=True),  # the message's, with the number of the step behind it
    Column("number", String(20), nullable=False),
    Column("action", String(16), nullable=False),
    Column("thing", String(20), nullable=False),  # the tone's or the bundle's code
    Column("offer_id", String(64), nullable=False),  # '' where the price is the catalogue's
    Column("counted", Boolean, nullable=False),  # in the offer's counts: it has a quota
    Column("amount", Integer, nullable=False),  # minor units: the price until it is kept, then what was charged
    Column("state", String(8), nullable=False),  # reserved, kept; ended: a gift that nobody took
    Column("at", Float(53), nullable=False),
)

Index("charges_number", charges.c.number, charges.c.at)
Index("charges_offer", charges.c.offer_id, charges.c.at)

offer_counts = Table(  # how often an offer with a quota was had: its charges, counted as they are reserved
    "offer_counts",
    metadata,
    Column("offer_id", String(64), primary_key=True),
    Column("number", String(20), primary_key=True),  # '': by all numbers together
    Column("used", Integer, nullable=False),
)

gifts = Table(  # from the giver's confirmation to the end, of which both are told
    "gifts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("transaction_id", String(26), nullable=False, unique=True),  # of the step that presents it
    Column("inbox_id", BigInteger, nullable=False),  # the giver's message: what he is told goes the same way
    Column("giver", String(20), nullable=False),
    Column("recipient", String(20), nullable=False),
    Column("tone_code", String(20), nullable=False),
    Column("tone", Text, nullable=False),  # JSON, with the price agreed to; '' where it isn't known
    Column("fee", Integer),  # minor units: the giver pays for the recipient's service, too
    Column("key", String(64), nullable=False),  # the core's; '' until it is presented
    Column("short_code", String(20), nullable=False),
    Column("language", String(16), nullable=False),  # the giver's
    Column("state", String(10), nullable=False),  # confirmed, presented; accepted, refused, expired, failed
    Column("unpaid", Boolean, nullable=False),  # the recipient said yes once, and it could not be paid
    Column("charged", Integer),  # minor units, where the core says
    Column("created_at", Float(53), nullable=False),
    Column("presented_at", Float(53)),
    Column("deadline_at", Float(53)),
    Column("remind_at", Float(53)),  # null: not at all, or done
    Column("text_of_reminder", Text, nullable=False),
    Column("ended_at", Float(53)),
    Column("ended_by", BigInteger),  # the message that ended it; null: it was found without an end
    Column("deadline_message", BigInteger),  # of our own, that ends it when its time is over
)

_confirmed, _presented = gifts.c.state == "confirmed", gifts.c.state == "presented"
_partial(
    "gifts_open",
    gifts.c.giver,
    gifts.c.recipient,
    gifts.c.tone_code,
    where=gifts.c.state.in_(("confirmed", "presented")),
    unique=True,
)
Index("gifts_recipient", gifts.c.recipient, gifts.c.presented_at)
_partial("gifts_confirmed", gifts.c.created_at, where=_confirmed)
_partial("gifts_deadline", gifts.c.deadline_at, where=_presented)
_partial("gifts_remind", gifts.c.remind_at, where=gifts.c.remind_at.is_not(None))

do_not_disturb = Table(  # numbers that are sent nothing they did not ask for
    "do_not_disturb",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("author", String(96), nullable=False),
    Column("at", Float(53), nullable=False),
)

subscribers = Table(  # what is remembered of a number, until it is purged
    "subscribers",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("language", String(16), nullable=False),  # chosen by LANG: a folder under templates/
    Column("at", Float(53), nullable=False),
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

_partial("renewals_look", renewals.c.look_at, where=renewals.c.look_at.is_not(None))

renewal_calls = Table(  # until when a tone was valid before it was renewed: what a lost call did is seen by it
    "renewal_calls",
    metadata,
    Column("transaction_id", String(26), primary_key=True),  # of the step
    Column("valid_until", Float(53), nullable=False),
    Column("at", Float(53), nullable=False),
)

Index("renewal_calls_at", renewal_calls.c.at)

ussd_funnel = Table(  # what became of those who saw a screen, by the hour: counts alone, no numbers
    "ussd_funnel",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # its beginning, seconds since the epoch
    Column("menu", String(64), primary_key=True),  # the version that the session began with
    Column("screen", String(64), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("exits", Integer, nullable=False),  # left by a key that leads on, or its dialogue ended there as meant
    Column("drops", Integer, nullable=False),  # hung up, or no key in time
    Column("wrong", Integer, nullable=False),  # keys that it could make nothing of
    Column("shown_ms", BigInteger, nullable=False),  # until it was left, all together
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
