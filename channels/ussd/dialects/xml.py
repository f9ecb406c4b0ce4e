"""XML as gateways send it, read with every door shut, and text made fit to be written into it."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from channels.ussd.dialects.shapes import Unreadable


def root_of(body: bytes, name: str) -> etree._Element:
    """The document's root, which must have that name; no DTD, no entities, no network."""
    from core_client import envelope  # noqa: PLC0415 - `menu check` knows the dialects, and needs no way to a core

    try:
        root = envelope.parse(body)
    except envelope.UnreadableError as error:
        raise Unreadable(f"the body can't be read: {error}") from None
    if local(root) != name:
        raise Unreadable(f"the body is no <{name}>")
    return root


def local(element: etree._Element) -> str:
    """Its name without namespace; empty of what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def written(text: str) -> str:
    """Text for the inside of an element."""
    return escape(_sayable(text))


def attribute(text: str) -> str:
    """A value for an attribute, in its quotes; line ends are kept."""
    return quoteattr(_sayable(text))


def _sayable(text: str) -> str:
    """Without what XML 1.0 §2.2 can't say: a screen's line ends stay."""
    return "".join(char for char in text if char in "\n\t" or (char.isprintable() or ord(char) >= 0xA0))
