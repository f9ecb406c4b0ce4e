"""SOAP 1.1 envelopes, written and read, for both ends of the wire.

Writing is joining strings by the contract's tables: a call costs microseconds where a general SOAP library takes a
millisecond.  Everything written is escaped, and characters that XML 1.0 §2.2 forbids, controls and bidirectional
overrides are dropped.  Reading is lxml with every door shut: no DTD, no entities, no network, a cap on size and tags;
whatever comes is either a `Message` or an `UnreadableError`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from core_client.contract import ENVELOPE_NAMESPACE, NAMESPACE, Operation

CONTENT_TYPE = "text/xml; charset=utf-8"
MAX_BYTES = 1_048_576
"""The largest message read. A library of 200 tones is a tenth of it."""
MAX_TAGS = 20_000
"""Tags in one message: a small message of empty elements would cost far more memory than its size."""

Fields = Mapping[str, str]

_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="{ENVELOPE_NAMESPACE}"><soap:Body>'
_TAIL = "</soap:Body></soap:Envelope>"
_UNSAFE_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}
_BIDI = set(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})

# Encodings in which "<!DOCTYPE" can only be those nine bytes, so that the scan for it can't be fooled.
_ENCODINGS = re.compile(r"utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d|gb2312|gbk|gb18030", re.IGNORECASE)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class UnreadableError(ValueError):
    """Not a SOAP message of this contract; the text says why in one or two words, without the message's content."""


@dataclass(frozen=True, slots=True)
class Message:
    """A SOAP body, read."""

    name: str
    """The body element: `orderTone`, `orderToneResponse`, or `Fault`."""
    fields: dict[str, str]
    """Plain fields of the event or the answer; of a fault: faultcode, faultstring and what its detail holds."""
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """Fields that have fields themselves, such as toneInfos."""


def escape(text: str) -> str:
    """Text made safe for XML, in NFC; what can't be said in XML or would mislead a reader's eye is dropped."""
    if text.isascii() and text.isalnum():
        return text
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", text)
        if c not in _BIDI and unicodedata.category(c) not in _UNSAFE_CATEGORIES
    )
    return kept.translate(_ENTITIES)


def write_call(operation: Operation, fields: Fields) -> bytes:
    """A call's envelope. Fields the contract does not know are left out; empty optional ones too."""
    parts = [_HEAD, f'<u:{operation.name} xmlns:u="{NAMESPACE}"><event>']
    for known in operation.event_fields:
        value = fields.get(known.name, "")
        if value or known.required:
            parts.append(f"<{known.name}>{escape(value)}</{known.name}>")
    parts.append(f"</event></u:{operation.name}>{_TAIL}")
    return "".join(parts).encode()


def write_answer(operation: Operation, fields: Fields, rows: Mapping[str, Sequence[Fields]] | None = None) -> bytes:
    """An answer's envelope, as the core sends it. `rows` fill the fields that have fields themselves."""
    name = operation.name
    parts = [_HEAD, f'<u:{name}Response xmlns:u="{NAMESPACE}"><{name}Return>']
    for known in operation.answer_fields:
        if value := fields.get(known):
            parts.append(f"<{known}>{escape(value)}</{known}>")
        for row in (rows or {}).get(known, ()):
            inner = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in row.items())
            parts.append(f"<{known}>{inner}</{known}>")
    parts.append(f"</{name}Return></u:{name}Response>{_TAIL}")
    return "".join(parts).encode()


def write_fault(code: str, text: str) -> bytes:
    """A SOAP fault (SOAP 1.1 §4.4); `code` is Client or Server."""
    fault = (
        f"<soap:Fault><faultcode>soap:{escape(code)}</faultcode><faultstring>{escape(text)}</faultstring></soap:Fault>"
    )
    return f"{_HEAD}{fault}{_TAIL}".encode()


def read(data: bytes, charset: str | None = None) -> Message:
    """A message from either side; `charset` is what the HTTP header says, where the XML itself says nothing.

    Raises UnreadableError, and nothing else, for whatever isn't one.
    """
    root = parse(data, charset)
    if root.tag != f"{{{ENVELOPE_NAMESPACE}}}Envelope":
        raise UnreadableError("no envelope")
    body = root.find(f"{{{ENVELOPE_NAMESPACE}}}Body")
    if body is None or len(body) != 1:
        raise UnreadableError("no body")
    wrapper = body[0]
    name = etree.QName(wrapper).localname
    if name == "Fault":
        return Message(name, {_local(e): _text(e) for e in wrapper.iter() if not len(e)})
    if len(wrapper) != 1:
        raise UnreadableError("no single parameter")
    fields: dict[str, str] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    for child in wrapper[0]:
        key = _local(child)
        if len(child):
            rows.setdefault(key, []).append({_local(e): _text(e) for e in child})
        elif key in fields:
            raise UnreadableError("field twice")
        else:
            fields[key] = _text(child)
    return Message(name, fields, rows)


def parse(data: bytes, charset: str | None = None) -> etree._Element:
    """The root of any XML from outside, with every door shut; raises UnreadableError."""
    if len(data) > MAX_BYTES:
        raise UnreadableError("too large")
    if data.count(b"<") > MAX_TAGS:
        raise UnreadableError("too many tags")
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    encoding = declared[1].decode() if declared else charset or "utf-8"
    if not _ENCODINGS.fullmatch(encoding) or b"\0" in data:
        raise UnreadableError("encoding")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableError("document type")  # SOAP 1.1 §3 forbids it, and entity bombs live there
    # A parser of its own for each message: one that failed must not carry anything over to the next.
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError, AssertionError):
        raise UnreadableError("not XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError("document type")
    return root


def _local(element: etree._Element) -> str:
    tag = element.tag
    if not isinstance(tag, str):
        raise UnreadableError("an entity")
    return tag.rpartition("}")[2]


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
