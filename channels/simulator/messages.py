"""The messages that ESMEs submitted lately, and how far each has come: what query_sm asks about."""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from smpplib import consts

from channels.simulator.message_ids import IdForm, written
from channels.smpp.protocol.pdu import Pdu

KEPT = 20_000
"""Messages remembered; the oldest are forgotten, and a query for one is answered ESME_RINVMSGID."""

ENROUTE: int = consts.SMPP_MESSAGE_STATE_ENROUTE
DELIVERED: int = consts.SMPP_MESSAGE_STATE_DELIVERED
EXPIRED: int = consts.SMPP_MESSAGE_STATE_EXPIRED
DELETED: int = consts.SMPP_MESSAGE_STATE_DELETED
UNDELIVERABLE: int = consts.SMPP_MESSAGE_STATE_UNDELIVERABLE


@dataclass(slots=True, eq=False)
class Message:
    """One submit_sm or data_sm that was taken."""

    number: int
    message_id: str  # as its submit_sm_resp wrote it
    system_id: str  # the account that sent it
    pdu: Pdu = field(repr=False)  # what was submitted, or what replaced it
    submitted_at: float  # Unix time, seconds
    state: int = ENROUTE  # SMPP 3.4 §5.2.28
    done_at: float | None = None
    due: asyncio.TimerHandle | None = field(default=None, repr=False)  # set while it waits to be delivered

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be cancelled or replaced."""
        return self.state == ENROUTE

    def replace_fields(self, **fields: int | str | bytes) -> None:
        """Put other values in place of what was submitted."""
        tlvs = {name: value for name, value in self.pdu.tlvs.items() if name != "message_payload"}
        self.pdu = replace(self.pdu, fields={**self.pdu.fields, **fields}, tlvs=tlvs)


class Messages:
    """Messages by id."""

    def __init__(self, run: int, form: IdForm, kept: int = KEPT) -> None:
        """`run` is a number of 24 bits, the front of every id, so that no two runs give the same."""
        self._run = run
        self._form = form
        self._kept = kept
        self._numbers = itertools.count(1)
        self._messages: OrderedDict[str, Message] = OrderedDict()

    def add(self, system_id: str, pdu: Pdu, now: float) -> Message:
        """Take a message and give it its id."""
        number = self._run << 32 | next(self._numbers)
        message = Message(number, written(number, self._form), system_id, pdu, now)
        self._messages[message.message_id] = message
        if len(self._messages) > self._kept:
            self._messages.popitem(last=False)
        return message

    def find(self, system_id: str, message_id: str) -> Message | None:
        """Return a message of this account that is remembered."""
        message = self._messages.get(message_id)
        return message if message is not None and message.system_id == system_id else None

    def waiting(self, system_id: str) -> Iterator[Message]:
        """Return the messages of this account that have not reached their handset."""
        return (one for one in list(self._messages.values()) if one.system_id == system_id and one.is_waiting)
