"""The contract as tables, read from `contract.wsdl`: what each operation takes and returns, and in which order.

Nothing else in the project says it a second time: the client writes its envelopes from these tables, the sandbox
checks parameters by them, and `?wsdl` serves the same file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lxml import etree

WSDL_FILE = Path(__file__).with_name("contract.wsdl")
NAMESPACE = "urn:tonegate:usdp"
ENVELOPE_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"

_NS = {"xsd": "http://www.w3.org/2001/XMLSchema", "wsdl": "http://schemas.xmlsoap.org/wsdl/"}


@dataclass(frozen=True, slots=True)
class Field:
    """One element of an event or of an answer."""

    name: str
    type_name: str
    """The WSDL's type, such as `PhoneNumber`."""
    required: bool
    form: re.Pattern[str]
    """What its text must match as a whole."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one service."""

    service: str
    name: str
    changes: bool
    """Whether a call may have an effect: then a lost answer leaves a doubt, else it is only asked again."""
    event_fields: tuple[Field, ...]
    """In the order the schema wants."""
    answer_fields: tuple[str, ...]

    @property
    def event_class(self) -> str:
        """The type's name, as `eventClassName` gives it: `OrderToneEvt`."""
        return event_class(self.name)

    @property
    def action(self) -> str:
        """SOAPAction, without its quotes (SOAP 1.1 §6.1.1)."""
        return f"{NAMESPACE}#{self.name}"


def event_class(operation: str) -> str:
    """`orderTone` → `OrderToneEvt`."""
    return f"{operation[0].upper()}{operation[1:]}Evt"


@cache
def wsdl_text() -> str:
    """The contract as it is served."""
    return WSDL_FILE.read_text(encoding="utf-8")


def schema_element() -> etree._Element:
    """The XML schema inside the WSDL, to validate messages against."""
    root = etree.fromstring(wsdl_text().encode())
    (schema,) = root.iterfind("wsdl:types/xsd:schema", _NS)
    return etree.fromstring(etree.tostring(schema))  # by itself, with the namespaces it used of the WSDL's root


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation by its name; names are unique over the services."""
    root = etree.fromstring(wsdl_text().encode())
    (schema,) = root.iterfind("wsdl:types/xsd:schema", _NS)
    forms = {node.get("name", ""): _form(node) for node in schema.iterfind("xsd:simpleType", _NS)}
    types = {node.get("name", ""): node for node in schema.iterfind("xsd:complexType", _NS)}
    table = {}
    for port in root.iterfind("wsdl:portType", _NS):
        for node in port.iterfind("wsdl:operation", _NS):
            name = node.get("name", "")
            event = types[event_class(name)]
            answer = types[event_class(name).removesuffix("Evt") + "Resp"]
            table[name] = Operation(
                service=port.get("name", ""),
                name=name,
                changes=_parent(event) == "ChangeEvent",
                event_fields=tuple(_fields(event, types, forms)),
                answer_fields=tuple(field.name for field in _fields(answer, types, forms)),
            )
    return MappingProxyType(table)


def _parent(node: etree._Element) -> str:
    extension = node.find(".//xsd:extension", _NS)
    return "" if extension is None else extension.get("base", "").removeprefix("tns:")


def _fields(node: etree._Element, types: dict[str, etree._Element], forms: dict[str, re.Pattern[str]]) -> list[Field]:
    """Inherited fields first, as XML Schema 1.0 §3.4.2 orders an extension."""
    parent = _parent(node)
    found = _fields(types[parent], types, forms) if parent else []
    for element in node.iterfind(".//xsd:sequence/xsd:element", _NS):
        type_name = element.get("type", "").removeprefix("tns:")
        required = element.get("minOccurs", "1") != "0"
        form = forms.get(type_name, re.compile(".*", re.DOTALL))
        found.append(Field(element.get("name", ""), type_name, required, form))
    return found


def _form(node: etree._Element) -> re.Pattern[str]:
    """A simple type's facets as one regular expression; the contract uses these four kinds and no other."""
    facets = [(etree.QName(f).localname, f.get("value", "")) for f in node.iterfind("xsd:restriction/*", _NS)]
    match facets:
        case [("pattern", pattern)]:
            return re.compile(pattern, re.ASCII)
        case [("maxLength", length)]:
            return re.compile(f".{{0,{length}}}", re.DOTALL)
        case [("minInclusive", "0")]:
            return re.compile("[0-9]{1,9}")
        case [("minInclusive", "1")]:
            return re.compile("0*[1-9][0-9]{0,8}")
        case _:
            return re.compile("|".join(re.escape(value) for _, value in facets))
